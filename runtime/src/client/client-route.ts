// The contract between the emitted client and the client runtime: one entry per call, plain data and pure functions.
import type { HttpMethod } from '../route-types.ts'

export interface ClientRoute {
  readonly method: HttpMethod
  /** The path pattern as it was declared. */
  readonly path: string
  /** 'response': the method resolves with the Response itself, whatever its status, once its head is here. */
  readonly output: 'value' | 'stream' | 'response'
  /** Where arguments that are no path parameter go. 'whole': the argument itself is the body. */
  readonly source: 'query' | 'body' | 'whole' | 'none'
  /** Arguments → what JSON and URLs can hold, where they hold more (bigint, Map, bytes, …). Absent: as they are. */
  readonly encode?: (args: never) => unknown
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
  /** Cancels the call; it rejects with CANCELLED, whose `cause` is the signal's reason. */
  readonly signal?: AbortSignal
  /**
   * In ms, for each attempt: to the response's head and, where a value is returned, its whole body.
   * Beyond it: TIMEOUT. 0: none. Default: the client's.
   */
  readonly timeout?: number
  /** Added to the client's headers, and stronger. `Accept` and `Content-Type` are the client's own. */
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
  /** Default per-call timeout, in ms; every attempt has its own. Default 30000; 0: none. */
  readonly timeout?: number
  /** Silence after which a stream counts as cut, in ms: longer than the server's keep-alives. Default 45000; 0: none. */
  readonly streamSilence?: number
  readonly retry?: RetryOptions
}
