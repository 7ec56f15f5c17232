// MessagePack bytes of one value → the value, with Date, bigint and Uint8Array in it, after a look at all of the bytes.
import { Unpackr } from 'msgpackr/unpack'
import { RpcError } from '../errors.ts'
import { INCOMPLETE, MsgpackScanner } from './msgpack-scanner.ts'

export interface UnpackedValue {
  /**
   * Maps are plain objects of their own keys, or, where `hasMaps`, instances of Map. 64-bit integers are bigints, timestamps are
   * Dates, binaries are Uint8Arrays of their own.
   */
  readonly value: unknown
  /** Nothing in it has no form in JSON. */
  readonly isPlain: boolean
  /** A key would have been lost in an object, so maps are instances of Map. */
  readonly hasMaps: boolean
}

export interface MsgpackReader {
  /** Throws BAD_REQUEST, calling the bytes by the reader's name; they are not kept. */
  read(bytes: Uint8Array): UnpackedValue
}

/** Every length has been held against the bytes that are there before anything is allocated for it. */
export function createMsgpackReader(name: string, maxDepth: number): MsgpackReader {
  const unpack = createUnpack()
  return {
    read(bytes) {
      const scanner = new MsgpackScanner(name, maxDepth)
      const end = scanner.scan(bytes, 0)
      if (end === INCOMPLETE) throw broken(`it ends after ${bytes.length} bytes, before its value does`)
      if (end < bytes.length) throw broken(`its value ends with byte ${end} of ${bytes.length}`)
      const { isPlain, hasOddKeys } = scanner
      return { value: unpack(bytes, hasOddKeys), isPlain, hasMaps: hasOddKeys }
    },
  }

  function broken(what: string): RpcError {
    return new RpcError('BAD_REQUEST', { message: `${name} is not valid MessagePack: ${what}` })
  }
}

/** Bytes, of which a scanner has accepted those from `start` to `end`, and whether it has found odd keys in them → the value. */
export type Unpack = (bytes: Uint8Array, hasOddKeys: boolean, start?: number, end?: number) => unknown

/**
 * The records of msgpackr, which would be read by generated code, are off, and so are all extensions: the scanner has refused
 * their bytes.
 */
export function createUnpack(): Unpack {
  const options = { useRecords: false, int64AsType: 'bigint', copyBuffers: true } as const
  const toObjects = new Unpackr({ ...options, mapsAsObjects: true })
  const toMaps = new Unpackr({ ...options, mapsAsObjects: false })
  return (bytes, hasOddKeys, start = 0, end = bytes.length) =>
    (hasOddKeys ? toMaps : toObjects).unpack(bytes, { start, end })
}
