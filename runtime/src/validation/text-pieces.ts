// Parts of a checked value in → pieces of JSON text out: what generated code joins to a whole.

/** The characters that JSON.stringify does not write as they are: with lone surrogates, those of all pairs. */
const SPECIAL = /["\\\u0000-\u001f\ud800-\udfff]/
/** Up to so many characters are looked at one by one, which is faster than to start a regular expression. */
const SHORT = 40

/** What stands between the quotes. */
export function escaped(text: string): string {
  const { length } = text
  if (length > SHORT) return SPECIAL.test(text) ? escapedSlowly(text) : text
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || code === 0x22 || code === 0x5c || (code >= 0xd800 && code <= 0xdfff)) {
      return escapedSlowly(text)
    }
  }
  return text
}

function escapedSlowly(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** Below it V8 writes integers by a fast path, and keeps their texts. */
const LARGE = 2 ** 30
/** Up to here the division below never rounds up to the next integer: far beyond the µs since 1970. */
const LARGEST = 4e15
const MILLION = 1_000_000

/**
 * Times and large ids in two parts, because the text of a double costs V8 130 ns, which is half of what a small object takes; of times the first part
 * stays the same for a while, and is kept.
 */
export function numberText(number: number): string {
  if (number < LARGE || number > LARGEST || number % 1 !== 0) return `${number}`
  const high = Math.floor(number / MILLION)
  const low = number - high * MILLION
  return low < MILLION / 10 ? `${high}${`${MILLION + low}`.slice(1)}` : `${high}${low}`
}

export function leafText(value: string | number | boolean | null): string {
  return typeof value === 'string' ? `"${escaped(value)}"` : `${value}`
}

export function listText<Item>(list: readonly Item[], write: (item: Item) => string): string {
  if (list.length === 0) return '[]'
  let text = `[${write(list[0] as Item)}`
  for (let i = 1; i < list.length; i++) text += `,${write(list[i] as Item)}`
  return `${text}]`
}

/** A property of any type, after `key` with its comma and colon; empty where the value has no JSON text. */
export function memberText(key: string, value: unknown): string {
  const text: string | undefined = JSON.stringify(value)
  return text === undefined ? '' : key + text
}

/** All own properties but the listed ones, each after a comma, without those for which `write` gives nothing. */
export function recordText<Value>(
  record: { readonly [key: string]: Value },
  write: (value: Value) => string | undefined,
  listed: readonly string[] = [],
): string {
  let text = ''
  for (const key of Object.keys(record)) {
    const value = listed.includes(key) ? undefined : write(record[key] as Value)
    if (value !== undefined) text += `,"${escaped(key)}":${value}`
  }
  return text
}
