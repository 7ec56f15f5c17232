// Times of what is sent and received in → pings after silence, and the news that a peer is lost, out.
import type { ServerLimits } from '../wire/limits.ts'
import type { EventLoop } from './event-loop.ts'

export interface Heartbeat {
  /** Both are as cheap as a clock reading: the timer finds out when it fires. */
  noteSent(): void
  noteReceived(): void
  stop(): void
}

export interface HeartbeatOptions {
  readonly loop: EventLoop
  /** An interval of 0: there are no heartbeats. */
  readonly limits: Pick<ServerLimits, 'heartbeatInterval' | 'heartbeatTimeout'>
  ping(): void
  /** Nothing came for `heartbeatTimeout` after a ping. The heartbeat has stopped. */
  onLost(): void
  /** True while the peer cannot be heard, because its socket is not read. */
  isDeaf(): boolean
}

/** PROTOCOL.md, "Heartbeats". */
export function createHeartbeat({ loop, limits, ping, onLost, isDeaf }: HeartbeatOptions): Heartbeat {
  const { heartbeatInterval: interval, heartbeatTimeout: timeout } = limits
  if (interval <= 0) return { noteSent: () => {}, noteReceived: () => {}, stop: () => {} }
  let lastSent = loop.now()
  let lastReceived = lastSent
  /** When a ping was sent that nothing has come after. */
  let pinged: number | undefined
  let cancel = loop.timer(onTimer, interval)

  function onTimer(): void {
    const now = loop.now()
    if (isDeaf()) noteReceived()
    if (pinged !== undefined) {
      const left = pinged + timeout - now
      if (left <= 0) return onLost()
      cancel = loop.timer(onTimer, left)
      return
    }
    const left = Math.min(lastSent, lastReceived) + interval - now
    if (left > 0) {
      cancel = loop.timer(onTimer, left)
      return
    }
    // Armed first: what `ping` does may stop it.
    pinged = now
    cancel = loop.timer(onTimer, timeout)
    ping()
  }

  function noteReceived(): void {
    lastReceived = loop.now()
    pinged = undefined
  }

  return {
    noteSent: () => {
      lastSent = loop.now()
    },
    noteReceived,
    stop: () => cancel(),
  }
}
