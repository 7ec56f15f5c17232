// What tests of an application import: its emitted client and its routes → that client, connected to them without a port.
import type { Faults } from './adapters/memory-faults.ts'
import { createMemoryServer } from './adapters/memory-server.ts'
import type { ClientOptions, WebSocketOptions } from './client/client-route.ts'
import type { RoutesInput } from './server/modules-to-routes.ts'
import type { ServerOptions } from './server/server-options.ts'
import { TEST_LIMITS } from './wire/limits.ts'

export type { Faults } from './adapters/memory-faults.ts'

/** Those of a client, but for where it is connected to. */
export interface TestClientOptions extends Omit<ClientOptions, 'prefixUrl' | 'fetch' | 'websocket'> {
  /** Reconnects after 1 ms unless it says otherwise. */
  readonly websocket?: Omit<WebSocketOptions, 'WebSocket'>
  /** As `serve` takes them: `limits`, `prefix`, `onError`, … */
  readonly server?: ServerOptions
  /** What goes wrong between the two. Default: nothing. */
  readonly faults?: Faults
}

export interface TestClientControls {
  /**
   * Ends everything: after `deadline` ms, 0 unless given, the signals of running handlers are aborted, sockets are closed and calls fail.
   * Resolves once handlers and generators are over, `finally` blocks included, or have had the limit `closeGrace` for it.
   */
  close(options?: { readonly deadline?: number }): Promise<void>
  /** The same, for `await using` and for clients that have a route called `close`. */
  [Symbol.asyncDispose](): Promise<void>
}

export type TestClient<Client> = Client & Omit<TestClientControls, keyof Client>

/** The host that handlers see in `context.url` and `context.headers`. */
const ORIGIN = 'http://test.localhost'

/**
 * The emitted client, connected to routes in the same process: no port, no network, and else all that `serve` does, middleware, limits,
 * streams with backpressure, and sockets that resume. `createClient` is what the generated module exports.
 *
 * @throws TypeError when a route cannot be served, as one that was not compiled; the message names all of them.
 */
export function createTestClient<Client extends object>(
  createClient: (options: ClientOptions) => Client,
  routes: RoutesInput,
  options: TestClientOptions = {},
): TestClient<Client> {
  const { server: serverOptions = {}, faults, retry, websocket, ...rest } = options
  const server = createMemoryServer(routes, serverOptions, faults)
  const { retryDelay, reconnectDelay, maxReconnectDelay } = TEST_LIMITS
  const client = createClient({
    ...rest,
    prefixUrl: ORIGIN + server.prefix,
    fetch: server.fetch,
    retry: { delay: retryDelay, ...retry },
    websocket: { reconnectDelay, maxReconnectDelay, ...websocket, WebSocket: server.WebSocket },
  })
  const controls: TestClientControls = {
    close: ({ deadline = TEST_LIMITS.closeDeadline } = {}) => server.close(deadline),
    [Symbol.asyncDispose]: () => server.close(TEST_LIMITS.closeDeadline),
  }
  return { ...controls, ...client } as TestClient<Client>
}
