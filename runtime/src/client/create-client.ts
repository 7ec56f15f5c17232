// Client options and the emitted table of routes in → one plain object with a method per route out.
import { CLIENT_LIMITS } from '../wire/limits.ts'
import { batchesToStream } from './batches-to-stream.ts'
import type { ClientSettings } from './call.ts'
import { callToBatches } from './call-to-batches.ts'
import { callToResult } from './call-to-result.ts'
import type {
  CallOptions,
  ClientOptions,
  ClientRoute,
  ClientRoutes,
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
  const settings: ClientSettings = {
    options,
    prefix: toPrefix(options?.prefixUrl),
    silence: options.streamSilence ?? CLIENT_LIMITS.streamSilence,
    clock,
  }
  if (typeof (options.fetch ?? globalThis.fetch) !== 'function') {
    throw new TypeError('createClient: this platform has no fetch, so options.fetch is required')
  }
  // fromEntries defines properties, so a route called `__proto__` is a method like any other.
  return Object.fromEntries(
    Object.entries(routes).map(([name, route]) => [name, toMethod(settings, route)]),
  ) as Client
}

function toMethod(settings: ClientSettings, route: ClientRoute | ClientSocketRoute) {
  if (route.output === 'socket') return route.open(settings.clock, settings.prefix, settings.options, route)
  return (args?: unknown, options: CallOptions = {}) =>
    route.output === 'stream'
      ? batchesToStream(callToBatches(settings, route, args, options), options.signal)
      : callToResult(settings, route, args, options)
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
  if (!prefixUrl || !url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    const wanted = 'an http(s) URL without user, query and hash'
    throw new TypeError(`createClient: prefixUrl must be ${wanted}, got ${JSON.stringify(prefixUrl)}`, {
      cause,
    })
  }
  return url.origin + url.pathname.replace(/\/+$/, '')
}
