// The contract between the emitted client and the client runtime: one entry per call, plain data and pure functions.
import type { HttpMethod } from '../route-types.ts'

export interface ClientRoute {
  readonly method: HttpMethod
  /** The path pattern as it was declared. */
  readonly path: string
  readonly output: 'value' | 'stream' | 'response'
  /** Where arguments that are no path parameter go. 'whole': the argument itself is the body. */
  readonly source: 'query' | 'body' | 'whole' | 'none'
  /** JSON value → declared value, for results and items that hold more than JSON does (a Date). Absent: as it is. */
  readonly decode?: (value: never) => unknown
  /** The same for a stream's return value. */
  readonly decodeReturn?: (value: never) => unknown
}

export type ClientRoutes = { readonly [name: string]: ClientRoute }

/**
 * A stream of items. `for await` over it; leaving the loop cancels the call, and the generator's `finally` runs on the server.
 * Nothing is requested before the first item is asked for. The return value is the `value` of the result with `done: true`.
 */
export interface RpcStream<Item, Return = void> extends AsyncIterable<Item> {
  next(): Promise<IteratorResult<Item, Return>>
  return(value?: Return): Promise<IteratorResult<Item, Return>>
  throw(error?: unknown): Promise<IteratorResult<Item, Return>>
  [Symbol.asyncIterator](): RpcStream<Item, Return>
}

export type HeadersOption =
  | Readonly<Record<string, string>>
  | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>)

export interface RetryOptions {
  /** Attempts after the first, for GET, PUT and DELETE. Default 2; 0 turns retries off. */
  readonly attempts?: number
  /** First pause, in ms; doubled each time, with full jitter. Default 200. */
  readonly delay?: number
  /** Longest pause, in ms. Default 5000. */
  readonly maxDelay?: number
}

export interface CallOptions {
  /** Cancels the call; it rejects with CANCELLED. */
  readonly signal?: AbortSignal
  /** In ms, to the head and, for unary calls, the body. 0: none. Default: the client's. */
  readonly timeout?: number
  /** Added to the client's headers, and stronger. */
  readonly headers?: HeadersOption
  /** Resume a stream after this item (`Last-Event-ID`). */
  readonly lastEventId?: string
}

export interface ClientOptions {
  /** Where the server is: `https://api.example.com` or `https://example.com/api`. */
  readonly prefixUrl: string
  /** Defaults to the platform's. */
  readonly fetch?: typeof globalThis.fetch
  /** Sent with every call; a function is called again at every attempt. */
  readonly headers?: HeadersOption
  /** Default per-call timeout, in ms. Default 30000; 0: none. */
  readonly timeout?: number
  readonly retry?: RetryOptions
}
