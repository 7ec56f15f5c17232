// Frames that a session's client sends in → handlers called with validated values, and what answers them, out.

import type { CompiledCall, CompiledOutput } from '../compiled-route.ts'
import { RpcError } from '../errors.ts'
import { type ClientFrame, NOTIFICATION_ID } from '../wire/socket-frames.ts'
import type { Encoded } from '../wire/socket-framing.ts'
import { answerOf, type CallSession } from './call-session.ts'
import { errorToFrame } from './error-to-frame.ts'
import { CallScope, type SessionContext } from './socket-context.ts'
import { SocketSubscription } from './socket-subscription.ts'
import { valueToInput } from './value-to-input.ts'
import { checkOutput } from './value-to-json.ts'

type FrameOf<Kind extends ClientFrame[0]> = Extract<ClientFrame, readonly [Kind, ...unknown[]]>

/** Frames that start something or speak of it. */
export type CallFrame = FrameOf<'notify' | 'request' | 'subscribe' | 'credit' | 'cancel'>

/** A call of a handler. */
interface Run {
  readonly id: number
  readonly scope: CallScope
  /** Validates, and calls it. */
  readonly call: () => unknown
  /** What it is answered with, if it is answered at all. */
  readonly toFrame: (result: unknown) => Encoded | undefined
  /** It runs no more. */
  readonly onOver: () => void
}

/** Everything that runs for one session. */
export class SessionCalls {
  readonly #session: CallSession
  readonly #context: SessionContext
  readonly #notifications = new Set<CallScope>()
  /** By id, until their handlers and iterators are over: those that were cancelled too, so that limits count what runs. */
  readonly #requests = new Map<number, CallScope>()
  readonly #subscriptions = new Map<number, SocketSubscription>()
  #lastId = 0
  /** Why nothing new is begun. */
  #refusal: RpcError | undefined

  constructor(session: CallSession, context: SessionContext) {
    this.#session = session
    this.#context = context
  }

  /** False while as many notifications run as may. */
  get takesNotifications(): boolean {
    return this.#notifications.size < this.#session.host.limits.maxCallsInFlight
  }

  /** True when neither notifications nor requests run. */
  get isIdle(): boolean {
    return this.#notifications.size + this.#requests.size === 0
  }

  /** True when nothing is left that the client waits for, but for subscriptions. */
  get isAnswered(): boolean {
    return this.#notifications.size === 0 && [...this.#requests.values()].every(scope => scope.isAborted)
  }

  /** Handlers start in the order of their frames. Throws BAD_REQUEST for what no client should send. */
  handle(frame: CallFrame): void {
    switch (frame[0]) {
      case 'notify':
        return this.#notify(frame[1])
      case 'request':
        return this.#request(frame[1], frame[2])
      case 'subscribe':
        return this.#subscribe(frame[1], frame[2], frame[3], frame[4])
      case 'credit':
        return this.#credit(frame[1], frame[2])
      case 'cancel':
        return this.#cancel(frame[1])
    }
  }

  /** The server is closing: subscriptions are over, requests that run are still answered, others are refused. */
  drain(reason: RpcError): void {
    this.#refusal = reason
    for (const subscription of this.#subscriptions.values()) subscription.leave(reason)
  }

  /** The session is over. */
  abort(reason: RpcError): void {
    this.drain(reason)
    for (const scope of [...this.#notifications, ...this.#requests.values()]) scope.abort(reason)
  }

  #notify(message: unknown): void {
    const { handlers, compiled } = this.#session.route
    const { message: input } = compiled
    if (handlers.onMessage === undefined || input === undefined) {
      return this.#fail(NOTIFICATION_ID, notImplemented('notifications'))
    }
    const scope = new CallScope(this.#context)
    this.#notifications.add(scope)
    this.#run({
      id: NOTIFICATION_ID,
      scope,
      call: () => handlers.onMessage?.(this.#validate(message, { input }, 'message'), scope.context as never),
      toFrame: () => undefined,
      onOver: () => this.#notifications.delete(scope),
    })
  }

  #request(id: number, request: unknown): void {
    this.#takeId(id)
    const { host, route } = this.#session
    const { handlers, compiled } = route
    const { request: call } = compiled
    const refusal = this.#refusalOf('requests', this.#requests.size, host.limits.maxCallsInFlight)
    if (refusal !== undefined) return this.#fail(id, refusal)
    if (handlers.onRequest === undefined || call === undefined)
      return this.#fail(id, notImplemented('requests'))
    const scope = new CallScope(this.#context)
    this.#requests.set(id, scope)
    let output: CompiledOutput | undefined
    this.#run({
      id,
      scope,
      call: () => {
        const input = this.#validate(request, call, 'request')
        // Before the handler runs: what it changes in its input does not change what its client was promised.
        output = answerOf(call, input).result
        return handlers.onRequest?.(input, scope.context as never)
      },
      toFrame: result => this.#response(id, output, result),
      onOver: () => this.#requests.delete(id),
    })
  }

  #subscribe(id: number, credit: number, lastEventId: string | null, subscription: unknown): void {
    this.#takeId(id)
    const { host, route } = this.#session
    const { handlers, compiled } = route
    const { subscribe: call } = compiled
    this.#checkCredit(credit)
    const refusal = this.#refusalOf('subscriptions', this.#subscriptions.size, host.limits.maxSubscriptions)
    if (refusal !== undefined) return this.#fail(id, refusal)
    if (handlers.onSubscribe === undefined || call === undefined)
      return this.#fail(id, notImplemented('subscriptions'))
    const scope = new CallScope(this.#context, lastEventId ?? undefined)
    host.begin('subscriptions')
    const onOver = () => {
      this.#subscriptions.delete(id)
      host.end('subscriptions')
    }
    const running = new SocketSubscription({ session: this.#session, id, credit, scope, onOver })
    this.#subscriptions.set(id, running)
    void running.start(() => {
      const input = this.#validate(subscription, call, 'subscription')
      return { answer: answerOf(call, input), made: handlers.onSubscribe?.(input, scope.context as never) }
    })
  }

  #credit(id: number, count: number): void {
    this.#checkKnown(id)
    if (this.#requests.has(id))
      throw new RpcError('BAD_REQUEST', { message: `${id} is no subscription: it takes no credit` })
    const subscription = this.#subscriptions.get(id)
    if (subscription === undefined) return
    this.#checkCredit(subscription.credit + count)
    subscription.addCredit(count)
  }

  #cancel(id: number): void {
    this.#checkKnown(id)
    const reason = new RpcError('CANCELLED')
    this.#requests.get(id)?.abort(reason)
    this.#subscriptions.get(id)?.leave(reason)
  }

  /** Calls a handler, in this turn, and sends what it is answered with, unless nobody wants that any more. Never throws. */
  #run(run: Run): void {
    this.#session.host.begin('calls')
    let made: unknown
    try {
      made = run.call()
    } catch (error) {
      return this.#failed(run, error)
    }
    // What is there already needs no promise.
    if (!isThenable(made)) return this.#done(run, made)
    Promise.resolve(made).then(
      result => this.#done(run, result),
      error => this.#failed(run, error),
    )
  }

  #done(run: Run, result: unknown): void {
    let frame: Encoded | undefined
    try {
      if (!run.scope.isAborted) frame = run.toFrame(result)
    } catch (error) {
      return this.#failed(run, error)
    }
    run.onOver()
    if (frame !== undefined) this.#session.send(frame)
    this.#over()
  }

  #failed({ id, scope, onOver }: Run, error: unknown): void {
    onOver()
    if (!scope.isAborted) this.#fail(id, error)
    else if (!scope.explains(error)) this.#session.report(error)
    this.#over()
  }

  #over(): void {
    this.#session.host.end('calls')
    this.#session.onCallOver()
  }

  #validate(value: unknown, { input }: Pick<CompiledCall, 'input'>, root: string): never {
    const { framing, host } = this.#session
    const json = framing.input ? framing.input(value, input) : value
    return valueToInput(json, input, root, host.limits.maxIssues) as never
  }

  #response(id: number, output: CompiledOutput | undefined, result: unknown): Encoded {
    const { framing, route, host } = this.#session
    if (output === undefined) return framing.frame(['response', id])
    checkOutput(result, output, {
      route: route.compiled.name,
      what: 'result',
      maxIssues: host.limits.maxIssues,
    })
    if (result === undefined) return framing.frame(['response', id])
    return framing.frameWith(['response', id], framing.value(result, output))
  }

  #fail(id: number, thrown: unknown): void {
    const { framing } = this.#session
    const { frame } = errorToFrame(thrown, ['error', id], framing, error => this.#session.report(error))
    this.#session.send(frame)
  }

  #refusalOf(what: string, running: number, limit: number): RpcError | undefined {
    if (this.#refusal !== undefined || running < limit) return this.#refusal
    return new RpcError('TOO_MANY_REQUESTS', { message: `this socket may have ${limit} ${what} at once` })
  }

  #takeId(id: number): void {
    if (id <= this.#lastId) {
      throw new RpcError('BAD_REQUEST', {
        message: `the id ${id} is not above ${this.#lastId}, the last one`,
      })
    }
    this.#lastId = id
  }

  #checkKnown(id: number): void {
    if (id > this.#lastId) throw new RpcError('BAD_REQUEST', { message: `the id ${id} was not used yet` })
  }

  #checkCredit(credit: number): void {
    const { maxCredit } = this.#session.host.limits
    if (credit > maxCredit)
      throw new RpcError('BAD_REQUEST', { message: `a credit of ${credit} is above ${maxCredit}` })
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value
}

function notImplemented(what: string): RpcError {
  return new RpcError('NOT_IMPLEMENTED', { message: `this socket takes no ${what}` })
}
