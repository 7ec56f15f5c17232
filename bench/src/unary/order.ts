// The work of every system: an order in → its receipt out.

export interface Line {
  sku: string
  quantity: number
  price: number
}

export interface Order {
  customer: { id: number; name: string; email: string }
  lines: Line[]
  express: boolean
  note?: string
}

export interface Receipt {
  customer: string
  express: boolean
  lines: Line[]
  total: number
}

export function place({ customer, lines, express }: Order): Receipt {
  let total = 0
  for (const { quantity, price } of lines) total += quantity * price
  return { customer: customer.name, express, lines, total }
}

export const ORDER: Order = {
  customer: { id: 7, name: 'Grace Hopper', email: 'grace@example.com' },
  lines: [
    { sku: 'SKU-1', quantity: 2, price: 10.5 },
    { sku: 'SKU-2', quantity: 1, price: 99 },
    { sku: 'SKU-3', quantity: 4, price: 1.25 },
    { sku: 'SKU-4', quantity: 1, price: 7.75 },
  ],
  express: true,
  note: 'Please ring twice, the bell is old',
}

/** Differs from a valid order in its last line. */
export const WRONG_ORDER = { ...ORDER, lines: [...ORDER.lines, { sku: 'SKU-5', quantity: 'one', price: 1 }] }
