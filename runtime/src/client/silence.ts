// Signs of life in → one call of `onSilence` out, once none has come for the limit.
import { type Clock, startTimer } from './clock.ts'

export interface SilenceWatch {
  /** A sign of life: the limit begins anew. */
  start(): void
  stop(): void
}

/** No watch at all where the limit is 0. */
export function watchSilence(clock: Clock, limit: number, onSilence: () => void): SilenceWatch {
  let disarm: (() => void) | undefined
  const stop = () => disarm?.()
  return {
    start() {
      stop()
      disarm = startTimer(clock, limit, onSilence)
    },
    stop,
  }
}
