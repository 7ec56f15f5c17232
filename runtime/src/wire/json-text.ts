// Values → JSON text that has lost nothing, and JSON text → how deeply it nests. Shared by HTTP bodies and sockets.
import type { CompiledOutput } from '../compiled-route.ts'

/**
 * `undefined` for what has no JSON text. Throws a TypeError for a number that is not finite and an invalid Date, which JSON.stringify
 * writes as `null`, as well as for what it refuses itself. Only a text that holds a `null` needs the slow look.
 */
export function toJson(value: unknown): string | undefined {
  const json: string | undefined = JSON.stringify(value)
  if (json?.includes('null')) JSON.stringify(value, refuseLostValue)
  return json
}

/** A replacer. Called on the object that holds the value, because a Date has become text or `null` by then. */
function refuseLostValue(this: Record<string, unknown>, name: string, value: unknown): unknown {
  refuseUnsendable(name, this[name])
  return value
}

/** Throws a TypeError that names an argument and says what it cannot be: by default a number or Date that has no text of its own. */
export function refuseUnsendable(
  name: string,
  value: unknown,
  // What is finite is no further than 0 from itself.
  isRefused = (typeof value === 'number' || value instanceof Date) && +value - +value !== 0,
): void {
  if (isRefused) throw new TypeError(`argument "${name}" cannot be ${value}`)
}

/**
 * A handler's value, which its declared type accepts, as JSON. `undefined`, where the type has it, is `null`, as in arrays: a caller
 * who can leave it out looks at the value. Throws a TypeError for what has no JSON text.
 */
export function outputToJson(value: unknown, output: CompiledOutput): string {
  if (value === undefined) return 'null'
  const text = output.stringify(value as never)
  if (text === undefined) throw new TypeError(`a ${typeof value} without a JSON text cannot be sent`)
  return text
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * True when brackets outside of strings nest deeper than `maxDepth`. Looks at characters, before anything is built of them.
 * Text that is too short to hold so many pairs of brackets is not looked at: if it is deeper all the same, it is no JSON.
 */
export function isDeeper(json: string, maxDepth: number): boolean {
  if (json.length < 2 * (maxDepth + 1) || hasFewerThan(maxDepth + 1, json)) return false
  let depth = 0
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === QUOTE) at = endOfString(json, at + 1)
    // `[` is 0x5b and `{` is 0x7b, and their partners are two further.
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > maxDepth) return true
    } else if (code === 0x5d || code === 0x7d) depth--
  }
  return false
}

/** True when `json` has fewer opening brackets than `count`, those in strings among them: found without a look at each character. */
function hasFewerThan(count: number, json: string): boolean {
  let found = 0
  for (const bracket of ['{', '[']) {
    for (let at = json.indexOf(bracket); at >= 0; at = json.indexOf(bracket, at + 1)) {
      if (++found === count) return false
    }
  }
  return true
}

function endOfString(json: string, start: number): number {
  let at = start
  while (at < json.length && json.charCodeAt(at) !== QUOTE) at += json.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at
}
