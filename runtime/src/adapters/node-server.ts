// Routes and a port → a running HTTP server that can be closed without losing a call.
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { RoutesInput } from '../server/modules-to-routes.ts'
import { LONGEST_TIMER } from '../wire/limits.ts'
import { createNodeListener, type NodeListener, type NodeOptions } from './node-http.ts'

export interface ServeOptions extends NodeOptions {
  /** Default 0: a free one. */
  readonly port?: number
  /** The address to listen on. Default `127.0.0.1`, this machine only; `0.0.0.0` or `::` for all. */
  readonly host?: string
}

export interface Server {
  /** `http://127.0.0.1:3000` */
  readonly url: string
  readonly port: number
  /**
   * Stops accepting connections and lets calls in flight end. After `deadline` ms (default: the limit `closeDeadline`)
   * every handler's `signal` is aborted and what is left of the connections is destroyed. Resolves when the connections are
   * gone and the calls are over, `finally` blocks of streams included; those that were aborted have the limit `closeGrace`.
   */
  close(options?: { readonly deadline?: number }): Promise<void>
}

/**
 * Serves routes over HTTP: a module namespace, an object or an array of routes. Resolves once it listens.
 *
 * @throws TypeError when a route cannot be served; its message names all of them. Rejects when the port is taken.
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
  const unused = trackUnused(http)
  http.on('request', (req, res) => listener.handle(req, res, undefined, false))
  http.on('checkContinue', (req, res) => listener.handle(req, res, undefined, true))
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
    http.once('error', reject)
    http.listen(port, host, () => {
      http.off('error', reject)
      resolve()
    })
  })
}

/** Connections that have not carried a request yet. Node does not count them as idle, and would wait for them. */
function trackUnused(http: HttpServer): Set<Socket> {
  const unused = new Set<Socket>()
  http.on('connection', socket => {
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  const onUse = ({ socket }: { socket: Socket }) => void unused.delete(socket)
  http.on('request', onUse)
  http.on('checkContinue', onUse)
  return unused
}

async function closeServer(
  http: HttpServer,
  { engine }: NodeListener,
  unused: ReadonlySet<Socket>,
  deadline: number,
): Promise<void> {
  const closed = new Promise<void>(resolve => http.close(() => resolve()))
  // Answers that are on their way already said "keep-alive": their connections are closed as soon as they are idle.
  http.keepAliveTimeout = 1
  Object.assign(http, { keepAliveTimeoutBuffer: 0 })
  http.closeIdleConnections()
  for (const socket of unused) socket.destroy()
  // A client that has left has no connection any more, but its generator may still be in its `finally` block.
  const over = closed.then(() => engine.idle())
  if (await isWithin(over, deadline)) return
  engine.abortAll()
  http.closeAllConnections()
  await closed
  await isWithin(over, engine.settings.limits.closeGrace)
}

/** True when `work` is done within `ms`. */
async function isWithin(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>(resolve => {
    timer = setTimeout(() => resolve(false), Math.min(ms, LONGEST_TIMER))
  })
  const isDone = await Promise.race([work.then(() => true), late])
  clearTimeout(timer)
  return isDone
}

function hostOfUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
