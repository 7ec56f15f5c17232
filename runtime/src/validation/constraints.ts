// A value and a limit of a type tag in → whether it keeps the limit out: the limits that are more than one comparison.

/** Code points, where that is at least `least`. */
export function hasMinLength(text: string, least: number): boolean {
  // Each code point is one or two code units, so only texts near the limit are counted.
  return text.length >= least && (text.length >= least * 2 || codePoints(text) >= least)
}

export function hasMaxLength(text: string, most: number): boolean {
  return text.length <= most || (text.length <= most * 2 && codePoints(text) <= most)
}

export function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

/** Below this quotient, one that comes out whole is whole: rounding could not have hidden a decimal. */
const EXACT_QUOTIENT = 1e9

/** Of the decimal numbers that are printed, not of their binary neighbours: 0.07 is a multiple of 0.01. */
export function isMultipleOf(value: number, divisor: number): boolean {
  const quotient = value / divisor
  if (Math.abs(quotient) < EXACT_QUOTIENT && Number.isInteger(quotient)) return true
  const [a, b] = [toDecimal(value), toDecimal(divisor)]
  const exponent = Math.min(a.exponent, b.exponent)
  return scale(a, exponent) % scale(b, exponent) === 0n
}

interface Decimal {
  readonly digits: bigint
  /** Power of ten of the last digit. */
  readonly exponent: number
}

function toDecimal(value: number): Decimal {
  const [mantissa = '', power = '0'] = String(value).split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length }
}

function scale({ digits, exponent }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(exponent - to)
}

/** True if no two items are equal: objects, arrays and the like by their contents. Linear in their size. */
export function hasUniqueItems(items: Iterable<unknown>): boolean {
  return firstEqualItems(items) === undefined
}

/** The indices of two equal items. */
export function firstEqualItems(items: Iterable<unknown>): [number, number] | undefined {
  const seen = new Map<unknown, number>()
  let index = 0
  for (const item of items) {
    // An object's text starts with `{`, `[` or a class, that of a string with a quote.
    const key = typeof item === 'object' || typeof item === 'string' ? contentsToText(item) : item
    const first = seen.get(key)
    if (first !== undefined) return [first, index]
    seen.set(key, index++)
  }
  return undefined
}

/** Equal for equal contents, in whatever order properties were set. */
function contentsToText(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? String(value)
  if (Array.isArray(value)) return `[${value.map(contentsToText).join()}]`
  if (value instanceof Map || value instanceof Set) {
    return `${value instanceof Map ? 'Map' : 'Set'}${contentsToText([...value])}`
  }
  if (value instanceof Date) return `Date${value.getTime()}`
  if (value instanceof RegExp || value instanceof URL) return `${value.constructor.name}${value}`
  if (value instanceof Error) return `Error${contentsToText([value.name, value.message])}`
  if (value instanceof ArrayBuffer) return `ArrayBuffer${contentsToText([...new Uint8Array(value)])}`
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}${[...(value as Uint8Array)]}`
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${contentsToText(member)}`).join()}}`
}
