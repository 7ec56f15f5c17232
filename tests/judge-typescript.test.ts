// Random types and values: the generated checks must accept what TypeScript's own checker accepts, and nothing else.
import { inspect } from 'node:util'
import { expect } from 'chai'
import fc from 'fast-check'
import { cases } from './support/judge-cases.ts'
import { type Case, type Disagreement, type Judgement, judge } from './support/judge-verdicts.ts'

// The same types in every run; FAST_CHECK_SEED=7 FAST_CHECK_RUNS=2000 looks at other types, and at more of them.
const SEED = Number(process.env.FAST_CHECK_SEED ?? 1)
const TYPES = Number(process.env.FAST_CHECK_RUNS ?? 450)
const VALUES_PER_TYPE = 6.5

const noDisagreement = fc.property(cases, it => explain(judge([it]).disagreements))

/** As a run of the property would meet them, so that a failing one can be run again and made smaller. */
function sample(numRuns: number): Case[] {
  const met: Case[] = []
  fc.assert(
    fc.property(cases, it => void met.push(it)),
    { seed: SEED, numRuns },
  )
  return met
}

describe('TypeScript as the judge', function () {
  this.timeout(180_000)

  it(`accepts what generated code accepts, for ${TYPES} random types (seed ${SEED})`, () => {
    const judgement = judge(sample(TYPES))
    const [first] = judgement.disagreements
    if (first) reportSmallest(first)
    expectVariety(judgement)
  })

  const sabotages: Record<string, [search: RegExp, replacement: string, complaint: RegExp]> = {
    'takes anything for a string': [/typeof [^ ]+ === "string"/g, 'true', /TypeScript refuses it|TypeError/],
    'takes NaN for a number': [/Number\.isFinite\(/g, '"number" === typeof (', /TypeScript refuses it/],
    'takes null for an object': [/!== null/g, '!== 0', /TypeScript refuses it|TypeError/],
    'ignores optional properties': [/=== undefined \|\|/g, '=== 0 ||', /TypeScript accepts it/],
    'decodes nothing': [/\bdecode: .*,$/gm, 'decode: v => v,', /TypeScript refuses it/],
    'encodes nothing': [/\bencode: .*,$/gm, 'encode: v => ({}),', /refused|lose a part/],
    'explains nothing': [/\btable: .*,$/gm, 'table: () => "unknown",', /without an issue/],
  }
  for (const [title, [search, replacement, complaint]] of Object.entries(sabotages)) {
    it(`notices code that ${title}`, () => {
      const complaints = sabotaged(code => code.replace(search, replacement))
      expect(complaints).to.match(complaint)
    })
  }
})

function sabotaged(sabotage: (code: string) => string): string {
  try {
    return judge(sample(60), { sabotage })
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
function expectVariety({ compared, accepted, different, refused }: Judgement): void {
  expect(compared, 'pairs of type and value').to.be.greaterThan(TYPES * VALUES_PER_TYPE)
  expect(accepted / compared, 'accepted').to.be.within(0.3, 0.6)
  expect(different / compared, 'explained by a documented difference').to.be.within(0.005, 0.1)
  expect((refused.get('ambiguous-union') ?? 0) / TYPES, 'ambiguous types').to.be.lessThan(0.25)
}
