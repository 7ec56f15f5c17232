// A count in → that many items, counted as they are made, as a stream, out.
import { route } from '@alien-rpc/service'
import type { Item } from '../stream/items.ts'
import { countedItems } from './items.ts'

export const memoryItems = route.get(
  '/memory/:count',
  ({ count }: { count: number }): AsyncGenerator<Item> => countedItems(count),
)
