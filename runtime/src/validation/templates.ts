// Text and the parts of a template literal type in → whether TypeScript would assign the one to the other out.
import type { TemplateHole } from '../compiled-route.ts'

// What TypeScript's scanner takes for a bigint literal: no leading zeros, no separators, other bases too.
const BIGINT_SOURCE = /^-?(?:0|[1-9]\d*|0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+)$/

/**
 * As TypeScript's `inferFromLiteralPartsToTemplateLiteral`: each hole but the last takes the shortest text before the next
 * literal part, one character where that part is empty, and there is no way back.
 */
export function matchesTemplate(
  value: unknown,
  texts: readonly string[],
  holes: readonly TemplateHole[],
): boolean {
  if (typeof value !== 'string') return false
  const last = texts.length - 1
  const [start, end] = [texts[0]!, texts[last]!]
  if (value.length < start.length + end.length || !value.startsWith(start) || !value.endsWith(end))
    return false
  const inner = value.slice(0, value.length - end.length)
  let position = start.length
  for (let index = 1; index < last; index++) {
    const text = texts[index]!
    const found = text === '' ? position + 1 : inner.indexOf(text, position)
    if (found < 0 || found > inner.length || !fits(inner.slice(position, found), holes[index - 1]!))
      return false
    position = found + text.length
  }
  return fits(inner.slice(position), holes[last - 1]!)
}

/** `isValidNumberString` and `isValidBigIntString` of TypeScript's checker. */
function fits(text: string, hole: TemplateHole): boolean {
  switch (hole) {
    case 'string':
      return true
    case 'number':
      return text !== '' && Number.isFinite(Number(text))
    case 'bigint':
      return BIGINT_SOURCE.test(text)
  }
}
