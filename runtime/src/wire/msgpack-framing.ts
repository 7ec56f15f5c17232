// The framing of `alien-rpc.v1.msgpack`: frames and values → MessagePack, and the bytes of a message → its frames, not yet checked.
import type { CompiledInput, CompiledOutput } from '../compiled-route.ts'
import { RpcError } from '../errors.ts'
import { concatBytes } from './bytes.ts'
import { toJson } from './json-text.ts'
import { INCOMPLETE, MsgpackScanner } from './msgpack-scanner.ts'
import { createMsgpackReader, createUnpack, type UnpackedValue } from './msgpack-to-value.ts'
import type { SocketMessage } from './socket-frames.ts'
import type { ClientFraming, Encoded, RawFrame, SocketFraming } from './socket-framing.ts'
import { createMsgpackWriter, type MsgpackWriter, toPackable } from './value-to-msgpack.ts'

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

  constructor({ value, isPlain, hasMaps }: UnpackedValue) {
    this.value = value
    this.isPlain = isPlain
    this.hasMaps = hasMaps
  }
}

/** What types say of values, which is no business of the wire. */
export interface TypedConversions {
  /** A handler's value → what is packed of it. */
  toPackable(value: unknown, output: CompiledOutput): unknown
  /** What a client sent → the JSON that stands for it. */
  toJson(value: UnpackedValue, input: CompiledInput): unknown
  /** The same for what has no declared type. */
  toUntypedJson(value: unknown): unknown
}

export function createMsgpackFraming(types: TypedConversions): SocketFraming {
  const writer = createMsgpackWriter()
  const unpack = createUnpack()
  const pack = (value: unknown) => writer.write(value)

  const readFrame = (bytes: Uint8Array, hasMaps: boolean, isPlain: boolean): unknown => {
    const fields = unpack(bytes, hasMaps) as unknown[]
    if (!isFrame(fields)) throw wrong('holds a frame that is not [kind, ...fields]')
    const index = VALUE_INDEX.get(fields[0])
    if (index === undefined) return types.toUntypedJson(fields)
    if (index < fields.length) fields[index] = new Undetermined({ value: fields[index], isPlain, hasMaps })
    return fields
  }

  const items: SocketFraming['items'] = (id, values, ids) =>
    concatBytes([
      arrayHead(ids ? 4 : 3),
      pack('items'),
      pack(id),
      arrayHead(values.length),
      ...(values as readonly Uint8Array[]),
      ...(ids ? [pack(ids)] : []),
    ])
  const value: SocketFraming['value'] = (value, output) =>
    pack(value === undefined ? null : types.toPackable(value, output))

  return {
    name: 'msgpack',
    // The data of an error has no declared type: JSON decides what is sent.
    frame: fields => pack(JSON.parse(toJson(withoutAbsent(fields))!)),
    frameWith: (head, value) =>
      concatBytes([arrayHead(head.length + 1), ...head.map(pack), value as Uint8Array]),
    createItems() {
      let values: Encoded[] = []
      let size = 0
      return {
        get count() {
          return values.length
        },
        get size() {
          return size
        },
        add(item, output) {
          const packed = value(item, output)
          values.push(packed)
          size += packed.length
        },
        take(id, ids) {
          const frame = items(id, values, ids)
          values = []
          size = 0
          return frame
        },
      }
    },
    items,
    value,
    message,
    input: (value, input) => (value instanceof Undetermined ? types.toJson(value, input) : value),

    parse(encoded, { maxDepth, maxFrames }) {
      const bytes = toBytes(encoded)
      const { count, start } = readArrayHead(bytes)
      if (count - 2 > maxFrames) throw wrong(`holds ${count - 2} frames, at most ${maxFrames} are allowed`)
      // Frame by frame, because they differ in what they hold.
      const scanner = new MsgpackScanner('the message', maxDepth + FRAME_DEPTH)
      const parts: unknown[] = []
      let at = start
      while (parts.length < count) {
        const end = scanner.scan(bytes, at)
        if (end === INCOMPLETE) throw wrong('ends before its last frame does')
        const part = bytes.subarray(at, end)
        const { hasOddKeys, isPlain } = scanner
        parts.push(parts.length < 2 ? unpack(part, false) : readFrame(part, hasOddKeys, isPlain))
        at = end
      }
      if (at < bytes.length) throw wrong('holds more than an array')
      return checked(parts)
    },
  }
}

/** Deepest nesting of what a server sends. */
const MAX_DEPTH = 1_000

/** What a client needs. `finish` is told whether maps are instances of Map. */
export function createMsgpackClientFraming(
  writer: MsgpackWriter,
  finish: (value: unknown, hasMaps: boolean) => unknown,
): ClientFraming {
  const reader = createMsgpackReader('the message', MAX_DEPTH)
  return {
    name: 'msgpack',
    frame: fields => writer.write(toPackable(withoutAbsent(fields))),
    message,
    parse(encoded) {
      const { value, hasMaps } = reader.read(toBytes(encoded))
      return checked(finish(value, hasMaps))
    },
  }
}

function withoutAbsent(fields: RawFrame): unknown[] {
  let length = fields.length
  while (fields[length - 1] === undefined) length--
  return fields.slice(0, length)
}

function message(number: number, acknowledged: number, frames: readonly Encoded[]): Uint8Array {
  const counts = [packCount(number), packCount(acknowledged)]
  return concatBytes([arrayHead(frames.length + 2), ...counts, ...(frames as readonly Uint8Array[])])
}

/** uint 32, and float 64 beyond that: 2^53 messages are never sent. */
function packCount(count: number): Uint8Array {
  const isShort = count < 2 ** 32
  const bytes = new Uint8Array(isShort ? 5 : 9)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, isShort ? 0xce : 0xcb)
  if (isShort) view.setUint32(1, count)
  else view.setFloat64(1, count)
  return bytes
}

function arrayHead(length: number): Uint8Array {
  if (length < 16) return Uint8Array.of(0x90 | length)
  const bytes = new Uint8Array(5)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, 0xdd)
  view.setUint32(1, length)
  return bytes
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
function checked(value: unknown): SocketMessage<RawFrame> {
  if (!Array.isArray(value)) throw wrong('is no array')
  const [number, acknowledged, ...frames] = value
  const isMessage = isCount(number) && isCount(acknowledged) && (number === 0 || frames.length > 0)
  if (!isMessage || !frames.every(isFrame)) throw wrong('is not [number, acknowledged, ...[kind, ...fields]]')
  return value as unknown as SocketMessage<RawFrame>
}

// Of its own: what is shared with the client's first chunk would move to a chunk of both.
function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isFrame(value: unknown): boolean {
  return Array.isArray(value) && typeof value[0] === 'string'
}

function wrong(what: string): RpcError {
  return new RpcError('BAD_REQUEST', { message: `the message ${what}` })
}
