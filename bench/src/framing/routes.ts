// A count in → that many items of one shape, as a stream, a subscription or rows of them, out.
import { route } from '@alien-rpc/service'
import { type BenchEvent, events, type Order, orders, type TableRow, tableRows } from './items.ts'

export const framingEvents = route.get(
  '/framing/events/:count',
  async function* ({ count }: { count: number }): AsyncGenerator<BenchEvent> {
    yield* events(count)
  },
)

export const framingRows = route.get(
  '/framing/rows/:count',
  async function* ({ count }: { count: number }): AsyncGenerator<TableRow> {
    yield* tableRows(count)
  },
)

export const framingOrders = route.get(
  '/framing/orders/:count',
  async function* ({ count }: { count: number }): AsyncGenerator<Order> {
    yield* orders(count)
  },
)

export const framingEventSocket = route.ws('/framing/socket/events', {
  async *onSubscribe({ count }: { count: number }): AsyncGenerator<BenchEvent> {
    yield* events(count)
  },
})

export const framingRowSocket = route.ws('/framing/socket/rows', {
  async *onSubscribe({ count }: { count: number }): AsyncGenerator<TableRow> {
    yield* tableRows(count)
  },
})

export const framingOrderSocket = route.ws('/framing/socket/orders', {
  async *onSubscribe({ count }: { count: number }): AsyncGenerator<Order> {
    yield* orders(count)
  },
})
