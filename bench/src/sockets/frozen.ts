// Nothing in → what a subscriber that stops reading, while its items have no end, does to a server, as Markdown and a chart, out.
import { setTimeout as pause } from 'node:timers/promises'
import { type BenchProcess, startProcess } from '../harness/process.ts'
import type { Sample } from '../harness/rounds.ts'
import type { RequestsResult } from './drive.ts'
import { runSocketPart, type SocketContender } from './measure.ts'
import { OWN_SOCKETS, RAW_SOCKETS, type SocketEntry } from './systems.ts'

/** No peers: those that push without a bound answer nobody any more, the benchmark neither, until they run out of memory. */
const SYSTEMS: readonly SocketEntry[] = [RAW_SOCKETS, OWN_SOCKETS]
/** Before the client stops. */
const FIRST_ITEMS = 1_000
const MEBIBYTE = 1_048_576

export function runFrozen(args: readonly string[]): Promise<void> {
  return runSocketPart(
    {
      part: 'sockets-frozen',
      rounds: 5,
      systems: SYSTEMS,
      cases: [
        {
          title: 'a frozen subscriber',
          about:
            'The process of a subscriber of endless items is stopped for three seconds. Memory: how much the resident memory of the server grows. p99: requests of a neighbour, from a process of its own. Stall: the longest that the event loop of the server was away, in its processor time. Over: from the end of the subscriber until the `finally` of the generator; – is more than five seconds.',
          metrics: [
            { key: 'memory', title: 'memory', unit: 'MiB', better: 'less', hasRatio: false },
            { key: 'stall', title: 'stall', unit: 'ms', better: 'less', hasRatio: false },
            { key: 'p50', title: 'p50', unit: 'ms', better: 'less', hasRatio: false },
            { key: 'p99', title: 'p99', unit: 'ms', better: 'less' },
            { key: 'over', title: 'over', unit: 'ms', better: 'less', hasRatio: false },
          ],
          measure: (contender, { short }) => measure(contender, short ? 1_000 : 3_000),
        },
      ],
    },
    args,
  )
}

/** Frozen clients are thrown away: one for each round. */
async function measure(contender: SocketContender, milliseconds: number): Promise<Sample> {
  const { name, server, url, variant } = contender
  const { client: module } = SYSTEMS.find(system => system.name === name)!
  const frozen = await startProcess(module)
  const neighbour = await startProcess(module)
  try {
    await neighbour.call('open', url, 1, variant)
    await frozen.call('open', url, 1, variant)
    const before = await server.usage(true)
    await frozen.call('subscribeEndlessly', FIRST_ITEMS)
    frozen.freeze()
    await server.call('startStall')
    const { p50, p99 } = await neighbour.call<RequestsResult>('request', 1, milliseconds)
    const stall = await server.endStall()
    const after = await server.usage()
    frozen.thaw()
    await frozen.call('closeAll')
    const over = await untilOver(server)
    return { memory: (after.rss - before.rss) / MEBIBYTE, stall: stall.cpu, p50, p99, over }
  } finally {
    await Promise.all([frozen.stop(), neighbour.stop()])
    await untilOver(server)
  }
}

/** In ms; NaN when it has not ended after five seconds. */
async function untilOver(server: BenchProcess): Promise<number> {
  const started = performance.now()
  while (performance.now() - started < 5_000) {
    if ((await server.call<number>('running')) === 0) return performance.now() - started
    await pause(2)
  }
  return Number.NaN
}
