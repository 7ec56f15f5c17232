// Client options and the emitted table of routes in → one plain object with a method per route out.
import type { ClientOptions } from './client-route.ts'
import type { ClientRoutes, LoadPacking } from './client-table.ts'
import { platformClock } from './clock.ts'

/**
 * What the emitted `createClient` calls. `loadPacking` brings MessagePack, where a client may ask for it; tests have a clock of their own.
 * Throws a TypeError when `prefixUrl` is no http(s) URL (in browsers it may be relative to the page).
 */
export function createRpcClient<Client>(
  options: ClientOptions,
  routes: ClientRoutes,
  loadPacking?: LoadPacking,
  clock = platformClock,
): Client {
  const settings = [options, toPrefix(options.prefixUrl), clock, loadPacking] as const
  // fromEntries defines properties, so a route called `__proto__` is a method like any other.
  return Object.fromEntries(
    Object.entries(routes).map(([name, [open, place, details = {}]]) => [
      name,
      open(settings, place, details as never),
    ]),
  ) as Client
}

/** Origin and path, without a trailing slash. In a page, a prefix may be relative to it. */
function toPrefix(prefixUrl: string): string {
  const page = globalThis.location?.href
  const url = prefixUrl && URL.canParse(prefixUrl, page) && new URL(prefixUrl, page)
  const prefix = /^(https?:..[^@/]+(\/[^?#]*?)??)\/*$/.exec(url as string)?.[1]
  if (prefix) return prefix
  throw new TypeError(`prefixUrl must be an http(s) URL without user and query, not ${prefixUrl}`)
}
