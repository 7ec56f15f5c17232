// Nothing in → a GraphQL server over `ws` with graphql-ws, and its client, out.
import { createServer } from 'node:http'
import { createTopic } from '@alien-rpc/service'
import { buildSchema } from 'graphql'
import { type Client, createClient } from 'graphql-ws'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocket, WebSocketServer } from 'ws'
import { addressOf } from '../../harness/address.ts'
import { driverOf } from '../drive.ts'
import { type Answer, answerOf, Generators, type Item, type Question } from '../items.ts'
import { publishTurnsOf } from '../publish-turns.ts'
import type { BenchSocket } from '../system.ts'

const generators = new Generators()
const topic = createTopic<Item>()

const schema = buildSchema(`
  type Answer { id: Int!, text: String!, length: Int! }
  type Item { id: Int!, room: String!, text: String!, at: Float! }
  type Query { ask(id: Int!, text: String!): Answer! }
  type Subscription { items(count: Int!): Item!, feed: Item! }
`)

async function* named(name: string, items: AsyncIterable<Item>) {
  for await (const item of items) yield { [name]: item }
}

const roots = {
  query: { ask: (question: Question) => answerOf(question) },
  subscription: {
    items: ({ count }: { count: number }) =>
      named('items', generators.items(count < 0 ? Number.POSITIVE_INFINITY : count)),
    feed: () => named('feed', topic.subscribe()),
  },
}

export async function start(): Promise<string> {
  const http = createServer()
  useServer({ schema, roots }, new WebSocketServer({ server: http }))
  return (await addressOf(http)).replace('http', 'ws')
}

const ASK = 'query ($id: Int!, $text: String!) { ask(id: $id, text: $text) { id text length } }'
const ITEMS = 'subscription ($count: Int!) { items(count: $count) { id room text at } }'
const FEED = 'subscription { feed { id room text at } }'

async function connect(url: string): Promise<BenchSocket> {
  const client = createClient({ url, webSocketImpl: WebSocket, lazy: false, retryAttempts: 0 })
  await new Promise<void>(resolve => client.on('connected', () => resolve()))
  const items = (count: number, onItem: (item: Item) => void) =>
    read(client, ITEMS, { count }, data => onItem(data.items as Item))
  return {
    request: async question => {
      let answer: unknown
      await read(client, ASK, { ...question }, data => {
        answer = data.ask
      })
      return answer as Answer
    },
    items,
    endless: onItem => items(-1, onItem),
    listen: onItem => void read(client, FEED, {}, data => onItem(data.feed as Item)).catch(() => undefined),
    close: () => void client.dispose(),
  }
}

function read(
  client: Client,
  query: string,
  variables: Record<string, unknown>,
  onData: (data: Record<string, unknown>) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    client.subscribe(
      { query, variables },
      {
        next: ({ data }) => onData(data as Record<string, unknown>),
        complete: resolve,
        error: reject,
      },
    )
  })
}

export const listeners = () => topic.subscribers
export const running = () => generators.running
export const publishTurns = publishTurnsOf(item => topic.publish(item))
export const { open, closeAll, request, subscribe, subscribeEndlessly, listen, takeReceived } =
  driverOf(connect)
