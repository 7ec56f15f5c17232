// Items as a server pushes them in → batches as a consumer takes them, and the credit that this sets free, out.
import type { Batch } from './batches-to-stream.ts'

export type ItemQueue = readonly [
  /** The server has sent them. False: more than it was allowed to. When `decode` throws, those before are here. */
  admit: (items: readonly unknown[], decode: (item: unknown) => unknown) => boolean,
  /** Items that are here are read first, then `read` gives, or throws, what `last` does. */
  finish: (last: () => Batch) => void,
  /** Resolves with no more than makes half of the credit, so that the rest lasts until the server has heard of what was taken. */
  read: () => Promise<Batch>,
  /** The server starts anew: how many items it may send. */
  restart: () => number,
]

/**
 * `credit` items at most are here or on their way: those that the server may still send (`room`), those in the queue, those
 * handed out in the last batch, and those that were taken but not yet given back.
 */
export function createItemQueue(credit: number, giveBack: (count: number) => void): ItemQueue {
  const half = Math.ceil(credit / 2)
  const queue: unknown[] = []
  let room = 0
  let handedOut = 0
  let end: (() => Batch) | undefined
  let wake: (() => void) | undefined

  return [
    (items, decode) => {
      room -= items.length
      if (room < 0) return false
      wake?.()
      for (const item of items) queue.push(decode(item))
      return true
    },
    last => {
      end = last
      wake?.()
    },
    async () => {
      handedOut = 0
      let taken = credit - room - queue.length
      if (taken >= half) {
        room += taken
        giveBack(taken)
        taken = 0
      }
      while (queue.length === 0) {
        if (end) return end()
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
      const batch = queue.splice(0, half - taken)
      handedOut = batch.length
      return batch
    },
    () => {
      room = credit - queue.length - handedOut
      return room
    },
  ]
}
