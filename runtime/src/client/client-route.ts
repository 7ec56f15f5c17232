// What the compiler and the application tell the client: of each route, plain data and pure functions; of a client and a call, options.
import type { RpcError } from '../errors.ts'
import type { ClientFraming } from '../wire/socket-framing.ts'

/** How values are encoded. The code for 'msgpack' is loaded by the first call that needs it; a client compiled without it uses JSON. */
export type Framing = 'json' | 'msgpack'

/** The path with its query, to be put behind the client's prefix, and the body. */
export type RequestParts = readonly [target: string, body?: unknown]

/**
 * Where the arguments go that no path parameter takes: `target` is the path with its parameters, `rest` what is left, without a prototype, so that what is named `constructor` is found only when it was given.
 * `args` are all of them, as JSON can hold them, `given` as the caller has them, for `pack`, which writes MessagePack. Gives the path with its query, and the body.
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
  readonly choose?: (codec: ClientCodec, sent: unknown, framing: ClientFraming) => Partial<Decoders>
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
   * A session is open: at first, and after each reconnect. `resumed: true`: the session goes on as if nothing had happened.
   * `resumed: false`: it is the first one, or replaces a lost one; then subscriptions start again after their last ids, and requests
   * in flight have failed. A listener added while the socket is connected is called once for that.
   */
  connect: { readonly resumed: boolean }
  /** The connection was lost or closed, with this WebSocket close code. `error` says why, unless it was closed on purpose. */
  disconnect: { readonly code: number; readonly error: RpcError | undefined; readonly willReconnect: boolean }
  /** The next attempt, counted from 1, starts in `delay` ms. */
  reconnecting: { readonly attempt: number; readonly delay: number }
  /** A notification was refused or failed, an attempt to connect failed, or an error closed the socket for good. */
  error: RpcError
}

/** What every socket has. The generated client adds `notify`, `request` and `subscribe` with the types of the route. */
export interface RpcSocket {
  /** True while a session is open over a live connection. */
  readonly connected: boolean
  /** Adds a listener and returns a function that removes it. What a listener throws becomes an uncaught error and does not affect the others. */
  on<Event extends keyof SocketEvents>(
    event: Event,
    listener: (detail: SocketEvents[Event]) => void,
  ): () => void
  /** Ends the session. Running requests and subscriptions reject with CANCELLED, and their handlers on the server are aborted. */
  close(): void
}

/** Options of `socket.request`. */
export interface RequestOptions {
  /** Cancels the request; it rejects with CANCELLED. */
  readonly signal?: AbortSignal
  /** In ms, reconnects included; then it rejects with TIMEOUT. 0: none. Default: the client's `timeout`. */
  readonly timeout?: number
}

/** Options of `socket.subscribe`. */
export interface SubscribeOptions {
  /** Ends the subscription; its loop throws CANCELLED. */
  readonly signal?: AbortSignal
  /** Start after the item with this id: the handler's `context.lastEventId`. */
  readonly lastEventId?: string
  /** How many items the server may send ahead of the reader. Default: `websocket.credit` of the client, 1024. */
  readonly credit?: number
  /** Called when the session was lost and the subscription starts again, with the id of the last item it has received, if any. */
  readonly onRestart?: (lastEventId: string | undefined) => void
}

/** Any class with the standard WebSocket interface: the platform's own, or that of the `ws` package. */
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
  /** Whether to reconnect when the connection is lost. Default true. */
  readonly reconnect?: boolean
  /** Failed attempts in a row after which the socket is closed with UNAVAILABLE. Default: Infinity. */
  readonly maxReconnectAttempts?: number
  /** Pause before the first attempt to reconnect, in ms. It doubles with each failed attempt, with full jitter. Default 1000. */
  readonly reconnectDelay?: number
  /** Longest pause, in ms. Default 30000. */
  readonly maxReconnectDelay?: number
  /** Timeout of each attempt to connect, in ms. Default 10000. */
  readonly connectTimeout?: number
  /** How many items of a subscription the server may send ahead of the reader. Default 1024. */
  readonly credit?: number
  /** How many bytes may wait while the connection is away. Beyond it, `notify` throws and other calls reject with UNAVAILABLE. Default 1048576. */
  readonly maxOutboxBytes?: number
  /** Default: the platform's; on Node 20, which has none, that of the package `ws`. */
  readonly WebSocket?: WebSocketConstructor
}

/**
 * A stream of items, to be read with `for await`. Leaving the loop cancels the call, and the generator's `finally` runs on the server. A failed
 * or cut stream throws an RpcError, after the items before it. The request is sent when the first item is asked for. The generator's
 * return value is the `value` of the result with `done: true`.
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
 * GET, PUT and DELETE calls are repeated after failures that can pass: no answer, TIMEOUT, TOO_MANY_REQUESTS, UNAVAILABLE.
 * The pause is at least the answer's `Retry-After` (in seconds); if that is longer than `maxDelay`, the call fails at once.
 */
export interface RetryOptions {
  /** Attempts after the first one. Default 2; 0 turns retries off. */
  readonly attempts?: number
  /** Pause before the first retry, in ms. It doubles with each retry, with full jitter. Default 200. */
  readonly delay?: number
  /** Longest pause, in ms. Default 5000. */
  readonly maxDelay?: number
}

export interface CallOptions {
  /** Cancels the call: it rejects with CANCELLED, whose `cause` is the signal's reason. Closes a socket, even an open one. */
  readonly signal?: AbortSignal
  /**
   * In ms; then the call fails with TIMEOUT. It covers each attempt, until the result is complete or the stream has begun. For a socket it
   * covers all attempts until it is open for the first time. 0: none. Default: the client's `timeout`.
   */
  readonly timeout?: number
  /** Added to the client's headers, and wins over them. The client itself sets `Content-Type` and, unless the route returns a `Response`, `Accept`. */
  readonly headers?: HeadersOption
  /** Start a stream after the item with this id (`Last-Event-ID`): the handler's `context.lastEventId`. */
  readonly lastEventId?: string
  /** Default: the route's `framing`, or else the client's. */
  readonly framing?: Framing
}

export interface ClientOptions {
  /** Where the routes are: `https://api.example.com`, or `https://example.com/api` if they have a prefix. In a page it may be relative. */
  readonly prefixUrl: string
  /** Sends the requests. Wrap it to set `credentials` or to log calls. Default: the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch
  /** Sent with every call. A function is called again for every attempt, so it can return a fresh token. */
  readonly headers?: HeadersOption
  /** Timeout of each attempt of a call, in ms. Default 30000; 0: none. */
  readonly timeout?: number
  /** Silence after which a stream counts as cut, in ms. Servers send a keep-alive every 15000. Default 45000; 0: none. */
  readonly streamSilence?: number
  /** How values are encoded, unless the route or the call says otherwise. Default 'json'. */
  readonly framing?: Framing
  readonly retry?: RetryOptions
  readonly websocket?: WebSocketOptions
}
