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
   * Lets calls in flight end, and aborts every `signal` at the deadline, which breaks streams off; else a platform that waits for its
   * requests would wait for endless ones. The platform's owner stops it from taking new ones. Resolves when the calls are over.
   */
  close(options?: CloseOptions): Promise<void>
}

/**
 * A handler for Hono, Next, Bun, Deno and Workers. It always answers; paths without a route with 404.
 *
 * @throws TypeError when a route cannot be served; its message names all of them.
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
