// The framing of `alien-rpc.v1.json`: frames and values → JSON texts, and the text of a message → its frames, not yet checked.
import { RpcError } from '../errors.ts'
import { isDeeper, outputToJson, toJson } from './json-text.ts'
import type { SocketMessage } from './socket-frames.ts'
import type { RawFrame, SocketFraming } from './socket-framing.ts'

/** Levels that a message adds to a value in it: the message and the frame. */
const ENVELOPE_DEPTH = 2

export const jsonFraming: SocketFraming = {
  name: 'json',
  frame(frame) {
    let length = frame.length
    while (frame[length - 1] === undefined) length--
    return toJson(frame.slice(0, length))!
  },
  frameWith: ([kind, id], value) => `["${kind}",${id},${value}]`,
  items: (id, values, ids) => `["items",${id},[${values}]${ids ? `,${JSON.stringify(ids)}` : ''}]`,
  value: outputToJson,
  message: (number, acknowledged, frames) => `[${[number, acknowledged, ...frames]}]`,

  parse(message, { maxDepth, maxFrames }) {
    if (typeof message !== 'string')
      throw new RpcError('UNSUPPORTED_MEDIA_TYPE', { message: 'the message must be text' })
    if (isDeeper(message, maxDepth + ENVELOPE_DEPTH))
      throw wrong(`holds a value deeper than ${maxDepth} levels`)
    const value = parseJson(message)
    if (!Array.isArray(value)) throw wrong('is no JSON array')
    const [number, acknowledged, ...frames] = value
    if (!isCount(number) || !isCount(acknowledged))
      throw wrong('does not start with its number and an acknowledgement')
    if (frames.length > maxFrames)
      throw wrong(`holds ${frames.length} frames, at most ${maxFrames} are allowed`)
    if (number > 0 && frames.length === 0) throw wrong('is numbered and holds no frame')
    if (!frames.every(isFrame)) throw wrong('holds a frame that is no array with its kind at the start')
    return value as unknown as SocketMessage<RawFrame>
  },
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw wrong('is not JSON', cause)
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isFrame(value: unknown): value is RawFrame {
  return Array.isArray(value) && typeof value[0] === 'string'
}

function wrong(what: string, cause?: unknown): RpcError {
  return new RpcError('BAD_REQUEST', { message: `the message ${what}`, cause })
}
