// An admitted upgrade and the client's headers in → the context of a session, and views of it for its calls, out.
import type { SocketContext } from '../route-types.ts'
import { AbortScope } from './abort-scope.ts'
import { type PackedRequest, type RequestPacker, unpackRequest } from './packed-request.ts'
import { targetToUrl } from './target-to-url.ts'
import type { UpgradeRequest } from './upgrade-to-admission.ts'

/**
 * What middleware, `onConnect` and `onClose` get; what they add to it, all calls see. Each getter has a setter, because middleware
 * may assign to any property; an assigned value becomes an own property and hides the getter.
 */
export class SessionContext implements SocketContext {
  #request: UpgradeRequest | PackedRequest
  readonly #params: Readonly<Record<string, string>>
  #scope: AbortScope | undefined
  #id: string | undefined
  #url: URL | undefined

  constructor(request: UpgradeRequest, params: Readonly<Record<string, string>>) {
    this.#request = request
    this.#params = params
  }

  get id(): string {
    this.#id ??= crypto.randomUUID()
    return this.#id
  }
  set id(value: unknown) {
    define(this, 'id', value)
  }

  get headers(): SocketContext['headers'] {
    return this.#unpack().headers
  }
  set headers(value: unknown) {
    define(this, 'headers', value)
  }

  get url(): URL {
    this.#url ??= targetToUrl(this.#unpack())
    return this.#url
  }
  set url(value: unknown) {
    define(this, 'url', value)
  }

  get method(): string {
    return 'GET'
  }
  set method(value: unknown) {
    define(this, 'method', value)
  }

  get params(): Readonly<Record<string, string>> {
    return this.#params
  }
  set params(value: unknown) {
    define(this, 'params', value)
  }

  get remoteAddress(): string | undefined {
    return this.#unpack().remoteAddress
  }
  set remoteAddress(value: unknown) {
    define(this, 'remoteAddress', value)
  }

  get signal(): AbortSignal {
    return SessionContext.scopeOf(this).signal
  }
  set signal(value: unknown) {
    define(this, 'signal', value)
  }

  get lastEventId(): undefined {
    return undefined
  }
  set lastEventId(value: unknown) {
    define(this, 'lastEventId', value)
  }

  #unpack(): UpgradeRequest {
    if ('names' in this.#request) this.#request = unpackRequest(this.#request)
    return this.#request
  }

  /** Most sessions look at their request when they are opened, and then live long. */
  static pack(context: SessionContext, packer: RequestPacker): void {
    if (!('names' in context.#request)) context.#request = packer.pack(context.#request)
  }

  /** For the engine, out of the handlers' sight: a static method can read private fields and adds no name to contexts. */
  static scopeOf(context: SessionContext): AbortScope {
    context.#scope ??= new AbortScope()
    return context.#scope
  }
}

/** One call, and its view of its session's context. */
export class CallScope extends AbortScope implements ProxyHandler<SessionContext> {
  /** The session's context itself, but for `signal` and `lastEventId`: what a handler assigns to it, later calls see. */
  readonly context: SocketContext
  readonly #lastEventId: string | undefined

  constructor(session: SessionContext, lastEventId?: string) {
    super()
    this.#lastEventId = lastEventId
    this.context = new Proxy(session, this)
  }

  get(session: SessionContext, key: string | symbol): unknown {
    if (key === 'signal') return this.signal
    if (key === 'lastEventId') return this.#lastEventId
    return Reflect.get(session, key)
  }
}

function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
}
