// Times of writes in → a call after each interval of silence out, with one timer that writes do not touch.
import type { EventLoop } from './event-loop.ts'

export interface KeepAlive {
  /** Silence starts anew. As cheap as a clock reading: the timer finds out when it fires. */
  noteWrite(): void
  stop(): void
}

/** Calls `onSilence` whenever `interval` ms have passed without a write. 0: never. */
export function createKeepAlive(loop: EventLoop, interval: number, onSilence: () => void): KeepAlive {
  if (interval <= 0) return { noteWrite: () => {}, stop: () => {} }
  let lastWrite = loop.now()
  let cancel = loop.timer(onTimer, interval)

  function onTimer(): void {
    const left = lastWrite + interval - loop.now()
    // Armed first: what onSilence does may stop it.
    cancel = loop.timer(onTimer, left > 0 ? left : interval)
    if (left <= 0) onSilence()
  }

  return {
    noteWrite: () => {
      lastWrite = loop.now()
    },
    stop: () => cancel(),
  }
}
