// The event loop of this process in → the longest that it was away from its other work, out.

/** In ms: `elapsed` counts waiting for a processor as well, `cpu` only work, so that a busy machine does not count. */
export interface Stall {
  readonly elapsed: number
  readonly cpu: number
}

/** A timer that was armed for longer would miss short stalls; a shorter one would cost what it measures. */
const INTERVAL = 2

/** Measures until its result is called, which gives the longest time between two ticks of a timer, less the timer's own. */
export function startStallMeter(): () => Stall {
  let last = now()
  let longest: Stall = { elapsed: 0, cpu: 0 }
  const timer = setInterval(() => {
    const current = now()
    longest = {
      elapsed: Math.max(longest.elapsed, current.elapsed - last.elapsed - INTERVAL),
      cpu: Math.max(longest.cpu, current.cpu - last.cpu),
    }
    last = current
  }, INTERVAL)
  return () => {
    clearInterval(timer)
    return longest
  }
}

function now(): Stall {
  const { user, system } = process.cpuUsage()
  return { elapsed: performance.now(), cpu: (user + system) / 1000 }
}
