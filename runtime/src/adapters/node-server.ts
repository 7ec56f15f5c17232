// Routes and a port → a running HTTP server that can be closed without losing a call.
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { RoutesInput } from '../server/modules-to-routes.ts'
import type { CloseOptions } from '../server/server-options.ts'
import { closeListener } from './node-close.ts'
import { createNodeListener, type NodeListener, type NodeOptions } from './node-http.ts'
import { ignoreUpgrade } from './node-plain-request.ts'
import { isWebSocketUpgrade } from './node-sockets.ts'

export interface ServeOptions extends NodeOptions {
  /** 0 to 65535. Default 0: a free port, which `Server.port` tells. */
  readonly port?: number
  /** The address to listen on. Default `127.0.0.1`: only this machine can connect. `0.0.0.0` or `::`: all can. */
  readonly host?: string
}

export interface Server {
  /** Such as `http://127.0.0.1:3000`, without the option `prefix`. */
  readonly url: string
  readonly port: number
  /**
   * Stops accepting connections, tells sockets to reconnect elsewhere and lets calls finish. After `deadline` ms it aborts every handler's
   * `signal` and destroys the remaining connections. Resolves when connections and calls are over, including the `finally` blocks of
   * streams; aborted calls get the limit `closeGrace` for those. A second call returns the same promise.
   */
  close(options?: CloseOptions): Promise<void>
}

/**
 * Serves routes over HTTP and WebSockets on Node. Resolves once it listens: `const server = await serve(routes, { port: 3000 })`.
 *
 * @param routes A module namespace (`import * as routes`), an object of routes, or an array of these.
 * @throws TypeError (the promise rejects) if a route cannot be served, naming all such routes, or if an option is wrong; the system's error if
 * the port is taken.
 */
export async function serve(routes: RoutesInput, options: ServeOptions = {}): Promise<Server> {
  const { host = '127.0.0.1', port: wanted = 0 } = options
  // Node would take a text for the name of a socket in the file system.
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535) {
    throw new TypeError(`port is an integer from 0 to 65535, got the ${typeof wanted} ${String(wanted)}`)
  }
  let closing: Promise<void> | undefined
  const listener = createNodeListener(routes, options, () => closing !== undefined)
  const http = createServer()
  const takesUpgrades = listener.engine.sockets.length > 0
  const { unused, onUse } = trackUnused(http)
  const takeRequest = (awaitsContinue: boolean) => (req: IncomingMessage, res: ServerResponse) => {
    onUse(req)
    listener.handle(req, res, undefined, awaitsContinue)
  }
  http.on('request', takeRequest(false))
  http.on('checkContinue', takeRequest(true))
  if (takesUpgrades) http.on('upgrade', onUse)
  // Without a listener Node takes upgrades for requests like any other, which is right where there is no socket route.
  if (takesUpgrades) {
    takeUpgrades(http, listener)
    await listener.sockets.load()
  }
  await listen(http, wanted, host)
  const { port } = http.address() as AddressInfo
  return {
    url: `http://${hostOfUrl(host)}:${port}`,
    port,
    close({ deadline = listener.engine.settings.limits.closeDeadline } = {}) {
      closing ??= closeServer(http, listener, unused, deadline)
      return closing
    },
  }
}

function listen(http: HttpServer, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => reject(explainTaken(error, port))
    http.once('error', onError)
    http.listen(port, host, () => {
      http.off('error', onError)
      resolve()
    })
  })
}

/** Node's own error, which says what happened and not what to do. */
function explainTaken(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    error.message += `: another program has port ${port}, perhaps an earlier start of this one. End it, or pass another "port" (0: a free one)`
  }
  return error
}

function takeUpgrades(http: HttpServer, { sockets }: NodeListener): void {
  http.on('upgrade', (req, connection, head) => {
    if (isWebSocketUpgrade(req)) sockets.upgrade(req, connection, head)
    else ignoreUpgrade(http, req, connection, head)
  })
}

/** Connections that have not carried a request yet. Node does not count them as idle, and would wait for them. */
function trackUnused(http: HttpServer): {
  readonly unused: ReadonlySet<Socket>
  onUse(request: { readonly socket: Socket }): void
} {
  const unused = new Set<Socket>()
  function forget(this: Socket): void {
    unused.delete(this)
  }
  http.on('connection', (socket: Socket) => {
    unused.add(socket)
    socket.once('close', forget)
  })
  return {
    unused,
    onUse({ socket }) {
      if (unused.delete(socket)) socket.off('close', forget)
    },
  }
}

function closeServer(
  http: HttpServer,
  listener: NodeListener,
  unused: ReadonlySet<Socket>,
  deadline: number,
): Promise<void> {
  const closed = new Promise<void>(resolve => http.close(() => resolve()))
  // Answers that are on their way already said "keep-alive": their connections are closed as soon as they are idle.
  http.keepAliveTimeout = 1
  Object.assign(http, { keepAliveTimeoutBuffer: 0 })
  http.closeIdleConnections()
  for (const socket of unused) socket.destroy()
  return closeListener(listener, { closed, destroy: () => http.closeAllConnections() }, deadline)
}

function hostOfUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
