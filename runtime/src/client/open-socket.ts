// A socket route of the emitted client in → its method out, which opens the socket and resolves at the first `ready`.
import { jsonClientFraming } from '../wire/json-framing.ts'
import { packingOf, toParts } from './call.ts'
import type { CallOptions, RpcSocket, SocketDetails } from './client-route.ts'
import type { OpenRoute } from './client-table.ts'
import { failureOf } from './failure-of.ts'
import { openSession } from './socket-session.ts'

/** The method's arguments: those of the path, where the pattern has any, and options. */
export const openSocket: OpenRoute<SocketDetails> =
  (settings, path, route) =>
  async (...given: unknown[]) => {
    const args = /[:*]/.test(path) ? given.shift() : undefined
    const options = (given[0] ?? {}) as CallOptions
    const packing = packingOf(settings, route, options)
    const framing = packing ? (await packing).createFraming(route.rows) : jsonClientFraming
    const fail = failureOf(`WebSocket ${path}`)
    const url = settings[1].replace('http', 'ws') + toParts(fail, path, {}, args)[0]
    return new Promise<RpcSocket>((resolve, reject) =>
      openSession(settings, framing, fail, url, route, options, resolve, reject),
    )
  }
