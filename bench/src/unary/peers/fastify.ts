// Nothing in → the address of a fastify server out: JSON schemas for the body and for the answer.
import { fastify } from 'fastify'
import { type Order, place } from '../order.ts'

const line = {
  type: 'object',
  required: ['sku', 'quantity', 'price'],
  properties: { sku: { type: 'string' }, quantity: { type: 'number' }, price: { type: 'number' } },
} as const

const order = {
  type: 'object',
  required: ['customer', 'lines', 'express'],
  properties: {
    customer: {
      type: 'object',
      required: ['id', 'name', 'email'],
      properties: { id: { type: 'number' }, name: { type: 'string' }, email: { type: 'string' } },
    },
    lines: { type: 'array', items: line },
    express: { type: 'boolean' },
    note: { type: 'string' },
  },
} as const

const receipt = {
  type: 'object',
  required: ['customer', 'express', 'lines', 'total'],
  properties: {
    customer: { type: 'string' },
    express: { type: 'boolean' },
    lines: { type: 'array', items: line },
    total: { type: 'number' },
  },
} as const

export async function start(): Promise<string> {
  // By default "1" passes for a number.
  const app = fastify({ ajv: { customOptions: { coerceTypes: false } } })
  app.post('/place', { schema: { body: order, response: { 200: receipt } } }, async request =>
    place(request.body as Order),
  )
  return `${await app.listen({ port: 0, host: '127.0.0.1' })}/place`
}
