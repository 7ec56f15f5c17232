// Nothing in → how each system streams items of four kinds to a client in another process, as Markdown and a chart, out.
import { loadavg } from 'node:os'
import { compilePeers } from '../harness/compile-peers.ts'
import type { Metric } from '../harness/markdown.ts'
import { type BenchOptions, readOptions } from '../harness/options.ts'
import { showProgress } from '../harness/progress.ts'
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
  /** Turns of a round. Default: 1. */
  readonly turns?: number
}

/** Processor time of both processes before anything is counted, in ms: small items are read twice as fast after a million of them. */
const WARM_UP = 2_000

const TOTAL: Metric = { key: 'cpu', title: 'both processes', unit: 'µs an item', better: 'less' }
const THROUGHPUT: readonly Metric[] = [
  { key: 'rate', title: 'items', unit: '1,000/s', better: 'more' },
  { key: 'serverCpu', title: 'server', unit: 'µs an item', better: 'less' },
  { key: 'clientCpu', title: 'client', unit: 'µs an item', better: 'less' },
  TOTAL,
]
const TIMES: readonly Metric[] = [
  { key: 'first', title: 'first item', unit: 'ms', better: 'less' },
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
    kind: 'small',
    title: 'first item, and stalls of the server',
    about:
      'From the call to its first item, and the longest that the server did nothing else meanwhile. Medians of 35 streams each, one after another in turn.',
    count: 20_000,
    few: 20_000,
    metrics: TIMES,
    turns: 5,
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
  { title, about, kind, count, few, metrics, turns = 1 }: Scene,
  contenders: readonly Contender[],
  { short, rounds }: BenchOptions,
): Promise<Section> {
  const work: StreamWork = { kind, count: short ? few : count }
  for (const contender of kind === 'paced' || short ? [] : contenders) {
    showProgress(`${title}: warming up ${contender.name}`)
    await warmUp(contender, { kind, count: few })
  }
  const measureTurn = metrics === TIMES ? measureTimes : measure
  const samples = await interleave(title, contenders, rounds * turns, contender =>
    measureTurn(contender, work),
  )
  const charted = metrics.includes(TOTAL) ? TOTAL : metrics === TIMES ? null : metrics[0]!
  return {
    title,
    about: `${about} ${work.count.toLocaleString('en')} items a turn.`,
    samples,
    metrics,
    charted,
  }
}

async function warmUp(contender: Contender, work: StreamWork): Promise<void> {
  for (let spent = 0; spent < WARM_UP; ) {
    const { cpu } = await measure(contender, work)
    spent += (cpu! * work.count) / 1000
  }
}

async function measure(contender: Contender, work: StreamWork): Promise<Sample> {
  const { server } = contender
  const before = await server.usage()
  const { elapsed, cpu, p50, p99 } = await drive(contender, work)
  const after = await server.usage()
  const [serverCpu, clientCpu] = [(after.cpu - before.cpu) / work.count, cpu / work.count]
  const rates = { rate: work.count / elapsed, serverCpu, clientCpu, cpu: serverCpu + clientCpu }
  return work.kind === 'paced' ? { ...rates, p50, p99 } : rates
}

/** Apart from what time is counted for: looking at stalls takes a twentieth of it. */
async function measureTimes(contender: Contender, work: StreamWork): Promise<Sample> {
  await contender.server.startStall()
  const { first } = await drive(contender, work)
  const stall = await contender.server.endStall()
  return { first, stall: stall.cpu, stallElapsed: stall.elapsed }
}

function drive({ name, client, url }: Contender, work: StreamWork): Promise<StreamResult> {
  return client.call(SYSTEMS.find(candidate => candidate.name === name)!.drive, url, work)
}

function system(name: string, file: string, packages: readonly string[] = [], drive = 'drive'): StreamSystem {
  const module = new URL(`./${file}.js`, import.meta.url)
  return { name, server: module, client: module, packages, drive }
}
