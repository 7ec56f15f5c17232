// An admitted upgrade and the client's headers in → the context of a session, and views of it for its calls, out.
import type { SocketContext } from '../route-types.ts'
import { AbortScope } from './abort-scope.ts'
import { targetToUrl } from './target-to-url.ts'
import type { UpgradeRequest } from './upgrade-to-admission.ts'

/** The session's context, and the engine's hold on it. */
export class SessionContext {
  readonly scope = new AbortScope()
  /** What middleware, `onConnect` and `onClose` get; what they add to it, all calls see. */
  readonly value: SocketContext

  constructor(request: UpgradeRequest, params: Readonly<Record<string, string>>) {
    const { scope } = this
    let url: URL | undefined
    this.value = define(
      {
        id: crypto.randomUUID(),
        method: 'GET',
        headers: request.headers,
        params,
        remoteAddress: request.remoteAddress,
      },
      {
        url: () => {
          url ??= targetToUrl(request)
          return url
        },
        signal: () => scope.signal,
        lastEventId: () => undefined,
      },
    )
  }

  /** For one call. */
  forCall(lastEventId?: string): CallScope {
    return new CallScope(this.value, lastEventId)
  }
}

/** A call's view of its session's context. */
export class CallScope extends AbortScope implements ProxyHandler<SocketContext> {
  /** The session's context itself, but for `signal` and `lastEventId`: what a handler assigns to it, later calls see. */
  readonly context: SocketContext
  readonly #lastEventId: string | undefined

  constructor(session: SocketContext, lastEventId: string | undefined) {
    super()
    this.#lastEventId = lastEventId
    this.context = new Proxy(session, this)
  }

  get(session: SocketContext, key: string | symbol): unknown {
    if (key === 'signal') return this.signal
    if (key === 'lastEventId') return this.#lastEventId
    return Reflect.get(session, key)
  }
}

/** Adds getters that an assignment replaces by a plain property, as middleware may assign to any of them. */
function define<Plain extends object>(plain: Plain, getters: Record<string, () => unknown>): Plain & Getters {
  for (const [key, get] of Object.entries(getters)) {
    Object.defineProperty(plain, key, {
      enumerable: true,
      configurable: true,
      get,
      set(value: unknown) {
        Object.defineProperty(plain, key, { value, enumerable: true, configurable: true, writable: true })
      },
    })
  }
  return plain as Plain & Getters
}

type Getters = Pick<SocketContext, 'url' | 'signal' | 'lastEventId'>
