// Routes → a server without a port: a `fetch` and a `WebSocket` that reach it, and a `close` that leaves nothing behind.
import type { WebSocketConstructor } from '../client/client-route.ts'
import { platformClock } from '../client/clock.ts'
import { RpcError } from '../errors.ts'
import { HttpEngine } from '../server/engine.ts'
import { platformEventLoop } from '../server/event-loop.ts'
import type { RoutesInput } from '../server/modules-to-routes.ts'
import type { ServerOptions } from '../server/server-options.ts'
import { type SocketCounts, SocketEngine } from '../server/socket-engine.ts'
import { FaultPlan, type Faults } from './memory-faults.ts'
import { createMemoryFetch } from './memory-fetch.ts'
import { MemorySocket, MemorySockets } from './memory-socket.ts'
import { closeListener } from './node-close.ts'

const REMOTE_ADDRESS = '127.0.0.1'

export interface MemoryServer {
  readonly fetch: typeof globalThis.fetch
  readonly WebSocket: WebSocketConstructor
  /** What every route's path starts with. */
  readonly prefix: string
  /** What is left of sockets: for tests of the server itself. */
  counts(): SocketCounts & { readonly sockets: number }
  /**
   * Lets calls end until `deadline`, in ms, then aborts their signals. Resolves when they are over, or after the limit `closeGrace`.
   * Later requests and sockets are refused.
   */
  close(deadline: number): Promise<void>
}

/** Throws a TypeError when a route cannot be served, or at what is no fault. */
export function createMemoryServer(
  routes: RoutesInput,
  options: ServerOptions,
  faults: Faults | undefined,
): MemoryServer {
  const plan = new FaultPlan(faults)
  const engine = new HttpEngine(routes, plan.cutsStreams ? withItemsApart(options) : options)
  const socketEngine = new SocketEngine(engine.sockets, engine.settings)
  const closing = new AbortController()
  const sockets = new MemorySockets()
  let refusal: RpcError | undefined
  let closed: Promise<void> | undefined
  const shared = {
    remoteAddress: REMOTE_ADDRESS,
    schedule(task: () => void) {
      if (plan.delay > 0) platformClock.after(plan.delay, task)
      else platformEventLoop.endTurn(task)
    },
    takeDrop: () => plan.takeDrop(),
    takeCut: () => plan.takeCut(),
  }
  const network = {
    ...shared,
    engine: socketEngine,
    maxMessageBytes: engine.settings.limits.maxMessageBytes,
    get refusal() {
      return refusal
    },
    sockets,
  }

  async function close(deadline: number): Promise<void> {
    refusal = new RpcError('CANCELLED', { message: 'the test client is closed' })
    // As a platform's fetch fails.
    const destroy = () => closing.abort(new TypeError('the test client is closed'))
    const connections = { closed: Promise.resolve(), destroy }
    await closeListener({ engine, socketEngine, sockets }, connections, deadline)
    destroy()
  }

  return {
    fetch: createMemoryFetch({ ...shared, engine, closing: closing.signal }),
    WebSocket: class extends MemorySocket {
      constructor(url: string, protocols: readonly string[]) {
        super(network, url, protocols)
      }
    },
    prefix: engine.settings.prefix,
    counts: () => ({ ...socketEngine.counts(), sockets: sockets.count }),
    close(deadline) {
      closed ??= close(deadline)
      return closed
    },
  }
}

/** Every item is a chunk of its own, and nothing else is one, so that items can be counted. */
function withItemsApart(options: ServerOptions): ServerOptions {
  return { ...options, limits: { ...options.limits, streamBatchBytes: 1, keepAliveInterval: 0 } }
}
