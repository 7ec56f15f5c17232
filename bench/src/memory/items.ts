// Nothing in → items without end, or as many as are asked for, counted as they are made, out.
import { type Item, itemOf } from '../stream/items.ts'

/** What this process has made since it was last asked. */
let made = 0

export function takeMade(): number {
  const taken = made
  made = 0
  return taken
}

export async function* countedItems(count: number): AsyncGenerator<Item> {
  for (let id = 0; id < count; id++) {
    made++
    yield itemOf(id)
  }
}
