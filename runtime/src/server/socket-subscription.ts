// What `onSubscribe` returned in → its items in frames, within the subscriber's credit and the session's room, out.
import type { CompiledAnswer, CompiledOutput } from '../compiled-route.ts'
import { RpcError } from '../errors.ts'
import { isTracked } from '../tracked.ts'
import type { Encoded } from '../wire/socket-framing.ts'
import type { CallSession } from './call-session.ts'
import { errorToFrame } from './error-to-frame.ts'
import { isAsyncIterable } from './is-async-iterable.ts'
import type { CallScope } from './socket-context.ts'
import { TurnShare } from './turn-share.ts'
import { checkOutput } from './value-to-json.ts'

export interface SubscriptionOptions {
  readonly session: CallSession
  readonly id: number
  /** Items that may be sent. */
  readonly credit: number
  readonly scope: CallScope
  /** Nothing of it runs any more: called once, when the iterator's `finally` blocks are over. */
  readonly onOver: () => void
}

/** What the handler makes, and what is declared of it. */
export interface SubscriptionSource {
  readonly answer: CompiledAnswer
  /** May still be pending when the subscription is left. */
  readonly made: unknown
}

/** Pulled only while there is credit and room, so that it never runs ahead of its reader. PROTOCOL.md, "Flow control". */
export class SocketSubscription {
  readonly #options: SubscriptionOptions
  readonly #share: TurnShare
  #answer: CompiledAnswer = {}
  #credit: number
  /** Nothing more is sent, and nothing more is pulled. */
  #isClosed = false
  #isOver = false
  /** Until it is over by itself. */
  #iterator: AsyncIterator<unknown> | undefined
  #closing: Promise<void> | undefined

  /** Items of this turn, and their ids when any of them has one. */
  #items: Encoded[] = []
  #ids: (string | null)[] | undefined
  #size = 0
  #turnIsEnding = false
  /** Set while it waits for credit or room. */
  #wake: (() => void) | undefined

  constructor(options: SubscriptionOptions) {
    const { loop, limits } = options.session.host
    this.#options = options
    this.#credit = options.credit
    this.#share = new TurnShare(loop, limits.streamTurnTime)
  }

  /** `open` validates and calls the handler. What it throws is the subscription's error. */
  async start(open: () => SubscriptionSource): Promise<void> {
    try {
      const { answer, made } = open()
      this.#answer = answer
      const iterable = await this.#toIterable(made)
      this.#iterator = iterable?.[Symbol.asyncIterator]()
    } catch (error) {
      this.#fail(error)
      return this.#settle()
    }
    if (this.#isClosed) await this.#closeIterator()
    else if (this.#iterator === undefined) this.#end(undefined)
    else return this.#pullAll(this.#iterator)
    this.#settle()
  }

  get credit(): number {
    return this.#credit
  }

  addCredit(count: number): void {
    this.#credit += count
    this.#wake?.()
  }

  /** Cancelled, or its session is over: `signal` is aborted and the iterator's `return()` is called, also while it is pulled. */
  leave(reason: RpcError): void {
    // Also when it has failed: its `finally` blocks may still run, and heed it.
    this.#options.scope.abort(reason)
    if (this.#isClosed) return
    this.#release()
    this.#wake?.()
    if (this.#iterator !== undefined) void this.#closeIterator().then(() => this.#settle())
  }

  /** A function is called only while somebody wants its items; what is iterable already is released later. */
  async #toIterable(made: unknown): Promise<AsyncIterable<unknown> | undefined> {
    let iterable = await made
    if (typeof iterable === 'function') iterable = this.#isClosed ? undefined : await iterable()
    // A handler that knows of nothing to send for this subscription.
    if (iterable === undefined) return undefined
    if (!isAsyncIterable(iterable)) {
      throw new TypeError('onSubscribe returned neither an AsyncIterable nor a function that returns one')
    }
    return iterable
  }

  async #pullAll(iterator: AsyncIterator<unknown>): Promise<void> {
    let inIterator = true
    try {
      for (;;) {
        if (this.#credit <= 0 || this.#options.session.room.isFull) await this.#untilWanted()
        if (this.#isClosed) return
        inIterator = true
        const step = await iterator.next()
        inIterator = false
        if (this.#isClosed) return
        if (step.done) {
          this.#iterator = undefined
          this.#end(step.value)
          break
        }
        this.#credit--
        if (this.#add(step.value)) await this.#giveWay()
      }
    } catch (error) {
      if (inIterator) this.#iterator = undefined
      this.#fail(error)
    }
    await this.#closeIterator()
    this.#settle()
  }

  async #untilWanted(): Promise<void> {
    const { room } = this.#options.session
    while (!this.#isClosed && (this.#credit <= 0 || room.isFull)) {
      await new Promise<void>(resolve => {
        this.#wake = resolve
        if (this.#credit > 0) room.wait(resolve)
      })
      if (this.#wake !== undefined) room.forget(this.#wake)
      this.#wake = undefined
    }
  }

  /** True when this turn has had its share, of bytes or of time. */
  #add(item: unknown): boolean {
    const { result } = this.#answer
    const isMarked = isTracked(item)
    const value = isMarked ? item.value : item
    const encoded = this.#encode(result === undefined ? undefined : value, result ?? NOTHING, 'item')
    if (isMarked) this.#ids ??= this.#items.map(() => null)
    this.#ids?.push(isMarked ? item.id : null)
    this.#items.push(encoded)
    this.#size += encoded.length
    if (!this.#turnIsEnding) this.#startTurn()
    return this.#size >= this.#options.session.host.limits.messageBatchBytes || this.#share.isSpent()
  }

  #encode(value: unknown, output: CompiledOutput, what: string): Encoded {
    const { host, route, framing } = this.#options.session
    checkOutput(value, output, { route: route.compiled.name, what, maxIssues: host.limits.maxIssues })
    return framing.value(value, output)
  }

  #startTurn(): void {
    this.#turnIsEnding = true
    this.#share.begin()
    this.#options.session.atTurnEnd(this.#endTurn)
  }

  readonly #endTurn = (): void => {
    this.#turnIsEnding = false
    this.#sendItems()
  }

  #sendItems(): void {
    if (this.#items.length === 0) return
    const { session, id } = this.#options
    session.send(session.framing.items(id, this.#items, this.#ids))
    this.#items = []
    this.#ids = undefined
    this.#size = 0
  }

  /** Sends what there is, then lets everybody else run. */
  async #giveWay(): Promise<void> {
    this.#sendItems()
    await new Promise<void>(resolve => this.#options.session.host.turns.enter(resolve))
  }

  #end(returned: unknown): void {
    const { session, id } = this.#options
    const { returns } = this.#answer
    const { framing } = session
    const value = returns === undefined ? undefined : this.#encode(returned, returns, 'returned')
    this.#sendItems()
    const isAbsent = value === undefined || returned === undefined
    session.send(isAbsent ? framing.frame(['end', id]) : framing.frameWith(['end', id], value))
    this.#release()
  }

  #fail(error: unknown): void {
    // Left already: this is how the iterator took it.
    if (this.#isClosed) return this.#reportLate(error)
    const { session, id } = this.#options
    const { frame } = errorToFrame(error, ['error', id], session.framing, cause => session.report(cause))
    this.#sendItems()
    session.send(frame)
    this.#release()
  }

  /** From here on nothing is held but the iterator, which may be parked for ever. */
  #release(): void {
    this.#isClosed = true
    this.#items = []
    this.#ids = undefined
  }

  /** At once, also while a `next()` is pending: generators queue it, and iterators that can be woken are woken by it. */
  #closeIterator(): Promise<void> {
    this.#closing ??= this.#return(this.#iterator)
    return this.#closing
  }

  async #return(iterator: AsyncIterator<unknown> | undefined): Promise<void> {
    try {
      await iterator?.return?.()
    } catch (error) {
      this.#reportLate(error)
    }
  }

  #settle(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#options.onOver()
  }

  /** A generator that stops because `context.signal` told it to does what it should. */
  #reportLate(error: unknown): void {
    const isCancelled = error instanceof RpcError && error.code === 'CANCELLED'
    if (!isCancelled && !this.#options.scope.explains(error)) this.#options.session.report(error)
  }
}

/** Where nothing is declared, nothing is sent: items of `null`. */
const NOTHING: CompiledOutput = { check: () => true, stringify: () => 'null', table: () => 'undefined' }
