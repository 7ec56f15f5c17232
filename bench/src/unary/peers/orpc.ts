// Nothing in → the address of an oRPC server on node:http out: zod for what comes in and for what goes out.
import { createServer } from 'node:http'
import { os } from '@orpc/server'
import { RPCHandler } from '@orpc/server/node'
import { addressOf } from '../../harness/address.ts'
import { type Order, place } from '../order.ts'
import { orderSchema, receiptSchema } from './schema.ts'

export async function start(): Promise<string> {
  const router = {
    place: os
      .input(orderSchema)
      .output(receiptSchema)
      .handler(({ input }) => place(input as Order)),
  }
  const handler = new RPCHandler(router)
  const server = createServer((request, response) => {
    handler.handle(request, response, { context: {} }).catch(error => response.destroy(error))
  })
  return `${await addressOf(server)}/place`
}
