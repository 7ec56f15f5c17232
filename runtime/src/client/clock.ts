// Nothing in → the time, chance and timers of the platform out: the one seam through which tests drive the client.
import { LONGEST_TIMER } from '../wire/limits.ts'

export interface Clock {
  /** Milliseconds that never go backwards. */
  now(): number
  /** From 0 to below 1. */
  random(): number
  /** Calls `action` once, after `ms`. The function returned takes that back. */
  after(ms: number, action: () => void): () => void
}

/** The same, or nothing at all where `ms` is 0, which stands for no end. */
export function startTimer(clock: Clock, ms: number, action: () => void): () => void {
  return ms > 0 ? clock.after(ms, action) : () => undefined
}

export const platformClock: Clock = {
  now: () => performance.now(),
  random: Math.random,
  after: (ms, action) => {
    const timer = setTimeout(action, Math.min(ms, LONGEST_TIMER))
    return () => clearTimeout(timer)
  },
}
