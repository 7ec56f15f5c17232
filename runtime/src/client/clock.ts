// Nothing in → the chance and timers of the platform out: the one seam through which tests drive the client.
import { LONGEST_TIMER } from '../wire/limits.ts'
import type { Fail } from './failure-of.ts'

export interface Clock {
  /** From 0 to below 1. */
  random(): number
  /** Calls `action` once, after `ms`; never after 0, which stands for no end. The function returned takes that back. */
  after(ms: number, action: () => void): () => void
  /** In ms. Default: the platform's, which only sockets ask. */
  now?(): number
}

export function timeOf(clock: Clock): number {
  return clock.now ? clock.now() : performance.now()
}

/**
 * Settles as `work` does, but no later than after `ms`: then it rejects with what `late` gives, or resolves where there is nothing to be late. When the caller's
 * `signal` is aborted, it rejects with CANCELLED at once: a custom `fetch` may not heed it. In both cases the signal that `work` was given is aborted.
 */
export function within<T>(
  clock: Clock,
  fail: Fail,
  signal: AbortSignal | undefined,
  ms: number,
  late?: () => unknown,
  work?: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  let release: (() => void) | undefined
  return new Promise<T>((resolve, reject) => {
    const controller = new AbortController()
    const stop = (error: unknown) => {
      controller.abort(error)
      reject(error)
    }
    const cancel = () => stop(fail('CANCELLED', 'cancelled', signal?.reason))
    if (signal?.aborted) return cancel()
    const disarm = clock.after(ms, () => (late ? stop(late()) : resolve(undefined as T)))
    signal?.addEventListener('abort', cancel)
    release = () => {
      disarm()
      signal?.removeEventListener('abort', cancel)
    }
    work?.(controller.signal).then(resolve, reject)
  }).finally(release)
}

export const platformClock: Clock = {
  random: Math.random,
  after: (ms, action) => {
    const timer = ms > 0 && setTimeout(action, Math.min(ms, LONGEST_TIMER))
    return () => clearTimeout(timer as never)
  },
}
