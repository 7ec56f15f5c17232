// The framing of `alien-rpc.v1.msgpack`: frames and values → MessagePack, and the bytes of a message → its frames, not yet checked.
import type { CompiledInput, CompiledOutput } from '../compiled-route.ts'
import { RpcError } from '../errors.ts'
import { toJson } from './json-text.ts'
import { PACKED_DEPTH } from './limits.ts'
import { IncompleteValue, MsgpackReader, NoMsgpack, type UnpackedValue } from './msgpack-reader.ts'
import { rowsSubprotocol, type SocketMessage, SUBPROTOCOLS } from './socket-frames.ts'
import type { ClientFraming, Encoded, ItemBatch, RawFrame, SocketFraming } from './socket-framing.ts'
import { MsgpackWriter } from './value-to-msgpack.ts'

/** Levels that a frame adds to a value in it. */
const FRAME_DEPTH = 1
/** Where a client's frame has the value of an application. */
const VALUE_INDEX: ReadonlyMap<unknown, number> = new Map([
  ['notify', 1],
  ['request', 2],
  ['subscribe', 4],
])

/** A value whose declared type is yet to say what it is. */
class Undetermined implements UnpackedValue {
  readonly value: unknown
  readonly isPlain: boolean
  readonly hasMaps: boolean

  constructor(value: unknown, { isPlain, hasMaps }: MsgpackReader) {
    this.value = value
    this.isPlain = isPlain
    this.hasMaps = hasMaps
  }
}

/** What types say of values, which is no business of the wire. */
export interface TypedConversions {
  /** Writes a handler's value. */
  write(value: unknown, output: CompiledOutput, writer: MsgpackWriter): void
  /** What a client sent → the JSON that stands for it. */
  toJson(value: UnpackedValue, input: CompiledInput): unknown
  /** The same for what has no declared type. */
  toUntypedJson(value: unknown): unknown
}

export function createMsgpackFraming(types: TypedConversions): SocketFraming {
  const writer = new MsgpackWriter()
  const reader = new MsgpackReader('the message', PACKED_DEPTH, 'maps')

  const toFrame = (fields: unknown): unknown => {
    if (!isFrame(fields)) throw wrong('holds a frame that is not [kind, ...fields]')
    const index = VALUE_INDEX.get(fields[0])
    if (index === undefined) return types.toUntypedJson(fields)
    if (index < fields.length) fields[index] = new Undetermined(fields[index], reader)
    return fields
  }

  const write = (value: unknown, output: CompiledOutput, target: MsgpackWriter) => {
    if (value === undefined) target.nil()
    else types.write(value, output, target)
  }

  /** `values` are `count` values, in one piece or in many. */
  const itemsFrame = (id: number, count: number, values: readonly Encoded[], ids: readonly unknown[] = []) =>
    writer.only(() => {
      writer.list(ids.length > 0 ? 4 : 3)
      writer.text('items')
      writer.number(id)
      writer.list(count)
      for (const value of values) writer.raw(value as Uint8Array)
      if (ids.length > 0) writer.value(ids)
    })

  const createItems = (): ItemBatch => {
    const values = new MsgpackWriter()
    let count = 0
    return {
      get count() {
        return count
      },
      get size() {
        return values.length
      },
      add(value, output) {
        values.whole(() => write(value, output, values))
        count++
      },
      take(id, ids) {
        const frame = itemsFrame(id, count, [values.take()], ids)
        count = 0
        return frame
      },
    }
  }

  return {
    name: 'msgpack',
    // The data of an error has no declared type: JSON decides what is sent.
    frame: fields => writer.pack(JSON.parse(toJson(withoutAbsent(fields))!)),
    frameWith: (head, value) =>
      writer.only(() => {
        writer.list(head.length + 1)
        for (const field of head) writer.leaf(field)
        writer.raw(value as Uint8Array)
      }),
    createItems,
    items: (id, values, ids) => itemsFrame(id, values.length, values, ids),
    value: (value, output) => writer.only(() => write(value, output, writer)),
    message: messageWriter(writer),
    input: (value, input) => (value instanceof Undetermined ? types.toJson(value, input) : value),

    parse(encoded, { maxDepth, maxFrames }) {
      const bytes = toBytes(encoded)
      const { count, start } = readArrayHead(bytes)
      if (count - 2 > maxFrames) throw wrong(`holds ${count - 2} frames, at most ${maxFrames} are allowed`)
      const parts: unknown[] = []
      let at = start
      try {
        // Frame by frame, because they differ in what they hold.
        while (parts.length < count) {
          const part = reader.read(bytes, at, bytes.length, maxDepth + FRAME_DEPTH)
          parts.push(parts.length < 2 ? part : toFrame(part))
          at = reader.end
        }
      } catch (error) {
        if (error instanceof IncompleteValue) throw wrong('ends before its last frame does')
        if (error instanceof NoMsgpack) throw new RpcError('BAD_REQUEST', { message: error.message })
        throw error
      }
      if (at < bytes.length) throw wrong('holds more than an array')
      if (!isMessage(parts)) throw wrong('is not [number, acknowledged, ...[kind, ...fields]]')
      return parts
    },
  }
}

/** What a client needs. `rows`: the schema of the rows that answers can be. */
export function createMsgpackClientFraming(writer: MsgpackWriter, rows?: string): ClientFraming {
  const reader = new MsgpackReader('the message', PACKED_DEPTH)
  return {
    frame: fields => writer.pack(fields),
    message: messageWriter(writer),
    protocols: [...(rows ? [rowsSubprotocol(rows)] : []), SUBPROTOCOLS.msgpack],
    accept(protocol) {
      this.isRows = protocol !== SUBPROTOCOLS.msgpack
    },
    parse(encoded) {
      // Text is no MessagePack either.
      const { value } = reader.readAll(encoded as Uint8Array)
      if (isMessage(value)) return value
      throw new TypeError('no message')
    },
  }
}

function withoutAbsent(fields: RawFrame): unknown[] {
  let length = fields.length
  while (fields[length - 1] === undefined) length--
  return fields.slice(0, length)
}

function messageWriter(writer: MsgpackWriter): SocketFraming['message'] {
  return (number, acknowledged, frames) =>
    writer.only(() => {
      writer.list(frames.length + 2)
      writer.number(number)
      writer.number(acknowledged)
      for (const frame of frames) writer.raw(frame as Uint8Array)
    })
}

function readArrayHead(bytes: Uint8Array): { readonly count: number; readonly start: number } {
  const [code = 0] = bytes
  const size = code === 0xdc ? 2 : code === 0xdd ? 4 : 0
  if ((size === 0 && (code < 0x90 || code > 0x9f)) || bytes.length <= size) throw wrong('is no array')
  let count = size === 0 ? code & 0x0f : 0
  for (let i = 1; i <= size; i++) count = count * 256 + bytes[i]!
  return { count, start: 1 + size }
}

function toBytes(message: Encoded): Uint8Array {
  if (typeof message !== 'string') return message
  throw new RpcError('UNSUPPORTED_MEDIA_TYPE', { message: 'the message must be binary' })
}

/** A number above 0 is that of frames. */
function isMessage(value: unknown): value is SocketMessage<RawFrame> {
  if (!Array.isArray(value) || !isCount(value[0]) || !isCount(value[1])) return false
  for (let index = 2; index < value.length; index++) if (!isFrame(value[index])) return false
  return value[0] === 0 || value.length > 2
}

// Of its own: what is shared with the client's first chunk would move to a chunk of both.
function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isFrame(value: unknown): value is unknown[] {
  return Array.isArray(value) && typeof value[0] === 'string'
}

function wrong(what: string): RpcError {
  return new RpcError('BAD_REQUEST', { message: `the message ${what}` })
}
