// Items as a server pushes them in → batches as a consumer takes them, and the credit that this sets free, out.
import type { Batch } from './batches-to-stream.ts'

export interface ItemQueue {
  /** The server sends `count` items. False: more than it was allowed to. */
  admit(count: number): boolean
  push(item: unknown): void
  /** The return value follows the items. */
  finish(value: unknown): void
  /** Items that are here are read first, then `read` rejects. */
  fail(error: unknown): void
  /** Resolves with no more than makes half of the credit, so that the rest lasts until the server has heard of what was taken. */
  read(): Promise<Batch>
  /** The server starts anew: how many items it may send. */
  restart(): number
}

/**
 * `credit` items at most are here or on their way: those that the server may still send (`room`), those in the queue, those
 * handed out in the last batch, and those that were taken but not yet given back.
 */
export function createItemQueue(credit: number, giveBack: (count: number) => void): ItemQueue {
  const half = Math.ceil(credit / 2)
  const queue: unknown[] = []
  let end: Exclude<Batch, readonly unknown[]> | undefined
  let room = 0
  let handedOut = 0
  let taken = 0
  let failure: unknown
  let wake: (() => void) | undefined

  return {
    admit(count) {
      room -= count
      return room >= 0
    },
    push(item) {
      queue.push(item)
      wake?.()
    },
    finish(value) {
      end = { done: true, value }
      wake?.()
    },
    fail(error) {
      failure = error
      wake?.()
    },
    async read() {
      taken += handedOut
      handedOut = 0
      if (taken >= half) {
        room += taken
        giveBack(taken)
        taken = 0
      }
      while (queue.length === 0) {
        if (end) return end
        if (failure) throw failure
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
      const batch = queue.splice(0, half - taken)
      handedOut = batch.length
      return batch
    },
    restart() {
      taken = 0
      room = credit - queue.length - handedOut
      return room
    },
  }
}
