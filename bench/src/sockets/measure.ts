// A part of the benchmark of sockets: its systems and how one of them is measured in → tables and charts out.
import { loadavg } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { compilePeers } from '../harness/compile-peers.ts'
import type { Metric } from '../harness/markdown.ts'
import { type BenchOptions, readOptions } from '../harness/options.ts'
import { publish, type Section } from '../harness/results.ts'
import { interleave, type Sample } from '../harness/rounds.ts'
import { type Contender, withSystems } from '../harness/systems.ts'
import type { SocketEntry } from './systems.ts'

export interface SocketContender extends Contender {
  readonly variant: string | undefined
}

export interface SocketCase {
  readonly title: string
  readonly about: string
  readonly metrics: readonly Metric[]
  measure(contender: SocketContender, options: BenchOptions): Promise<Sample>
}

export interface SocketPart {
  readonly part: string
  readonly rounds: number
  readonly systems: readonly SocketEntry[]
  /** Once, before anything is measured: opens sockets. */
  prepare?(contender: SocketContender): Promise<void>
  readonly cases: readonly SocketCase[]
}

export async function runSocketPart(
  { part, rounds, systems, prepare, cases }: SocketPart,
  args: readonly string[],
): Promise<void> {
  const options = readOptions(args, rounds)
  const load = loadavg()[0]!
  const wanted = systems.filter(({ name }) => options.isWanted(name))
  if (wanted.some(({ server }) => server.pathname.includes('/peers/'))) compilePeers()
  const sections = await withSystems(wanted, async started => {
    const contenders = started.map((contender, index) => ({
      ...contender,
      variant: wanted[index]!.variant,
    }))
    for (const contender of contenders) await prepare?.(contender)
    const sections: Section[] = []
    for (const { title, about, metrics, measure } of cases.filter(({ title }) =>
      options.isWantedCase(title),
    )) {
      const samples = await interleave(`${part}, ${title}`, contenders, options.rounds, contender =>
        measure(contender, options),
      )
      sections.push({ title, about, samples, metrics })
    }
    return sections
  })
  const packages = wanted.flatMap(({ packages = [] }) => packages)
  publish({ part, packages, load, options, sections })
}

/** Waits until `ask` gives `wanted`. Throws after ten seconds. */
export async function until(what: string, wanted: number, ask: () => Promise<number>): Promise<void> {
  const end = performance.now() + 10_000
  for (;;) {
    const count = await ask()
    if (count === wanted) return
    if (performance.now() > end) throw new Error(`${what}: ${count} instead of ${wanted}`)
    await pause(5)
  }
}
