// Bodies of request handlers with random control flow, as source, for fast-check. Every `return` has a literal of its own.
import fc from 'fast-check'

/** The variants of a request in these handlers. Each has a number, and a property that no other has. */
export const VARIANTS = ['a', 'b', 'c', 'd'] as const

export const DECLARATIONS = `
  ${VARIANTS.map(type => `type ${type.toUpperCase()} = { type: '${type}'; n: number; ${type}Only: string }`).join('\n  ')}
  type Request = A | B | C | D
  function isAB(request: Request): request is A | B { return request.type === 'a' || request.type === 'b' }
`

const variant = fc.constantFrom(...VARIANTS)
const literal = fc.nat(999).map(number => `'r${number}'`)

/** What a handler may ask: the discriminant itself or a copy of it, a property, a type guard, something else. */
const question: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: variant.map(type => `request.type === '${type}'`) },
  { weight: 3, arbitrary: variant.map(type => `request.type !== '${type}'`) },
  variant.map(type => `'${type}' === request.type`),
  variant.map(type => `request['type'] === '${type}'`),
  variant.map(type => `kind === '${type}'`),
  variant.map(type => `type !== '${type}'`),
  variant.map(type => `'${type}Only' in request`),
  fc.constant('isAB(request)'),
  fc.constant('request.n > 0'),
)

const condition: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: question },
  question.map(it => `!(${it})`),
  fc.tuple(question, question).map(([one, other]) => `${one} && ${other}`),
  fc.tuple(question, question).map(([one, other]) => `${one} || ${other}`),
)

const ending: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: literal.map(it => `return ${it}`) },
  fc.constant('return'),
  fc.tuple(condition, literal, literal).map(([test, one, other]) => `return ${test} ? ${one} : ${other}`),
  fc
    .tuple(condition, condition, literal)
    .map(([test, inner, it]) => `return ${test} ? (${inner} ? ${it} : undefined) : ${it}`),
)

const passing: fc.Arbitrary<string> = fc.oneof(
  fc.constant('note()'),
  condition.map(test => `if (${test}) throw new Error('refused')`),
)

const { block } = fc.letrec<{ branches: string; block: string }>(tie => ({
  branches: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'handler' },
    passing,
    fc.tuple(condition, tie('block')).map(([test, then]) => `if (${test}) ${then}`),
    fc
      .tuple(condition, tie('block'), tie('block'))
      .map(([test, then, other]) => `if (${test}) ${then} else ${other}`),
    fc
      .tuple(
        fc.shuffledSubarray([...VARIANTS], { minLength: 1 }),
        fc.array(tie('block'), { minLength: 5, maxLength: 5 }),
        fc.nat(63),
      )
      .map(([types, blocks, bits]) => switchText(types, blocks, bits)),
    fc
      .tuple(condition, tie('block'))
      .map(([test, body]) => `for (let i = 0; i < 2; i++) { if (${test}) break; ${body} }`),
    fc
      .tuple(condition, tie('block'))
      .map(([test, body]) => `for (const _ of [1, 2]) { if (${test}) continue; ${body} }`),
    fc.tuple(tie('block'), tie('block')).map(([body, caught]) => `try ${body} catch ${caught}`),
    tie('block').map(body => `try ${body} finally { note() }`),
    fc
      .tuple(condition, tie('block'))
      .map(([test, body]) => `do { if (${test}) break; ${body} } while (false)`),
  ),
  block: fc
    .tuple(
      fc.array(tie('branches'), { maxLength: 2, depthIdentifier: 'handler' }),
      fc.option(ending, { nil: 'note()', freq: 2 }),
    )
    .map(([statements, last]) => `{ ${[...statements, last].join('; ')} }`),
}))

/** A bit of `bits` says of a clause whether it breaks or falls through, and the last one whether there is a default. */
function switchText(types: readonly string[], blocks: readonly string[], bits: number): string {
  const clauses = types.map(
    (type, index) => `case '${type}': ${blocks[index]}${bits & (1 << index) ? '; break' : ''}`,
  )
  if (bits & 32) clauses.push(`default: ${blocks[4]}`)
  return `switch (request.type) { ${clauses.join('\n')} }`
}

/** The text of a function expression. It names all variants, so that none counts as forgotten. */
export const handlerText: fc.Arbitrary<string> = block.map(
  body => `(request: Request) => {
    const all = ${JSON.stringify(VARIANTS)}, kind = request.type, { type } = request
    const note = () => all.length
    ${body}
  }`,
)
