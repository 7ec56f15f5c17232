// What a platform knows of a request beside its Request.

/** What a Request does not tell. */
export interface FetchInfo {
  readonly remoteAddress?: string | undefined
  /**
   * Keeps the platform from stopping what runs once the client has left: generators get to their `finally` blocks. Workers have it in the
   * `ctx` of a request, which may be given as it is.
   */
  waitUntil?(promise: Promise<unknown>): void
}
