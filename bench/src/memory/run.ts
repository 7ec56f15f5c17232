// Nothing in → what both ends of a long stream hold, and how far a server runs ahead of a slow reader, as Markdown, out.
import { loadavg } from 'node:os'
import type { Metric } from '../harness/markdown.ts'
import { readOptions } from '../harness/options.ts'
import type { BenchProcess } from '../harness/process.ts'
import { showProgress } from '../harness/progress.ts'
import { publish } from '../harness/results.ts'
import type { Sample, Samples } from '../harness/rounds.ts'
import { type Contender, type SystemEntry, withSystems } from '../harness/systems.ts'
import type { SlowResult } from './reader.ts'

const SYSTEMS: readonly SystemEntry[] = ['raw', 'alien-rpc'].map(name => {
  const module = new URL(`./systems/${name}.js`, import.meta.url)
  return { name, server: module, client: module }
})
const WARM_UP = 100_000
const MIB = 2 ** 20
/** How often memory is looked at, in ms. */
const LOOK = 250

const HELD: readonly Metric[] = [
  { key: 'server', title: 'server, most', unit: 'MiB', better: 'less', hasRatio: false },
  { key: 'client', title: 'client, most', unit: 'MiB', better: 'less', hasRatio: false },
  { key: 'serverLeft', title: 'heap left in the server', unit: 'MiB', better: 'less', hasRatio: false },
  { key: 'clientLeft', title: 'in the client', unit: 'MiB', better: 'less', hasRatio: false },
]
const AHEAD: readonly Metric[] = [
  { key: 'ahead', title: 'items made and not read', unit: '1,000', better: 'less', hasRatio: false },
  ...HELD,
]

export async function runMemory(args: readonly string[]): Promise<void> {
  const options = readOptions(args, 1)
  const load = loadavg()[0]!
  const count = options.short ? 500_000 : 10_000_000
  const milliseconds = options.short ? 3_000 : 60_000
  const [long, slow] = await withSystems(SYSTEMS, async contenders => {
    for (const { client, url } of contenders) await client.call('readAll', url, WARM_UP)
    return [
      await each('long stream', contenders, contender => readAll(contender, count)),
      await each('slow reader', contenders, contender => readSlowly(contender, milliseconds)),
    ] as const
  })
  publish({
    part: 'memory',
    packages: [],
    load,
    options: { ...options, rounds: 1 },
    sections: [
      {
        title: `${count.toLocaleString('en')} items`,
        about:
          'What each process holds beyond what it held before, heap and buffers, looked at four times a second without a collection; and its heap afterwards, collected.',
        samples: long,
        metrics: HELD,
        charted: null,
      },
      {
        title: `100 items a second for ${milliseconds / 1_000} s`,
        about:
          'The generator has no end and is always ready. What it has made when the reader leaves, less what was read, is in the batch, in the buffers of both sockets and in the chunk that the reader is at.',
        samples: slow,
        metrics: AHEAD,
        charted: null,
      },
    ],
  })
}

async function each(
  title: string,
  contenders: readonly Contender[],
  measure: (contender: Contender) => Promise<Sample>,
): Promise<Samples[]> {
  const samples: Samples[] = []
  for (const contender of contenders) {
    showProgress(`${title}: ${contender.name}`)
    samples.push({ name: contender.name, rounds: [await measure(contender)] })
  }
  return samples
}

function readAll({ server, client, url }: Contender, count: number): Promise<Sample> {
  return whileWatched(server, client, () => client.call('readAll', url, count))
}

async function readSlowly({ server, client, url }: Contender, milliseconds: number): Promise<Sample> {
  await server.call('takeMade')
  let ahead = 0
  const held = await whileWatched(server, client, async () => {
    const { taken } = await client.call<SlowResult>('readSlowly', url, milliseconds)
    ahead = ((await server.call<number>('takeMade')) - taken) / 1_000
  })
  return { ...held, ahead }
}

async function whileWatched(
  server: BenchProcess,
  client: BenchProcess,
  work: () => Promise<void>,
): Promise<Sample> {
  const before = await heldBy(server, client, true)
  const most = { server: 0, client: 0 }
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      const now = await heldBy(server, client, false)
      most.server = Math.max(most.server, now.server - before.server)
      most.client = Math.max(most.client, now.client - before.client)
      await new Promise(resolve => setTimeout(resolve, LOOK))
    }
  })()
  try {
    await work()
  } finally {
    isOver = true
    await watching
  }
  const after = await heldBy(server, client, true)
  return { ...most, serverLeft: after.server - before.server, clientLeft: after.client - before.client }
}

async function heldBy(server: BenchProcess, client: BenchProcess, collect: boolean) {
  const [a, b] = await Promise.all([server.usage(collect), client.usage(collect)])
  return { server: (a.heap + a.external) / MIB, client: (b.heap + b.external) / MIB }
}
