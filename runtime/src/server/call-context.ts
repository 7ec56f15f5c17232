// One exchange → the context that middleware and handler see, with everything that costs something built when it is read.
import { RpcError } from '../errors.ts'
import type { ResponseHead, RouteContext } from '../route-types.ts'
import { HEADERS } from '../wire/http-names.ts'
import type { HttpExchange } from './http-exchange.ts'
import { targetToUrl } from './target-to-url.ts'

/**
 * Implements RouteContext. Each getter has a setter, because middleware may assign to any property; an assigned value
 * becomes an own property and hides the getter.
 */
export class CallContext implements RouteContext {
  readonly #exchange: HttpExchange
  #url: URL | undefined
  #response: ResponseHead | undefined
  #controller: AbortController | undefined
  #abortReason: RpcError | undefined

  constructor(exchange: HttpExchange) {
    this.#exchange = exchange
  }

  get headers(): RouteContext['headers'] {
    return this.#exchange.headers
  }
  set headers(value: unknown) {
    define(this, 'headers', value)
  }

  get url(): URL {
    this.#url ??= targetToUrl(this.#exchange)
    return this.#url
  }
  set url(value: unknown) {
    define(this, 'url', value)
  }

  get method(): string {
    return this.#exchange.method
  }
  set method(value: unknown) {
    define(this, 'method', value)
  }

  /** The controller is made here and not before: one per request would cost half as much as a whole bare request. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason)
      else this.#exchange.onAbort(() => this.#abort(new RpcError('CANCELLED')))
    }
    return this.#controller.signal
  }
  set signal(value: unknown) {
    define(this, 'signal', value)
  }

  get remoteAddress(): string | undefined {
    return this.#exchange.remoteAddress
  }
  set remoteAddress(value: unknown) {
    define(this, 'remoteAddress', value)
  }

  get response(): ResponseHead {
    this.#response ??= { status: undefined, headers: {} }
    return this.#response
  }
  set response(value: unknown) {
    define(this, 'response', value)
  }

  get lastEventId(): string | undefined {
    return this.#exchange.headers[HEADERS.lastEventId]
  }
  set lastEventId(value: unknown) {
    define(this, 'lastEventId', value)
  }

  #abort(reason: RpcError): void {
    this.#abortReason ??= reason
    this.#controller?.abort(this.#abortReason)
  }

  /** For the engine, out of the handler's sight: a static method can read private fields and adds no name to contexts. */
  static abort(context: CallContext, reason: RpcError): void {
    context.#abort(reason)
  }

  /** What was set on the response, if anything was. */
  static responseOf(context: CallContext): ResponseHead | undefined {
    return Object.hasOwn(context, 'response') ? context.response : context.#response
  }

  /** True of an error that only says that the call was aborted. */
  static isAbort(context: CallContext, error: unknown): boolean {
    if (!context.#controller?.signal.aborted) return false
    return error === context.#abortReason || (error instanceof Error && error.name === 'AbortError')
  }
}

function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
}
