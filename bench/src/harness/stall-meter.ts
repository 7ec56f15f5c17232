// The event loop of this process in → the longest that it was away from its other work, out.

/** In ms: `elapsed` counts waiting for a processor as well, `cpu` only work, so that a busy machine does not count. */
export interface Stall {
  readonly elapsed: number
  readonly cpu: number
}

export interface StallMeter {
  /** The longest since the last call. */
  take(): Stall
}

const INTERVAL = 1

/** Counts between two ticks of a timer of 1 ms: the timer's own millisecond is taken off. */
export function startStallMeter(): StallMeter {
  let last = now()
  let longest: Stall = { elapsed: 0, cpu: 0 }
  const tick = () => {
    const current = now()
    longest = {
      elapsed: Math.max(longest.elapsed, current.elapsed - last.elapsed - INTERVAL),
      cpu: Math.max(longest.cpu, current.cpu - last.cpu),
    }
    last = current
  }
  setInterval(tick, INTERVAL).unref()
  return {
    take() {
      const taken = longest
      longest = { elapsed: 0, cpu: 0 }
      last = now()
      return taken
    },
  }
}

function now(): Stall {
  const { user, system } = process.cpuUsage()
  return { elapsed: performance.now(), cpu: (user + system) / 1000 }
}
