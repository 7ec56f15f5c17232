// Any async iterator in → its items in frames, pulled within the subscriber's credit and the session's room, out.
import { isTracked } from '../tracked.ts'
import type { Encoded } from '../wire/socket-framing.ts'
import type { ItemsOwner, SubscriptionItems } from './subscription-items.ts'
import type { TurnTask } from './turn-end.ts'
import { TurnShare } from './turn-share.ts'

export class PulledItems implements SubscriptionItems, TurnTask {
  readonly #owner: ItemsOwner
  readonly #iterator: AsyncIterator<unknown>
  readonly #share: TurnShare
  /** Items of this turn, and their ids when any of them has one. */
  #items: Encoded[] = []
  #ids: (string | null)[] | undefined
  #size = 0
  #turnIsEnding = false
  /** Set while it waits for credit or room. */
  #wake: (() => void) | undefined

  constructor(owner: ItemsOwner, iterator: AsyncIterator<unknown>) {
    const { loop, limits } = owner.session.host
    this.#owner = owner
    this.#iterator = iterator
    this.#share = new TurnShare(loop, limits.streamTurnTime)
  }

  start(): void {
    void this.#pullAll()
  }

  onCredit(): void {
    this.#wake?.()
  }

  release(): void {
    this.#items = []
    this.#ids = undefined
    this.#wake?.()
  }

  async #pullAll(): Promise<void> {
    const owner = this.#owner
    let inIterator = true
    try {
      for (;;) {
        if (owner.credit <= 0 || owner.session.room.isFull) await this.#untilWanted()
        if (owner.isClosed) return
        inIterator = true
        const step = await this.#iterator.next()
        inIterator = false
        if (owner.isClosed) return
        if (step.done) {
          owner.noteIteratorOver()
          owner.end(step.value)
          break
        }
        owner.credit--
        if (this.#add(step.value)) await this.#giveWay()
      }
    } catch (error) {
      if (inIterator) owner.noteIteratorOver()
      owner.fail(error)
    }
    owner.finish()
  }

  async #untilWanted(): Promise<void> {
    const { room } = this.#owner.session
    while (!this.#owner.isClosed && (this.#owner.credit <= 0 || room.isFull)) {
      await new Promise<void>(resolve => {
        this.#wake = resolve
        if (this.#owner.credit > 0) room.wait(resolve)
      })
      if (this.#wake !== undefined) room.forget(this.#wake)
      this.#wake = undefined
    }
  }

  /** True when this turn has had its share, of bytes or of time. */
  #add(item: unknown): boolean {
    const isMarked = isTracked(item)
    const encoded = this.#owner.encode(isMarked ? item.value : item)
    if (isMarked) this.#ids ??= this.#items.map(() => null)
    this.#ids?.push(isMarked ? item.id : null)
    this.#items.push(encoded)
    this.#size += encoded.length
    if (!this.#turnIsEnding) this.#startTurn()
    return this.#size >= this.#owner.session.host.limits.messageBatchBytes || this.#share.isSpent()
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
    if (this.#items.length === 0) return
    const { session, id } = this.#owner
    session.send(session.framing.items(id, this.#items, this.#ids))
    this.#items = []
    this.#ids = undefined
    this.#size = 0
  }

  /** Sends what there is, then lets everybody else run. */
  async #giveWay(): Promise<void> {
    this.flush()
    await new Promise<void>(resolve => this.#owner.session.host.turns.enter(resolve))
  }
}
