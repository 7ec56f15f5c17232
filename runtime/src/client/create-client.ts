// Client options and the emitted table of routes in → one plain object with a method per route out.
import type { ClientOptions } from './client-route.ts'
import type { ClientRoutes, LoadPacking } from './client-table.ts'
import { type Clock, platformClock } from './clock.ts'

/**
 * What the emitted `createClient` calls. `loadPacking` brings MessagePack, where a client may ask for it.
 * Throws a TypeError when `prefixUrl` is no http(s) URL (in browsers it may be relative to the page).
 */
export function createRpcClient<Client>(
  options: ClientOptions,
  routes: ClientRoutes,
  loadPacking?: LoadPacking,
): Client {
  return createRpcClientWith<Client>(platformClock, options, routes, loadPacking)
}

/** The same under another clock. For tests; not public. */
export function createRpcClientWith<Client>(
  clock: Clock,
  options: ClientOptions,
  routes: ClientRoutes,
  loadPacking?: LoadPacking,
): Client {
  const settings = [options, toPrefix(options?.prefixUrl), clock, loadPacking] as const
  // fromEntries defines properties, so a route called `__proto__` is a method like any other.
  return Object.fromEntries(
    Object.entries(routes).map(([name, [open, place, details]]) => [
      name,
      open(settings, place, (details ?? {}) as never),
    ]),
  ) as Client
}

/** Origin and path, without a trailing slash. In a page, a prefix may be relative to it. */
function toPrefix(prefixUrl: string): string {
  const page = globalThis.location?.href
  const { href } = prefixUrl && URL.canParse(prefixUrl, page) ? new URL(prefixUrl, page) : { href: '' }
  if (/^https?:..[^@/]+\/[^?#]*$/.test(href)) return href.replace(/\/+$/, '')
  throw new TypeError(`prefixUrl must be an http(s) URL without user and query, not ${prefixUrl}`)
}
