// Times of what is sent and received in → pings after silence, and the news that a peer is lost, out.
import type { ServerLimits } from '../wire/limits.ts'
import type { EventLoop } from './event-loop.ts'
import type { Beat, HeartbeatWheel } from './heartbeat-wheel.ts'

export interface HeartbeatPeer {
  /** True while it cannot be heard, because its socket is not read. */
  readonly isDeaf: boolean
  /** Grows while a message comes, also before it is whole. */
  readonly bytesRead: number
  ping(): void
  /** Nothing came for `heartbeatTimeout` after a ping. The heartbeat has stopped. */
  lose(): void
}

/** What the heartbeats of one server share. */
export interface HeartbeatHost {
  readonly loop: EventLoop
  readonly limits: Pick<ServerLimits, 'heartbeatInterval' | 'heartbeatTimeout'>
  readonly wheel: HeartbeatWheel
}

/** An interval of 0: there are no heartbeats. PROTOCOL.md, "Heartbeats". Times are whole ms: they take no memory of their own. */
export class Heartbeat implements Beat {
  slot = -1
  readonly #host: HeartbeatHost
  readonly #peer: HeartbeatPeer
  #lastSent: number
  #lastReceived: number
  /** When a ping was sent that nothing has come after. */
  #pinged: number | undefined
  /** What had been read by then. */
  #bytesBefore = 0
  #isStopped = false

  constructor(host: HeartbeatHost, peer: HeartbeatPeer) {
    this.#host = host
    this.#peer = peer
    this.#lastSent = this.#lastReceived = this.#now()
    const { heartbeatInterval } = host.limits
    if (heartbeatInterval > 0) this.#arm(heartbeatInterval)
  }

  /** As cheap as a clock reading: the wheel finds out when it comes round. */
  noteSent(): void {
    this.#lastSent = this.#now()
  }

  /** As cheap. */
  noteReceived(): void {
    this.#lastReceived = this.#now()
    this.#pinged = undefined
  }

  stop(): void {
    this.#isStopped = true
    this.#host.wheel.remove(this)
  }

  #now(): number {
    return Math.floor(this.#host.loop.now())
  }

  #arm(delay: number): void {
    this.#host.wheel.add(this, delay)
  }

  onDue(): void {
    const { heartbeatInterval, heartbeatTimeout } = this.#host.limits
    const now = this.#now()
    if (this.#peer.isDeaf) this.noteReceived()
    if (this.#pinged !== undefined) {
      const left = this.#pinged + heartbeatTimeout - now
      if (left > 0) this.#arm(left)
      else this.#host.loop.endTurn(() => this.#judge())
      return
    }
    const left = Math.min(this.#lastSent, this.#lastReceived) + heartbeatInterval - now
    if (left > 0) return this.#arm(left)
    // Armed first: what `ping` does may stop it.
    this.#pinged = now
    this.#bytesBefore = this.#peer.bytesRead
    this.#arm(heartbeatTimeout)
    this.#peer.ping()
  }

  /** After a halt of the whole process the timer fires before that is read which has come meanwhile: it is heard first. */
  #judge(): void {
    if (this.#isStopped) return
    // A client cannot answer in the middle of a message, which may take long to come. Cut now, it would come again from its start.
    if (this.#peer.bytesRead !== this.#bytesBefore) this.noteReceived()
    if (this.#pinged === undefined) this.onDue()
    else this.#peer.lose()
  }
}
