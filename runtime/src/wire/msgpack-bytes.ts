// Numbers, texts, Dates and heads of lists, one after another → MessagePack in one buffer that grows. PROTOCOL.md, "Values of MessagePack".
import type { PackedWriter } from '../compiled-route.ts'
import { PACKED_FIRST_BYTES, PACKED_KEPT_BYTES } from './limits.ts'
import { EXTENSIONS } from './msgpack-names.ts'

/** Texts up to this length are written in a loop: the engine's encoder takes as long for a hundred characters as for none. */
const LOOPED_TEXT = 96

/** A length, or a number, and its head take no more than this. */
const HEAD = 5
const NUMBER = 9
/** UTF-16 units take three bytes at most: pairs take four. */
const UNIT = 3

const UTF8 = /* @__PURE__ */ new TextEncoder()

/**
 * Each call writes one value, or the head of a list or map whose elements are to follow, in its smallest exact form. What has thrown has
 * written nothing, but for the heads and elements before it: `rollback` takes those back.
 */
export class MsgpackBytes implements PackedWriter {
  #bytes = new Uint8Array()
  #view = new DataView(this.#bytes.buffer)
  #at = 0
  /** What the next buffer begins with. */
  #size: number = PACKED_FIRST_BYTES

  /** Bytes that were written and not taken. */
  get length(): number {
    return this.#at
  }

  /** Forgets what was written since `length` was this. */
  rollback(length: number): void {
    this.#at = length
  }

  /** The bytes, which are the caller's: the next ones are written to another buffer, which is made when it is needed. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes.subarray(0, this.#at)
    // About as much is likely to come again.
    this.#size = Math.max(PACKED_FIRST_BYTES, Math.min(this.#at + (this.#at >> 3), PACKED_KEPT_BYTES))
    this.#renew(new Uint8Array())
    this.#at = 0
    return bytes
  }

  /** A copy of the bytes from `start` on, which are taken: the buffer is written to again, unless it is empty and has become large. */
  copy(start: number): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes.slice(start, this.#at)
    this.#at = start
    if (start === 0 && this.#bytes.length > PACKED_KEPT_BYTES) this.#renew(new Uint8Array())
    return bytes
  }

  nil(): void {
    this.byte(0xc0)
  }

  boolean(value: boolean): void {
    this.byte(value ? 0xc3 : 0xc2)
  }

  byte(byte: number): void {
    this.#reserve(1)
    this.#bytes[this.#at++] = byte
  }

  /** Any of what is no list and no map; `undefined` as `null`. Throws a TypeError for all else. */
  leaf(value: unknown): void {
    switch (typeof value) {
      case 'string':
        return this.text(value)
      case 'number':
        return this.number(value)
      case 'boolean':
        return this.boolean(value)
      case 'bigint':
        return this.bigint(value)
    }
    if (value === null || value === undefined) this.nil()
    else if (value instanceof Date) this.date(value)
    else if (value instanceof Uint8Array) this.bytes(value)
    else throw new TypeError(`a ${typeof value} without a form in MessagePack cannot be sent`)
  }

  /** Integers up to 32 bits as such: those of 64 are bigints to a reader. Throws a TypeError for a number that is not finite. */
  number(value: number): void {
    this.#reserve(NUMBER)
    if (value === (value | 0)) this.#integer(value)
    else if (value === value >>> 0) this.#uint32(0xce, value)
    else this.#float(value)
  }

  #integer(value: number): void {
    const bytes = this.#bytes
    if (value >= -0x20 && value < 0x80) bytes[this.#at++] = value
    else if (value >= -0x80 && value < 0x100) {
      bytes[this.#at++] = value < 0 ? 0xd0 : 0xcc
      bytes[this.#at++] = value
    } else if (value >= -0x8000 && value < 0x10000) {
      bytes[this.#at++] = value < 0 ? 0xd1 : 0xcd
      bytes[this.#at++] = value >> 8
      bytes[this.#at++] = value
    } else this.#uint32(value < 0 ? 0xd2 : 0xce, value)
  }

  #uint32(code: number, value: number): void {
    const bytes = this.#bytes
    let at = this.#at
    bytes[at++] = code
    bytes[at++] = value >> 24
    bytes[at++] = value >> 16
    bytes[at++] = value >> 8
    bytes[at++] = value
    this.#at = at
  }

  #float(value: number): void {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no form in MessagePack`)
    const isShort = Math.fround(value) === value
    this.#bytes[this.#at] = isShort ? 0xca : 0xcb
    if (isShort) this.#view.setFloat32(this.#at + 1, value)
    else this.#view.setFloat64(this.#at + 1, value)
    this.#at += isShort ? 5 : 9
  }

  /** Nine bytes always; beyond 64 bits its decimal text. */
  bigint(value: bigint): void {
    const isSigned = value < 0n
    if (value !== (isSigned ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value)))
      return this.text(String(value))
    this.#reserve(NUMBER)
    this.#bytes[this.#at] = isSigned ? 0xd3 : 0xcf
    this.#view.setBigUint64(this.#at + 1, BigInt.asUintN(64, value))
    this.#at += NUMBER
  }

  /** UTF-8, with U+FFFD for halves of surrogate pairs. */
  text(value: string): void {
    const { length } = value
    this.#reserve(HEAD + length * UNIT)
    // Where the text begins if it is ASCII, as most are.
    const head = headSize(length)
    const start = this.#at + head
    const end = length > LOOPED_TEXT ? this.#encode(value, start) : encodeShort(value, this.#bytes, start)
    const size = end - start
    if (headSize(size) !== head) this.#bytes.copyWithin(this.#at + headSize(size), start, end)
    if (size < 0x20) this.#bytes[this.#at++] = 0xa0 | size
    else this.#head(0xd9, 0xda, 0xdb, size)
    this.#at += size
  }

  #encode(value: string, start: number): number {
    return start + UTF8.encodeInto(value, this.#bytes.subarray(start)).written
  }

  bytes(value: Uint8Array): void {
    this.#reserve(HEAD + value.length)
    this.#head(0xc4, 0xc5, 0xc6, value.length)
    this.#bytes.set(value, this.#at)
    this.#at += value.length
  }

  /** Throws a TypeError for an invalid Date. MessagePack specification, "Timestamp extension type". */
  date(value: Date): void {
    const time = value.getTime()
    const seconds = Math.floor(time / 1000)
    const nanoseconds = (time - seconds * 1000) * 1e6
    this.#reserve(15)
    if (seconds >= 0 && seconds < 2 ** 34) {
      const isShort = nanoseconds === 0 && seconds < 2 ** 32
      this.#bytes[this.#at] = isShort ? 0xd6 : 0xd7
      this.#bytes[this.#at + 1] = EXTENSIONS.timestamp
      this.#at += 2
      if (!isShort) this.#fixed32(nanoseconds * 4 + Math.floor(seconds / 2 ** 32))
      this.#fixed32(seconds)
      return
    }
    if (Number.isNaN(time)) throw new TypeError('an invalid Date has no form in MessagePack')
    this.extension(EXTENSIONS.timestamp, 12)
    this.#fixed32(nanoseconds)
    this.#fixed32(Math.floor(seconds / 2 ** 32))
    this.#fixed32(seconds)
  }

  /** Its low 32 bits. */
  #fixed32(value: number): void {
    this.#view.setUint32(this.#at, value)
    this.#at += 4
  }

  list(length: number): void {
    this.#reserve(HEAD)
    if (length < 0x10) this.#bytes[this.#at++] = 0x90 | length
    else this.#head(0, 0xdc, 0xdd, length)
  }

  /** Members follow as a key and a value each. */
  map(size: number): void {
    this.#reserve(HEAD)
    if (size < 0x10) this.#bytes[this.#at++] = 0x80 | size
    else this.#head(0, 0xde, 0xdf, size)
  }

  /** The head of a map that is known to have `size` members at most; what `endMap` takes. */
  startMap(size: number): number {
    const start = this.#at
    this.map(size)
    return start
  }

  endMap(start: number, size: number): void {
    const code = this.#bytes[start]!
    if (code < 0x90) this.#bytes[start] = 0x80 | size
    else if (code === 0xde) this.#view.setUint16(start + 1, size)
    else this.#view.setUint32(start + 1, size)
  }

  /** The head of an extension: its content, of `length` bytes, is to follow. */
  extension(type: number, length: number): void {
    this.#reserve(HEAD + 1)
    this.#head(0xc7, 0xc8, 0xc9, length)
    this.byte(type)
  }

  /** Bytes that are MessagePack already. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  /** A code and a length, of 8, 16 or 32 bits; 0 in the place of the first code: there is no form of 8 bits. Room is reserved. */
  #head(short: number, medium: number, long: number, length: number): void {
    const bytes = this.#bytes
    if (short !== 0 && length < 0x100) bytes[this.#at++] = short
    else if (length < 0x10000) {
      bytes[this.#at++] = medium
      bytes[this.#at++] = length >> 8
    } else return this.#uint32(long, length)
    bytes[this.#at++] = length
  }

  #reserve(size: number): void {
    if (this.#at + size > this.#bytes.length) this.#grow(size)
  }

  #grow(size: number): void {
    const larger = new Uint8Array(Math.max(this.#size, 2 * this.#bytes.length, this.#at + size))
    larger.set(this.#bytes.subarray(0, this.#at))
    this.#renew(larger)
  }

  #renew(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer)
  }
}

function headSize(length: number): number {
  if (length < 0x20) return 1
  if (length < 0x100) return 2
  return length < 0x10000 ? 3 : HEAD
}

/** The offset behind it. */
function encodeShort(text: string, bytes: Uint8Array, start: number): number {
  let at = start
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) {
      bytes[at++] = unit
      continue
    }
    let code = text.codePointAt(i)!
    if (code > 0xffff) i++
    else if (code >= 0xd800 && code < 0xe000) code = 0xfffd
    at = encodePoint(code, bytes, at)
  }
  return at
}

function encodePoint(code: number, bytes: Uint8Array, start: number): number {
  let at = start
  if (code < 0x800) bytes[at++] = 0xc0 | (code >> 6)
  else {
    if (code < 0x10000) bytes[at++] = 0xe0 | (code >> 12)
    else {
      bytes[at++] = 0xf0 | (code >> 18)
      bytes[at++] = 0x80 | ((code >> 12) & 0x3f)
    }
    bytes[at++] = 0x80 | ((code >> 6) & 0x3f)
  }
  bytes[at++] = 0x80 | (code & 0x3f)
  return at
}
