// Nothing in → the address of a tRPC server on node:http out: zod for what comes in and for what goes out.
import { createServer } from 'node:http'
import { initTRPC } from '@trpc/server'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'
import { addressOf } from '../../harness/address.ts'
import { type Order, place } from '../order.ts'
import { orderSchema, receiptSchema } from './schema.ts'

export async function start(): Promise<string> {
  const t = initTRPC.create()
  const router = t.router({
    place: t.procedure
      .input(orderSchema)
      .output(receiptSchema)
      .mutation(({ input }) => place(input as Order)),
  })
  return `${await addressOf(createServer(createHTTPHandler({ router })))}/place`
}
