// What a subscription and the source of its items need of each other, and nothing more.
import type { CompiledOutput } from '../compiled-route.ts'
import type { CallSession } from './call-session.ts'

/** The subscription. */
export interface ItemsOwner {
  readonly session: CallSession
  readonly id: number
  /** Items that may be sent. Whoever takes an item counts it. */
  credit: number
  /** Nothing more is sent, and nothing more is pulled. */
  readonly isClosed: boolean
  /** What is declared of an item. */
  readonly output: CompiledOutput
  /** What is sent of an item: undefined, where nothing is declared. Throws when it is none that the output declares. */
  checked(item: unknown): unknown
  /** The iterator has returned or thrown: it is not closed again. */
  noteIteratorOver(): void
  /** The last frame. Throws when the value is none that is declared. */
  end(returned: unknown): void
  /** The last frame, or a line of the log when that has been sent. Never throws. */
  fail(error: unknown): void
  /** To be called after either. Closes the iterator. */
  finish(): void
}

export interface SubscriptionItems {
  start(): void
  /** There is more credit. */
  onCredit(): void
  /** Sends what is ready. */
  flush(): void
  /** The subscription is closed: drops what is ready, and waits for nothing. */
  release(): void
}
