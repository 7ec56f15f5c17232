// Arrays of every length, with a stranger or a hole anywhere → where the loops over strings and numbers stop.
import { expect } from 'chai'
import fc from 'fast-check'
import { areNumbers, areStrings, skipNumbers, skipStrings } from '../runtime/src/validation/list-checks.ts'

const STRANGERS = [null, undefined, true, 1n, {}, [], Number.NaN, Number.POSITIVE_INFINITY]
const LONGEST = 35

describe('arrays of primitives', () => {
  for (const { kind, are, skip, own, other } of [
    { kind: 'strings', are: areStrings, skip: skipStrings, own: fc.string(), other: 1 },
    {
      kind: 'numbers',
      are: areNumbers,
      skip: skipNumbers,
      own: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
      other: '1',
    },
  ] as const) {
    it(`of ${kind} are taken at every length`, () => {
      fc.assert(
        fc.property(fc.array(own as fc.Arbitrary<unknown>, { maxLength: LONGEST }), list => are(list)),
      )
    })

    it(`of ${kind} are left at the first other element from where they are read, wherever it is`, () => {
      const list = fc.array(own as fc.Arbitrary<unknown>, { minLength: 1, maxLength: LONGEST })
      const stranger = fc.constantFrom<unknown>(other, ...STRANGERS)
      fc.assert(
        fc.property(list, stranger, fc.nat(), fc.nat(), (own, element, place, from) => {
          const at = place % own.length
          const start = from % own.length
          const mixed = own.with(at, element)
          expect(are(mixed)).to.equal(false)
          expect(skip(mixed, start)).to.equal(at < start ? own.length : at)
        }),
      )
    })

    it(`of ${kind} have no holes, and nothing else is one`, () => {
      for (let length = 1; length < LONGEST; length++) expect(are(new Array(length))).to.equal(false)
      for (const value of [undefined, null, 'text', 7, { length: 0 }, new Set()]) {
        expect(are(value)).to.equal(false)
      }
    })
  }
})
