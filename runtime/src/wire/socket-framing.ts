// What a framing of sockets does: frames and values of one side → messages, and messages → frames of the other.
import type { CompiledInput, CompiledOutput } from '../compiled-route.ts'
import type { SocketFramingName, SocketMessage } from './socket-frames.ts'

/** Text in JSON framing, bytes in MessagePack framing. */
export type Encoded = string | Uint8Array

/** Items that wait to be sent, written one behind the other: an array of them would be gone through again. */
export interface ItemBatch {
  readonly count: number
  readonly size: number
  /** A handler's value, checked before, as declared by `output`. When it throws, nothing was added. */
  add(value: unknown, output: CompiledOutput): void
  /** `["items", id, [values], [ids]?]` of all of them. None is left. */
  take(id: number, ids: readonly (string | null)[] | undefined): Encoded
}

export interface SocketFraming {
  readonly name: SocketFramingName
  /** A frame whose values are JSON-ready; `undefined` at its end is left out. Throws a TypeError for what has no form on the wire. */
  frame(frame: readonly [kind: string, ...unknown[]]): Encoded
  /** A frame that ends in one value, or in a list of values, encoded before: `["response", 3, <value>]`. */
  frameWith(head: readonly [kind: string, id: number], value: Encoded): Encoded
  /** For items that are sent to one subscriber. */
  createItems(): ItemBatch
  /** `["items", id, [values], [ids]?]`, of values encoded before. */
  items(id: number, values: readonly Encoded[], ids: readonly (string | null)[] | undefined): Encoded
  /** A handler's value, checked before, as declared by `output`. */
  value(value: unknown, output: CompiledOutput): Encoded
  message(number: number, acknowledged: number, frames: readonly Encoded[]): Encoded
  /** The JSON that a client's value stands for, where a message may hold more than JSON. */
  input?(value: unknown, input: CompiledInput): unknown
  /**
   * The message, its shape checked but for its frames: those are known to be arrays that start with a string.
   * Throws an RpcError: UNSUPPORTED_MEDIA_TYPE for bytes in place of text or text in place of bytes (close code 1003), BAD_REQUEST
   * for what cannot be parsed, is nested too deep or holds too many frames. `maxDepth` is that of a value in a frame.
   */
  parse(
    message: Encoded,
    limits: { readonly maxDepth: number; readonly maxFrames: number },
  ): SocketMessage<RawFrame>
}

/** The part of it that a client needs. It trusts its server with the size of messages, and throws anything for what is none. */
export interface ClientFraming extends Pick<SocketFraming, 'message'> {
  /** Values are what JSON can hold. */
  readonly isJson?: boolean
  /** Its last field is not `undefined`. Throws a TypeError for what has no form on the wire. */
  frame(frame: RawFrame): Encoded
  /** Subprotocols to ask for, best first. */
  readonly protocols: string[]
  /** The server has chosen one of them. */
  accept?(protocol: string): void
  /** Answers come in rows. */
  isRows?: boolean
  parse(message: Encoded): SocketMessage<RawFrame>
}

/** A frame whose fields are not checked yet. */
export type RawFrame = readonly [kind: string, ...unknown[]]
