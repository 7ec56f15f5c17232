// Routes → a `(Request) => Promise<Response>` for platforms that speak the Fetch Standard.
import { HttpEngine } from '../server/engine.ts'
import type { RoutesInput } from '../server/modules-to-routes.ts'
import type { CloseOptions, ServerOptions } from '../server/server-options.ts'
import { FetchExchange } from './fetch-exchange.ts'
import type { FetchInfo } from './fetch-info.ts'
import { isWithin } from './is-within.ts'
import { createUpgradeFetch } from './worker-sockets.ts'

export interface FetchHandler {
  (request: Request, info?: FetchInfo): Promise<Response>
  /**
   * Lets calls finish, and at the deadline aborts every `signal` and breaks off streams. Resolves when the calls are over. Stop your
   * platform from accepting requests first: it would wait for endless streams.
   */
  close(options?: CloseOptions): Promise<void>
}

/**
 * A handler for platforms that pass a `Request` and take a `Response`: Hono, Next.js, Bun, Deno, Workers. A path without a route is answered
 * with 404. It never rejects.
 *
 * @param routes A module namespace (`import * as routes`), an object of routes, or an array of these.
 * @throws TypeError if a route cannot be served, naming all such routes, or if an option is wrong.
 */
export function createFetchHandler(routes: RoutesInput, options: ServerOptions = {}): FetchHandler {
  const engine = new HttpEngine(routes, options)
  const { limits } = engine.settings
  let closing: Promise<void> | undefined
  const upgrade = createUpgradeFetch(engine)
  const answer = (request: Request, info?: FetchInfo) =>
    new Promise<Response>(resolve => {
      const over = engine.handle(new FetchExchange(request, info?.remoteAddress, limits, resolve))
      info?.waitUntil?.(over)
    })
  const handle = async (request: Request, info?: FetchInfo) =>
    upgrade?.(request, info) ?? (await answer(request, info))
  return Object.assign(upgrade === undefined ? answer : handle, {
    close({ deadline = limits.closeDeadline }: CloseOptions = {}) {
      closing ??= closeCalls(engine, deadline)
      return closing
    },
  })
}

async function closeCalls(engine: HttpEngine, deadline: number): Promise<void> {
  if (await isWithin(engine.idle(), deadline)) return
  engine.abortAll()
  await isWithin(engine.idle(), engine.settings.limits.closeGrace)
}
