// Values that one part of a process publishes in → a stream of them for every subscriber out, each with bounds of its own.
import { RpcError } from './errors.ts'
import { TOPIC_LIMITS } from './wire/limits.ts'
import { FEED, type Feed, type Published, type Taker } from './wire/published.ts'

export interface TopicSubscribeOptions {
  /** Ends the subscription when aborted; unread values are dropped. In a handler, pass `context.signal`. */
  readonly signal?: AbortSignal
  /** How many values may be unread, 1 or more. Default 1024, or 1 if `overflow` is `latest`. */
  readonly buffer?: number
  /**
   * What happens when a value is published and `buffer` values are unread:
   * - `error` (default): the stream fails with UNAVAILABLE and is unsubscribed. Nothing is lost unnoticed: the subscriber can subscribe
   *   again and fetch what it missed.
   * - `drop-oldest`: the oldest unread value is dropped. For what is only worth seeing while it is fresh.
   * - `latest`: the newest value replaces all unread ones. For states, where only the last one matters.
   */
  readonly overflow?: 'drop-oldest' | 'latest' | 'error'
}

/** Passes values from publishers to subscribers. See `createTopic`. */
export interface Topic<T> {
  /**
   * Passes `value` to all current subscribers, in the order of publishing. Never waits, and never throws because of a subscriber. The
   * value is shared, not copied: do not change it afterwards. Publish `tracked(id, value)` to make the streams resumable.
   */
  publish(value: T): void
  /**
   * The values published from this call on (not from the first `next()`). Leaving the `for await` loop, `return()`, `throw()`, the signal
   * and an overflow all unsubscribe at once, even while a `next()` is pending. A generator that loops over it should pass `context.signal`,
   * or it stays subscribed until the next value.
   */
  subscribe(options?: TopicSubscribeOptions): AsyncIterableIterator<T, void, undefined>
  /** The number of open subscriptions. */
  readonly subscribers: number
}

/**
 * Creates a topic within this process: `const news = createTopic<News>()`. One handler returns `news.subscribe({ signal })`, another calls
 * `news.publish(item)`. If a socket's handler returns the subscription itself, not a generator over it, each value is encoded once for all
 * sockets. Several processes need a broker between their topics.
 */
export function createTopic<T>(): Topic<T> {
  return new LocalTopic<T>()
}

class LocalTopic<T> implements Topic<T> {
  /**
   * The place of the value that is published next. Subscribers read along the same chain, each from its own place, so a value is kept
   * once however many have not read it, and is free when the slowest has gone past it.
   */
  #end: Published<T> = { index: 0 }
  readonly #subscriptions = new Set<Subscription<T>>()

  get subscribers(): number {
    return this.#subscriptions.size
  }

  publish(value: T): void {
    const place = this.#end
    place.value = value
    this.#end = place.next = { index: place.index + 1 }
    for (const subscription of this.#subscriptions) subscription.onPublished(place)
  }

  subscribe(options: TopicSubscribeOptions = {}): AsyncIterableIterator<T, void, undefined> {
    return new Subscription<T>(options, this.#subscriptions, this.#end)
  }
}

interface Reader<T> {
  resolve(step: IteratorResult<T, void>): void
}

class Subscription<T> implements AsyncIterableIterator<T, void, undefined>, Feed<T> {
  readonly #overflow: NonNullable<TopicSubscribeOptions['overflow']>
  readonly #buffer: number
  readonly #signal: AbortSignal | undefined
  /** All subscriptions of the topic: this one is among them until it is over. */
  readonly #peers: Set<Subscription<T>>
  /** Where to read next; undefined once it is over, so that an iterator that someone still holds keeps no values. */
  #place: Published<T> | undefined
  /** Values from that place on. Above 0 only while there are no readers. */
  #unread = 0
  /** Calls of `next()` that nothing has been published for: one, unless the reader calls ahead. */
  #readers: Reader<T>[] = []
  /** In place of readers, where the engine of a server reads. */
  #taker: Taker<T> | undefined
  /** Thrown once, by the next call of `next()` or `read()`. */
  #failure: RpcError | undefined

  constructor(options: TopicSubscribeOptions, peers: Set<Subscription<T>>, place: Published<T>) {
    const { overflow = 'error', signal } = options
    const buffer = options.buffer ?? (overflow === 'latest' ? 1 : TOPIC_LIMITS.buffer)
    if (!Number.isSafeInteger(buffer) || buffer < 1) {
      throw new RangeError(`topic.subscribe(): buffer is a whole number of 1 or more, got ${buffer}`)
    }
    this.#overflow = overflow
    this.#buffer = buffer
    this.#signal = signal
    this.#peers = peers
    if (signal?.aborted) return
    this.#place = place
    peers.add(this)
    signal?.addEventListener('abort', this.#end)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** Every subscription is told of every place, in order. */
  onPublished(place: Published<T>): void {
    // What waits comes first.
    if (this.#unread === 0 && this.#taker?.take(place)) this.#place = place.next
    else if (this.#readers.length > 0) {
      this.#place = place.next
      this.#readers.shift()?.resolve({ done: false, value: place.value as T })
    } else if (this.#unread < this.#buffer) this.#unread++
    else this.#onOverflow(place)
  }

  [FEED](taker: Taker<T>): void {
    this.#taker = taker
  }

  get isOver(): boolean {
    return this.#place === undefined && this.#failure === undefined
  }

  read(): Published<T> | undefined {
    if (this.#failure !== undefined) throw this.#takeFailure()
    const place = this.#place
    if (place === undefined || this.#unread === 0) return undefined
    this.#unread--
    this.#place = place.next
    return place
  }

  #onOverflow(newest: Published<T>): void {
    if (this.#overflow === 'drop-oldest') this.#place = this.#place?.next
    else if (this.#overflow === 'latest') {
      this.#place = newest
      this.#unread = 1
    } else {
      const count = this.#buffer === 1 ? '1 value' : `${this.#buffer} values`
      this.#failure = new RpcError('UNAVAILABLE', {
        message: `the subscriber has fallen more than ${count} behind the topic`,
      })
      this.#end()
    }
  }

  next(): Promise<IteratorResult<T, void>> {
    if (this.#failure !== undefined) return Promise.reject(this.#takeFailure())
    if (this.#place === undefined) return Promise.resolve({ done: true, value: undefined })
    const place = this.read()
    if (place === undefined) return new Promise(resolve => this.#readers.push({ resolve }))
    return Promise.resolve({ done: false, value: place.value as T })
  }

  return(): Promise<IteratorResult<T, void>> {
    this.#end()
    this.#takeFailure()
    return Promise.resolve({ done: true, value: undefined })
  }

  throw(error?: unknown): Promise<IteratorResult<T, void>> {
    this.#end()
    this.#takeFailure()
    return Promise.reject(error)
  }

  #takeFailure(): RpcError | undefined {
    const failure = this.#failure
    this.#failure = undefined
    return failure
  }

  /** Idempotent, and synchronous: from here on nothing is published to it. */
  readonly #end = (): void => {
    this.#peers.delete(this)
    this.#signal?.removeEventListener('abort', this.#end)
    const readers = this.#readers
    this.#readers = []
    this.#place = undefined
    this.#unread = 0
    for (const reader of readers) reader.resolve({ done: true, value: undefined })
    this.#taker?.onOver()
    this.#taker = undefined
  }
}
