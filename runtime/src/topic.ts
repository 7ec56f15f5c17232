// Values that one part of a process publishes in → a stream of them for every subscriber out, each with bounds of its own.
import { RpcError } from './errors.ts'
import { TOPIC_LIMITS } from './wire/limits.ts'

export interface TopicSubscribeOptions {
  /** Ends the subscription when it is aborted: `context.signal`, in a handler. What is unread then is dropped. */
  readonly signal?: AbortSignal
  /** How many values may wait to be read. Default 1024; 1 where `overflow` is `latest`. */
  readonly buffer?: number
  /**
   * What happens to a subscriber that has not read when one value more is published:
   * - `error` (default): its stream fails with UNAVAILABLE and it is unsubscribed. Nothing is lost unnoticed: it may subscribe again
   *   and fetch what it missed.
   * - `drop-oldest`: the value that has waited longest is dropped. For what is only worth seeing while it is fresh.
   * - `latest`: all unread values give way to the newest. For states, where the next one says it all.
   */
  readonly overflow?: 'drop-oldest' | 'latest' | 'error'
}

/** Named for what it does, not for where: one that spans several processes can take its place. */
export interface Topic<T> {
  /**
   * Gives `value` to everyone who is subscribed now, in the order of publishing. Never waits and never throws for a subscriber's sake. The
   * value is shared, not copied: nobody should change it afterwards. `tracked(id, value)` makes a stream that can be resumed.
   */
  publish(value: T): void
  /**
   * Values that are published from this call on, not from the first `next()`. Ends by `return()` (leaving a `for await` loop), `throw()`,
   * the signal or an overflow, all of which unsubscribe at once, also while a `next()` waits. In a generator that may be parked in
   * a loop over it, pass `context.signal`.
   */
  subscribe(options?: TopicSubscribeOptions): AsyncIterableIterator<T, void, undefined>
  /** How many subscriptions are open. */
  readonly subscribers: number
}

/**
 * A topic within this process: `const news = createTopic<News>()`. A handler returns `news.subscribe({ signal: context.signal })`,
 * another calls `news.publish(item)`.
 */
export function createTopic<T>(): Topic<T> {
  return new LocalTopic<T>()
}

/**
 * A place for one value and the way to the next. Subscribers read along the same chain, each from its own place, so a value is kept
 * once however many have not read it, and is free when the slowest has gone past it.
 */
interface Link<T> {
  value?: T
  next?: Link<T>
}

class LocalTopic<T> implements Topic<T> {
  /** The place of the value that is published next. */
  #end: Link<T> = {}
  readonly #subscriptions = new Set<Subscription<T>>()

  get subscribers(): number {
    return this.#subscriptions.size
  }

  publish(value: T): void {
    const link = this.#end
    link.value = value
    this.#end = link.next = {}
    for (const subscription of this.#subscriptions) subscription.onPublished(link)
  }

  subscribe(options: TopicSubscribeOptions = {}): AsyncIterableIterator<T, void, undefined> {
    return new Subscription<T>(options, this.#subscriptions, this.#end)
  }
}

interface Reader<T> {
  resolve(step: IteratorResult<T, void>): void
}

class Subscription<T> implements AsyncIterableIterator<T, void, undefined> {
  readonly #overflow: NonNullable<TopicSubscribeOptions['overflow']>
  readonly #buffer: number
  readonly #signal: AbortSignal | undefined
  /** All subscriptions of the topic: this one is among them until it is over. */
  readonly #peers: Set<Subscription<T>>
  /** Where to read next; undefined once it is over, so that an iterator that someone still holds keeps no values. */
  #place: Link<T> | undefined
  /** Values from that place on. Above 0 only while there are no readers. */
  #unread = 0
  /** Calls of `next()` that nothing has been published for: one, unless the reader calls ahead. */
  #readers: Reader<T>[] = []
  /** Thrown once, by the next call of `next()`. */
  #failure: RpcError | undefined

  constructor(options: TopicSubscribeOptions, peers: Set<Subscription<T>>, place: Link<T>) {
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

  /** `link` holds the value; every subscription is told of every link, in order. */
  onPublished(link: Link<T>): void {
    const reader = this.#readers.shift()
    if (reader !== undefined) {
      this.#place = link.next
      reader.resolve({ done: false, value: link.value as T })
    } else if (this.#unread < this.#buffer) this.#unread++
    else this.#onOverflow(link)
  }

  #onOverflow(newest: Link<T>): void {
    if (this.#overflow === 'drop-oldest') this.#place = this.#place?.next
    else if (this.#overflow === 'latest') {
      this.#place = newest
      this.#unread = 1
    } else {
      this.#end()
      const count = this.#buffer === 1 ? '1 value' : `${this.#buffer} values`
      this.#failure = new RpcError('UNAVAILABLE', {
        message: `the subscriber has fallen more than ${count} behind the topic`,
      })
    }
  }

  next(): Promise<IteratorResult<T, void>> {
    if (this.#failure !== undefined) return Promise.reject(this.#takeFailure())
    const place = this.#place
    if (place === undefined) return Promise.resolve({ done: true, value: undefined })
    if (this.#unread === 0) return new Promise(resolve => this.#readers.push({ resolve }))
    this.#unread--
    this.#place = place.next
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
  }
}
