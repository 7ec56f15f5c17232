// Batches of items in → an RpcStream out: the order of an async generator, and an end that does not wait in its queue.
import type { Batch, BatchReader } from './call-to-batches.ts'
import type { RpcStream } from './client-route.ts'

type Result = IteratorResult<unknown, unknown>

interface Waiter {
  resolve(result: Result): void
  reject(error: unknown): void
}

export function batchesToStream(reader: BatchReader, signal?: AbortSignal): RpcStream<unknown, unknown> {
  let batch: Batch = []
  let index = 0
  let finished = false
  /** Calls of `next` that no item has reached yet, in order. */
  let waiting: Waiter[] = []

  const finish = () => {
    finished = true
    const late = waiting
    batch = []
    waiting = []
    reader.close()
    for (const { resolve } of late) resolve({ done: true, value: undefined })
  }

  /** The next item, where it is here and the caller has not aborted since it came. */
  const take = (): Result | undefined => {
    const result = signal?.aborted ? undefined : batch[index]
    if (result) index++
    return result
  }

  /** Runs while somebody waits: a chunk is read only when all items of the one before it are handed out. */
  const pump = async () => {
    try {
      while (waiting.length > 0) {
        const result = take()
        if (result) {
          waiting.shift()!.resolve(result)
          if (result.done) finish()
          continue
        }
        const received = await reader.read()
        if (finished) return
        batch = received
        index = 0
      }
    } catch (error) {
      waiting.shift()?.reject(error)
      finish()
    }
  }

  return {
    next() {
      if (finished) return Promise.resolve({ done: true, value: undefined })
      // Whoever waits has found nothing here, so nothing is taken before their turn.
      const result = take()
      if (result) {
        if (result.done) finish()
        return Promise.resolve(result)
      }
      return new Promise((resolve, reject) => {
        if (waiting.push({ resolve, reject }) === 1) pump()
      })
    },
    return(value?: unknown) {
      finish()
      return Promise.resolve({ done: true, value })
    },
    throw(error) {
      finish()
      return Promise.reject(error)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
