// Stream records ↔ MessagePack values and extensions. PROTOCOL.md, "Streams of MessagePack". Pure: no sockets, no timers.
import { RpcError, type WireError } from '../errors.ts'
import { EXTENSIONS } from './msgpack-names.ts'
import { INCOMPLETE, MsgpackScanner } from './msgpack-scanner.ts'
import { createUnpack } from './msgpack-to-value.ts'
import type { TakeRecord } from './stream-records.ts'
import type { MsgpackWriter } from './value-to-msgpack.ts'

/** How records are written. Values are packable: see MsgpackWriter. */
export interface MsgpackRecordEncoder {
  item(value: unknown, id?: string): Uint8Array
  end(value?: unknown): Uint8Array
  error(error: WireError): Uint8Array
  readonly keepAlive: Uint8Array
}

export function createMsgpackRecordEncoder(writer: MsgpackWriter): MsgpackRecordEncoder {
  return {
    item: (value, id) =>
      id === undefined ? writer.write(value) : extension(EXTENSIONS.item, writer.write([id, value])),
    end: value => extension(EXTENSIONS.end, value === undefined ? new Uint8Array() : writer.write(value)),
    error: error => extension(EXTENSIONS.error, writer.write(error)),
    keepAlive: extension(EXTENSIONS.keepAlive, new Uint8Array()),
  }
}

/** ext 8 or ext 32, whatever the length: the fixed ones are no shorter where it matters. */
function extension(type: number, content: Uint8Array): Uint8Array {
  const isShort = content.length < 256
  const head = isShort ? 3 : 6
  const bytes = new Uint8Array(head + content.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, isShort ? 0xc7 : 0xc9)
  if (isShort) view.setUint8(1, content.length)
  else view.setUint32(1, content.length)
  view.setInt8(head - 1, type)
  bytes.set(content, head)
  return bytes
}

/**
 * Takes the bytes of a body in any cuts and hands out the records that are complete, with the same rules as the decoder of `json-seq`: it throws what is
 * wrong, and takes nothing after a terminal record. `finish` makes a decoded value what the caller needs.
 */
export type MsgpackRecordDecoder = (bytes: Uint8Array) => void

/** Values nest no deeper than V8 can follow. */
const MAX_DEPTH = 1_000

export function createMsgpackRecordDecoder(
  finish: (value: unknown, hasMaps: boolean) => unknown,
  take: TakeRecord,
  maxRecordBytes: number,
): MsgpackRecordDecoder {
  const scanner = new MsgpackScanner('the record', MAX_DEPTH, maxRecordBytes)
  const unpack = createUnpack()
  /** Bytes of the record whose end has not come yet; the buffer doubles, so that cuts cost nothing. */
  let buffer = new Uint8Array()
  let held = 0
  let isOver = false

  const hold = (bytes: Uint8Array, offset: number): void => {
    const length = offset + bytes.length
    if (length > buffer.length) {
      const larger = new Uint8Array(Math.max(length, 2 * buffer.length))
      larger.set(buffer.subarray(0, offset))
      buffer = larger
    }
    buffer.set(bytes, offset)
    held = length
  }

  const tooLong = () =>
    take('error', { code: 'PAYLOAD_TOO_LARGE', message: `a record has more than ${maxRecordBytes} bytes` })

  // By offsets: a view of each record would cost as much as reading it.
  const unpacked = (bytes: Uint8Array, start: number, end: number): unknown => {
    const { hasOddKeys } = scanner
    return finish(unpack(bytes, hasOddKeys, start, end), hasOddKeys)
  }

  const contentOf = (bytes: Uint8Array): unknown => {
    if (scanner.scan(bytes, 0) !== bytes.length) throw new TypeError('a control record that is not one value')
    return unpacked(bytes, 0, bytes.length)
  }

  const control = (type: number, content: Uint8Array): void => {
    switch (type) {
      case EXTENSIONS.keepAlive:
        return
      case EXTENSIONS.end:
        isOver = true
        return take('end', content.length === 0 ? undefined : contentOf(content))
      case EXTENSIONS.error:
        isOver = true
        return take('error', contentOf(content))
      default: {
        const parts = contentOf(content)
        if (!Array.isArray(parts) || parts.length !== 2 || typeof parts[0] !== 'string')
          throw new TypeError('an item that is not [id, value]')
        return take('item', parts[1], parts[0])
      }
    }
  }

  /** Hands out the record at `at`; the offset behind it. */
  const read = (bytes: Uint8Array, at: number): number => {
    const head = controlHead(bytes, at)
    if (head === INCOMPLETE) return INCOMPLETE
    if (head === undefined) {
      const end = scanner.scan(bytes, at)
      if (end !== INCOMPLETE) take('item', unpacked(bytes, at, end))
      return end
    }
    const end = head.start + head.length
    if (head.length > maxRecordBytes) tooLong()
    if (bytes.length < end) return INCOMPLETE
    control(head.type, bytes.subarray(head.start, end))
    return end
  }

  return chunk => {
    if (isOver) return
    if (held > 0) hold(chunk, held)
    const bytes = held > 0 ? buffer.subarray(0, held) : chunk
    let at = 0
    try {
      for (let end = at; at < bytes.length && !isOver; at = end) {
        end = read(bytes, at)
        if (end === INCOMPLETE) break
      }
    } catch (error) {
      // A client's errors are its own: it may have another copy of this module's.
      if (!(error instanceof RpcError) || error.remote) throw error
      if (error.code === 'PAYLOAD_TOO_LARGE') tooLong()
      throw new TypeError(error.message, { cause: error })
    }
    if (isOver || at === bytes.length) held = 0
    else if (at > 0 || held === 0) hold(bytes.slice(at), 0)
  }
}

/** Where the content of one of our extensions stands; undefined of any other value, INCOMPLETE where that cannot be told yet. */
function controlHead(
  bytes: Uint8Array,
  at: number,
):
  | { readonly type: number; readonly start: number; readonly length: number }
  | undefined
  | typeof INCOMPLETE {
  const code = bytes[at]
  const size = code === 0xc7 ? 1 : code === 0xc8 ? 2 : code === 0xc9 ? 4 : 0
  const isFixed = code !== undefined && code >= 0xd4 && code <= 0xd8
  if (size === 0 && !isFixed) return undefined
  const start = at + 2 + size
  if (bytes.length < start) return INCOMPLETE
  const type = bytes[start - 1]!
  if (type < EXTENSIONS.item || type > EXTENSIONS.keepAlive) return undefined
  let length = isFixed ? 2 ** (code - 0xd4) : 0
  for (let i = at + 1; i <= at + size; i++) length = length * 256 + bytes[i]!
  return { type, start, length }
}
