// Nothing in → a server of Alien RPC, and its emitted client in either framing, out.
import { serve } from '@alien-rpc/service/node'
import { createClient } from '../../generated/client.ts'
import { driverOf } from '../drive.ts'
import type { Item } from '../items.ts'
import { publishTurnsOf } from '../publish-turns.ts'
import * as routes from '../routes.ts'
import { benchGenerators, benchTopic } from '../routes.ts'
import type { BenchSocket } from '../system.ts'

export async function start(): Promise<string> {
  return (await serve(routes, { port: 0 })).url
}

export const listeners = () => benchTopic.subscribers
export const running = () => benchGenerators.running

/** `feed` sockets can listen, others can do the rest. */
async function connect(url: string, variant = 'json'): Promise<BenchSocket> {
  const client = createClient({ prefixUrl: url })
  const framing = variant === 'msgpack' ? 'msgpack' : 'json'
  if (variant === 'feed') return feedSocket(await client.benchFeed({ framing }))
  const socket = await client.benchSocket({ framing })
  const read = async (count: number, onItem: (item: Item) => void) => {
    for await (const item of socket.subscribe({ count })) onItem(item)
  }
  return {
    request: question => socket.request(question),
    items: read,
    endless: onItem => read(-1, onItem),
    listen: onlyFeed,
    close: () => void socket.close(),
  }
}

function feedSocket(socket: Awaited<ReturnType<ReturnType<typeof createClient>['benchFeed']>>): BenchSocket {
  return {
    request: onlyFeed,
    items: onlyFeed,
    endless: onlyFeed,
    listen: onItem => {
      void (async () => {
        for await (const item of socket.subscribe({ room: 'general' })) onItem(item)
      })()
    },
    close: () => void socket.close(),
  }
}

function onlyFeed(): never {
  throw new Error('another variant of the client does that')
}

export const publishTurns = publishTurnsOf(item => benchTopic.publish(item))
export const { open, closeAll, request, subscribe, subscribeEndlessly, listen, takeReceived } =
  driverOf(connect)
