// Nothing in → how each system streams items of four kinds to a client in another process, as Markdown and a chart, out.
import { loadavg } from 'node:os'
import { compilePeers } from '../harness/compile-peers.ts'
import type { Metric } from '../harness/markdown.ts'
import { type BenchOptions, readOptions } from '../harness/options.ts'
import { publish, type Section } from '../harness/results.ts'
import { interleave, type Sample } from '../harness/rounds.ts'
import { type Contender, type SystemEntry, withSystems } from '../harness/systems.ts'
import type { StreamResult } from './drive.ts'
import type { StreamWork } from './items.ts'

interface StreamSystem extends SystemEntry {
  /** The function of the client that is called. */
  readonly drive: string
}

const SYSTEMS: readonly StreamSystem[] = [
  system('raw', 'systems/raw'),
  system('alien-rpc', 'systems/alien-rpc'),
  system('alien-rpc, MessagePack', 'systems/alien-rpc', [], 'driveMsgpack'),
  system('hono', 'peers/hono', ['hono', '@hono/node-server']),
  system('hono, events', 'peers/hono', [], 'driveEvents'),
  system('trpc', 'peers/trpc', ['@trpc/server', '@trpc/client']),
  system('trpc, events', 'peers/trpc', ['eventsource'], 'driveEvents'),
  system('orpc', 'peers/orpc', ['@orpc/server', '@orpc/client']),
  system('connect', 'peers/connect', ['@connectrpc/connect-node', '@bufbuild/protobuf']),
  system('effect', 'peers/effect', ['effect', '@effect/rpc']),
]

interface Scene extends StreamWork {
  readonly title: string
  readonly about: string
  /** Items of a quick look. */
  readonly few: number
  readonly metrics: readonly Metric[]
}

const TOTAL: Metric = { key: 'cpu', title: 'both processes', unit: 'µs an item', better: 'less' }
const THROUGHPUT: readonly Metric[] = [
  { key: 'rate', title: 'items', unit: '1,000/s', better: 'more' },
  { key: 'serverCpu', title: 'server', unit: 'µs an item', better: 'less' },
  { key: 'clientCpu', title: 'client', unit: 'µs an item', better: 'less' },
  TOTAL,
  { key: 'first', title: 'first item', unit: 'ms', better: 'less', hasRatio: false },
  { key: 'stall', title: 'stall (work)', unit: 'ms', better: 'less', hasRatio: false },
  { key: 'stallElapsed', title: 'stall (elapsed)', unit: 'ms', better: 'less', hasRatio: false },
]
const LATENCY: readonly Metric[] = [
  { key: 'p50', title: 'latency p50', unit: 'ms', better: 'less' },
  { key: 'p99', title: 'p99', unit: 'ms', better: 'less', hasRatio: false },
  { key: 'serverCpu', title: 'server', unit: 'µs an item', better: 'less' },
]

const SCENES: readonly Scene[] = [
  {
    kind: 'small',
    title: 'small items',
    about: 'Objects of four members that an async generator has ready.',
    count: 200_000,
    few: 20_000,
    metrics: THROUGHPUT,
  },
  {
    kind: 'rows',
    title: 'rows of a database',
    about: 'The same from PGlite, 500 a query; the query is most of the work.',
    count: 20_000,
    few: 2_000,
    metrics: THROUGHPUT,
  },
  {
    kind: 'large',
    title: 'items of 10 kB',
    about: 'The same with a text of 10,000 characters.',
    count: 5_000,
    few: 500,
    metrics: THROUGHPUT,
  },
  {
    kind: 'paced',
    title: 'one item in 10 ms',
    about: 'Latency from the handler to the reader.',
    count: 150,
    few: 30,
    metrics: LATENCY,
  },
]

export async function runStream(args: readonly string[]): Promise<void> {
  const options = readOptions(args, 7)
  const load = loadavg()[0]!
  compilePeers()
  const systems = SYSTEMS.filter(({ name }) => options.isWanted(name))
  const sections = await withSystems(systems, async contenders => {
    const done: Section[] = []
    for (const scene of SCENES) {
      if (options.isWantedCase(scene.kind)) done.push(await measureScene(scene, contenders, options))
    }
    return done
  })
  publish({
    part: 'stream',
    packages: systems.flatMap(({ packages = [] }) => packages),
    load,
    options,
    sections,
  })
}

async function measureScene(
  { title, about, kind, count, few, metrics }: Scene,
  contenders: readonly Contender[],
  { short, rounds }: BenchOptions,
): Promise<Section> {
  const work: StreamWork = { kind, count: short ? few : count }
  const samples = await interleave(title, contenders, rounds, contender => measure(contender, work))
  const charted = metrics.includes(TOTAL) ? TOTAL : metrics[0]!
  return {
    title,
    about: `${about} ${work.count.toLocaleString('en')} items a turn.`,
    samples,
    metrics,
    charted,
  }
}

async function measure({ name, server, client, url }: Contender, work: StreamWork): Promise<Sample> {
  const { drive } = SYSTEMS.find(candidate => candidate.name === name)!
  const before = await server.usage()
  const { first, elapsed, cpu, p50, p99 } = await client.call<StreamResult>(drive, url, work)
  const after = await server.usage()
  const [serverCpu, clientCpu] = [(after.cpu - before.cpu) / work.count, cpu / work.count]
  const rates = { rate: work.count / elapsed, serverCpu, clientCpu, cpu: serverCpu + clientCpu }
  if (work.kind === 'paced') return { ...rates, p50, p99 }
  // On a stream of its own, because looking at it costs time.
  await server.startStall()
  await client.call<StreamResult>(drive, url, { ...work, count: work.count / 4 })
  const stall = await server.endStall()
  return { ...rates, first, stall: stall.cpu, stallElapsed: stall.elapsed }
}

function system(name: string, file: string, packages: readonly string[] = [], drive = 'drive'): StreamSystem {
  const module = new URL(`./${file}.js`, import.meta.url)
  return { name, server: module, client: module, packages, drive }
}
