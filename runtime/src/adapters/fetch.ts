// Routes → a `(Request) => Promise<Response>` for platforms that speak the Fetch Standard.
import { HttpEngine } from '../server/engine.ts'
import type { RoutesInput } from '../server/modules-to-routes.ts'
import type { ServerOptions } from '../server/server-options.ts'
import { FetchExchange } from './fetch-exchange.ts'

/** What a Request does not tell. */
export interface FetchInfo {
  readonly remoteAddress?: string
}

export type FetchHandler = (request: Request, info?: FetchInfo) => Promise<Response>

/**
 * A handler for Hono, Next, Bun, Deno and Workers. It always answers; paths without a route with 404.
 *
 * @throws TypeError when a route cannot be served; its message names all of them.
 */
export function createFetchHandler(routes: RoutesInput, options: ServerOptions = {}): FetchHandler {
  const engine = new HttpEngine(routes, options)
  return (request, info) =>
    new Promise(resolve => {
      void engine.handle(new FetchExchange(request, info?.remoteAddress, engine.settings.limits, resolve))
    })
}
