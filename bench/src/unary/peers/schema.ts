// Nothing in → the order and the receipt as zod schemas, for the systems that take them, out.
import { z } from 'zod'

const line = z.object({ sku: z.string(), quantity: z.number(), price: z.number() })

export const orderSchema = z.object({
  customer: z.object({ id: z.number(), name: z.string(), email: z.string() }),
  lines: z.array(line),
  express: z.boolean(),
  note: z.string().optional(),
})

export const receiptSchema = z.object({
  customer: z.string(),
  express: z.boolean(),
  lines: z.array(line),
  total: z.number(),
})
