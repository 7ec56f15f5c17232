// Routes and settings → an engine that answers exchanges. The one pipeline of every adapter.
import { errorToWire, ofHandler, RpcError, toRpcError } from '../errors.ts'
import type { ResponseHead } from '../route-types.ts'
import { RESERVED_ID } from '../tracked.ts'
import {
  type BodyFormat,
  HEADERS,
  MEDIA_TYPES,
  STREAM_FORMATS,
  type StreamFormat,
} from '../wire/http-names.ts'
import { MsgpackWriter } from '../wire/value-to-msgpack.ts'
import {
  acceptToBodyForm,
  acceptToErrorForm,
  acceptToStreamForm,
  type Form,
  withRowsOf,
} from './accept-to-format.ts'
import { readBody } from './body-to-value.ts'
import { CallContext } from './call-context.ts'
import { corsHeaders, isPreflight, preflightHeaders } from './cors.ts'
import { platformEventLoop, TASKS_OUTLIVE_REQUESTS } from './event-loop.ts'
import { exchangeToArgs, takesBody } from './exchange-to-args.ts'
import type { HttpExchange } from './http-exchange.ts'
import { isAsyncIterable } from './is-async-iterable.ts'
import { modulesToRoutes, type RoutesInput, type ServableSocket } from './modules-to-routes.ts'
import { pumpStream } from './pump-stream.ts'
import { addVary, headersProblem, type MutableHeaders, mergeHeaders } from './reply-headers.ts'
import { createRouter, type RouteMatch, type Router, SOCKET_METHOD } from './router.ts'
import { runMiddleware } from './run-middleware.ts'
import { type Running, RunningCalls } from './running-calls.ts'
import { resolveOptions, type ServerOptions, type ServerSettings } from './server-options.ts'
import { TurnQueue } from './turn-queue.ts'
import { errorToBody } from './value-to-body.ts'
import { checkStatus, valueToReply } from './value-to-reply.ts'

/** One call from its match to its answer. */
interface Call extends Running {
  readonly exchange: HttpExchange
  readonly match: RouteMatch
  readonly context: CallContext
  /** Set while a stream's body is open: breaks it off. */
  breakOff: (() => void) | undefined
}

export class HttpEngine {
  readonly settings: ServerSettings
  /** The socket routes among those it was given, for a host that can take upgrades. Here they only explain themselves. */
  readonly sockets: readonly ServableSocket[]
  readonly #router: Router
  readonly #socketRouter: Router<ServableSocket>
  readonly #calls = new RunningCalls<Call>()
  /** Undefined where each stream has to have its own. */
  readonly #turns = TASKS_OUTLIVE_REQUESTS ? new TurnQueue(platformEventLoop) : undefined
  readonly #msgpack = new MsgpackWriter()

  /** Throws a TypeError that names everything that cannot be served. */
  constructor(routes: RoutesInput, options: ServerOptions) {
    this.settings = resolveOptions(options)
    const servable = modulesToRoutes(routes)
    this.sockets = servable.sockets
    this.#router = createRouter(servable.routes, this.settings.prefix)
    this.#socketRouter = createRouter(servable.sockets, this.settings.prefix)
  }

  /**
   * Answers an exchange, whatever happens; never throws. With `onUnknownPath` a path without routes is handed to that
   * instead, and nothing is sent.
   */
  handle(exchange: HttpExchange, onUnknownPath?: () => void): Promise<void> {
    const { target, method } = exchange
    const mark = target.indexOf('?')
    const path = mark < 0 ? target : target.slice(0, mark)
    try {
      const match = this.#find(method === 'HEAD' ? 'GET' : method, path, target.length)
      if (match !== undefined) return this.#run(exchange, match, mark < 0 ? '' : target.slice(mark + 1))
      const methods = this.#router.methods(path)
      if (methods.length === 0 && this.#socketRouter.find(SOCKET_METHOD, path)) throw needsUpgrade()
      if (methods.length === 0 && onUnknownPath !== undefined) onUnknownPath()
      else this.#answerWithoutRoute(exchange, withHeadAndOptions(methods))
    } catch (error) {
      this.#fail(exchange, error)
    }
    return ANSWERED
  }

  /** Aborts the signal of every running call and breaks its stream off. For a server that closes. */
  abortAll(): void {
    const reason = new RpcError('UNAVAILABLE', { message: 'the server is closing' })
    for (const call of this.#calls.all) {
      CallContext.abort(call.context, reason)
      call.breakOff?.()
    }
  }

  /** Resolves once no call is running. A stream is running until its `finally` blocks are over, also when its peer has gone. */
  idle(): Promise<void> {
    return this.#calls.idle()
  }

  #find(method: string, path: string, length: number): RouteMatch | undefined {
    const { maxUrlLength } = this.settings.limits
    if (length > maxUrlLength) {
      throw new RpcError('BAD_REQUEST', { message: `the URL is longer than ${maxUrlLength} characters` })
    }
    return this.#router.find(method, path)
  }

  #answerWithoutRoute(exchange: HttpExchange, methods: readonly string[]): void {
    const { cors } = this.settings
    if (methods.length === 0) {
      throw new RpcError('NOT_FOUND', { message: 'there is no route for this path' })
    }
    const allow = { allow: methods.join(', ') }
    if (exchange.method !== 'OPTIONS') {
      const error = new RpcError('METHOD_NOT_ALLOWED', { message: `this path takes ${allow.allow}` })
      return this.#fail(exchange, error, undefined, allow)
    }
    const preflight = cors !== undefined && isPreflight(exchange.method, exchange.headers)
    const headers = preflight
      ? preflightHeaders(cors, exchange.headers, methods)
      : this.#commonHeaders(exchange)
    exchange.reply(204, mergeHeaders(headers, allow), undefined)
  }

  async #run(exchange: HttpExchange, match: RouteMatch, query: string): Promise<void> {
    const call: Call = { exchange, match, context: new CallContext(exchange), breakOff: undefined, place: 0 }
    this.#calls.begin(call)
    try {
      const { middleware, handler, compiled } = match.route
      const { output } = compiled
      const schema = compiled.rows?.schema
      const streamForm = output === 'stream' ? withRowsOf(streamFormOf(exchange), schema) : undefined
      const bodyForm = output === 'value' ? withRowsOf(bodyFormOf(exchange), schema) : undefined
      if (output === 'stream' && exchange.headers[HEADERS.lastEventId] === RESERVED_ID) {
        return exchange.reply(204, this.#commonHeaders(exchange), undefined)
      }
      // Middleware runs first: a caller who is not let in learns nothing about the arguments.
      if (middleware.length > 0) await runMiddleware(middleware, call.context)
      const body = takesBody(compiled) ? readBody(exchange, this.settings.limits) : undefined
      const bytes = body === undefined ? undefined : await body
      const args = exchangeToArgs(exchange, match, query, bytes, this.settings.limits)
      const returned: unknown = handler(args as never, call.context as never)
      const result = isThenable(returned) ? await returned : returned
      if (streamForm !== undefined) await this.#stream(call, result, streamForm)
      else if (bodyForm !== undefined) this.#answer(call, result, bodyForm)
      else await passResponse(exchange, result, this.#headers(exchange, CallContext.responseOf(call.context)))
    } catch (error) {
      this.#fail(exchange, error, call)
    } finally {
      this.#calls.end(call)
    }
  }

  #answer({ exchange, match, context }: Call, result: unknown, form: Form<BodyFormat>): void {
    const { compiled } = match.route
    const own = CallContext.responseOf(context)
    const headers = this.#headers(exchange, own)
    const wanted = checkStatus(own?.status)
    const body = valueToReply(result, compiled, wanted, this.settings.limits, form, this.#msgpack)
    if (body === undefined) return exchange.reply(wanted ?? 204, headers, undefined)
    headers['content-type'] ??= form.mediaType
    addVary(headers, 'Accept')
    exchange.reply(wanted ?? 200, headers, body)
  }

  async #stream(call: Call, iterable: unknown, form: Form<StreamFormat>): Promise<void> {
    const { exchange, match, context } = call
    if (!isAsyncIterable(iterable)) throw new TypeError('the handler of a stream returned no AsyncIterable')
    const own = CallContext.responseOf(context)
    const headers = mergeHeaders(STREAM_HEADERS, this.#headers(exchange, own), {
      'content-type': form.mediaType,
    })
    const status = checkStatus(own?.status) ?? 200
    // The generator was never started, so there is nothing to end.
    if (exchange.method === 'HEAD') return exchange.reply(status, headers, undefined)
    await pumpStream({
      iterable,
      compiled: match.route.compiled,
      form,
      sink: exchange.openBody(status, headers),
      limits: this.settings.limits,
      turns: this.#turns,
      onError: error => this.#report(error, call),
      onAbort: listener => {
        call.breakOff = listener
      },
    })
  }

  /** Everything that was set for this answer. Throws when a header cannot be sent. */
  #headers(exchange: HttpExchange, response: ResponseHead | undefined): MutableHeaders {
    const own = response?.headers
    if (own === undefined) return this.#commonHeaders(exchange)
    const problem = headersProblem(own)
    if (problem !== undefined) throw new TypeError(problem)
    return mergeHeaders(own, this.#commonHeaders(exchange))
  }

  #commonHeaders(exchange: HttpExchange): MutableHeaders {
    const { cors } = this.settings
    if (cors === undefined) return {}
    try {
      return corsHeaders(cors, exchange.headers)
    } catch (error) {
      // The setting's own function failed: this origin is not allowed, and the answer still leaves.
      this.#report(error, { exchange })
      return { vary: 'Origin' }
    }
  }

  /** The one place where errors become answers. */
  #fail(exchange: HttpExchange, thrown: unknown, call?: Call, extra: MutableHeaders = {}): void {
    const error = ofHandler(thrown)
    if (error.code === 'INTERNAL' || error.cause !== undefined) this.#report(thrown, call ?? { exchange })
    let own: MutableHeaders = {}
    const form = acceptToErrorForm(exchange.headers.accept)
    let body: string | Uint8Array
    try {
      if (call !== undefined) own = this.#headers(exchange, CallContext.responseOf(call.context))
      body = errorToBody(errorToWire(error), form, this.#msgpack)
    } catch (unsendable) {
      // The data of the error, or a header set before it, cannot be sent. That header may be what failed the call.
      if (error.code !== 'INTERNAL') this.#report(unsendable, call ?? { exchange })
      const internal = toRpcError(undefined)
      return this.#send(
        exchange,
        internal,
        errorToBody(errorToWire(internal), form, this.#msgpack),
        form,
        extra,
      )
    }
    this.#send(exchange, error, body, form, mergeHeaders(own, extra))
  }

  #send(
    exchange: HttpExchange,
    error: RpcError,
    body: string | Uint8Array,
    form: Form<BodyFormat>,
    own: MutableHeaders,
  ): void {
    const headers = mergeHeaders(own, { 'content-type': form.mediaType }, this.#commonHeaders(exchange))
    if (form.format !== 'json') addVary(headers, 'Accept')
    exchange.reply(error.status, headers, body)
  }

  #report(error: unknown, { exchange, match, context }: Pick<Call, 'exchange'> & Partial<Call>): void {
    if (context !== undefined && CallContext.isAbort(context, error)) return
    const place = { route: match?.route.path, method: exchange.method, url: exchange.target }
    try {
      this.settings.onError(error, place)
    } catch (failure) {
      // A logger that fails must not take the answer with it.
      console.error('onError itself failed:', failure)
    }
  }
}

const ANSWERED = Promise.resolve()

const STREAM_HEADERS = { 'cache-control': 'no-cache', 'x-accel-buffering': 'no', vary: 'Accept' } as const

function streamFormOf({ headers }: HttpExchange): Form<StreamFormat> {
  const form = acceptToStreamForm(headers.accept)
  if (form !== undefined) return form
  const types = STREAM_FORMATS.map(format => MEDIA_TYPES[format]).join(', ')
  throw new RpcError('NOT_ACCEPTABLE', { message: `this route answers with ${types}` })
}

/** Before the handler runs: what cannot be answered has no effects. */
function bodyFormOf({ headers }: HttpExchange): Form<BodyFormat> {
  const form = acceptToBodyForm(headers.accept)
  if (form !== undefined) return form
  throw new RpcError('NOT_ACCEPTABLE', {
    message: `this route answers with ${MEDIA_TYPES.json} or ${MEDIA_TYPES.msgpack}`,
  })
}

function needsUpgrade(): RpcError {
  return new RpcError('BAD_REQUEST', { message: 'this path takes WebSocket connections' })
}

/** To wait for what is there already takes a promise and a turn of the microtasks. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function'
}

function passResponse(exchange: HttpExchange, result: unknown, headers: MutableHeaders): Promise<void> {
  if (!(result instanceof Response)) throw new TypeError('the handler returned no Response')
  if (result.bodyUsed || result.body?.locked) {
    throw new TypeError('the body of the Response was used already, or somebody else reads it')
  }
  return exchange.replyWith(result, headers)
}

function withHeadAndOptions(methods: readonly string[]): string[] {
  if (methods.length === 0) return []
  return [...methods.flatMap(method => (method === 'GET' ? ['GET', 'HEAD'] : [method])), 'OPTIONS']
}
