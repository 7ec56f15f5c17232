// Values of JavaScript → MessagePack bytes; Date, bigint and bytes natively. PROTOCOL.md, "MessagePack".
import { Packr } from 'msgpackr/pack'

export interface MsgpackWriter {
  /** Of what `toPackable` gives: plain objects, arrays, Maps, Dates, Uint8Arrays and primitives. The bytes are the caller's. */
  write(value: unknown): Uint8Array<ArrayBuffer>
}

/** Plain maps: no records of msgpackr, no extension but timestamps. A bigint beyond 64 bits is its decimal text. */
export function createMsgpackWriter(): MsgpackWriter {
  const packr = new Packr({
    useRecords: false,
    variableMapSize: true,
    encodeUndefinedAsNil: true,
    largeBigIntToString: true,
    useToJSON: false,
  })
  return {
    write(value) {
      const bytes = packr.pack(value) as Uint8Array<ArrayBuffer>
      if (!mayHoldSurrogate(bytes) || isWellFormed(value)) return bytes
      return packr.pack(toWellFormed(value)) as Uint8Array<ArrayBuffer>
    },
  }
}

/** msgpackr writes half of a surrogate pair as the three bytes ED A0–BF xx, which is no UTF-8. Rarely anything else has them. */
function mayHoldSurrogate(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(0xed); at >= 0; at = bytes.indexOf(0xed, at + 1)) {
    if (bytes[at + 1]! >= 0xa0 && bytes[at + 1]! <= 0xbf) return true
  }
  return false
}

const HALF_PAIR = /\p{Surrogate}/u

function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return !HALF_PAIR.test(value)
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return true
  if (Array.isArray(value)) return value.every(isWellFormed)
  if (value instanceof Map) return isWellFormed([...value])
  return Object.entries(value).every(isWellFormed)
}

/** With U+FFFD in the place of what UTF-8 has no form for. */
function toWellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\p{Surrogate}/gu, '\ufffd')
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof Date)
    return value
  if (Array.isArray(value)) return value.map(toWellFormed)
  if (value instanceof Map) return new Map([...value].map(toWellFormed) as [unknown, unknown][])
  return Object.fromEntries(Object.entries(value).map(toWellFormed) as [string, unknown][])
}

/** Deepest nesting of what is sent: an object that holds itself comes to an end. */
const MAX_DEPTH = 1_000

/**
 * What JSON.stringify would write of the value, with Dates, bigints and bytes left as they are: members that are `undefined` or functions
 * are absent, elements that are so are `null`, `toJSON` is heeded, a Map is an array of pairs, a Set an array, a URL and a RegExp their text,
 * an Error its name and message. Throws a TypeError for a number that is not finite, an invalid Date and an object that holds itself.
 */
export function toPackable(value: unknown, name = '', depth = 0): unknown {
  switch (typeof value) {
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`argument "${name}" cannot be ${value}`)
      return value
    case 'function':
    case 'symbol':
      return undefined
    case 'object':
      if (depth > MAX_DEPTH)
        throw new TypeError(`argument "${name}" is nested deeper than ${MAX_DEPTH} levels`)
      return value === null ? null : objectToPackable(value, name, depth + 1)
    default:
      return value
  }
}

function objectToPackable(value: object, name: string, depth: number): unknown {
  const each = (item: unknown) => toPackable(item, name, depth) ?? null
  if (Array.isArray(value)) return Array.from(value, each)
  if (value instanceof Date) {
    if (Number.isNaN(+value)) throw new TypeError(`argument "${name}" cannot be ${value}`)
    return value
  }
  const bytes = toBytes(value)
  if (bytes) return bytes
  if (value instanceof Map || value instanceof Set) return Array.from(value as Iterable<unknown>, each)
  if (value instanceof RegExp) return String(value)
  if (value instanceof Error) return { name: value.name, message: value.message }
  const { toJSON } = value as { toJSON?: unknown }
  if (typeof toJSON === 'function') return toPackable(toJSON.call(value, name), name, depth)
  if (value instanceof Number || value instanceof String || value instanceof Boolean) return value.valueOf()
  const entries: [string, unknown][] = []
  for (const key of Object.keys(value)) {
    const member = toPackable((value as Record<string, unknown>)[key], key, depth)
    if (member !== undefined) entries.push([key, member])
  }
  return Object.fromEntries(entries)
}

/** The bytes of an ArrayBuffer or of any view, little-endian wherever JavaScript runs today; undefined of anything else. */
export function toBytes(value: object): Uint8Array | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (!ArrayBuffer.isView(value)) return undefined
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
}
