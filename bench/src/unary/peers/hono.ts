// Nothing in → the address of a Hono server on Node out, with its zod validator.

import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { zValidator } from '@hono/zod-validator'
import { Hono } from 'hono'
import { addressOf } from '../../harness/address.ts'
import { type Order, place } from '../order.ts'
import { orderSchema } from './schema.ts'

export async function start(): Promise<string> {
  const app = new Hono()
  app.post('/place', zValidator('json', orderSchema), context =>
    context.json(place(context.req.valid('json') as Order)),
  )
  return `${await addressOf(createAdaptorServer(app) as Server)}/place`
}
