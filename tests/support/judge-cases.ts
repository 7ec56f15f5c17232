// The random types and values that TypeScript's judgement is asked about, with how many of each.
import fc from 'fast-check'
import { types } from './judge-types.ts'
import { neighbours, strangers } from './judge-values.ts'
import type { Case } from './judge-verdicts.ts'

const OWN_VALUES = 3
const NEAR_VALUES = 18

export const cases: fc.Arbitrary<Case> = types.chain(term => {
  const own = term.values(0)
  const near = fc.oneof({ arbitrary: own.chain(neighbours), weight: 8 }, { arbitrary: strangers, weight: 1 })
  return fc.record({
    term: fc.constant(term),
    own: fc.array(own, { minLength: 1, maxLength: OWN_VALUES, size: 'max' }),
    near: fc.array(near, { minLength: 0, maxLength: NEAR_VALUES, size: 'max' }),
  })
})
