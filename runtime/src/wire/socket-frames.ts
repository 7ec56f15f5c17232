// The names both ends of a socket use: subprotocols, frames, close codes. Mirrored by PROTOCOL.md, "Sockets".
import { ERROR_CODES, type ErrorCode, isRetryableStatus, type WireError } from '../errors.ts'

/** The id that stands for notifications. */
export const NOTIFICATION_ID = 0

/** Apart from the table, so that a client carries no more of it than it needs. */
export const JSON_SUBPROTOCOL = 'alien-rpc.v1.json'

/** Subprotocols by framing, in the order a server prefers them when the client does not care. */
export const SUBPROTOCOLS = { json: JSON_SUBPROTOCOL, msgpack: 'alien-rpc.v1.msgpack' } as const
export type SocketFramingName = keyof typeof SUBPROTOCOLS

/** The subprotocol of MessagePack with rows of that schema: whoever else has it was compiled from the same types. */
export function rowsSubprotocol(schema: string): string {
  return `${SUBPROTOCOLS.msgpack}.rows-${schema}`
}

/** `[number, acknowledged, ...frames]`; the number is 0 when no frame is numbered. */
export type SocketMessage<Frame> = readonly [number: number, acknowledged: number, ...frames: Frame[]]

/** The content of `hello`. */
export interface Hello {
  /** By lower-case name: what the platform's WebSocket cannot send. */
  readonly headers?: Readonly<Record<string, string>>
  /** The token of the session to be resumed. */
  readonly session?: string
}

/** The content of `ready`. */
export interface Ready {
  /** The secret with which the session can be resumed. */
  readonly session: string
  readonly resumed: boolean
  /** Silence of the server, in ms, after which the socket counts as lost. */
  readonly heartbeat: number
  /** Time that a session without a socket waits to be resumed, in ms. */
  readonly resumeWindow: number
}

export type ClientFrame =
  | readonly ['hello', Hello]
  | readonly ['notify', message?: unknown]
  | readonly ['request', id: number, request?: unknown]
  | readonly ['subscribe', id: number, credit: number, lastEventId: string | null, subscription?: unknown]
  | readonly ['credit', id: number, count: number]
  | readonly ['cancel', id: number]
  | readonly ['pong']

export type ServerFrame =
  | readonly ['ready', Ready]
  | readonly ['fail', WireError]
  | readonly ['response', id: number, value?: unknown]
  | readonly ['items', id: number, values: readonly unknown[], ids?: readonly (string | null)[]]
  | readonly ['end', id: number, value?: unknown]
  | readonly ['error', id: number, WireError]
  | readonly ['ping']
  | readonly ['drain']

/** Whether a frame makes its message a numbered one. */
export const CLIENT_FRAMES = {
  hello: false,
  notify: true,
  request: true,
  subscribe: true,
  credit: true,
  cancel: true,
  pong: false,
} as const satisfies Record<ClientFrame[0], boolean>

export const SERVER_FRAMES = {
  ready: false,
  fail: false,
  response: true,
  items: true,
  end: true,
  error: true,
  ping: false,
  drain: true,
} as const satisfies Record<ServerFrame[0], boolean>

/** Close codes of RFC 6455, section 7.4, and whether a client reconnects after them. 1005 and 1006 are never sent. */
export const CLOSE_CODES = {
  1000: false,
  1001: true,
  1002: false,
  1003: false,
  1005: false,
  1006: true,
  1007: false,
  1009: false,
  1011: true,
  1012: true,
  1013: true,
} as const satisfies Record<number, boolean>

/** The close code that stands for an error: 4000 and its HTTP status. */
export function codeToClose(code: ErrorCode): number {
  return 4000 + ERROR_CODES[code]
}

/** Whether a client opens another socket after one was closed with this code. PROTOCOL.md, "Close codes". */
export function isRetryableClose(code: number): boolean {
  return code < 4000
    ? ((CLOSE_CODES as Readonly<Record<number, boolean>>)[code] ?? true)
    : isRetryableStatus(code - 4000)
}
