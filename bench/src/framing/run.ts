// Nothing in → bytes an item, time to write and to read one, and items a second end to end, of each framing, as Markdown out.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { RouteDetails } from '../../../runtime/dist/client/client-route.js'
import type { ClientRoutes } from '../../../runtime/dist/client/client-table.js'
import { type Client, createClient } from '../generated/client.ts'
import { median } from '../harness/statistics.ts'
import { measure } from '../types/measure.ts'
import { clientSizeTable } from './client-size.ts'
import { type Codec, codecsOf } from './codecs.ts'
import { events, orders, tableRows } from './items.ts'
import * as routes from './routes.ts'

const ITEMS = 200
const STREAMED = 10_000

const CASES = [
  {
    title: 'small event',
    make: events,
    route: routes.framingEvents,
    http: 'framingEvents',
    socket: 'framingEventSocket',
  },
  {
    title: 'table row',
    make: tableRows,
    route: routes.framingRows,
    http: 'framingRows',
    socket: 'framingRowSocket',
  },
  {
    title: 'nested order',
    make: orders,
    route: routes.framingOrders,
    http: 'framingOrders',
    socket: 'framingOrderSocket',
  },
] as const
type Case = (typeof CASES)[number]

export async function runFraming(args: readonly string[]): Promise<void> {
  const values = Object.fromEntries(args.map((name, index) => [name, args[index + 1]]))
  const effort = { rounds: Number(values['--rounds'] ?? 7), roundMs: Number(values['--ms'] ?? 150) }
  const sections = [
    '# framing',
    `Node ${process.version}, ${cpus()[0]?.model.trim()}, load ${loadavg()[0]?.toFixed(1)} on ${cpus().length} processors. Processor time, median of ${effort.rounds} rounds.`,
    ...CASES.map(it => codecTable(it, effort)),
    await streamTable(effort.rounds),
    await clientSizeTable(),
    '',
  ]
  const text = sections.join('\n\n')
  console.log(text)
  const folder = new URL('../../results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL('framing.md', folder), text)
}

/** The table of calls in the emitted module, which it does not export: what `createClient` passes on is looked at. */
function clientRoutes(): ClientRoutes {
  let table: ClientRoutes = {}
  const entries = Object.entries
  Object.entries = ((object: object) => {
    if ('framingEvents' in object) table = object as ClientRoutes
    return entries(object)
  }) as typeof Object.entries
  try {
    createClient({ prefixUrl: 'http://localhost' })
  } finally {
    Object.entries = entries
  }
  return table
}

function codecTable({ title, route, http, make }: Case, effort: { rounds: number; roundMs: number }): string {
  const codecs = codecsOf(route, clientRoutes()[http]![2] as RouteDetails)
  const items = [...make(ITEMS)]
  const batches = codecs.map(codec => batchOf(codec, items))
  const writes = measure(
    codecs.map(({ name, write }) => ({ name, run: write as (items: unknown) => unknown })),
    [items],
    effort,
  )
  // In turn as well: each alone, a minute of a busy machine would fall to one of them.
  const reads = measure(
    codecs.map(({ name, read }, index) => ({ name, run: () => read(batches[index] as never) })),
    [undefined],
    effort,
  )
  const lines = codecs.map(({ name }, index) => {
    const size = Buffer.byteLength(batches[index]!) / ITEMS
    const perSecond = (rounds: readonly number[]) => `${Math.round((1e6 * ITEMS) / median(rounds))}k`
    return `| ${name} | ${size.toFixed(0)} | ${perSecond(writes[index]!.rounds)} | ${perSecond(reads[index]!.rounds)} |`
  })
  return [
    `## ${title}`,
    '',
    '| | bytes an item | written a second | read a second |',
    '| --- | --: | --: | --: |',
    ...lines,
  ].join('\n')
}

/** The second one: shared structures are known by then. */
function batchOf({ name, write, read }: Codec, items: readonly unknown[]): Uint8Array | string {
  write(items)
  const written = write(items)
  const batch = typeof written === 'string' ? written : Uint8Array.from(written)
  const count = read(batch as never)
  if (count !== items.length) throw new Error(`${name} reads ${count} of ${items.length} items`)
  return batch
}

/** Server and client in a process each, one stream after another. Elapsed time: both processes count. */
async function streamTable(rounds: number): Promise<string> {
  const server = fork(fileURLToPath(new URL('server.js', import.meta.url)))
  try {
    const [{ url }] = (await once(server, 'message')) as [{ url: string }]
    const lines: string[] = []
    for (const it of CASES) {
      const ways = waysOf(createClient({ prefixUrl: url }), it)
      const rates = ways.map((): number[] => [])
      for (let round = 0; round <= rounds; round++) {
        for (const [index, way] of ways.entries()) {
          const started = performance.now()
          const count = await way()
          if (count !== STREAMED) throw new Error(`expected ${STREAMED} items, received ${count}`)
          if (round > 0) rates[index]!.push((count / (performance.now() - started)) * 1000)
        }
      }
      const cells = rates.map(list => `${Math.round(median(list) / 1000)}k`)
      lines.push(`| ${it.title} | ${cells.join(' | ')} |`)
    }
    const header =
      '| items a second | HTTP, json-seq | HTTP, MessagePack rows | socket, JSON | socket, MessagePack rows |'
    return ['## end to end', '', header, '| --- | --: | --: | --: | --: |', ...lines].join('\n')
  } finally {
    server.disconnect()
  }
}

function waysOf(client: Client, { http, socket }: Case): (() => Promise<number>)[] {
  const count = async (items: AsyncIterable<unknown>) => {
    let seen = 0
    for await (const _ of items) seen++
    return seen
  }
  const overSocket = async (framing: 'json' | 'msgpack') => {
    const opened = await client[socket]({ framing })
    try {
      return await count(opened.subscribe({ count: STREAMED }))
    } finally {
      opened.close()
    }
  }
  return [
    () => count(client[http]({ count: STREAMED })),
    () => count(client[http]({ count: STREAMED }, { framing: 'msgpack' })),
    () => overSocket('json'),
    () => overSocket('msgpack'),
  ]
}
