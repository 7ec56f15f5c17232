// The cases as JSON Schema in → ajv's operations out. It has no parse: `removeAdditional` changes the value it is given.
import { Ajv } from 'ajv'
import type { CaseName } from '../shapes.ts'
import type { Operations, System } from '../system.ts'
import { jsonSchemas } from './json-schemas.ts'
import { versionOf } from './version.ts'

const loose = jsonSchemas(false)
const strict = jsonSchemas(true)

function compile(schema: Record<string, unknown>, allErrors: boolean) {
  return new Ajv({ discriminator: true, allErrors, allowUnionTypes: true }).compile(schema)
}

function operations(name: CaseName): Operations {
  const first = compile(loose[name], false)
  const all = compile(loose[name], true)
  return { check: value => first(value), explain: value => (all(value) ? [] : (all.errors ?? [])) }
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
