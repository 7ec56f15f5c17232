// Random types and values: compiled code must agree with a slow reading of the type, and lose nothing on the wire.
import { expect } from 'chai'
import fc from 'fast-check'
import { accepts as tableAccepts } from '../runtime/src/validation/table-accepts.ts'
import { tableToIssues } from '../runtime/src/validation/table-to-issues.ts'
import { accepts, disturbed, models, plain, TYPES, valuesOf, withExtra } from './support/type-arbitraries.ts'
import { clientDecode, clientEncode, compileType } from './support/type-models.ts'

// The same types in every run; another seed, or more runs, look further: FAST_CHECK_SEED=7 FAST_CHECK_RUNS=5000.
const RUNS = {
  seed: Number(process.env.FAST_CHECK_SEED ?? 1),
  numRuns: Number(process.env.FAST_CHECK_RUNS ?? 150),
}
const modelAndValue = models.chain(model => fc.tuple(fc.constant(model), valuesOf(model)))
const overTheWire = (value: unknown) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))

describe('emitted code, for random types', () => {
  it('brings each value of a type across JSON unchanged, at the server and at the client', () => {
    fc.assert(
      fc.property(modelAndValue, ([model, value]) => {
        const type = compileType(model, TYPES)
        expect(type.checkNative(value)).to.equal(true)
        const json = overTheWire(type.encode(value))
        expect(type.checkJson(json)).to.equal(true)
        expect(plain(type.decode(json))).to.deep.equal(plain(value))
        expect(plain(clientDecode(model, TYPES)(json))).to.deep.equal(plain(value))
      }),
      RUNS,
    )
  })

  it('takes what the client sends for the value that it was given', () => {
    fc.assert(
      fc.property(modelAndValue, ([model, value]) => {
        const type = compileType(model, TYPES)
        const sent = overTheWire(clientEncode(model, TYPES)(value))
        expect(type.checkJson(sent)).to.equal(true)
        expect(plain(type.decode(sent))).to.deep.equal(plain(value))
      }),
      RUNS,
    )
  })

  it('accepts exactly the JSON values that the type has, and explains each refusal', () => {
    const disturbedJson = modelAndValue.chain(([model, value]) => {
      return fc.tuple(
        fc.constant(model),
        disturbed(overTheWire(compileType(model, TYPES).encode(value)), 'json'),
      )
    })
    fc.assert(
      fc.property(disturbedJson, ([model, json]) => {
        const { checkJson, tableOfJson } = compileType(model, TYPES)
        expect(checkJson(json)).to.equal(accepts(model, json, 'json'))
        expect(tableAccepts(json, tableOfJson(), { domain: 'json', probes: 0 })).to.equal(checkJson(json))
        if (!checkJson(json)) {
          const issues = tableToIssues(json, tableOfJson(), { domain: 'json', root: 'args', maxIssues: 20 })
          expect(issues).to.not.have.lengthOf(0)
        }
      }),
      RUNS,
    )
  })

  it('accepts exactly the native values that the type has', () => {
    const disturbedNative = modelAndValue.chain(([model, value]) =>
      fc.tuple(fc.constant(model), disturbed(value, 'native')),
    )
    fc.assert(
      fc.property(disturbedNative, ([model, value]) => {
        const { checkNative, tableOfNative } = compileType(model, TYPES)
        expect(checkNative(value)).to.equal(accepts(model, value, 'native'))
        expect(tableAccepts(value, tableOfNative(), { domain: 'native', probes: 0 })).to.equal(
          checkNative(value),
        )
      }),
      RUNS,
    )
  })

  it('lets nothing through that the type does not declare, in either direction', () => {
    const name = fc.constantFrom('isAdmin', '__proto__', 'constructor')
    fc.assert(
      fc.property(modelAndValue, name, ([model, value], extra) => {
        const type = compileType(model, TYPES)
        const json = withExtra(overTheWire(type.encode(value)), extra)
        if (!type.checkJson(json)) return
        const decoded = type.decode(json)
        expect(accepts(model, decoded, 'native', true)).to.equal(true)
        const encoded = overTheWire(type.encode(decoded))
        expect(accepts(model, encoded, 'json', true)).to.equal(true)
      }),
      RUNS,
    )
  })
})
