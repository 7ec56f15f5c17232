// Nothing in → what a page carries for the same three calls through each client, as Markdown and a chart, out. Bytes are counted, nothing is timed.
import { toChart } from '../harness/chart.ts'
import { machineHeader } from '../harness/machine.ts'
import { toTable } from '../harness/markdown.ts'
import { readOptions } from '../harness/options.ts'
import { keep } from '../harness/results.ts'
import { type Bytes, programToBytes } from './program-to-bytes.ts'
import type { Calls, ClientSystem } from './system.ts'
import { alienRpc } from './systems/alien-rpc.ts'
import { graphqlWs } from './systems/graphql-ws.ts'
import { hono } from './systems/hono.ts'
import { orpc } from './systems/orpc.ts'
import { partysocket } from './systems/partysocket.ts'
import { raw } from './systems/raw.ts'
import { socketIo } from './systems/socket-io.ts'
import { trpc } from './systems/trpc.ts'

const SYSTEMS: readonly ClientSystem[] = [raw, alienRpc, hono, trpc, orpc, graphqlWs, partysocket, socketIo]

const TITLES: Readonly<Record<Calls, string>> = {
  unary: 'Three calls by HTTP',
  stream: 'Two calls by HTTP, and a stream of messages by HTTP',
  socket: 'Two calls, and a subscription to messages over a WebSocket',
}

const ABOUT = `Bytes of what loads at first, bundled and minified by esbuild for browsers (es2022, production). Every program does no more than make its calls, and
gets what its client gives for that. Only some of it is alike: time-outs, retries, errors with codes, cuts that are no normal end of a stream, streams and subscriptions that go on
after a cut without a gap, and credit are part of ours; a stream read by hand (bare fetch, Hono) takes a cut for its end, and a bare WebSocket does not come back.`

interface Measured {
  readonly name: string
  readonly bytes: Bytes
}

/** `--short` prints without keeping. */
export async function runClient(args: readonly string[]): Promise<void> {
  const options = readOptions(args, 1)
  const sections: { title: string; measured: Measured[] }[] = []
  for (const [calls, title] of Object.entries(TITLES) as [Calls, string][]) {
    const measured: Measured[] = []
    for (const { name, programs } of SYSTEMS) {
      const program = programs[calls]
      if (program && (name === raw.name || options.isWanted(name)))
        measured.push({ name, bytes: (await programToBytes(program)).first })
    }
    sections.push({ title, measured })
  }
  const packages = SYSTEMS.flatMap(system => system.packages)
  const text = [
    '# client',
    machineHeader(packages, 0),
    ABOUT,
    ...sections.flatMap(({ title, measured }) => [`## ${title}`, sizeTable(measured)]),
    '',
  ].join('\n\n')
  console.log(text)
  if (!options.isWhole) return
  keep('client.md', text)
  keep('client.svg', chartOf(sections))
}

function sizeTable(measured: readonly Measured[]): string {
  const base = measured[0]!.bytes.brotli
  const lines = measured.map(({ name, bytes: { minified, gzip, brotli } }) => [
    name,
    ...[minified, gzip, brotli].map(bytes => (bytes / 1000).toFixed(2)),
    (brotli / base).toFixed(1),
  ])
  return toTable(['', 'minified, kB', 'gzip, kB', 'brotli, kB', `× ${raw.name}`], lines)
}

/** A longer bar is a smaller client. */
function chartOf(sections: readonly { title: string; measured: readonly Measured[] }[]): string {
  const groups = sections.map(({ title, measured }) => ({
    title,
    rows: [
      {
        title: `${raw.name} / own bytes`,
        bars: measured.map(({ name, bytes }) => ({
          name,
          speed: measured[0]!.bytes.brotli / bytes.brotli,
        })),
      },
    ],
  }))
  return toChart({
    label: 'Bytes of a bare client by those of others, for the same calls: more is better',
    names: SYSTEMS.map(({ name }) => name),
    groups,
  })
}
