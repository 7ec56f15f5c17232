// The cases as JSON Schema in → ajv's operations out. It has no parse: `removeAdditional` changes the value it is given.
import { Ajv } from 'ajv'
import type { CaseName } from '../shapes.ts'
import type { Operations, System } from '../system.ts'
import { jsonSchemas } from './json-schemas.ts'
import { versionOf } from './version.ts'

const loose = jsonSchemas(false)
const strict = jsonSchemas(true)

function compile(schema: Record<string, unknown>, allErrors: boolean, verbose = false) {
  return new Ajv({ discriminator: true, allErrors, allowUnionTypes: true, verbose }).compile(schema)
}

function operations(name: CaseName): Operations {
  const first = compile(loose[name], false)
  return { check: value => first(value), explain: explainer(name, false) }
}

function explainer(name: CaseName, verbose: boolean): (value: unknown) => readonly unknown[] {
  const all = compile(loose[name], true, verbose)
  return value => (all(value) ? [] : (all.errors ?? []))
}

const strictPublic = compile(strict.public, false)

export const system: System = {
  name: 'ajv',
  version: versionOf('ajv'),
  cases: {
    flat: operations('flat'),
    order: operations('order'),
    tree: operations('tree'),
    numbers: operations('numbers'),
    strings: operations('strings'),
    public: { ...operations('public'), checkStrict: value => strictPublic(value) },
  },
}

/** Its errors say what was received, as ours do: they hold the value itself. */
export const verbose: System = {
  name: 'ajv, verbose',
  version: system.version,
  cases: Object.fromEntries(
    (Object.keys(system.cases) as CaseName[]).map(name => [name, { explain: explainer(name, true) }]),
  ),
}
