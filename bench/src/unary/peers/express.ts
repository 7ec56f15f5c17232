// Nothing in → the address of an Express server out: its JSON parser, and zod.
import { createServer } from 'node:http'
import express from 'express'
import { addressOf } from '../../harness/address.ts'
import { type Order, place } from '../order.ts'
import { orderSchema } from './schema.ts'

export async function start(): Promise<string> {
  const app = express()
  app.use(express.json())
  app.post('/place', (request, response) => {
    const { success, data } = orderSchema.safeParse(request.body)
    if (success) response.json(place(data as Order))
    else response.status(400).json({ error: 'no order' })
  })
  return `${await addressOf(createServer(app))}/place`
}
