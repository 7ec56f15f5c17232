// Batches of items in → an RpcStream out: the order of an async generator, and an end that does not wait in its queue.
import type { Fail } from './call.ts'
import type { RpcStream } from './client-route.ts'

/** Items in order; the last one of a complete stream is its return value, with `done: true`. */
export type Batch = IteratorResult<unknown, unknown>[]

/**
 * `read` gives the next batch, maybe empty; its first call starts what it reads. `close` ends that at once and makes a pending `read` settle;
 * it is harmless when that has ended. A chunk is read only when all items of the one before it are handed out.
 */
export function batchesToStream(
  fail: Fail,
  signal: AbortSignal | undefined,
  read: () => Promise<Batch>,
  close: () => void,
): RpcStream<unknown, unknown> {
  let batch: Batch = []
  let index = 0
  let isOver = false
  /** Calls of `next` that no item has reached yet, in order. */
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()

  const finish = (value?: unknown): IteratorResult<unknown, unknown> => {
    isOver = true
    close()
    return { done: true, value }
  }

  const step = async () => {
    try {
      for (;;) {
        if (isOver) return finish()
        // Also of items that are here: whoever has aborted since they came wants none.
        if (signal?.aborted) throw fail('CANCELLED', 'cancelled', signal.reason)
        const result = batch[index++]
        if (result?.done) finish()
        if (result) return result
        batch = await read()
        index = 0
      }
    } catch (error) {
      if (isOver) return finish()
      finish()
      throw error
    } finally {
      waiting--
    }
  }

  return {
    next() {
      const next = waiting++ ? last.then(step, step) : step()
      last = next
      return next
    },
    return: (value?: unknown) => Promise.resolve(finish(value)),
    throw(error) {
      finish()
      return Promise.reject(error)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
