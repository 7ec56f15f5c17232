// Random types and values: the generated checks must accept what TypeScript's own checker accepts, and nothing else, in either framing.

import { inspect } from 'node:util'
import { expect } from 'chai'
import fc from 'fast-check'
import { MISMATCH, type PackedWriter } from '../runtime/src/compiled-route.ts'
import type { NativeWriter } from '../runtime/src/validation/native-to-msgpack.ts'
import { cases } from './support/judge-cases.ts'
import {
  type Case,
  type Disagreement,
  type Judgement,
  judge,
  type Sabotage,
} from './support/judge-verdicts.ts'

// The same types in every run; FAST_CHECK_SEED=7 FAST_CHECK_RUNS=2000 looks at other types, and at more of them.
const SEED = Number(process.env.FAST_CHECK_SEED ?? 1)
const TYPES = Number(process.env.FAST_CHECK_RUNS ?? 350)
const VALUES_PER_TYPE = 8
/** Fewer may be of one sort by chance. */
const ENOUGH_TYPES = 200

const noDisagreement = fc.property(cases, it => explain(judge([it]).disagreements))

/** As a run of the property would meet them, so that a failing one can be run again and made smaller. */
function sample(numRuns: number, seed = SEED): Case[] {
  const met: Case[] = []
  fc.assert(
    fc.property(cases, it => void met.push(it)),
    { seed, numRuns },
  )
  return met
}

const replacing = (search: RegExp, text: string): Sabotage => ({ code: code => code.replace(search, text) })
const SABOTAGES: Record<string, { sabotage: Sabotage; complaint: RegExp }> = {
  'takes anything for a string': {
    sabotage: replacing(/typeof [^ ]+ === "string"/g, 'true'),
    complaint: /TypeScript refuses it|TypeError/,
  },
  'takes NaN for a number': {
    sabotage: replacing(/Number\.isFinite\(/g, '"number" === typeof ('),
    complaint: /TypeScript refuses it/,
  },
  'takes null for an object': {
    sabotage: replacing(/!== null/g, '!== 0'),
    complaint: /TypeScript refuses it|TypeError/,
  },
  'ignores that properties are optional': {
    sabotage: replacing(/=== undefined \|\|/g, '=== 0 ||'),
    complaint: /TypeScript accepts it/,
  },
  'decodes nothing': {
    sabotage: {
      route: ({ args }) => ({
        args: { ...args, read: value => (args.read(value) === MISMATCH ? MISMATCH : value) },
      }),
    },
    complaint: /TypeScript refuses it/,
  },
  'encodes nothing': {
    sabotage: { route: ({ result }) => ({ result: { ...result, stringify: () => '{}' } }) },
    complaint: /which is refused|lose a part/,
  },
  'explains nothing': {
    sabotage: { route: ({ result }) => ({ result: { ...result, table: () => 'unknown' } }) },
    complaint: /without an issue/,
  },
  'explains what is right': {
    sabotage: {
      route: ({ result }) => ({ result: { ...result, table: () => ['object', { value: 'never' }] } }),
    },
    complaint: /accepted as native, with issues/,
  },
  'packs arguments as they are, whatever the type': {
    sabotage: {
      route: ({ args }) => ({ args: { ...args, packed: { convert: (it: unknown) => it, isTyped: true } } }),
    },
    complaint: /MessagePack/,
  },
  'packs what is not declared': {
    sabotage: {
      route: ({ result }) => {
        const asIs = (value: unknown, writer: NativeWriter) => writer.value(value)
        return { result: { ...result, packed: { map: asIs, pairs: asIs } } }
      },
    },
    complaint: /as a MessagePack result it arrives otherwise/,
  },
  'packs rows with nothing in them': {
    sabotage: {
      route: ({ rows }) => ({
        rows: rows && { ...rows, write: (_: never, writer: PackedWriter) => writer.list(0) },
      }),
    },
    complaint: /MessagePack/,
  },
}

describe('TypeScript as the judge', function () {
  this.timeout(180_000)

  it(`accepts what generated code accepts, for ${TYPES} random types (seed ${SEED})`, () => {
    const judgement = judge(sample(TYPES))
    const [first] = judgement.disagreements
    if (first) reportSmallest(first)
    if (TYPES >= ENOUGH_TYPES) expectVariety(judgement)
  })

  for (const [title, { sabotage, complaint }] of Object.entries(SABOTAGES)) {
    it(`notices code that ${title}`, () => {
      expect(complaintsAbout(sabotage)).to.match(complaint)
    })
  }
})

function complaintsAbout(sabotage: Sabotage): string {
  try {
    // Always the same types: of a few others none may be what the sabotage breaks.
    return judge(sample(60, 1), { sabotage })
      .disagreements.map(it => it.about)
      .join('\n')
  } catch (error) {
    return String(error)
  }
}

/** Fails with the smallest type and value near the first disagreement. */
function reportSmallest(first: Disagreement): void {
  fc.assert(noDisagreement, { seed: SEED, path: String(first.index), numRuns: 1 })
  // Alone it does not disagree: shown as it was met.
  explain([first])
}

function explain([first]: readonly Disagreement[]): void {
  if (first) expect.fail(`${first.about}\n${first.source}\nvalue: ${inspect(first.value, { depth: 9 })}`)
}

/** A judge who is never asked a hard question proves nothing. */
function expectVariety({ compared, accepted, different, inRows, refused }: Judgement): void {
  expect(compared, 'pairs of type and value').to.be.greaterThan(TYPES * VALUES_PER_TYPE)
  expect(accepted / compared, 'accepted').to.be.within(0.3, 0.6)
  expect(different / compared, 'explained by a documented difference').to.be.within(0.005, 0.1)
  expect(inRows / compared, 'in rows of MessagePack').to.be.above(0.2)
  expect((refused.get('ambiguous-union') ?? 0) / TYPES, 'ambiguous types').to.be.lessThan(0.25)
}
