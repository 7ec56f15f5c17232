// Any async iterator in → its items in frames, pulled within the subscriber's credit and the session's room, out.
import { isTracked } from '../tracked.ts'
import type { ItemBatch } from '../wire/socket-framing.ts'
import type { ItemsOwner, SubscriptionItems } from './subscription-items.ts'
import type { TurnTask } from './turn-end.ts'
import { TurnShare } from './turn-share.ts'

export class PulledItems implements SubscriptionItems, TurnTask {
  readonly #owner: ItemsOwner
  readonly #iterator: AsyncIterator<unknown>
  readonly #share: TurnShare
  /** Of this turn. */
  readonly #batch: ItemBatch
  /** Their ids, when any of them has one. */
  #ids: (string | null)[] | undefined
  #turnIsEnding = false
  /** For credit or room. */
  #isWaiting = false
  // Made once and not for each item. Bound methods, because V8 learns anew about every function that is written here.
  readonly #onStep = this.#take.bind(this)
  readonly #onThrow = this.#fail.bind(this)

  constructor(owner: ItemsOwner, iterator: AsyncIterator<unknown>) {
    const { framing, host } = owner.session
    this.#owner = owner
    this.#iterator = iterator
    this.#share = new TurnShare(host.loop, host.limits.streamTurnTime)
    this.#batch = framing.createItems()
  }

  start(): void {
    this.#pull()
  }

  onCredit(): void {
    this.#goOn()
  }

  release(): void {
    this.#goOn()
  }

  #pull(): void {
    const { credit, isClosed, session } = this.#owner
    if (isClosed) return
    if (credit <= 0 || session.room.isFull) return this.#wait()
    try {
      // A promise as it is, and whatever else an iterator may give.
      Promise.resolve(this.#iterator.next()).then(this.#onStep, this.#onThrow)
    } catch (error) {
      this.#fail(error)
    }
  }

  #wait(): void {
    this.#isWaiting = true
    if (this.#owner.credit > 0) this.#owner.session.room.wait(this.#goOn)
  }

  readonly #goOn = (): void => {
    if (!this.#isWaiting) return
    this.#isWaiting = false
    this.#owner.session.room.forget(this.#goOn)
    this.#pull()
  }

  #take({ done, value }: IteratorResult<unknown>): void {
    const owner = this.#owner
    if (owner.isClosed) return
    try {
      if (!done) {
        owner.credit--
        return this.#add(value) ? this.#giveWay() : this.#pull()
      }
      owner.noteIteratorOver()
      owner.end(value)
    } catch (error) {
      owner.fail(error)
    }
    owner.finish()
  }

  #fail(error: unknown): void {
    this.#owner.noteIteratorOver()
    this.#owner.fail(error)
    this.#owner.finish()
  }

  /** True when this turn has had its share, of bytes or of time. */
  #add(item: unknown): boolean {
    const owner = this.#owner
    const batch = this.#batch
    const isMarked = isTracked(item)
    batch.add(owner.checked(isMarked ? item.value : item), owner.output)
    if (isMarked) this.#ids ??= Array.from({ length: batch.count - 1 }, () => null)
    this.#ids?.push(isMarked ? item.id : null)
    if (!this.#turnIsEnding) this.#startTurn()
    return batch.size >= owner.session.host.limits.messageBatchBytes || this.#share.isSpent()
  }

  #startTurn(): void {
    this.#turnIsEnding = true
    this.#share.begin()
    this.#owner.session.atTurnEnd(this)
  }

  onTurnEnd(): void {
    this.#turnIsEnding = false
    this.flush()
  }

  flush(): void {
    const { session, id, isClosed } = this.#owner
    if (isClosed || this.#batch.count === 0) return
    const ids = this.#ids
    this.#ids = undefined
    session.send(this.#batch.take(id, ids))
  }

  /** Sends what there is, then lets everybody else run. */
  #giveWay(): void {
    this.flush()
    this.#owner.session.host.turns.enter(() => this.#pull())
  }
}
