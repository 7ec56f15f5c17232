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

  /** The next item, where it is here and the caller has not aborted since it came. */
  const take = () => {
    if (isOver) return finish()
    const result = signal?.aborted ? undefined : batch[index++]
    if (result?.done) finish()
    return result
  }

  const step = async () => {
    try {
      for (;;) {
        const result = take()
        if (result) return result
        if (signal?.aborted) throw fail('CANCELLED', 'cancelled', signal.reason)
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
      const result = waiting ? undefined : take()
      if (result) return Promise.resolve(result)
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
