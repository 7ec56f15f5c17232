// Nothing in → server time a request, requests a second and latency of each system, as Markdown and a chart, out.
import { loadavg } from 'node:os'
import { compilePeers } from '../harness/compile-peers.ts'
import type { Metric } from '../harness/markdown.ts'
import { readOptions } from '../harness/options.ts'
import { showProgress } from '../harness/progress.ts'
import { publish } from '../harness/results.ts'
import { interleave, type Sample } from '../harness/rounds.ts'
import { type Contender, type SystemEntry, withSystems } from '../harness/systems.ts'
import type { LoadResult, LoadWork } from './load.ts'
import { ORDER, place, WRONG_ORDER } from './order.ts'

const CONNECTIONS = 64
/** Requests of a turn that count, and processor time of each server before the first turn, in ms. */
const TURN = { requests: 15_000, warmUp: 10_000 }
const SHORT_TURN = { requests: 4_000, warmUp: 2_000 }
/** Requests between two looks at the time of warming up. */
const STEP = 2_000
/**
 * Requests before a turn, which do not count. V8 collects all garbage while a process idles, forgets shapes that no object has at that moment,
 * and drops the code that relies on them, Node's own too: the next thousand requests take raw four times as long, the next 5,000 a third longer.
 */
const AFTER_IDLING = 10_000

interface UnarySystem extends SystemEntry {
  /** What the body holds beside the order. */
  readonly wrap?: (order: unknown) => unknown
  readonly isUnchecked?: boolean
}

const SYSTEMS: readonly UnarySystem[] = [
  own('raw', { isUnchecked: true }),
  own('alien-rpc'),
  peer('fastify', ['fastify']),
  peer('hono', ['hono', '@hono/node-server', '@hono/zod-validator', 'zod']),
  peer('express', ['express']),
  peer('elysia', ['elysia', '@elysiajs/node']),
  peer('trpc', ['@trpc/server']),
  peer('orpc', ['@orpc/server'], { wrap: order => ({ json: order }) }),
  peer('connect', ['@connectrpc/connect-node', '@bufbuild/protobuf']),
]

const METRICS: readonly Metric[] = [
  { key: 'cpu', title: 'server time', unit: 'µs', better: 'less' },
  { key: 'rate', title: 'requests', unit: '1,000/s', better: 'more' },
  { key: 'p50', title: 'p50', unit: 'ms', better: 'less', hasRatio: false },
  { key: 'p99', title: 'p99', unit: 'ms', better: 'less', hasRatio: false },
]

export async function runUnary(args: readonly string[]): Promise<void> {
  const options = readOptions(args, 9)
  const load = loadavg()[0]!
  compilePeers()
  const systems = SYSTEMS.filter(({ name }) => options.isWanted(name))
  const { requests, warmUp } = options.short ? SHORT_TURN : TURN
  const samples = await withSystems(systems, async contenders => {
    for (const contender of contenders) {
      showProgress(`unary: verifying ${contender.name}`)
      await verify(contender)
    }
    shareProcessors(contenders)
    for (const contender of contenders) {
      showProgress(`unary: warming up ${contender.name}`)
      await warm(contender, warmUp)
    }
    return interleave('unary', contenders, options.rounds, contender => measure(contender, requests))
  })
  publish({
    part: 'unary',
    packages: systems.flatMap(({ packages = [] }) => packages),
    load,
    options,
    sections: [
      {
        title: `POST of an order, ${CONNECTIONS} connections`,
        about: `Processor time of the server process, and what a load generator in a process of its own sees, in ${requests} requests a turn. Each server has worked for ${warmUp / 1_000} s before the first. Raw parses and writes JSON, and checks nothing; all others check what comes in.`,
        samples,
        metrics: METRICS,
      },
    ],
  })
}

/** One processor for the servers, of which one works at a time, and one for their clients. */
function shareProcessors(contenders: readonly Contender[]): void {
  for (const { server, client } of contenders) {
    server.pin(0)
    client.pin(1)
  }
}

/** Load until the server has used `milliseconds` of processor time: code that is compiled late, or once more, is compiled by then. */
async function warm(contender: Contender, milliseconds: number): Promise<void> {
  const { cpu } = await contender.server.usage()
  do await drive(contender, STEP)
  while ((await contender.server.usage()).cpu - cpu < milliseconds * 1_000)
}

function drive({ name, client, url }: Contender, requests: number): Promise<LoadResult> {
  const work: LoadWork = { body: bodyOf(name, ORDER), connections: CONNECTIONS, requests }
  return client.call('drive', url, work)
}

async function measure(contender: Contender, requests: number): Promise<Sample> {
  const { server } = contender
  await drive(contender, AFTER_IDLING)
  const before = await server.usage()
  const { elapsed, p50, p99 } = await drive(contender, requests)
  const { cpu } = await server.usage()
  return { cpu: (cpu - before.cpu) / requests, rate: requests / elapsed, p50, p99 }
}

/** The same work: the right answer to an order, and none to a wrong one. */
async function verify({ name, url }: Contender): Promise<void> {
  const post = (order: unknown) =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: bodyOf(name, order) })
  const answer = await post(ORDER)
  const text = await answer.text()
  if (!answer.ok || !text.includes(`"total":${place(ORDER).total}`))
    throw new Error(`${name} answers ${text}`)
  const { status } = await post(WRONG_ORDER)
  const isRefused = status >= 400 && status < 500
  if (isRefused === (systemOf(name).isUnchecked ?? false))
    throw new Error(`${name}: a wrong order gets ${status}`)
}

function bodyOf(name: string, order: unknown): string {
  return JSON.stringify(systemOf(name).wrap?.(order) ?? order)
}

function systemOf(name: string): UnarySystem {
  return SYSTEMS.find(system => system.name === name)!
}

function own(name: string, more: Partial<UnarySystem> = {}): UnarySystem {
  return entry(name, `./systems/${name}.js`, more)
}

function peer(name: string, packages: readonly string[], more: Partial<UnarySystem> = {}): UnarySystem {
  return entry(name, `./peers/${name}.js`, { packages, ...more })
}

function entry(name: string, server: string, more: Partial<UnarySystem>): UnarySystem {
  return {
    name,
    server: new URL(server, import.meta.url),
    client: new URL('./load.js', import.meta.url),
    ...more,
  }
}
