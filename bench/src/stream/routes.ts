// A count in → that many items of each kind, as a stream, out.
import { route } from '@alien-rpc/service'
import {
  type Item,
  type LargeItem,
  largeItems,
  type PacedItem,
  pacedItems,
  rowItems,
  smallItems,
} from './items.ts'

export const streamSmall = route.get(
  '/stream/small',
  ({ count }: { count: number }): AsyncGenerator<Item> => smallItems(count),
)

export const streamLarge = route.get(
  '/stream/large',
  ({ count }: { count: number }): AsyncGenerator<LargeItem> => largeItems(count),
)

export const streamRows = route.get(
  '/stream/rows',
  ({ count }: { count: number }): AsyncGenerator<Item> => rowItems(count),
)

export const streamPaced = route.get(
  '/stream/paced',
  ({ count }: { count: number }): AsyncGenerator<PacedItem> => pacedItems(count),
)
