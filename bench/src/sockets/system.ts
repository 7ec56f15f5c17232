// A socket of a system in → the work of the benchmark, which each system does in its own way, out.
import type { Answer, Item, Question } from './items.ts'

export interface BenchSocket {
  request(question: Question): Promise<Answer>
  /** Resolves after the last of `count` items. */
  items(count: number, onItem: (item: Item) => void): Promise<void>
  /** Items without an end. Rejects, or resolves, when the socket is closed. */
  endless(onItem: (item: Item) => void): Promise<void>
  /** All that is published, as soon as the server counts this socket among its listeners. */
  listen(onItem: (item: Item) => void): void
  close(): void
}
