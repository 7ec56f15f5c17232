// What the compiler and the application tell the client: of each route, plain data and pure functions; of a client and a call, options.
import type { RpcError } from '../errors.ts'

/** How values are written. 'msgpack' loads its code when a call first needs it; a client that was compiled without speaks JSON all the same. */
export type Framing = 'json' | 'msgpack'

/** The path with its query, to be put behind the client's prefix, and the body. */
export type RequestParts = readonly [target: string, body?: unknown]

/**
 * Where the arguments go that no path parameter takes: `rest`, without a prototype, so that what is named `constructor` is found only when it was given.
 * `args` are all of them, as JSON can hold them, `given` as the caller has them, for `pack`, which writes MessagePack. Gives what follows the path, and the body.
 */
export type PutArguments = (
  target: string,
  rest: Readonly<Record<string, unknown>>,
  args: unknown,
  given: unknown,
  pack: ((given: unknown, parts?: object) => Uint8Array<ArrayBuffer> | undefined) | undefined,
) => RequestParts

/** What the compiler knows of an HTTP route beyond its place. */
export interface RouteDetails {
  /** Where the arguments go that are no path parameters: `inQuery`, `inBody` or `asBody`. Absent: there are none. */
  readonly put?: PutArguments
  /** What the route asks for, where the call does not say. */
  readonly framing?: Framing
  /** Arguments → what JSON and URLs can hold, where they hold more (bigint, Map, bytes, …). Absent: as they are. */
  readonly encode?: (args: never) => unknown
  /** JSON value → declared value, for results and items that hold more than JSON does (a Date). Absent: as it is. */
  readonly decode?: ((value: never) => unknown) | undefined
  /** The same for a stream's return value. */
  readonly decodeReturn?: ((value: never) => unknown) | undefined
  /** How answers without names are read, which a server sends that was compiled from the same types. */
  readonly rows?: {
    readonly schema: string
    readonly unpack: (value: never) => unknown
    readonly unpackReturn?: (value: never) => unknown
  }
}

/** How what a route answers becomes what it declares. */
export interface Decoders {
  readonly decode: RouteDetails['decode']
  readonly decodeReturn: RouteDetails['decodeReturn']
}

/** What a client sends and gets over a socket, where values hold more than JSON does. Absent: as they are. */
export interface ClientCodec {
  readonly encode?: (value: never) => unknown
  readonly decode?: (value: never) => unknown
  readonly decodeReturn?: (value: never) => unknown
  /** Of answers without names. */
  readonly unpack?: (value: never) => unknown
  readonly unpackReturn?: (value: never) => unknown
  /** `chooseAnswer`, where the answer depends on what was sent, or can come in rows. */
  readonly choose?: (codec: ClientCodec, sent: unknown, isRows: boolean) => Partial<Decoders>
  /** Where the answer depends on the variant: the discriminant of what was sent, and the codec by its text. */
  readonly variants?: {
    readonly key: string
    readonly answers: { readonly [value: string]: Omit<ClientCodec, 'encode' | 'variants'> }
  }
}

/** The same of a socket route. */
export interface SocketDetails {
  /** As in RouteDetails. */
  readonly framing?: Framing
  /** The schema of the rows that its answers can be. */
  readonly rows?: string
  /** `notify`, `request` and `subscribe`, of those that the route takes: what makes them, and how their values are converted. */
  readonly methods?: { readonly [name: string]: readonly [SocketMethod, ClientCodec?] }
}

/** The parts of an open socket, which only the client's own files know, and a codec → a method of the socket. */
export type SocketMethod = (parts: never, codec: ClientCodec) => unknown

/** Events of a socket, and what their listeners are given. */
export interface SocketEvents {
  /**
   * A session is open, again after each reconnect. `resumed` is false of the first one and of one that took the place of a lost
   * session: then subscriptions have started again after their last ids, and requests that were on their way have failed.
   * A listener that is added while the socket is connected is called once for that.
   */
  connect: { readonly resumed: boolean }
  /** The connection was lost or closed. `error` says why, unless it was closed on purpose. */
  disconnect: { readonly code: number; readonly error: RpcError | undefined; readonly willReconnect: boolean }
  /** The next attempt, counted from 1, is made in `delay` ms. */
  reconnecting: { readonly attempt: number; readonly delay: number }
  /** A notification was refused or failed, an attempt failed, or the socket is closed for good by an error. */
  error: RpcError
}

/** What every socket has; the emitted client adds `notify`, `request` and `subscribe` with their types. */
export interface RpcSocket {
  /** True while a session is open over a live connection. */
  readonly connected: boolean
  /** The function returned removes the listener. A listener that throws does not disturb the others: its error becomes an uncaught one. */
  on<Event extends keyof SocketEvents>(
    event: Event,
    listener: (detail: SocketEvents[Event]) => void,
  ): () => void
  /** Ends the session: calls that are running reject with CANCELLED, streams end with it, the server's handlers are aborted. */
  close(): void
}

/** Of a request. */
export interface RequestOptions {
  /** Cancels the request; it rejects with CANCELLED. */
  readonly signal?: AbortSignal
  /** In ms, reconnects included. Beyond it: TIMEOUT. 0: none. Default: the client's. */
  readonly timeout?: number
}

/** Of a subscription. */
export interface SubscribeOptions {
  /** Ends the subscription; its loop throws CANCELLED. */
  readonly signal?: AbortSignal
  /** Start after this item. */
  readonly lastEventId?: string
  /** Items that the server may send before they were taken. Default: that of the client's `websocket` options. */
  readonly credit?: number
  /** Called when the session was lost and the subscription starts again, after the last id it has seen, if there was one. */
  readonly onRestart?: (lastEventId: string | undefined) => void
}

/** Anything with the standard's WebSocket interface: the platform's own, or the `ws` package's. */
// biome-ignore lint/suspicious/noExplicitAny: constructors of platforms differ in their options
export type WebSocketConstructor = new (url: string, protocols: string[], ...rest: any[]) => WebSocketLike

// biome-ignore lint/suspicious/noExplicitAny: classes of platforms differ in their events, and never would refuse them all
export type WebSocketListener = (event: any) => void

/** What is used of it. WebSockets Standard, section 3.1. */
export interface WebSocketLike {
  binaryType: string
  readonly protocol: string
  readonly readyState: number
  send(data: string | Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
  onopen: WebSocketListener | null
  onmessage: WebSocketListener | null
  onerror: WebSocketListener | null
  onclose: WebSocketListener | null
}

export interface WebSocketOptions {
  /** Connect again when the connection is lost. Default true. */
  readonly reconnect?: boolean
  /** Attempts in a row. Default: no end. */
  readonly maxReconnectAttempts?: number
  /** First pause, in ms; doubled each time, with full jitter. Default 1000. */
  readonly reconnectDelay?: number
  /** Longest pause, in ms. Default 30000. */
  readonly maxReconnectDelay?: number
  /** Time for an attempt, in ms. Default 10000. */
  readonly connectTimeout?: number
  /** Items of a subscription that may be sent before they were taken. Default 1024. */
  readonly credit?: number
  /** Bytes that may wait to be sent while the connection is away. Default 1048576. */
  readonly maxOutboxBytes?: number
  /** Default: the platform's; on Node without one, that of the `ws` package. */
  readonly WebSocket?: WebSocketConstructor
}

/**
 * A stream of items. `for await` over it; leaving the loop cancels the call, and the generator's `finally` runs on the server.
 * Nothing is requested before the first item is asked for. The return value is the `value` of the result with `done: true`.
 */
export interface RpcStream<Item, Return = void> extends AsyncIterable<Item> {
  next(): Promise<IteratorResult<Item, Return>>
  // Two signatures: an optional parameter would make `yield*` of a stream `Return | undefined`.
  return(): Promise<IteratorResult<Item, Return>>
  return(value: Return): Promise<IteratorResult<Item, Return>>
  throw(error?: unknown): Promise<IteratorResult<Item, Return>>
  [Symbol.asyncIterator](): RpcStream<Item, Return>
}

export type HeadersOption =
  | Readonly<Record<string, string>>
  | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>)

/**
 * Calls that failed in a way that may pass (no answer, TIMEOUT, TOO_MANY_REQUESTS, UNAVAILABLE) are repeated.
 * A `Retry-After` in seconds is the shortest pause; one that is longer than `maxDelay` ends the call at once.
 */
export interface RetryOptions {
  /** Attempts after the first, for GET, PUT and DELETE. Default 2; 0 turns retries off. */
  readonly attempts?: number
  /** First pause, in ms; doubled each time, with full jitter. Default 200. */
  readonly delay?: number
  /** Longest pause, in ms. Default 5000. */
  readonly maxDelay?: number
}

export interface CallOptions {
  /** Cancels the call; it rejects with CANCELLED, whose `cause` is the signal's reason. A socket is closed by it at any time. */
  readonly signal?: AbortSignal
  /**
   * In ms, for each attempt: to the response's head and, where a value is returned, its whole body. Of a socket: until it is
   * open for the first time, all attempts together.
   * Beyond it: TIMEOUT. 0: none. Default: the client's.
   */
  readonly timeout?: number
  /** Added to the client's headers, and stronger. `Accept` and `Content-Type` are the client's own. */
  readonly headers?: HeadersOption
  /** Resume a stream after this item (`Last-Event-ID`). */
  readonly lastEventId?: string
  /** Default: the route's, or else the client's. */
  readonly framing?: Framing
}

export interface ClientOptions {
  /** Where the server is: `https://api.example.com` or `https://example.com/api`. */
  readonly prefixUrl: string
  /** Defaults to the platform's. */
  readonly fetch?: typeof globalThis.fetch
  /** Sent with every call; a function is called again at every attempt. */
  readonly headers?: HeadersOption
  /** Default per-call timeout, in ms; every attempt has its own. Default 30000; 0: none. */
  readonly timeout?: number
  /** Silence after which a stream counts as cut, in ms: longer than the server's keep-alives. Default 45000; 0: none. */
  readonly streamSilence?: number
  /** Of calls whose route does not say. A server that does not know MessagePack answers in JSON. Default 'json'. */
  readonly framing?: Framing
  readonly retry?: RetryOptions
  readonly websocket?: WebSocketOptions
}
