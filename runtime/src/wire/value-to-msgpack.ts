// Any value of JavaScript → MessagePack bytes of what JSON.stringify would write of it; Dates, bigints and bytes natively. PROTOCOL.md, "MessagePack".
import { PACKED_DEPTH } from './limits.ts'
import { MsgpackBytes } from './msgpack-bytes.ts'

export class MsgpackWriter extends MsgpackBytes {
  /** What `write` writes, and nothing else: a copy of the bytes. A getter of what is written may write another value meanwhile. */
  only(write: (writer: this) => void): Uint8Array<ArrayBuffer> {
    const start = this.length
    try {
      write(this)
      return this.copy(start)
    } finally {
      this.rollback(start)
    }
  }

  /** What `write` writes, or nothing where it throws. */
  whole(write: (writer: this) => void): void {
    const { length } = this
    try {
      write(this)
    } catch (error) {
      this.rollback(length)
      throw error
    }
  }

  /** The bytes of one value. */
  pack(value: unknown): Uint8Array<ArrayBuffer> {
    return this.only(() => this.value(value))
  }

  /**
   * Members that are `undefined` or functions are absent, elements that are so are `null`, `toJSON` is heeded, a Map is an array of pairs, a Set
   * an array, a URL and a RegExp their text, an Error its name and message. Throws a TypeError for a number that is not finite, an invalid
   * Date and an object that holds itself.
   */
  value(value: unknown): void {
    if (!this.#value(value, '', 0)) this.nil()
  }

  /** False: the value has no form, and nothing was written. */
  #value(value: unknown, name: string, depth: number): boolean {
    switch (typeof value) {
      case 'number':
        if (!Number.isFinite(value)) throw unsendable(name, value)
        this.number(value)
        return true
      case 'function':
      case 'symbol':
      case 'undefined':
        return false
      case 'object':
        if (value !== null) return this.#object(value, name, depth)
    }
    this.leaf(value)
    return true
  }

  #object(value: object, name: string, depth: number): boolean {
    if (depth > PACKED_DEPTH)
      throw new TypeError(`argument "${name}" is nested deeper than ${PACKED_DEPTH} levels`)
    if (Array.isArray(value)) return this.#list(value, name, depth)
    if (value instanceof Map || value instanceof Set) return this.#list([...value], name, depth)
    if (value instanceof Date) {
      if (Number.isNaN(+value)) throw unsendable(name, value)
      this.date(value)
      return true
    }
    const bytes = toBytes(value)
    if (bytes) this.bytes(bytes)
    else if (value instanceof RegExp) this.text(String(value))
    else if (value instanceof Error) return this.#members({ name: value.name, message: value.message }, depth)
    else {
      const { toJSON } = value as { toJSON?: unknown }
      if (typeof toJSON === 'function') return this.#value(toJSON.call(value, name), name, depth + 1)
      if (value instanceof Number || value instanceof String || value instanceof Boolean)
        this.leaf(value.valueOf())
      else return this.#members(value, depth)
    }
    return true
  }

  /** As many elements as are announced, though a getter or `toJSON` in it may change the list. */
  #list(list: readonly unknown[], name: string, depth: number): true {
    const { length } = list
    this.list(length)
    for (let index = 0; index < length; index++) if (!this.#value(list[index], name, depth + 1)) this.nil()
    return true
  }

  #members(object: object, depth: number): true {
    const names = Object.keys(object)
    const start = this.startMap(names.length)
    let size = 0
    for (const name of names) {
      const mark = this.length
      this.text(name)
      if (this.#value((object as Record<string, unknown>)[name], name, depth + 1)) size++
      else this.rollback(mark)
    }
    this.endMap(start, size)
    return true
  }
}

function unsendable(name: string, value: unknown): TypeError {
  return new TypeError(`argument "${name}" cannot be ${value}`)
}

/** The bytes of an ArrayBuffer or of any view, little-endian wherever JavaScript runs today; undefined of anything else. */
export function toBytes(value: object): Uint8Array | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (!ArrayBuffer.isView(value)) return undefined
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
}
