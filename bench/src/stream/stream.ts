// Nothing in → items a second of each way to stream, measured in turn against a server in another process, on standard output.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { createClient } from '../generated/client.ts'
import { readByHand } from './by-hand.ts'

const ITEMS = 50_000
const ROUNDS = 9

type Way = () => Promise<number>

const server = fork(fileURLToPath(new URL('server.js', import.meta.url)))
const [{ ours, byHand }] = (await once(server, 'message')) as [{ ours: string; byHand: string }]
const client = createClient({ prefixUrl: ours })

console.log(
  `node ${process.version}, ${cpus()[0]?.model}, ${ITEMS} items a stream, median of ${ROUNDS} rounds\n`,
)
await compare('server, read as NDJSON by the same reader', {
  'alien rpc (validated)': () => readByHand(`${ours}/stream/${ITEMS}`),
  'by hand, a write an item': () => readByHand(`${byHand}/each/${ITEMS}`),
  'by hand, batched': () => readByHand(`${byHand}/batched/${ITEMS}`),
})
await compare('server and client', {
  'alien rpc': readByClient,
  'by hand, batched': () => readByHand(`${byHand}/batched/${ITEMS}`),
})
server.disconnect()

async function readByClient(): Promise<number> {
  let count = 0
  for await (const row of client.stream({ count: ITEMS })) if (typeof row.id === 'number') count++
  return count
}

/** Interleaved, so that a machine that slows down slows all of them; the first round warms up and is dropped. */
async function compare(title: string, ways: Record<string, Way>): Promise<void> {
  const rates = Object.keys(ways).map((): number[] => [])
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, way] of Object.values(ways).entries()) {
      const rate = await measure(way)
      if (round > 0) rates[index]?.push(rate)
    }
  }
  console.log(title)
  for (const [index, name] of Object.keys(ways).entries())
    console.log(`  ${name.padEnd(28)}${summary(rates[index] ?? [])}`)
}

async function measure(way: Way): Promise<number> {
  const started = performance.now()
  const count = await way()
  if (count !== ITEMS) throw new Error(`expected ${ITEMS} items, received ${count}`)
  return (count / (performance.now() - started)) * 1000
}

function summary(rates: number[]): string {
  const sorted = rates.toSorted((a, b) => a - b)
  const thousands = (rate: number | undefined) => `${Math.round((rate ?? 0) / 1000)}k`
  const median = sorted[Math.floor(sorted.length / 2)]
  return `${thousands(median)} items/s  (${thousands(sorted[0])} to ${thousands(sorted.at(-1))})`
}
