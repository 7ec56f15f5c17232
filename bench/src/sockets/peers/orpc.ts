// Nothing in → an oRPC server over `ws`, and its client over a WebSocket, out.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createTopic } from '@alien-rpc/service'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { os, type RouterClient } from '@orpc/server'
import { RPCHandler } from '@orpc/server/ws'
import { WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'
import { addressOf } from '../../harness/address.ts'
import { driverOf } from '../drive.ts'
import { answerOf, Generators, type Item } from '../items.ts'
import { publishTurnsOf } from '../publish-turns.ts'
import type { BenchSocket } from '../system.ts'

const generators = new Generators()
const topic = createTopic<Item>()

const router = {
  ask: os.input(z.object({ id: z.number(), text: z.string() })).handler(({ input }) => answerOf(input)),
  items: os.input(z.object({ count: z.number() })).handler(async function* ({ input: { count } }) {
    yield* generators.items(count < 0 ? Number.POSITIVE_INFINITY : count)
  }),
  feed: os.handler(async function* ({ signal }) {
    yield* topic.subscribe(signal === undefined ? {} : { signal })
  }),
}

export async function start(): Promise<string> {
  const http = createServer()
  const server = new WebSocketServer({ server: http })
  const handler = new RPCHandler(router)
  server.on('connection', ws => {
    handler.upgrade(ws, { context: {} }).catch(() => ws.terminate())
  })
  return (await addressOf(http)).replace('http', 'ws')
}

async function connect(url: string): Promise<BenchSocket> {
  const websocket = new WebSocket(url)
  await once(websocket, 'open')
  const client: RouterClient<typeof router> = createORPCClient(
    new RPCLink({ websocket: websocket as unknown as globalThis.WebSocket }),
  )
  const items = async (count: number, onItem: (item: Item) => void) => {
    for await (const item of await client.items({ count })) onItem(item)
  }
  return {
    request: question => client.ask(question),
    items,
    endless: onItem => items(-1, onItem),
    listen: onItem => {
      void (async () => {
        for await (const item of await client.feed()) onItem(item)
      })().catch(() => websocket.close())
    },
    close: () => websocket.close(1000),
  }
}

export const listeners = () => topic.subscribers
export const running = () => generators.running
export const publishTurns = publishTurnsOf(item => topic.publish(item))
export const { open, closeAll, request, subscribe, subscribeEndlessly, listen, takeReceived } =
  driverOf(connect)
