// One value that many are sent → its place in the order of publishing, and beside it what was made of it for the wire, once for all.

/** Registered, so that copies of this module mean the same by it. */
export const FEED: unique symbol = Symbol.for('alien-rpc.feed')

/** Its place is the same object for everyone who reads it. The place after the last value is empty until one is published there. */
export interface Published<T = unknown> {
  value?: T
  next?: Published<T>
  /** Rises by one from a value to the next of its topic. */
  readonly index: number
  /** Whatever encoders have made of it. Goes when the last reader has gone past it. */
  made?: unknown
}

/** Whoever takes values in the moment they are published, without a promise for each. */
export interface Taker<T = unknown> {
  /** False: not now. It waits in the feed, with all that follow, until `read` asks for it. */
  take(place: Published<T>): boolean
  /** The feed has ended or failed: `read` says how, after what still waits. */
  onOver(): void
}

/** What a topic's subscription is besides an iterator: the same values, read where they are published. */
export interface Feed<T = unknown> {
  /** From now on `taker` is given all values, `next()` none. */
  [FEED](taker: Taker<T>): void
  /** What waits; undefined when nothing does. Throws what the feed has failed with. */
  read(): Published<T> | undefined
  readonly isOver: boolean
}

export function isFeed(value: object): value is Feed {
  return FEED in value
}
