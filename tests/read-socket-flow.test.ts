// Handlers with random control flow in → proof, by running them, that what the compiler says of each variant is what happens, out.

import { expect } from 'chai'
import { transformSync } from 'esbuild'
import fc from 'fast-check'
import type { CompiledCall, TypeTable } from '../runtime/src/compiled-route.ts'
import { DECLARATIONS, handlerText, VARIANTS } from './support/handler-arbitraries.ts'
import { runServerCode } from './support/type-models.ts'
import { programFactory } from './support/virtual-program.ts'

// The same handlers in every run; another seed, or more runs, look further: FAST_CHECK_SEED=7 FAST_CHECK_RUNS=1000.
const SEED = Number(process.env.FAST_CHECK_SEED ?? 1)
const HANDLERS = Number(process.env.FAST_CHECK_RUNS ?? 150)

type Handler = (request: object) => unknown

describe('what the control flow of a handler says', () => {
  const texts = fc.sample(handlerText, { seed: SEED, numRuns: HANDLERS })
  let specs: Record<string, { readonly request: CompiledCall }>
  let handlers: Handler[]

  before(function () {
    this.timeout(120_000)
    const constants = texts.map((text, index) => `const handler${index} = ${text}`)
    const routes = texts.map(
      (_, index) => `export const it${index} = route.ws('/${index}', { onRequest: handler${index} })`,
    )
    const source = [DECLARATIONS, ...constants]
    // Questions whose answer is known by then are errors to TypeScript, and the analysis goes on.
    const program = programFactory()(
      [`import { route } from '@alien-rpc/service'`, ...source, ...routes].join('\n'),
    )
    const { sockets, types, findings } = program.analysis
    expect(findings).to.deep.equal([])
    specs = runServerCode(sockets, types) as unknown as typeof specs
    const names = texts.map((_, index) => `handler${index}`)
    const { code } = transformSync(source.join('\n'), { loader: 'ts', format: 'esm', target: 'es2022' })
    handlers = new Function(`${code}; return [${names.join(', ')}]`)() as Handler[]
  })

  it('allows every answer that a variant gets', () => {
    for (const [index, handler] of handlers.entries()) {
      for (const type of VARIANTS) {
        const said = answersSaid(specs[`it${index}`]!.request, type)
        for (const answer of answersGiven(handler, type)) {
          expect(said, `${type} in ${texts[index]}`).to.include(answer)
        }
      }
    }
  })

  it('hardly ever allows more', () => {
    let exact = 0
    for (const [index, handler] of handlers.entries()) {
      for (const type of VARIANTS) {
        const given = answersGiven(handler, type)
        const said = answersSaid(specs[`it${index}`]!.request, type)
        // A variant that is always refused is answered nothing.
        if (said.size === Math.max(given.size, 1)) exact++
      }
    }
    // What the checker does not know: that a loop is entered, that a try block does not throw, that an object has no more properties.
    expect(exact / (HANDLERS * VARIANTS.length)).to.be.above(0.75)
  })
})

/** What a variant is answered with, by any number. A throw is no answer. */
function answersGiven(handler: Handler, type: string): Set<unknown> {
  const given = new Set<unknown>()
  for (const n of [0, 1]) {
    try {
      given.add(handler({ type, n, [`${type}Only`]: 'x' }))
    } catch (error) {
      expect((error as Error).message).to.equal('refused')
    }
  }
  return given
}

/** The literals of the answer's table. */
function answersSaid(call: CompiledCall, type: string): Set<unknown> {
  const answers = call.variants?.answers ?? {}
  const { result } = Object.hasOwn(answers, type) ? answers[type]! : call
  return new Set(result ? literalsOf(result.table()) : [undefined])
}

function literalsOf(table: TypeTable): unknown[] {
  if (table === 'undefined') return [undefined]
  if (table[0] === 'literal') return [table[1]]
  if (table[0] === 'union') return table[1].flatMap(literalsOf)
  throw new Error(`unexpected table ${JSON.stringify(table)}`)
}
