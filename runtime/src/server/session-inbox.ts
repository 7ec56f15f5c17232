// Frames of a client in the order they came in → each of them handed on as soon as its session can start it.
import { RpcError } from '../errors.ts'
import type { CallFrame } from './session-calls.ts'

export interface InboxOwner {
  mayStart(frame: CallFrame): boolean
  /** Throws BAD_REQUEST for what no client should send. */
  handle(frame: CallFrame): void
  /** Frames are held back from now on: `goOn` is to be called when that may have changed. */
  onHold(): void
  /** All that was held back has been handled. */
  onRelease(): void
}

/** What is held back keeps its order: nothing that came later overtakes it. */
export class SessionInbox {
  readonly #owner: InboxOwner
  readonly #maxHeldBytes: number
  #held: CallFrame[] = []
  #heldBytes = 0

  /** Holds back at most `maxHeldBytes`, besides those of the message that was begun. */
  constructor(owner: InboxOwner, maxHeldBytes: number) {
    this.#owner = owner
    this.#maxHeldBytes = maxHeldBytes
  }

  get isEmpty(): boolean {
    return this.#held.length === 0
  }

  /** `size` is that of the message. Throws what `handle` does, and TOO_MANY_REQUESTS when too much is held back. */
  take(frames: readonly CallFrame[], size: number): void {
    if (this.#held.length > 0) {
      this.#heldBytes += size
      if (this.#heldBytes > this.#maxHeldBytes) {
        throw new RpcError('TOO_MANY_REQUESTS', {
          message: `more than ${this.#maxHeldBytes} bytes wait to be handled`,
        })
      }
      this.#held.push(...frames)
      return
    }
    for (const [index, frame] of frames.entries()) {
      if (!this.#owner.mayStart(frame)) {
        this.#held = frames.slice(index)
        return this.#owner.onHold()
      }
      this.#owner.handle(frame)
    }
  }

  /** Throws what `handle` does. */
  goOn(): void {
    if (this.#held.length === 0) return
    for (;;) {
      const [frame] = this.#held
      if (frame === undefined) break
      if (!this.#owner.mayStart(frame)) return this.#owner.onHold()
      this.#held.shift()
      this.#owner.handle(frame)
    }
    this.#heldBytes = 0
    this.#owner.onRelease()
  }

  clear(): void {
    this.#held = []
    this.#heldBytes = 0
  }
}
