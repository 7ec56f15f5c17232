// What a session has sent and nobody has taken in → whether more may be made for it, and when, out.

import type { SocketPort } from '../wire/socket-port.ts'
import type { SessionLink } from './session-link.ts'

export interface RoomOwner {
  /** Asks the client for an acknowledgement. */
  ping(): void
}

/** Full above `limit` bytes, sent and not acknowledged or waiting in the socket; it has room again at half of that. */
export class SessionRoom {
  readonly #link: SessionLink
  readonly #limit: number
  readonly #owner: RoomOwner
  #port: SocketPort | undefined
  /** Each belongs to a subscription, or to the frames that the session holds back. */
  #waiting: (() => void)[] = []
  #isArmed = false
  /** While it waits for acknowledgements: takes back what the link was asked for. */
  #disarm: (() => void) | undefined

  constructor(link: SessionLink, limit: number, owner: RoomOwner) {
    this.#link = link
    this.#limit = limit
    this.#owner = owner
  }

  get isFull(): boolean {
    return this.#link.unacknowledgedBytes > this.#limit || this.#isPortFull()
  }

  /** Undefined while the session has no socket. */
  setPort(port: SocketPort | undefined): void {
    this.#port = port
    // What the old port was asked for may never come, and may not be needed any more.
    this.#isArmed = false
    this.#disarm?.()
    this.#disarm = undefined
    if (this.#waiting.length > 0) this.#check()
  }

  /** Calls back once there is room: at once, if there is. */
  wait(listener: () => void): void {
    if (!this.#waiting.includes(listener)) this.#waiting.push(listener)
    this.#check()
  }

  /** The client has answered, but did not have what was sent after the question: it is asked again, if that is too much still. */
  onPong(): void {
    if (this.#disarm !== undefined) this.#owner.ping()
  }

  /** Takes a `wait` back. */
  forget(listener: () => void): void {
    this.#waiting = this.#waiting.filter(waiting => waiting !== listener)
  }

  #isPortFull(): boolean {
    return this.#port !== undefined && this.#port.bufferedBytes > this.#limit
  }

  #check(): void {
    if (this.#isArmed) return
    if (this.#link.unacknowledgedBytes > this.#limit) {
      this.#isArmed = true
      this.#owner.ping()
      this.#disarm = this.#link.onRoom(() => this.#recheck(), Math.max(1, this.#limit / 2))
    } else if (this.#isPortFull()) {
      this.#isArmed = true
      this.#port?.onDrain(() => this.#recheck())
    } else this.#tell()
  }

  #recheck(): void {
    this.#isArmed = false
    this.#disarm = undefined
    this.#check()
  }

  #tell(): void {
    for (const listener of this.#waiting.splice(0)) listener()
  }
}
