// Messages that a server gives its sockets in one go → their frames, written before the event loop goes on, one write a socket.
import type { Encoded } from '../wire/socket-framing.ts'
import { messageToFrame } from './message-to-frame.ts'

/** Has frames to be written. */
export interface PendingWrites {
  writePending(): void
}

/** Shared by all sockets of a server. What several of them are given in a row, a broadcast, is made a frame once. */
export class SocketWrites {
  #pending: PendingWrites[] = []
  #message: Encoded | undefined
  #frame: Buffer | undefined

  /** Not to be changed: others may be given it too. */
  frameOf(message: Encoded): Buffer {
    if (this.#frame === undefined || message !== this.#message) {
      this.#message = message
      this.#frame = messageToFrame(message)
    }
    return this.#frame
  }

  /** It is asked to write as soon as the code that runs now has returned. */
  add(socket: PendingWrites): void {
    if (this.#pending.push(socket) === 1) process.nextTick(this.#write)
  }

  readonly #write = (): void => {
    const pending = this.#pending
    this.#pending = []
    this.#message = this.#frame = undefined
    for (const socket of pending) socket.writePending()
  }
}
