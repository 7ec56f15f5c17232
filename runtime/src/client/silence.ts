// Reads that start and end in → one call of `onSilence` out, once a read has waited for longer than the limit.
import type { Clock } from './clock.ts'

export interface SilenceWatch {
  /** A read begins. */
  start(): void
  /** It brought something: what the reader does next is its own time. */
  pause(): void
  /** Nothing will be read any more. */
  stop(): void
}

/** One timer, compared with the last activity when it fires: a busy stream would spend its time on arming timers. */
export function watchSilence(clock: Clock, limit: number, onSilence: () => void): SilenceWatch {
  let readingSince: number | undefined
  let disarm: (() => void) | undefined

  const arm = (ms: number) => {
    disarm = clock.after(ms, () => {
      disarm = undefined
      if (readingSince === undefined) return
      const left = readingSince + limit - clock.now()
      if (left > 0) arm(left)
      else onSilence()
    })
  }
  return {
    start() {
      readingSince = clock.now()
      if (limit > 0 && !disarm) arm(limit)
    },
    pause() {
      readingSince = undefined
    },
    stop() {
      disarm?.()
      disarm = undefined
    },
  }
}
