// What the engine needs of a host, and nothing more: adapters implement it, `server/` never sees a socket.

/** One HTTP request and the means to answer it, exactly once. */
export interface HttpExchange {
  readonly method: string
  /** Path and query as they came, still encoded: `/users/a%20b?x=1`. */
  readonly target: string
  /** By lower-case name. Read-only; built when first read. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** `http://host` of the request, for `context.url`. */
  readonly origin: string
  readonly remoteAddress: string | undefined
  /** True when the request carries a body (a length above 0, or chunked). */
  readonly hasBody: boolean
  /** The whole body. Throws PAYLOAD_TOO_LARGE before it holds more than `maxBytes`, TIMEOUT after `timeout` ms. */
  readBody(maxBytes: number, timeout: number): Promise<Uint8Array>
  /** Calls back once if the peer goes away before the answer is complete. At once if it has gone. */
  onAbort(listener: () => void): void
  /** Answers in one piece. The headers are the exchange's from then on, which adds those that only it knows. */
  reply(status: number, headers: MutableHeaders, body: string | Uint8Array | undefined): void
  /** Sends the head at once and opens the body. */
  openBody(status: number, headers: ReplyHeaders): BodySink
  /** Passes a web Response through, with `headers` (CORS, what middleware set) added where it has none of that name. */
  replyWith(response: Response, headers: ReplyHeaders): Promise<void>
}

export type ReplyHeaders = Readonly<Record<string, string | readonly string[]>>

export type MutableHeaders = Record<string, string | readonly string[]>

/** An open response body. Backpressure is part of the interface. */
export interface BodySink {
  /**
   * Hands a chunk over, flushed (through compression too). Undefined: go on. A promise: the buffer is full, and it
   * resolves when there is room again, or when the body is closed.
   */
  write(chunk: string | Uint8Array): Promise<void> | undefined
  end(): void
  /** Breaks the body off, so that the peer cannot take it for a complete one. */
  abort(): void
  /** True once the peer has gone or the body has ended. */
  readonly closed: boolean
  /** Calls back once if the peer goes away before the end, also in the middle of a silence. At once if it has gone. */
  onClose(listener: () => void): void
}
