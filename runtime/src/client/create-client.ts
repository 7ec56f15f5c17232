// Client options and the emitted table of routes in → one plain object with a method per route out.
import { callToResult } from './call-to-result.ts'
import type {
  CallOptions,
  ClientOptions,
  ClientRoute,
  ClientRoutes,
  ClientSettings,
  ClientSocketRoute,
} from './client-route.ts'
import { type Clock, platformClock } from './clock.ts'

/**
 * What the emitted `createClient` calls. Throws a TypeError when `prefixUrl` is no http(s) URL (in browsers it may
 * be relative to the page) or the platform has no `fetch` and none is given.
 */
export function createRpcClient<Client>(options: ClientOptions, routes: ClientRoutes): Client {
  return createRpcClientWith<Client>(platformClock, options, routes)
}

/** The same under another clock. For tests; not public. */
export function createRpcClientWith<Client>(
  clock: Clock,
  options: ClientOptions,
  routes: ClientRoutes,
): Client {
  const settings = { options, prefix: toPrefix(options?.prefixUrl), clock }
  if (typeof (options.fetch ?? globalThis.fetch) !== 'function') {
    throw new TypeError('createClient: this platform has no fetch, so options.fetch is required')
  }
  // fromEntries defines properties, so a route called `__proto__` is a method like any other.
  return Object.fromEntries(
    Object.entries(routes).map(([name, route]) => [name, toMethod(settings, route)]),
  ) as Client
}

function toMethod(settings: ClientSettings, route: ClientRoute | ClientSocketRoute) {
  if (route.open) return route.open(settings, route as never)
  return (args?: unknown, options: CallOptions = {}) =>
    callToResult(settings, route as ClientRoute, args, options)
}

/** Origin and path, without a trailing slash. In a page, a prefix may be relative to it. */
function toPrefix(prefixUrl: string): string {
  let url: URL | undefined
  let cause: unknown
  try {
    url = new URL(prefixUrl, globalThis.location?.href)
  } catch (error) {
    cause = error
  }
  const prefix = url ? url.origin + url.pathname : ''
  if (!prefixUrl || prefix !== url?.href || !/^https?:/.test(prefix)) {
    const wanted = 'an http(s) URL without user, query and hash'
    throw new TypeError(`createClient: prefixUrl must be ${wanted}, got ${JSON.stringify(prefixUrl)}`, {
      cause,
    })
  }
  return prefix.replace(/\/+$/, '')
}
