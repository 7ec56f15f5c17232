// Batches of items in → an RpcStream out: the order of an async generator, and an end that does not wait in its queue.

import type { RpcStream } from './client-route.ts'
import type { Fail } from './failure-of.ts'

/** Items in order, or the return value. */
export type Batch = readonly unknown[] | IteratorReturnResult<unknown>

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
  let items: Iterator<unknown> = [].values()
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
        const result = items.next()
        if (!result.done) return result
        const batch = await read()
        if ('done' in batch) return finish(isOver ? undefined : batch.value)
        items = batch.values()
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
      // What is here needs no async function: a tenth of a client's time for small items.
      if (!waiting && !isOver && !signal?.aborted) {
        const result = items.next()
        if (!result.done) return Promise.resolve(result)
      }
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
