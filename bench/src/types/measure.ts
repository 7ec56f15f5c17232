// Functions that do the same work in → the processor time each takes per call, round by round, measured in turn, out.

export interface Contender {
  readonly name: string
  readonly run: (value: unknown) => unknown
}

export interface Timing {
  readonly name: string
  /** Nanoseconds a call, one entry for each round. */
  readonly rounds: readonly number[]
}

export interface Effort {
  readonly rounds: number
  /** How long one contender is measured in one round. */
  readonly roundMs: number
}

/**
 * Round after round each contender has its turn, so that a machine that slows down slows all of them. The first rounds
 * compile and are dropped. One loop serves all, so that no function is inlined into it: as in a server, which calls them
 * through a route.
 */
export function measure(
  contenders: readonly Contender[],
  values: readonly unknown[],
  { rounds, roundMs }: Effort,
): Timing[] {
  const entries = contenders.map(({ name, run }) => ({ name, run, count: 1, times: [] as number[] }))
  for (const entry of entries) entry.count = calibrate(entry.run, values, roundMs)
  for (let round = -1; round < rounds; round++) {
    for (const { run, count, times } of entries) {
      // Nobody pays for what others left on the heap, nor for caches that its collection emptied.
      globalThis.gc?.()
      loop(run, values, Math.ceil(count / 4))
      const nanoseconds = time(run, values, count)
      if (round >= 0) times.push(nanoseconds / count)
    }
  }
  return entries.map(({ name, times }) => ({ name, rounds: times }))
}

function calibrate(run: Contender['run'], values: readonly unknown[], roundMs: number): number {
  let count = 16
  let nanoseconds = time(run, values, count)
  while (nanoseconds < roundMs * 5e5) {
    count *= 2
    nanoseconds = time(run, values, count)
  }
  return Math.max(1, Math.round((count * roundMs * 1e6) / nanoseconds))
}

/** Processor time and not elapsed time: neighbours on a busy machine do not count, but garbage collection does. */
function time(run: Contender['run'], values: readonly unknown[], count: number): number {
  const started = process.cpuUsage()
  const results = loop(run, values, count)
  const { user, system } = process.cpuUsage(started)
  const nanoseconds = (user + system) * 1000
  if (results !== count) throw new Error('a contender gave nothing')
  return nanoseconds
}

/** Counts results, so that none of the work can be left out. */
function loop(run: Contender['run'], values: readonly unknown[], count: number): number {
  let results = 0
  let index = 0
  for (let i = 0; i < count; i++) {
    if (run(values[index]) !== undefined) results++
    if (++index === values.length) index = 0
  }
  return results
}
