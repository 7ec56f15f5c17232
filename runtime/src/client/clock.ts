// Nothing in → the chance and timers of the platform out: the one seam through which tests drive the client.
import { LONGEST_TIMER } from '../wire/limits.ts'

export interface Clock {
  /** From 0 to below 1. */
  random(): number
  /** Calls `action` once, after `ms`; never after 0, which stands for no end. The function returned takes that back. */
  after(ms: number, action: () => void): () => void
  /** In ms. Default: the platform's, which only sockets ask. */
  now?(): number
}

/**
 * Settles as `work` does, or rejects as soon as `signal` is aborted: a custom `fetch` may not heed it. After `ms` it calls `late`, or resolves
 * where it has nothing else to wait for.
 */
export function wait<T>(
  clock: Clock,
  signal: AbortSignal,
  ms: number,
  work?: Promise<T>,
  late?: () => void,
): Promise<T> {
  let stop: (() => void) | undefined
  return new Promise<T>((resolve, reject) => {
    stop = clock.after(ms, late ?? (resolve as () => void))
    signal.onabort = () => reject(signal.reason)
    if (signal.aborted) reject(signal.reason)
    work?.then(resolve, reject)
  }).finally(stop)
}

export const platformClock: Clock = {
  random: Math.random,
  after: (ms, action) => {
    const timer = ms > 0 && setTimeout(action, Math.min(ms, LONGEST_TIMER))
    return () => clearTimeout(timer || undefined)
  },
}
