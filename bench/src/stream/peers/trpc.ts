// Nothing in → a tRPC server, and its client with the link that streams batches and with the one for events, out.
import { createServer } from 'node:http'
import { createTRPCClient, httpBatchStreamLink, httpSubscriptionLink } from '@trpc/client'
import { initTRPC } from '@trpc/server'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'
import { EventSource } from 'eventsource'
import { z } from 'zod'
import { addressOf } from '../../harness/address.ts'
import { driverOf, iteratorDriver } from '../drive.ts'
import { itemsOf } from '../items.ts'

const t = initTRPC.create()
const input = z.object({ kind: z.enum(['small', 'large', 'rows', 'paced']), count: z.number() })
const router = t.router({
  items: t.procedure.input(input).query(({ input }) => itemsOf(input)),
  events: t.procedure.input(input).subscription(({ input }) => itemsOf(input)),
})

export function start(): Promise<string> {
  return addressOf(createServer(createHTTPHandler({ router })))
}

export const drive = iteratorDriver((url, work) =>
  createTRPCClient<typeof router>({ links: [httpBatchStreamLink({ url })] }).items.query(work),
)

export const driveEvents = driverOf(
  (url, work, onItem) =>
    new Promise((resolve, reject) => {
      const client = createTRPCClient<typeof router>({ links: [httpSubscriptionLink({ url, EventSource })] })
      client.events.subscribe(work, { onData: onItem, onComplete: resolve, onError: reject })
    }),
)
