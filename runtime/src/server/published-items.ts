// A topic's subscription in → its values in frames, taken where they are published and made once for all subscribers, out.
import type { CompiledOutput } from '../compiled-route.ts'
import { FEED, type Feed, type Published, type Taker } from '../wire/published.ts'
import type { Encoded } from '../wire/socket-framing.ts'
import { type ItemsReader, publishedToFrame } from './published-to-frame.ts'
import type { ItemsOwner, SubscriptionItems } from './subscription-items.ts'
import type { TurnTask } from './turn-end.ts'

/** Without a promise for each value and subscriber: a broadcast to hundreds costs little more than its writes to the network. */
export class PublishedItems implements SubscriptionItems, Taker, TurnTask, ItemsReader {
  readonly #owner: ItemsOwner
  readonly #feed: Feed
  /** Taken within the credit, and not sent yet. */
  #taken: Published[] = []
  #isScheduled = false
  /** The session has no room: what is published now waits in the feed. */
  #isWaiting = false

  constructor(owner: ItemsOwner, feed: Feed) {
    this.#owner = owner
    this.#feed = feed
  }

  start(): void {
    this.#feed[FEED](this)
    this.#schedule()
  }

  onCredit(): void {
    this.#schedule()
  }

  onOver(): void {
    this.#schedule()
  }

  take(place: Published): boolean {
    if (this.#isWaiting || this.#owner.credit <= 0) return false
    this.#owner.credit--
    if (this.#taken.push(place) < this.#owner.session.host.limits.messageBatchFrames) this.#schedule()
    else this.#send()
    return true
  }

  onTurnEnd(): void {
    this.#isScheduled = false
    this.#send()
  }

  /** What was taken is sent, or waits for room, before anything that comes after it. */
  flush(): void {}

  release(): void {
    this.#taken = []
    if (this.#isWaiting) this.#owner.session.room.forget(this.#onRoom)
  }

  get id(): number {
    return this.#owner.id
  }

  get framing(): ItemsReader['framing'] {
    return this.#owner.session.framing
  }

  get output(): CompiledOutput {
    return this.#owner.output
  }

  get maxSize(): number {
    return this.#owner.session.host.limits.messageBatchBytes
  }

  encode(value: unknown): Encoded {
    return this.#owner.session.framing.value(this.#owner.checked(value), this.output)
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isWaiting || this.#owner.isClosed) return
    this.#isScheduled = true
    this.#owner.session.atTurnEnd(this)
  }

  #send(): void {
    if (this.#isWaiting || this.#owner.isClosed) return
    try {
      do this.#sendTaken()
      while (!this.#isWaiting && this.#takeMore())
      if (!this.#isWaiting && this.#owner.credit > 0 && this.#feed.isOver) this.#end()
    } catch (error) {
      this.#owner.fail(error)
      this.#owner.finish()
    }
  }

  #sendTaken(): void {
    const { session } = this.#owner
    const { room } = session
    let sent = 0
    while (sent < this.#taken.length && !room.isFull) {
      const { frame, count } = publishedToFrame(this.#taken, sent, this)
      session.send(frame)
      sent += count
    }
    this.#isWaiting = sent < this.#taken.length
    this.#taken = this.#isWaiting ? this.#taken.slice(sent) : []
    if (this.#isWaiting) room.wait(this.#onRoom)
  }

  readonly #onRoom = (): void => {
    this.#isWaiting = false
    this.#schedule()
  }

  /** What has waited in the feed. */
  #takeMore(): boolean {
    const { messageBatchFrames } = this.#owner.session.host.limits
    while (this.#owner.credit > 0 && this.#taken.length < messageBatchFrames) {
      const place = this.#feed.read()
      if (place === undefined) break
      this.#owner.credit--
      this.#taken.push(place)
    }
    return this.#taken.length > 0
  }

  #end(): void {
    this.#owner.noteIteratorOver()
    this.#owner.end(undefined)
    this.#owner.finish()
  }
}
