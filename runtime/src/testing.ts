// What tests of an application import: its emitted client and its routes → that client, connected to them without a port.
import type { Faults } from './adapters/memory-faults.ts'
import { createMemoryServer } from './adapters/memory-server.ts'
import type { ClientOptions, WebSocketOptions } from './client/client-route.ts'
import type { RoutesInput } from './server/modules-to-routes.ts'
import type { ServerOptions } from './server/server-options.ts'
import { TEST_LIMITS } from './wire/limits.ts'

export type { Faults } from './adapters/memory-faults.ts'

/** The options of `createClient`, except for where it connects to. */
export interface TestClientOptions extends Omit<ClientOptions, 'prefixUrl' | 'fetch' | 'websocket'> {
  /** As in ClientOptions. Reconnects start with a pause of 1 ms. */
  readonly websocket?: Omit<WebSocketOptions, 'WebSocket'>
  /** The options of `serve`: `limits`, `prefix`, `onError`, `cors`, … */
  readonly server?: ServerOptions
  /** What goes wrong on the network between client and server. Default: nothing. */
  readonly faults?: Faults
}

export interface TestClientControls {
  /**
   * Ends everything: after `deadline` ms (default 0) it aborts the signals of running handlers, closes sockets and fails calls. Resolves when
   * handlers and generators are over, `finally` blocks included, or after the limit `closeGrace`.
   */
  close(options?: { readonly deadline?: number }): Promise<void>
  /** The same, for `await using`, and for clients with a route called `close`. */
  [Symbol.asyncDispose](): Promise<void>
}

export type TestClient<Client> = Client & Omit<TestClientControls, keyof Client>

/** The host that handlers see in `context.url` and `context.headers`. */
const ORIGIN = 'http://test.localhost'

/**
 * Connects the generated client to routes in the same process, without a port or network. All else works as with `serve`: middleware,
 * validation, limits, streams with backpressure, sockets that resume.
 *
 * @param createClient The function that the generated module exports.
 * @param routes As `serve` takes them.
 * @throws TypeError if a route cannot be served, for instance because it was not compiled; the message names all such routes.
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
