// A range of bytes → its text, strictly UTF-8, and keys that were seen before without making them anew.
import { PACKED_KEY_BYTES, PACKED_KEYS } from './limits.ts'

/** Texts up to this length are made of a list of their characters: a call of the engine's decoder takes as long as twice as many. */
const LOOPED_TEXT = 64

interface Key {
  readonly text: string
  readonly bytes: Uint8Array
  /** The place of the key that came after this one the last time: keys recur in the same order. */
  next: number
}

/** Throws a TypeError for what is no UTF-8. Nothing lasts of what was read but a bounded number of short keys. */
export class TextReader {
  #decoder: TextDecoder | undefined
  /** By length: the lists. */
  readonly #units: number[][] = []
  readonly #keys: (Key | undefined)[] = []
  #last: Key | undefined

  text(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start
    if (length > LOOPED_TEXT) return this.#decode(bytes, start, end)
    this.#units[length] ??= new Array(length).fill(0)
    const units = this.#units[length]
    let bits = 0
    for (let i = 0; i < length; i++) {
      const byte = bytes[start + i]!
      bits |= byte
      units[i] = byte
    }
    return bits < 0x80 ? String.fromCharCode.apply(null, units) : this.#decode(bytes, start, end)
  }

  key(bytes: Uint8Array, start: number, end: number): string {
    if (end - start > PACKED_KEY_BYTES) return this.text(bytes, start, end)
    const last = this.#last
    let key = last && this.#keys[last.next]
    if (key === undefined || !isKey(key, bytes, start, end)) {
      let place = placeOf(bytes, start, end)
      key = this.#keys[place]
      // Either of two places, so that two keys that recur do not drive each other out.
      if (key !== undefined && !isKey(key, bytes, start, end)) {
        place ^= 1
        key = this.#keys[place]
      }
      if (key === undefined || !isKey(key, bytes, start, end)) {
        key = { text: toKey(this.text(bytes, start, end)), bytes: copyOf(bytes, start, end), next: 0 }
        this.#keys[place] = key
      }
      if (last) last.next = place
    }
    this.#last = key
    return key.text
  }

  #decode(bytes: Uint8Array, start: number, end: number): string {
    this.#decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    return this.#decoder.decode(bytes.subarray(start, end))
  }
}

/** Of its own memory, also where the bytes are a Buffer of Node: its `slice` is a view, which would keep all of a message. */
export function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end))
}

function isKey(key: Key, bytes: Uint8Array, start: number, end: number): boolean {
  const own = key.bytes
  if (own.length !== end - start) return false
  for (let i = 0; i < own.length; i++) if (own[i] !== bytes[start + i]) return false
  return true
}

/** Of as many as are kept. */
function placeOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start
  for (let at = start; at < end; at++) hash = Math.imul(hash, 31) + bytes[at]!
  return (hash ^ (hash >>> 15)) & (PACKED_KEYS - 1)
}

/** As engines keep names of properties: each look-up by a copy of its own would have to find that one first. */
function toKey(text: string): string {
  return Object.keys({ [text]: 0 })[0]!
}
