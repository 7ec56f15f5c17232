// What `onSubscribe` returned in → its items in frames, within the subscriber's credit and the session's room, out.
import type { CompiledAnswer, CompiledOutput } from '../compiled-route.ts'
import type { RpcError } from '../errors.ts'
import { isFeed } from '../wire/published.ts'
import type { CallSession } from './call-session.ts'
import { errorToFrame } from './error-to-frame.ts'
import { isAsyncIterable } from './is-async-iterable.ts'
import { IteratorCloser, isCancellation } from './iterator-closer.ts'
import { PublishedItems } from './published-items.ts'
import { PulledItems } from './pulled-items.ts'
import type { CallScope } from './socket-context.ts'
import type { ItemsOwner, SubscriptionItems } from './subscription-items.ts'
import { checkOutput, type OutputPlace } from './value-to-json.ts'

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
export class SocketSubscription implements ItemsOwner {
  readonly session: CallSession
  readonly id: number
  readonly #scope: CallScope
  readonly #onOver: () => void
  #answer: CompiledAnswer = {}
  credit: number
  #isClosed = false
  #isOver = false
  /** Until there is none, or no iterator. */
  #closer: IteratorCloser | undefined
  #items: SubscriptionItems | undefined

  constructor({ session, id, credit, scope, onOver }: SubscriptionOptions) {
    this.session = session
    this.id = id
    this.credit = credit
    this.#scope = scope
    this.#onOver = onOver
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  get output(): CompiledOutput {
    return this.#answer.result ?? NOTHING
  }

  /** `open` validates and calls the handler. What it throws is the subscription's error. */
  async start(open: () => SubscriptionSource): Promise<void> {
    let iterator: AsyncIterator<unknown> | undefined
    try {
      const { answer, made } = open()
      this.#answer = answer
      const iterable = await this.#toIterable(made)
      iterator = iterable?.[Symbol.asyncIterator]()
      if (iterator !== undefined)
        this.#closer = new IteratorCloser(iterator, error => this.#reportLate(error))
      else if (!this.#isClosed) this.end(undefined)
    } catch (error) {
      this.fail(error)
    }
    if (this.#isClosed || iterator === undefined) return this.finish()
    this.#items = isFeed(iterator) ? new PublishedItems(this, iterator) : new PulledItems(this, iterator)
    this.#items.start()
  }

  addCredit(count: number): void {
    this.credit += count
    this.#items?.onCredit()
  }

  /** Cancelled, or its session is over: `signal` is aborted and the iterator's `return()` is called, also while it is pulled. */
  leave(reason: RpcError): void {
    // Also when it has failed: its `finally` blocks may still run, and heed it.
    this.#scope.abort(reason)
    if (this.#isClosed) return
    this.#release()
    // Before there is an iterator, `start` sees to the rest.
    if (this.#closer !== undefined) this.finish()
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

  checked(item: unknown): unknown {
    const { result } = this.#answer
    if (result === undefined) return undefined
    // An item is seldom wrong: the place that a report needs is made when it is.
    if (!result.check(item)) checkOutput(item, result, this.#placeOf('item'))
    return item
  }

  #placeOf(what: string): OutputPlace {
    const { host, route } = this.session
    return { route: route.compiled.name, what, maxIssues: host.limits.maxIssues }
  }

  noteIteratorOver(): void {
    this.#closer?.noteOver()
  }

  end(returned: unknown): void {
    const { returns } = this.#answer
    const { framing } = this.session
    if (returns !== undefined) checkOutput(returned, returns, this.#placeOf('returned'))
    this.#items?.flush()
    const isAbsent = returns === undefined || returned === undefined
    const head = ['end', this.id] as const
    this.session.send(
      isAbsent ? framing.frame(head) : framing.frameWith(head, framing.value(returned, returns)),
    )
    this.#release()
  }

  fail(error: unknown): void {
    // Left already: this is how the iterator took it.
    if (this.#isClosed) return this.#reportLate(error)
    const { session, id } = this
    const { frame } = errorToFrame(error, ['error', id], session.framing, cause => session.report(cause))
    this.#items?.flush()
    session.send(frame)
    this.#release()
  }

  finish(): void {
    if (this.#closer === undefined) this.#settle()
    else void this.#closer.close().then(() => this.#settle())
  }

  /** From here on nothing is held but the iterator, which may be parked for ever. */
  #release(): void {
    this.#isClosed = true
    this.#items?.release()
  }

  #settle(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#onOver()
  }

  #reportLate(error: unknown): void {
    if (!isCancellation(error) && !this.#scope.explains(error)) this.session.report(error)
  }
}

/** Where nothing is declared, nothing is sent: items of `null`. */
const NOTHING: CompiledOutput = { check: () => true, stringify: () => 'null', table: () => 'undefined' }
