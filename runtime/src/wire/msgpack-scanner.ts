// Bytes that are said to be MessagePack → where each value ends, and what it holds, before anything is built of it.
import { RpcError } from '../errors.ts'
import { EXTENSIONS } from './msgpack-names.ts'

/** More bytes are needed before the end of the value is known. */
export const INCOMPLETE = -1

const TIMESTAMP_SIZES: readonly number[] = [4, 8, 12]
const PROTO = '__proto__'

/** Most seconds before and after 1970. ECMAScript, "Time Values and Time Range". */
const MAX_SECONDS = 8_640_000_000_000n

/** True of the content of a timestamp. MessagePack specification: 32 bits of s; 30 of ns and 34 of s; 32 of ns and 64 of s. */
function isDate(content: Uint8Array): boolean {
  if (content.length === 4) return true
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  if (content.length === 8) return view.getUint32(0) >>> 2 < 1e9
  const seconds = view.getBigInt64(4)
  const nanoseconds = view.getUint32(0)
  // The last of all times has no fraction.
  const isLast = seconds === MAX_SECONDS && nanoseconds === 0
  return isLast || (nanoseconds < 1e9 && seconds < MAX_SECONDS && seconds >= -MAX_SECONDS)
}

/**
 * Walks one value after another without building any of them, token by token, so that a value whose bytes come in pieces is
 * walked once. A string, binary or extension is one token. MessagePack specification, "Formats".
 */
export class MsgpackScanner {
  /** The value holds nothing that JSON does not have: no 64-bit integer, binary or extension. */
  isPlain = true
  /** A map of it has a key that a JavaScript object would lose, rename or reorder: a number, digits, `__proto__`. */
  hasOddKeys = false

  readonly #maxDepth: number
  readonly #maxBytes: number
  /** What errors call the bytes: `the body`. */
  readonly #name: string
  /** Of each open container: how many values are to come, keys among them. */
  #open: number[] = []
  #isMap: boolean[] = []
  /** Bytes of the current value that were walked. */
  #walked = 0

  constructor(name: string, maxDepth: number, maxBytes: number = Number.POSITIVE_INFINITY) {
    this.#name = name
    this.#maxDepth = maxDepth
    this.#maxBytes = maxBytes
  }

  /**
   * The offset behind the value that starts at `start`, or INCOMPLETE: then it is to be called again with the same bytes and more.
   * Throws BAD_REQUEST at what no value is, PAYLOAD_TOO_LARGE as soon as the value is known to have more than `maxBytes`.
   */
  scan(bytes: Uint8Array, start: number): number {
    if (this.#walked === 0) {
      this.isPlain = true
      this.hasOddKeys = false
    }
    let at = start + this.#walked
    for (;;) {
      const end = at < bytes.length ? this.#token(bytes, at) : INCOMPLETE
      if (end === INCOMPLETE) {
        this.#walked = at - start
        return INCOMPLETE
      }
      at = end
      if (at - start > this.#maxBytes) throw this.#tooLarge()
      if (this.#isComplete()) {
        this.#walked = 0
        return at
      }
    }
  }

  /** Counts the value that has just been walked, and the containers that it has completed. */
  #isComplete(): boolean {
    const open = this.#open
    while (open.length > 0) {
      const last = open.length - 1
      // An array or map that has just been opened counts itself once its elements are here.
      if (open[last]! > 0) return false
      open.pop()
      this.#isMap.pop()
    }
    return true
  }

  /** True where the next value is a key, which it counts at the same time. */
  #enter(): boolean {
    const last = this.#open.length - 1
    if (last < 0) return false
    const left = this.#open[last]!
    this.#open[last] = left - 1
    return this.#isMap[last]! && left % 2 === 0
  }

  /** The offset behind the token at `at`: a whole value, or the head of an array or map. */
  #token(bytes: Uint8Array, at: number): number {
    const code = bytes[at]!
    if (code < 0x80 || code >= 0xe0) return this.#integer(bytes, at, 0)
    if (code < 0x90) return this.#container(at, at + 1, code & 0x0f, true)
    if (code < 0xa0) return this.#container(at, at + 1, code & 0x0f, false)
    if (code < 0xc0) return this.#text(bytes, at, at + 1, code & 0x1f)
    // Sizes are powers of two, in the order of the codes.
    if (code >= 0xde) return this.#sized(bytes, at, 2 << (code - 0xde), this.#map)
    if (code >= 0xdc) return this.#sized(bytes, at, 2 << (code - 0xdc), this.#array)
    if (code >= 0xd9) return this.#sized(bytes, at, 1 << (code - 0xd9), this.#text)
    if (code >= 0xd4) return this.#extension(bytes, at, at + 1, 1 << (code - 0xd4))
    if (code >= 0xcc) return this.#integer(bytes, at, 1 << (code & 3))
    if (code >= 0xca) return this.#float(bytes, at, 4 << (code - 0xca))
    if (code >= 0xc7) return this.#sized(bytes, at, 1 << (code - 0xc7), this.#extension)
    if (code >= 0xc4) return this.#sized(bytes, at, 1 << (code - 0xc4), this.#binary)
    if (code === 0xc1) throw this.#wrong('the byte 0xc1', at)
    // nil, false, true
    this.#enterValue(at)
    return at + 1
  }

  #integer(bytes: Uint8Array, at: number, size: number): number {
    if (bytes.length < at + 1 + size) return INCOMPLETE
    if (size === 8) this.isPlain = false
    if (this.#enter()) this.hasOddKeys = true
    return at + 1 + size
  }

  #enterValue(at: number): void {
    if (this.#enter()) throw this.#wrong('a key that is no string and no integer', at)
  }

  #float(bytes: Uint8Array, at: number, size: number): number {
    const end = at + 1 + size
    if (bytes.length < end) return INCOMPLETE
    const exponent = (bytes[at + 1]! << 8) | bytes[at + 2]!
    const infinite = size === 4 ? 0x7f80 : 0x7ff0
    if ((exponent & infinite) === infinite) throw this.#wrong('a number that is not finite', at)
    this.#enterValue(at)
    return end
  }

  /** A token whose head holds a length of `size` bytes. */
  #sized(
    bytes: Uint8Array,
    at: number,
    size: number,
    read: (bytes: Uint8Array, at: number, body: number, length: number) => number,
  ): number {
    const body = at + 1 + size
    if (bytes.length < body) return INCOMPLETE
    let length = 0
    for (let i = at + 1; i < body; i++) length = length * 256 + bytes[i]!
    // Every byte, and every element, takes one at least.
    if (length > this.#maxBytes) throw this.#tooLarge()
    return read.call(this, bytes, at, body, length)
  }

  #text(bytes: Uint8Array, at: number, body: number, length: number): number {
    const end = body + length
    if (bytes.length < end) return INCOMPLETE
    const isKey = this.#enter()
    for (let i = body; i < end; i++) {
      if (bytes[i]! < 0x80) continue
      this.#checkUtf8(bytes, i, end, at)
      break
    }
    if (isKey) this.#lookAtKey(bytes, body, length)
    return end
  }

  #checkUtf8(bytes: Uint8Array, start: number, end: number, at: number): void {
    try {
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(start, end))
    } catch {
      throw this.#wrong('a string that is not UTF-8', at)
    }
  }

  /** Keys of digits come first in an object, whatever their place; `__proto__` would be renamed by the decoder. */
  #lookAtKey(bytes: Uint8Array, start: number, length: number): void {
    const first = bytes[start]
    if (first === undefined || length === 0) return
    if (first >= 0x30 && first <= 0x39) this.hasOddKeys = true
    if (length !== PROTO.length || first !== 0x5f) return
    for (let i = 0; i < length; i++) if (bytes[start + i] !== PROTO.charCodeAt(i)) return
    this.hasOddKeys = true
  }

  #binary(bytes: Uint8Array, at: number, body: number, length: number): number {
    if (bytes.length < body + length) return INCOMPLETE
    this.#enterValue(at)
    this.isPlain = false
    return body + length
  }

  /** `body` is where the type stands. Timestamps only: whatever else a decoder may know, nobody has asked for it. */
  #extension(bytes: Uint8Array, at: number, body: number, length: number): number {
    if (bytes.length <= body) return INCOMPLETE
    const type = (bytes[body]! << 24) >> 24
    if (type !== EXTENSIONS.timestamp || !TIMESTAMP_SIZES.includes(length)) {
      throw this.#wrong(`an extension of type ${type} with ${length} bytes`, at)
    }
    const end = this.#binary(bytes, at, body + 1, length)
    if (end !== INCOMPLETE && !isDate(bytes.subarray(body + 1, end)))
      throw this.#wrong('a time that no Date has', at)
    return end
  }

  #array(_bytes: Uint8Array, at: number, body: number, length: number): number {
    return this.#container(at, body, length, false)
  }

  #map(_bytes: Uint8Array, at: number, body: number, length: number): number {
    return this.#container(at, body, length, true)
  }

  #container(at: number, body: number, length: number, isMap: boolean): number {
    this.#enterValue(at)
    if (this.#open.length >= this.#maxDepth) {
      throw new RpcError('BAD_REQUEST', {
        message: `${this.#name} is nested deeper than ${this.#maxDepth} levels`,
      })
    }
    this.#open.push(isMap ? 2 * length : length)
    this.#isMap.push(isMap)
    return body
  }

  /** Without a cause, which would be logged: what a stranger sends is no event. */
  #wrong(what: string, at: number): RpcError {
    return new RpcError('BAD_REQUEST', {
      message: `${this.#name} is not valid MessagePack: ${what} at byte ${at + 1}`,
    })
  }

  #tooLarge(): RpcError {
    return new RpcError('PAYLOAD_TOO_LARGE', {
      message: `${this.#name} is longer than ${this.#maxBytes} bytes`,
    })
  }
}
