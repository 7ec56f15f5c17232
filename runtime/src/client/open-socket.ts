// A socket route of the emitted client in → its method out, which opens the socket and resolves at the first `ready`.
import type { RpcError } from '../errors.ts'
import { jsonClientFraming } from '../wire/json-framing.ts'
import { CALL_TIMEOUT, SOCKET_CLIENT_LIMITS } from '../wire/limits.ts'
import { argumentsToRequest } from './arguments-to-request.ts'
import { failureOf, packingOf } from './call.ts'
import type { CallOptions, RpcSocket, SocketDetails } from './client-route.ts'
import type { OpenRoute } from './client-table.ts'
import { createSocketMethods, type SocketMethods } from './socket-methods.ts'
import { openSession } from './socket-session.ts'
import type { SocketSettings } from './socket-settings.ts'

/** The method's arguments: those of the path, where the pattern has any, and options. */
export const openSocket: OpenRoute<SocketDetails> =
  (clientSettings, path, route) =>
  async (...given: unknown[]) => {
    const [options, prefix, clock] = clientSettings
    const args = /[:*]/.test(path) ? given.shift() : undefined
    const callOptions = (given[0] ?? {}) as CallOptions
    const { headers, signal, timeout = options.timeout ?? CALL_TIMEOUT } = callOptions
    const packing = packingOf(clientSettings, route, callOptions)
    const framing = packing ? (await packing).createFraming() : jsonClientFraming
    return new Promise((resolve, reject) => {
      const error = failureOf(`WebSocket ${path}`)
      const cancel = () => close(error('CANCELLED', 'cancelled', signal?.reason))
      if (signal?.aborted) throw error('CANCELLED', 'cancelled', signal.reason)

      let url: string
      try {
        url = prefix.replace('http', 'ws') + argumentsToRequest(path, {}, args)[0]
      } catch (cause) {
        throw error('BAD_REQUEST', (cause as TypeError).message, cause)
      }
      const disarm = clock.after(timeout, () =>
        close(error('TIMEOUT', `not open within ${timeout} ms`, lastFailure())),
      )
      const settings = {
        clock,
        options,
        route,
        headers,
        url,
        limits: limitsOf(options.websocket),
        framing,
        isRows: false,
        error,
        opened() {
          disarm()
          resolve(socket)
        },
        ended(failure: RpcError) {
          disarm()
          signal?.removeEventListener('abort', cancel)
          reject(failure)
        },
      }
      const [calls, on, connected, close, lastFailure] = openSession(settings)
      signal?.addEventListener('abort', cancel)
      const socket: RpcSocket & SocketMethods = {
        ...createSocketMethods(settings, calls),
        get connected() {
          return connected() !== undefined
        },
        on,
        close: () => close(error('CANCELLED', 'the socket was closed')),
      }
    })
  }

function limitsOf(given: Partial<SocketSettings['limits']> = {}): SocketSettings['limits'] {
  const limits: Record<string, number> = { ...SOCKET_CLIENT_LIMITS }
  for (const name in limits) limits[name] = given[name as keyof typeof given] ?? limits[name]!
  return limits as SocketSettings['limits']
}
