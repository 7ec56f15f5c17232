// Nothing in → an oRPC server whose procedure gives an event iterator, and its client, out.
import { createServer } from 'node:http'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import { os, type RouterClient } from '@orpc/server'
import { RPCHandler } from '@orpc/server/node'
import { z } from 'zod'
import { addressOf } from '../../harness/address.ts'
import { iteratorDriver } from '../drive.ts'
import { itemsOf } from '../items.ts'

const router = {
  items: os
    .input(z.object({ kind: z.enum(['small', 'large', 'rows', 'paced']), count: z.number() }))
    .handler(async function* ({ input }) {
      yield* itemsOf(input)
    }),
}

export function start(): Promise<string> {
  const handler = new RPCHandler(router)
  const server = createServer((request, response) => {
    handler.handle(request, response, { context: {} }).catch(error => response.destroy(error))
  })
  return addressOf(server)
}

export const drive = iteratorDriver((url, work) => {
  const client: RouterClient<typeof router> = createORPCClient(new RPCLink({ url }))
  return client.items(work)
})
