// fixtures/values.json: values that each kind, tag and format accepts and refuses, through check, explanation, JSON and back.
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { tableToIssues, type ValueDomain } from '../runtime/src/validation/table-to-issues.ts'
import { EVERYTHING, featuresOf } from './support/corpus-coverage.ts'
import { fromNotation, toNotation } from './support/corpus-notation.ts'
import { type CompiledType, compileValues } from './support/judge-compile.ts'

/** Values in the notation of tests/support/corpus-notation.ts. */
interface Entry {
  readonly type: string
  readonly declarations?: string
  readonly strict?: true
  readonly accept: readonly unknown[]
  /** What becomes of the accepted values in JSON, in order. Absent where that is the values themselves. */
  readonly json?: readonly unknown[]
  /** Further JSON that a client may send. */
  readonly acceptJson?: readonly unknown[]
  /** Refused values and what is said about them. */
  readonly reject: readonly Refusal[]
  /** Refused JSON. Absent where it is the same as `reject`. */
  readonly rejectJson?: readonly Refusal[]
}
type Refusal = readonly [value: unknown, issues: string]

const entries: readonly Entry[] = JSON.parse(
  readFileSync(new URL('../fixtures/values.json', import.meta.url), 'utf8'),
)

for (const isStrict of [false, true]) {
  const list = entries.filter(entry => (entry.strict ?? false) === isStrict)
  const compiled = compileValues(list, isStrict ? '{ strict: true }, ' : '')
  describe(isStrict ? 'the corpus of values of strict routes' : 'the corpus of values', () => {
    before('compile all types in one program', () => void compiled())
    for (const [index, entry] of list.entries()) {
      it(`accepts and refuses values of ${entry.type}`, () => tryEntry(entry, compiled()[index]!))
    }
  })
}

describe('the corpus', () => {
  it('has every kind, limit, class of bytes and format', () => {
    const compiled = compileValues(entries)()
    const features = new Set(compiled.flatMap(type => [...featuresOf(type.tableOfNative())]))
    expect(EVERYTHING.filter(feature => !features.has(feature))).to.deep.equal([])
  })

  it('has values that are refused for every type that refuses any', () => {
    const without = entries.filter(entry => [...entry.reject, ...(entry.rejectJson ?? [])].length === 0)
    expect(without.map(entry => entry.type)).to.deep.equal(['unknown', 'any'])
  })
})

function tryEntry(
  { accept, json = accept, acceptJson = [], reject, rejectJson = reject }: Entry,
  type: CompiledType,
) {
  for (const [index, notation] of accept.entries()) {
    const value = fromNotation(notation)
    expect(type.checkNative(value), show(notation)).to.equal(true)
    const encoded = overJson(type.encode(value))
    expect(encoded, show(notation)).to.deep.equal(fromNotation(json[index]))
    expect(overJson(type.clientEncode(value)), 'as the client sends it').to.deep.equal(encoded)
    expect(type.checkJson(encoded), show(encoded)).to.equal(true)
    expect(toNotation(type.decode(encoded)), 'decoded by the server').to.deep.equal(notation)
    expect(toNotation(type.clientDecode(overJson(encoded))), 'decoded by the client').to.deep.equal(notation)
  }
  for (const notation of acceptJson)
    expect(type.checkJson(fromNotation(notation)), show(notation)).to.equal(true)
  for (const refusal of reject) tryRefusal(refusal, type.checkNative, type.tableOfNative, 'native')
  for (const refusal of rejectJson) tryRefusal(refusal, type.checkJson, type.tableOfJson, 'json')
}

function tryRefusal(
  [notation, issues]: Refusal,
  check: CompiledType['checkNative'],
  table: CompiledType['tableOfNative'],
  domain: ValueDomain,
) {
  const value = fromNotation(notation)
  expect(check(value), `${show(notation)} as ${domain}`).to.equal(false)
  const found = tableToIssues({ value }, table(), { domain, root: '', maxIssues: 20 })
  const texts = found.map(
    ({ path, expected, received }) => `${path.slice(1)}: expected ${expected}, received ${received}`,
  )
  expect(texts.join('; '), `${show(notation)} as ${domain}`).to.equal(issues)
}

function overJson(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'undefined'
}
