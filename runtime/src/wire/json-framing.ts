// The framing of `alien-rpc.v1.json`: frames and values → JSON texts, and the text of a message → its frames, not yet checked.
import type { CompiledOutput } from '../compiled-route.ts'
import { RpcError } from '../errors.ts'
import { isCount } from './frame-fields.ts'
import { isDeeper, outputToJson, toJson } from './json-text.ts'
import { JSON_SUBPROTOCOL, type SocketMessage } from './socket-frames.ts'
import type { ClientFraming, Encoded, ItemBatch, RawFrame, SocketFraming } from './socket-framing.ts'

function frame(fields: RawFrame): string {
  let length = fields.length
  while (fields[length - 1] === undefined) length--
  return toJson(fields.slice(0, length))!
}

function message(number: number, acknowledged: number, frames: readonly Encoded[]): string {
  // Joined text by text: an array of them would be copied twice.
  let text = `[${number},${acknowledged}`
  for (const frame of frames) text += `,${frame}`
  return `${text}]`
}

function parse(text: Encoded): SocketMessage<RawFrame> {
  if (typeof text !== 'string') {
    throw new RpcError('UNSUPPORTED_MEDIA_TYPE', { message: 'the message must be text' })
  }
  const value = parseJson(text)
  if (!isMessage(value)) throw wrong('is not [number, acknowledged, ...[kind, ...fields]]')
  return value
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw wrong('is not JSON', cause)
  }
}

/** A number above 0 is that of frames. */
function isMessage(value: unknown): value is SocketMessage<RawFrame> {
  if (!Array.isArray(value)) return false
  const [number, acknowledged, ...frames] = value
  return (
    isCount(number) &&
    isCount(acknowledged) &&
    (number === 0 || frames.length > 0) &&
    frames.every(fields => Array.isArray(fields) && typeof fields[0] === 'string')
  )
}

function wrong(what: string, cause?: unknown): RpcError {
  return new RpcError('BAD_REQUEST', { message: `the message ${what}`, cause })
}

/** What a client needs, so that its bundle holds no more. Bytes are no JSON, and what is no message it stumbles over. */
export const jsonClientFraming: ClientFraming = {
  isJson: true,
  frame: toJson as ClientFraming['frame'],
  // Texts of an array have commas between them.
  message: (number, acknowledged, frames) => `[${[number, acknowledged, ...frames]}]`,
  protocols: [JSON_SUBPROTOCOL],
  parse: JSON.parse as ClientFraming['parse'],
}

function items(id: number, values: string | readonly Encoded[], ids?: readonly (string | null)[]): string {
  return `["items",${id},[${values}]${ids ? `,${JSON.stringify(ids)}` : ''}]`
}

class JsonItems implements ItemBatch {
  #text = ''
  #count = 0

  get count(): number {
    return this.#count
  }

  get size(): number {
    return this.#text.length
  }

  add(value: unknown, output: CompiledOutput): void {
    const text = outputToJson(value, output)
    this.#text += this.#count++ > 0 ? `,${text}` : text
  }

  take(id: number, ids: readonly (string | null)[] | undefined): string {
    const frame = items(id, this.#text, ids)
    this.#text = ''
    this.#count = 0
    return frame
  }
}

/** Levels that a message adds to a value in it: the message and the frame. */
const ENVELOPE_DEPTH = 2

export const jsonFraming: SocketFraming = {
  name: 'json',
  frame,
  message,
  frameWith: ([kind, id], value) => `["${kind}",${id},${value}]`,
  createItems: () => new JsonItems(),
  items,
  value: outputToJson,
  parse(text, { maxDepth, maxFrames }) {
    if (typeof text === 'string' && isDeeper(text, maxDepth + ENVELOPE_DEPTH)) {
      throw wrong(`holds a value deeper than ${maxDepth} levels`)
    }
    const parsed = parse(text)
    const count = parsed.length - 2
    if (count > maxFrames) throw wrong(`holds ${count} frames, at most ${maxFrames} are allowed`)
    return parsed
  },
}
