// Several async iterables in → one out, with the items of all of them in the order in which they come.

type ItemOf<Source> = Source extends AsyncIterable<infer Item> ? Item : never

/**
 * Iterates all `sources` concurrently: `for await (const item of mergeStreams(prices, alerts))`. Ends when all have ended.
 *
 * - Fair and bounded: at most one item per source is requested ahead of the reader, and items come in the order of arrival.
 * - An error in one source ends the others with `return()` and is thrown after the items that came before it.
 * - Leaving the loop calls `return()` on every source that has not ended. It does not wait for one whose `next()` is pending,
 *   which may never settle; what that throws later is dropped.
 * - Sources are opened at the first `next()`. Their return values are dropped.
 */
export function mergeStreams<Sources extends readonly AsyncIterable<unknown>[]>(
  ...sources: Sources
): AsyncIterableIterator<ItemOf<Sources[number]>, void, undefined> {
  return new MergedStream<ItemOf<Sources[number]>>(sources)
}

interface Source {
  readonly iterator: AsyncIterator<unknown>
  /** A `next()` has not settled yet. */
  pending: boolean
}

/** What a source came up with, waiting for the reader. At most one for each source. */
type Arrival = { readonly source: Source } & ({ readonly item: unknown } | { readonly error: unknown })

interface Reader<Item> {
  resolve(result: IteratorResult<Item, void> | Promise<never>): void
}

class MergedStream<Item> implements AsyncIterableIterator<Item, void, undefined> {
  readonly #iterables: readonly AsyncIterable<unknown>[]
  #state: 'new' | 'open' | 'over' = 'new'
  /** An error is among the arrivals: nothing after it will be wanted. */
  #isFailing = false
  /** Sources that have not ended. */
  readonly #live = new Set<Source>()
  /** Those of them that are to be asked for an item when the reader wants one. */
  #idle: Source[] = []
  #arrivals: Arrival[] = []
  /** Calls of `next()` that nothing has come for yet: one, unless the reader calls ahead. */
  #readers: Reader<Item>[] = []

  constructor(iterables: readonly AsyncIterable<unknown>[]) {
    this.#iterables = iterables
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Item, void>> {
    return new Promise((resolve, reject) => {
      try {
        if (this.#state === 'new') this.#open()
      } catch (error) {
        void this.#end().then(() => reject(error))
        return
      }
      this.#readers.push({ resolve })
      this.#askIdle()
      this.#serve()
    })
  }

  async return(): Promise<IteratorResult<Item, void>> {
    const failures = await this.#end()
    if (failures.length > 1) throw new AggregateError(failures, 'several merged streams failed to close')
    if (failures.length === 1) throw failures[0]
    return { done: true, value: undefined }
  }

  #open(): void {
    this.#state = 'open'
    for (const iterable of this.#iterables) {
      const source = { iterator: iterable[Symbol.asyncIterator](), pending: false }
      this.#live.add(source)
      this.#idle.push(source)
    }
  }

  #askIdle(): void {
    if (this.#isFailing) return
    const idle = this.#idle
    this.#idle = []
    for (const source of idle) {
      source.pending = true
      new Promise<IteratorResult<unknown>>(resolve => resolve(source.iterator.next())).then(
        step => this.#onStep(source, step),
        error => this.#onError(source, error),
      )
    }
  }

  #onStep(source: Source, step: IteratorResult<unknown>): void {
    source.pending = false
    if (this.#state === 'over') return
    if (step.done) this.#live.delete(source)
    else this.#arrivals.push({ source, item: step.value })
    this.#serve()
  }

  #onError(source: Source, error: unknown): void {
    this.#live.delete(source)
    if (this.#state === 'over') return
    this.#isFailing = true
    this.#arrivals.push({ source, error })
    this.#serve()
  }

  /** Gives readers what has arrived. */
  #serve(): void {
    while (this.#readers.length > 0 && this.#arrivals.length > 0) {
      const reader = this.#readers.shift()!
      const arrival = this.#arrivals.shift()!
      if ('error' in arrival) {
        reader.resolve(this.#endWith(arrival.error))
        return
      }
      this.#idle.push(arrival.source)
      reader.resolve({ done: false, value: arrival.item as Item })
    }
    if (this.#live.size === 0 && this.#arrivals.length === 0) void this.#end()
    else if (this.#readers.length > 0) this.#askIdle()
  }

  /** The first error is the one to throw; those of closing are dropped, as `for await` does (ECMA-262, AsyncIteratorClose). */
  async #endWith(error: unknown): Promise<never> {
    await this.#end()
    throw error
  }

  /** Closes what is open; the result is what failed at that. */
  async #end(): Promise<unknown[]> {
    this.#state = 'over'
    const readers = this.#readers
    const live = [...this.#live]
    this.#readers = []
    this.#arrivals = []
    this.#idle = []
    this.#live.clear()
    for (const reader of readers) reader.resolve({ done: true, value: undefined })
    const parked = live.filter(source => source.pending).map(close)
    const resting = live.filter(source => !source.pending).map(close)
    void Promise.allSettled(parked)
    const outcomes = await Promise.allSettled(resting)
    return outcomes.filter(outcome => outcome.status === 'rejected').map(outcome => outcome.reason)
  }
}

async function close({ iterator }: Source): Promise<void> {
  await iterator.return?.()
}
