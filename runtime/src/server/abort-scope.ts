// The end of a call or session in → its `signal`, made when somebody reads it, out.
import type { RpcError } from '../errors.ts'

export class AbortScope {
  #controller: AbortController | undefined
  #reason: RpcError | undefined

  /** A controller costs more than most calls: it is made here and not before. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#reason !== undefined) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  get isAborted(): boolean {
    return this.#reason !== undefined
  }

  /** The first reason counts. */
  abort(reason: RpcError): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.#controller?.abort(reason)
  }

  /** True of an error that only says that this scope was aborted. */
  explains(error: unknown): boolean {
    if (this.#reason === undefined) return false
    return error === this.#reason || (error instanceof Error && error.name === 'AbortError')
  }
}
