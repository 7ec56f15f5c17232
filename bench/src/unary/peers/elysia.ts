// Nothing in → the address of an Elysia server on Node out, with schemas of its own kind.
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { node } from '@elysiajs/node'
import { Elysia, t } from 'elysia'
import { type Order, place } from '../order.ts'

const line = t.Object({ sku: t.String(), quantity: t.Number(), price: t.Number() })

const body = t.Object({
  customer: t.Object({ id: t.Number(), name: t.String(), email: t.String() }),
  lines: t.Array(line),
  express: t.Boolean(),
  note: t.Optional(t.String()),
})

const response = t.Object({
  customer: t.String(),
  express: t.Boolean(),
  lines: t.Array(line),
  total: t.Number(),
})

export async function start(): Promise<string> {
  const app = new Elysia({ adapter: node() }).post('/place', request => place(request.body as Order), {
    body,
    response,
  })
  const started = await new Promise<object>(resolve => {
    app.listen({ port: 0, hostname: '127.0.0.1' }, resolve)
  })
  // It tells the port that was asked for, 0, and not the one that it got.
  const { server } = (started as { node: { server: Server } }).node
  if (!server.listening) await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/place`
}
