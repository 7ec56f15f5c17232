// How a system's client reads a stream in → what the benchmark calls in the client's process, which times and verifies it, out.
import { quantile } from '../harness/statistics.ts'
import { clock, type Item, type StreamWork } from './items.ts'

export interface StreamResult {
  /** From the call to the first item, and to the end, in ms. */
  readonly first: number
  readonly elapsed: number
  /** Processor time of the client, in µs. */
  readonly cpu: number
  /** Of paced items, from the handler to the reader, in ms. */
  readonly p50: number
  readonly p99: number
}

type OnItem = (item: Item) => void

/** A client that calls back for each item. */
export function driverOf(read: (url: string, work: StreamWork, onItem: OnItem) => Promise<void>) {
  return async (url: string, work: StreamWork): Promise<StreamResult> => {
    const latencies: number[] = []
    const isPaced = work.kind === 'paced'
    let count = 0
    let sum = 0
    let first = 0
    const cpu = process.cpuUsage()
    const started = performance.now()
    await read(url, work, item => {
      if (count++ === 0) first = performance.now() - started
      sum += item.id
      if (isPaced) latencies.push(clock() - (item as Item & { sentAt: number }).sentAt)
    })
    const elapsed = performance.now() - started
    const { user, system } = process.cpuUsage(cpu)
    if (count !== work.count || sum !== (count * (count - 1)) / 2)
      throw new Error(`${count} items of ${work.count}`)
    return {
      first,
      elapsed,
      cpu: user + system,
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
    }
  }
}

/** A client that gives an async iterable, or a promise of one. */
export function iteratorDriver(
  open: (url: string, work: StreamWork) => AsyncIterable<unknown> | Promise<AsyncIterable<unknown>>,
) {
  return driverOf(async (url, work, onItem) => {
    for await (const item of await open(url, work)) onItem(item as Item)
  })
}

/** `<url>?kind=small&count=100` */
export function urlOf(url: string, { kind, count }: StreamWork): string {
  return `${url}?kind=${kind}&count=${count}`
}

/** The other end of `urlOf`. */
export function workOf(url: string): StreamWork {
  const { searchParams } = new URL(url, 'http://localhost')
  return { kind: searchParams.get('kind') as StreamWork['kind'], count: Number(searchParams.get('count')) }
}

/** Lines of a response, as they are read by hand: decoded, cut, and handed on, all that a chunk brings at once. */
export async function readLines(url: string, onLine: (line: string) => void): Promise<void> {
  const { body } = await fetch(url)
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of body!) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
    rest = lines.pop()!
    for (const line of lines) onLine(line)
  }
}
