// Items as a client gives them in → what the benchmark calls in the client's process: read all, or slowly, out.
import type { Item } from '../stream/items.ts'

export interface SlowResult {
  /** Items that the reader has taken. */
  readonly taken: number
}

type Open = (url: string, count: number) => AsyncIterable<Item>

/** The functions that a system's module exports for its client. */
export function readerOf(open: Open) {
  return {
    async readAll(url: string, count: number): Promise<void> {
      let taken = 0
      for await (const _ of open(url, count)) taken++
      if (taken !== count) throw new Error(`${taken} items of ${count}`)
    },
    /** 100 items a second, then leaves. */
    async readSlowly(url: string, milliseconds: number): Promise<SlowResult> {
      const end = performance.now() + milliseconds
      let taken = 0
      for await (const _ of open(url, Number.MAX_SAFE_INTEGER)) {
        taken++
        await new Promise(resolve => setTimeout(resolve, 10))
        if (performance.now() >= end) break
      }
      return { taken }
    },
  }
}
