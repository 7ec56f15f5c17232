// An iterator that somebody else pulls → closed once, however it ends; what it throws then is told to the log.
import { RpcError } from '../errors.ts'

export class IteratorCloser {
  #iterator: AsyncIterator<unknown> | undefined
  #closing: Promise<void> | undefined
  readonly #onError: (error: unknown) => void

  /** `onError` is told what `return()` throws. */
  constructor(iterator: AsyncIterator<unknown>, onError: (error: unknown) => void) {
    this.#iterator = iterator
    this.#onError = onError
  }

  /** It has returned or thrown by itself: there is nothing to be closed. */
  noteOver(): void {
    this.#iterator = undefined
  }

  /**
   * At once, also while a `next()` is pending: generators queue it, and iterators that can be woken are woken by it. Settles when its
   * `finally` blocks are over; never rejects.
   */
  close(): Promise<void> {
    this.#closing ??= this.#return()
    return this.#closing
  }

  async #return(): Promise<void> {
    try {
      await this.#iterator?.return?.()
    } catch (error) {
      this.#onError(error)
    }
  }
}

/** A generator that stops because `context.signal` told it to does what it should. */
export function isCancellation(error: unknown): boolean {
  if (error instanceof RpcError) return error.code === 'CANCELLED'
  return error instanceof Error && error.name === 'AbortError'
}
