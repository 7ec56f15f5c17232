// A socket route of the emitted client in → its method out, which opens the socket and resolves at the first `ready`.
import { jsonClientFraming } from '../wire/json-framing.ts'
import { CALL_TIMEOUT } from '../wire/limits.ts'
import { packingOf, toParts } from './call.ts'
import type { CallOptions, RpcSocket, SocketDetails } from './client-route.ts'
import type { OpenRoute } from './client-table.ts'
import { failureOf } from './failure-of.ts'
import type { SocketParts } from './socket-methods.ts'
import { openSession } from './socket-session.ts'

/** The method's arguments: those of the path, where the pattern has any, and options. */
export const openSocket: OpenRoute<SocketDetails> =
  (settings, path, route) =>
  async (...given: unknown[]) => {
    const [options, prefix, clock] = settings
    const args = /[:*]/.test(path) ? given.shift() : undefined
    const callOptions = (given[0] ?? {}) as CallOptions
    const { headers, signal, timeout = options.timeout ?? CALL_TIMEOUT } = callOptions
    const packing = packingOf(settings, route, callOptions)
    const framing = packing ? (await packing).createFraming() : jsonClientFraming
    const fail = failureOf(`WebSocket ${path}`)
    if (signal?.aborted) throw fail('CANCELLED', 'cancelled', signal.reason)
    const url = prefix.replace('http', 'ws') + toParts(fail, path, {}, args)[0]
    return new Promise((resolve, reject) => {
      const disarm = clock.after(timeout, () =>
        close(fail('TIMEOUT', `not open within ${timeout} ms`, lastFailure())),
      )
      const cancel = () => close(fail('CANCELLED', 'cancelled', signal?.reason))
      signal?.addEventListener('abort', cancel)
      const [calls, on, connected, close, lastFailure, isRows] = openSession([
        settings,
        framing,
        fail,
        url,
        headers,
        route.rows,
        () => {
          disarm()
          resolve(socket)
        },
        failure => {
          disarm()
          signal?.removeEventListener('abort', cancel)
          reject(failure)
        },
      ])
      const parts: SocketParts = [calls, framing, fail, options, isRows]
      const socket: RpcSocket = {
        ...Object.fromEntries(
          Object.entries(route.methods ?? {}).map(([name, [method, codec = {}]]) => [
            name,
            method(parts as never, codec),
          ]),
        ),
        get connected() {
          return connected() !== undefined
        },
        on,
        close: () => close(fail('CANCELLED', 'the socket was closed')),
      }
    })
  }
