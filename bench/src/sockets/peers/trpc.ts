// Nothing in → a tRPC server over `ws`, and its client with the WebSocket link, out.

import { createServer } from 'node:http'
import { createTopic } from '@alien-rpc/service'
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import { initTRPC } from '@trpc/server'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'
import { addressOf } from '../../harness/address.ts'
import { driverOf } from '../drive.ts'
import { answerOf, Generators, type Item } from '../items.ts'
import { publishTurnsOf } from '../publish-turns.ts'
import type { BenchSocket } from '../system.ts'

const generators = new Generators()
const topic = createTopic<Item>()

const t = initTRPC.create()
const router = t.router({
  ask: t.procedure
    .input(z.object({ id: z.number(), text: z.string() }))
    .query(({ input }) => answerOf(input)),
  items: t.procedure
    .input(z.object({ count: z.number() }))
    .subscription(({ input: { count } }) => generators.items(count < 0 ? Number.POSITIVE_INFINITY : count)),
  feed: t.procedure.subscription(async function* ({ signal }) {
    yield* topic.subscribe(signal === undefined ? {} : { signal })
  }),
})

export async function start(): Promise<string> {
  const http = createServer()
  applyWSSHandler({ wss: new WebSocketServer({ server: http }), router })
  return (await addressOf(http)).replace('http', 'ws')
}

async function connect(url: string): Promise<BenchSocket> {
  const ws = await new Promise<ReturnType<typeof createWSClient>>((resolve, reject) => {
    const made = createWSClient({
      url,
      // Node 20 has none of its own.
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
      onOpen: () => resolve(made),
      onError: reject,
    })
  })
  const client = createTRPCClient<typeof router>({ links: [wsLink({ client: ws })] })
  const items = (count: number, onItem: (item: Item) => void) =>
    new Promise<void>((resolve, reject) => {
      client.items.subscribe({ count }, { onData: onItem, onComplete: resolve, onError: reject })
    })
  return {
    request: question => client.ask.query(question),
    items,
    endless: onItem => items(-1, onItem),
    listen: onItem => void client.feed.subscribe(undefined, { onData: onItem }),
    close: () => void ws.close(),
  }
}

export const listeners = () => topic.subscribers
export const running = () => generators.running
export const publishTurns = publishTurnsOf(item => topic.publish(item))
export const { open, closeAll, request, subscribe, subscribeEndlessly, listen, takeReceived } =
  driverOf(connect)
