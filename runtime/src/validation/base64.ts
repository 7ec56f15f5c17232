// Bytes in → base64 text (RFC 4648, section 4, padded) out, and back. Browsers and Workers have no Buffer.
import type { BytesName } from '../compiled-route.ts'

/** Methods of ECMAScript 2026, many times faster, where the engine has them. */
interface Base64Bytes {
  toBase64?(): string
}
interface Base64Class {
  fromBase64?(text: string): Uint8Array<ArrayBuffer>
}

/** Code units in one call of `String.fromCharCode`: engines bound the number of arguments. */
const CHUNK = 8_192

/** Wider elements are written in the order of this platform's memory, which is little-endian wherever JavaScript runs today. */
export function bytesToBase64(value: ArrayBuffer | ArrayBufferView): string {
  const bytes = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value)
  const { toBase64 } = bytes as Base64Bytes
  if (toBase64) return toBase64.call(bytes)
  let binary = ''
  for (let start = 0; start < bytes.length; start += CHUNK) {
    binary += String.fromCharCode.apply(null, bytes.subarray(start, start + CHUNK) as unknown as number[])
  }
  return btoa(binary)
}

/** A fresh value of the class with that name, from text that `isBase64` accepts, or from the bytes themselves, as MessagePack has them. */
export function base64ToBytes(value: string | Uint8Array, type: BytesName): ArrayBuffer | ArrayBufferView {
  const { buffer } = typeof value === 'string' ? toUint8Array(value) : new Uint8Array(value)
  return type === 'ArrayBuffer' ? buffer : new globalThis[type](buffer)
}

function toUint8Array(text: string): Uint8Array<ArrayBuffer> {
  const { fromBase64 } = Uint8Array as Base64Class
  if (fromBase64) return fromBase64.call(Uint8Array, text)
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index)
  return bytes
}

const ALPHABET = /^[A-Za-z0-9+/]*={0,2}$/

/**
 * True of padded base64 text of a whole number of elements, and of so many bytes, which JSON never has. Bits after the last byte must be
 * zero (section 3.5).
 */
export function isBase64(value: unknown, type: BytesName): boolean {
  const elementSize = type === 'ArrayBuffer' ? 1 : globalThis[type].BYTES_PER_ELEMENT
  if (value instanceof Uint8Array) return value.length % elementSize === 0
  if (typeof value !== 'string' || value.length % 4 !== 0 || !ALPHABET.test(value)) return false
  const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0
  const last = value.at(-1 - padding) ?? ''
  if (padding === 2 && !'AQgw'.includes(last)) return false
  if (padding === 1 && !'AEIMQUYcgkosw048'.includes(last)) return false
  return ((value.length / 4) * 3 - padding) % elementSize === 0
}

/** True of a value of that class, or of one that extends it, such as Node's Buffer. */
export function isBytes(value: unknown, type: BytesName): boolean {
  return value instanceof globalThis[type]
}
