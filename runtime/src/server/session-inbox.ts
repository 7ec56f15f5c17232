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

/** A message whose frames before `index` have been handled. */
interface HeldMessage {
  readonly frames: readonly CallFrame[]
  readonly size: number
  index: number
}

/** What is held back keeps its order: nothing that came later overtakes it. */
export class SessionInbox {
  readonly #owner: InboxOwner
  readonly #maxHeldBytes: number
  #held: HeldMessage[] = []
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
    if (this.isEmpty) {
      const begun = { frames, size: 0, index: 0 }
      if (this.#handle(begun)) return
      this.#held.push(begun)
      return this.#owner.onHold()
    }
    this.#heldBytes += size
    if (this.#heldBytes > this.#maxHeldBytes) {
      throw new RpcError('TOO_MANY_REQUESTS', {
        message: `more than ${this.#maxHeldBytes} bytes wait to be handled`,
      })
    }
    this.#held.push({ frames, size, index: 0 })
  }

  /** Throws what `handle` does. */
  goOn(): void {
    if (this.isEmpty) return
    const next = this.#held.findIndex(message => !this.#handle(message))
    for (const { size } of this.#held.splice(0, next < 0 ? this.#held.length : next)) this.#heldBytes -= size
    if (this.isEmpty) this.#owner.onRelease()
    else this.#owner.onHold()
  }

  clear(): void {
    this.#held = []
    this.#heldBytes = 0
  }

  /** False when one of its frames may not start yet. */
  #handle(message: HeldMessage): boolean {
    for (; message.index < message.frames.length; message.index++) {
      const frame = message.frames[message.index]!
      if (!this.#owner.mayStart(frame)) return false
      this.#owner.handle(frame)
    }
    return true
  }
}
