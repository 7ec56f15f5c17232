// Stream records ↔ MessagePack values and extensions. PROTOCOL.md, "Streams of MessagePack". Pure: no sockets, no timers.
import type { WireError } from '../errors.ts'
import { PACKED_DEPTH } from './limits.ts'
import { MsgpackExtent } from './msgpack-extent.ts'
import { EXTENSIONS } from './msgpack-names.ts'
import { IncompleteValue, MsgpackReader } from './msgpack-reader.ts'
import type { TakeRecord } from './stream-records.ts'
import { MsgpackWriter } from './value-to-msgpack.ts'

/** Writes one value. */
type Write = (writer: MsgpackWriter) => void

/** Appends records to `writer`. Where `write` throws, there is nothing of its record. */
export interface MsgpackRecordEncoder {
  item(write: Write, id?: string): void
  /** Without `write`: there is no return value. */
  end(write?: Write): void
  /** Of plain data. */
  error(error: WireError): void
  readonly keepAlive: Uint8Array
}

export function createMsgpackRecordEncoder(writer: MsgpackWriter): MsgpackRecordEncoder {
  // Its length comes first.
  const content = new MsgpackWriter()
  const extension = (type: number, write: Write) => {
    const bytes = content.only(write)
    writer.extension(type, bytes.length)
    writer.raw(bytes)
  }
  return {
    item(write, id) {
      if (id === undefined) return writer.whole(write)
      extension(EXTENSIONS.item, target => {
        target.list(2)
        target.text(id)
        write(target)
      })
    },
    end: (write = () => {}) => extension(EXTENSIONS.end, write),
    error: error => extension(EXTENSIONS.error, target => target.value(error)),
    keepAlive: new MsgpackWriter().only(it => it.extension(EXTENSIONS.keepAlive, 0)),
  }
}

/**
 * Takes the bytes of a body in any cuts and hands out the records that are complete, with the same rules as the decoder of `json-seq`: it throws what is
 * wrong, and takes nothing after a terminal record.
 */
export type MsgpackRecordDecoder = (bytes: Uint8Array) => void

export function createMsgpackRecordDecoder(take: TakeRecord, maxRecordBytes: number): MsgpackRecordDecoder {
  const reader = new MsgpackReader('the record', PACKED_DEPTH)
  const extent = new MsgpackExtent()
  /** Bytes of the record whose end has not come yet; the buffer doubles, so that cuts cost nothing. */
  let buffer = new Uint8Array()
  let held = 0
  let isOver = false

  const hold = (bytes: Uint8Array): void => {
    const length = held + bytes.length
    if (length > buffer.length) {
      const larger = new Uint8Array(Math.max(length, 2 * buffer.length))
      larger.set(buffer.subarray(0, held))
      buffer = larger
    }
    buffer.set(bytes, held)
    held = length
  }

  const checkLength = (length: number): void => {
    if (length > maxRecordBytes)
      take('error', { code: 'PAYLOAD_TOO_LARGE', message: `a record has more than ${maxRecordBytes} bytes` })
  }

  const content = (bytes: Uint8Array, start: number, end: number): unknown => {
    try {
      const value = reader.read(bytes, start, end)
      if (reader.end === end) return value
    } catch (error) {
      if (!(error instanceof IncompleteValue)) throw error
    }
    throw new TypeError('a control record that is not one value')
  }

  const control = (bytes: Uint8Array, type: number, start: number, end: number): void => {
    switch (type) {
      case EXTENSIONS.keepAlive:
        return
      case EXTENSIONS.end:
        isOver = true
        return take('end', start === end ? undefined : content(bytes, start, end))
      case EXTENSIONS.error:
        isOver = true
        return take('error', content(bytes, start, end))
      default: {
        const parts = content(bytes, start, end)
        if (!Array.isArray(parts) || parts.length !== 2 || typeof parts[0] !== 'string')
          throw new TypeError('an item that is not [id, value]')
        take('item', parts[1], parts[0])
      }
    }
  }

  /** Hands out the record at `at`; the offset behind it. */
  const read = (bytes: Uint8Array, at: number): number => {
    const code = bytes[at]!
    const isExtension = (code >= 0xd4 && code < 0xd9) || (code >= 0xc7 && code < 0xca)
    const head = isExtension ? controlHead(bytes, at) : undefined
    if (head === undefined) {
      const item = reader.read(bytes, at)
      checkLength(reader.end - at)
      take('item', item)
      return reader.end
    }
    const end = head.start + head.length
    checkLength(head.length)
    if (bytes.length < end) throw new IncompleteValue()
    control(bytes, head.type, head.start, end)
    return end
  }

  /** The offset of the first record that is not complete. */
  const readAll = (bytes: Uint8Array): number => {
    let at = 0
    try {
      while (at < bytes.length && !isOver) at = read(bytes, at)
    } catch (error) {
      if (error instanceof IncompleteValue) return at
      throw error
    }
    return bytes.length
  }

  return chunk => {
    if (isOver || chunk.length === 0) return
    let bytes = chunk
    if (held > 0) {
      hold(chunk)
      const least = extent.least(buffer, held)
      checkLength(least)
      if (least > held) return
      bytes = buffer.subarray(0, held)
    }
    const rest = bytes.subarray(readAll(bytes))
    held = 0
    if (isOver || rest.length === 0) return
    // Also to the buffer's own beginning.
    hold(rest)
    extent.restart()
    checkLength(extent.least(buffer, held))
  }
}

/** Where the content of one of our extensions stands; undefined of any other. */
function controlHead(bytes: Uint8Array, at: number) {
  const code = bytes[at]!
  const isFixed = code >= 0xd4
  const size = isFixed ? 0 : 1 << (code - 0xc7)
  const start = at + 2 + size
  if (bytes.length < start) throw new IncompleteValue()
  const type = bytes[start - 1]!
  if (type < EXTENSIONS.item || type > EXTENSIONS.keepAlive) return undefined
  let length = isFixed ? 1 << (code - 0xd4) : 0
  for (let i = at + 1; i <= at + size; i++) length = length * 256 + bytes[i]!
  return { type, start, length }
}
