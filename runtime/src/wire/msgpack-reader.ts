// Bytes that are said to be MessagePack → the values in them, each checked and built in one pass. PROTOCOL.md, "Values of MessagePack".
import { copyOf, TextReader } from './bytes-to-text.ts'
import { EXTENSIONS } from './msgpack-names.ts'

/** Most seconds before and after 1970. ECMAScript, "Time Values and Time Range". */
const MAX_SECONDS = 8_640_000_000_000

/** What no value is: bytes from a stranger, so what it says may be told them. */
export class NoMsgpack extends TypeError {}

/** The bytes end before the value does. */
export class IncompleteValue extends NoMsgpack {}

export interface UnpackedValue {
  readonly value: unknown
  /** It holds nothing that JSON does not have: no 64-bit integer, binary or timestamp. */
  readonly isPlain: boolean
  /** A map of it is an instance of Map. */
  readonly hasMaps: boolean
}

/** `objects` always, or `Map`s where an object would lose something: the kind of a key, or the order of keys that are digits. */
export type MapKind = 'objects' | 'maps'

/**
 * Reads one value after another. No length is believed: before anything is allocated for it, there must be a byte for each element that
 * was announced. 64-bit integers are bigints, timestamps Dates, binaries Uint8Arrays of their own.
 */
export class MsgpackReader {
  /** Of the last value, as of an UnpackedValue. */
  isPlain = true
  hasMaps = false
  /** The offset behind the last value. */
  end = 0

  readonly #texts = new TextReader()
  readonly #wide = new DataView(new ArrayBuffer(8))
  /** What errors call the bytes: `the body`. */
  readonly #name: string
  readonly #takesMaps: boolean
  #maxDepth: number
  readonly #nothing = new Uint8Array()
  #bytes: Uint8Array = this.#nothing
  #limit = 0
  #at = 0
  #depth = 0
  /** Bytes that open lists and maps still need at least. */
  #owed = 0

  constructor(name: string, maxDepth: number, kind: MapKind = 'objects') {
    this.#name = name
    this.#maxDepth = maxDepth
    this.#takesMaps = kind === 'maps'
  }

  /**
   * The value that starts at `start`; the bytes are not kept. Throws IncompleteValue where the bytes, up to `limit`, end before it does, and NoMsgpack at what no
   * value is.
   */
  read(bytes: Uint8Array, start: number, limit = bytes.length, maxDepth = this.#maxDepth): unknown {
    this.#bytes = bytes
    this.#at = start
    this.#limit = limit
    this.#maxDepth = maxDepth
    this.#depth = 0
    this.#owed = 0
    this.isPlain = true
    this.hasMaps = false
    const value = this.#value()
    this.end = this.#at
    this.#bytes = this.#nothing
    return value
  }

  /** The one value that the bytes are. */
  readAll(bytes: Uint8Array): UnpackedValue {
    try {
      const value = this.read(bytes, 0)
      const { isPlain, hasMaps, end } = this
      if (end === bytes.length) return { value, isPlain, hasMaps }
      throw this.#wrong(`its value ends with byte ${end} of ${bytes.length}`)
    } catch (error) {
      if (!(error instanceof IncompleteValue)) throw error
      throw this.#wrong(`it ends after ${bytes.length} bytes, before its value does`)
    }
  }

  #value(): unknown {
    const at = this.#take(1)
    const code = this.#bytes[at]!
    if (code < 0x80) return code
    if (code >= 0xe0) return code - 0x100
    if (code < 0x90) return this.#map(code & 0x0f)
    if (code < 0xa0) return this.#list(code & 0x0f)
    if (code < 0xc0) return this.#text(code & 0x1f, at)
    return this.#coded(code, at)
  }

  /** MessagePack specification, "Overview": what has a code of its own. */
  #coded(code: number, at: number): unknown {
    switch (code) {
      case 0xc0:
        return null
      case 0xc2:
        return false
      case 0xc3:
        return true
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#binary(this.#uint(1 << (code - 0xc4)))
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#extension(this.#uint(1 << (code - 0xc7)), at)
      case 0xca:
      case 0xcb:
        return this.#real(4 << (code - 0xca), at)
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#uint(1 << (code - 0xcc))
      case 0xcf:
        return this.#bigint(false)
      case 0xd0:
        return (this.#uint(1) << 24) >> 24
      case 0xd1:
        return (this.#uint(2) << 16) >> 16
      case 0xd2:
        return this.#uint(4) | 0
      case 0xd3:
        return this.#bigint(true)
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#uint(1 << (code - 0xd9)), at)
      case 0xdc:
      case 0xdd:
        return this.#list(this.#uint(2 << (code - 0xdc)))
      case 0xde:
      case 0xdf:
        return this.#map(this.#uint(2 << (code - 0xde)))
    }
    if (code === 0xc1) throw this.#wrong('the byte 0xc1', at)
    return this.#extension(1 << (code - 0xd4), at)
  }

  /** Where as many bytes begin. */
  #take(size: number): number {
    const at = this.#at
    if (at + size > this.#limit) throw new IncompleteValue()
    this.#at = at + size
    return at
  }

  #uint(size: number): number {
    const bytes = this.#bytes
    const at = this.#take(size)
    if (size === 1) return bytes[at]!
    const first = (bytes[at]! << 8) | bytes[at + 1]!
    return size === 2 ? first : first * 0x10000 + ((bytes[at + 2]! << 8) | bytes[at + 3]!)
  }

  #real(size: number, at: number): number {
    this.#copyWide(size)
    const value = size === 4 ? this.#wide.getFloat32(0) : this.#wide.getFloat64(0)
    if (!Number.isFinite(value)) throw this.#wrong('a number that is not finite', at)
    return value
  }

  /** A view of all bytes would take longer to make than most values to read. */
  #copyWide(size: number): void {
    const start = this.#take(size)
    for (let i = 0; i < size; i++) this.#wide.setUint8(i, this.#bytes[start + i]!)
  }

  #bigint(isSigned: boolean): bigint {
    this.isPlain = false
    this.#copyWide(8)
    return isSigned ? this.#wide.getBigInt64(0) : this.#wide.getBigUint64(0)
  }

  #text(length: number, at: number): string {
    const start = this.#take(length)
    try {
      return this.#texts.text(this.#bytes, start, start + length)
    } catch {
      throw this.#wrong('a string that is not UTF-8', at)
    }
  }

  #binary(length: number): Uint8Array {
    this.isPlain = false
    const start = this.#take(length)
    return copyOf(this.#bytes, start, start + length)
  }

  /** Timestamps only. MessagePack specification: 32 bits of s; 30 of ns and 34 of s; 32 of ns and 64 of s. */
  #extension(length: number, at: number): Date {
    const type = (this.#uint(1) << 24) >> 24
    if (type !== EXTENSIONS.timestamp || (length !== 4 && length !== 8 && length !== 12))
      throw this.#wrong(`an extension of type ${type} with ${length} bytes`, at)
    this.isPlain = false
    let seconds = this.#uint(4)
    let nanoseconds = 0
    if (length === 8) {
      nanoseconds = seconds >>> 2
      seconds = (seconds & 3) * 2 ** 32 + this.#uint(4)
    } else if (length === 12) {
      nanoseconds = seconds
      seconds = (this.#uint(4) | 0) * 2 ** 32 + this.#uint(4)
    }
    // The last of all times has no fraction.
    const isTime = seconds < MAX_SECONDS ? seconds >= -MAX_SECONDS : seconds === MAX_SECONDS && !nanoseconds
    if (!isTime || nanoseconds >= 1e9) throw this.#wrong('a time that no Date has', at)
    return new Date(seconds * 1000 + Math.floor(nanoseconds / 1e6))
  }

  #list(length: number): unknown[] {
    this.#open(length)
    const list: unknown[] = new Array(length)
    for (let index = 0; index < length; index++) {
      this.#owed--
      list[index] = this.#value()
    }
    this.#depth--
    return list
  }

  #open(elements: number): void {
    if (++this.#depth > this.#maxDepth)
      throw new NoMsgpack(`${this.#name} is nested deeper than ${this.#maxDepth} levels`)
    this.#owed += elements
    if (this.#owed > this.#limit - this.#at) throw new IncompleteValue()
  }

  #map(size: number): object {
    this.#open(2 * size)
    const object: Record<string, unknown> = {}
    for (let left = size; left > 0; left--) {
      const key = this.#key()
      if (this.#takesMaps && isOdd(key)) return this.#oddMap(object, key, left)
      setMember(object, String(key), this.#value())
    }
    this.#depth--
    return object
  }

  /** What `object` would not hold as it is: `left` members are to come, the one of `key` first. */
  #oddMap(object: object, key: unknown, left: number): Map<unknown, unknown> {
    this.hasMaps = true
    const map = new Map<unknown, unknown>(Object.entries(object))
    map.set(key, this.#value())
    while (--left > 0) map.set(this.#key(), this.#value())
    this.#depth--
    return map
  }

  #key(): string | number | bigint {
    this.#owed -= 2
    const at = this.#take(1)
    const code = this.#bytes[at]!
    if (code < 0x80) return code
    if (code >= 0xe0) return code - 0x100
    const isText = code >= 0xa0 && code < 0xc0
    if (isText || (code >= 0xd9 && code <= 0xdb)) {
      const length = isText ? code & 0x1f : this.#uint(1 << (code - 0xd9))
      const start = this.#take(length)
      try {
        return this.#texts.key(this.#bytes, start, start + length)
      } catch {
        throw this.#wrong('a string that is not UTF-8', at)
      }
    }
    if (code < 0xcc || code > 0xd3) throw this.#wrong('a key that is no string and no integer', at)
    return this.#coded(code, at) as number | bigint
  }

  #wrong(what: string, at?: number): NoMsgpack {
    const place = at === undefined ? '' : ` at byte ${at + 1}`
    return new NoMsgpack(`${this.#name} is not valid MessagePack: ${what}${place}`)
  }
}

/** An object would make a text of it, or put it before the others. */
function isOdd(key: unknown): boolean {
  if (typeof key !== 'string') return true
  const first = key.charCodeAt(0)
  return first >= 0x30 && first <= 0x39
}

/** Assigning to `__proto__` would set the prototype. */
function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value
  else Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
}
