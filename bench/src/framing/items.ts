// A count in → that many items of a small event, a table row and a nested order, as a server's sources would give them, out.

export interface BenchEvent {
  index: number
  type: 'fast' | 'slow'
  at: Date
}

export interface TableRow {
  id: number
  name: string
  email: string
  country: string
  created: Date
  active: boolean
  score: number
  visits: number
  plan: 'free' | 'team' | 'company'
  note?: string
}

export interface Order {
  id: bigint
  customer: { id: number; name: string; email: string }
  address: { street: string; city: string; postcode: string; country: string }
  lines: { sku: string; title: string; quantity: number; price: number }[]
  placed: Date
  state: 'open' | 'paid' | 'sent'
}

const START = Date.UTC(2026, 0, 1)

export function* events(count: number): Generator<BenchEvent> {
  for (let index = 0; index < count; index++)
    yield { index, type: index % 3 === 0 ? 'slow' : 'fast', at: new Date(START + index * 977) }
}

export function* tableRows(count: number): Generator<TableRow> {
  for (let id = 0; id < count; id++) {
    const row: TableRow = {
      id,
      name: `user ${id}`,
      email: `user${id}@example.com`,
      country: id % 2 === 0 ? 'DE' : 'FR',
      created: new Date(START + id * 1000),
      active: id % 3 === 0,
      score: id / 7,
      visits: id * 13,
      plan: id % 5 === 0 ? 'team' : 'free',
    }
    if (id % 4 === 0) row.note = 'called back'
    yield row
  }
}

export function* orders(count: number): Generator<Order> {
  for (let id = 0; id < count; id++) {
    yield {
      id: 10_000_000_000n + BigInt(id),
      customer: { id: id % 100, name: `Customer ${id % 100}`, email: `customer${id % 100}@example.com` },
      address: { street: `Main Street ${id % 90}`, city: 'Springfield', postcode: '12345', country: 'US' },
      lines: Array.from({ length: 1 + (id % 5) }, (_, index) => ({
        sku: `SKU-${1000 + index}`,
        title: `Article number ${index}`,
        quantity: 1 + index,
        price: 9.99 + index,
      })),
      placed: new Date(START + id * 60_000),
      state: id % 2 === 0 ? 'paid' : 'open',
    }
  }
}
