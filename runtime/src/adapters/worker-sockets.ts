// Upgrade requests on Cloudflare's Workers → Responses that open WebSockets, each with sessions of its own.
import { errorToWire, type RpcError } from '../errors.ts'
import type { HttpEngine } from '../server/engine.ts'
import { SocketEngine } from '../server/socket-engine.ts'
import type { Admitted, Farewell } from '../server/upgrade-to-admission.ts'
import { MEDIA_TYPES } from '../wire/http-names.ts'
import type { FetchInfo } from './fetch-info.ts'
import { type WorkerSocket, WorkerSocketPort } from './worker-socket-port.ts'

/** Undefined: not a path of a socket, which HTTP answers. */
export type UpgradeFetch = (request: Request, info: FetchInfo | undefined) => Response | undefined

interface WorkerGlobal {
  readonly WebSocketPair?: new () => { readonly 0: WorkerSocket; readonly 1: WorkerSocket }
}

/**
 * Undefined where the platform has no WebSocketPair, or no route takes sockets. What a request has started belongs to it there, and ends with
 * it: no session can be parked for the next socket, and each has an engine, with its timers, for itself. A client that comes back starts
 * anew, its subscriptions from the last item that they got.
 */
export function createUpgradeFetch(engine: HttpEngine): UpgradeFetch | undefined {
  const { WebSocketPair } = globalThis as WorkerGlobal
  if (WebSocketPair === undefined || engine.sockets.length === 0) return undefined
  const limits = { ...engine.settings.limits, resumeWindow: 0 }
  const settings = { ...engine.settings, limits }
  const door = new SocketEngine(engine.sockets, settings)

  function accept(
    { subprotocol }: Admitted | Farewell,
    serve: (port: WorkerSocketPort) => void,
    onGone: () => void,
  ): Response {
    const pair = new (WebSocketPair as NonNullable<typeof WebSocketPair>)()
    serve(new WorkerSocketPort(pair[1], limits.maxMessageBytes, onGone))
    const headers = { 'sec-websocket-protocol': subprotocol }
    return new Response(null, { status: 101, headers, webSocket: pair[0] } as ResponseInit)
  }

  function open(admission: Admitted, info: FetchInfo | undefined): Response {
    const sessions = new SocketEngine([], settings)
    let onGone = () => {}
    const gone = new Promise<void>(resolve => {
      onGone = resolve
    })
    info?.waitUntil?.(gone.then(() => sessions.idle()))
    return accept(admission, port => port.listen(sessions.open(admission, port)), onGone)
  }

  return (request, info) => {
    if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') return undefined
    const { origin, pathname, search } = new URL(request.url)
    const admission = door.admit({
      target: pathname + search,
      headers: Object.fromEntries(request.headers),
      origin,
      remoteAddress: info?.remoteAddress,
    })
    if (!('refused' in admission)) return open(admission, info)
    const { refused, farewell } = admission
    if (refused.code === 'NOT_FOUND') return undefined
    return farewell === undefined ? refuse(refused) : accept(farewell, sayFarewell(farewell), () => {})
  }
}

function sayFarewell({ message, code, reason }: Farewell): (port: WorkerSocketPort) => void {
  return port => {
    port.send(message)
    port.close(code, reason)
  }
}

function refuse(error: RpcError): Response {
  const headers = { 'content-type': MEDIA_TYPES.json }
  return new Response(JSON.stringify(errorToWire(error)), { status: error.status, headers })
}
