// Routes → a `(req, res, next?)` listener for node:http, Express and the like, and its counterpart for upgrades.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Duplex } from 'node:stream'
import { HttpEngine } from '../server/engine.ts'
import type { RoutesInput } from '../server/modules-to-routes.ts'
import type { CloseOptions, ServerOptions } from '../server/server-options.ts'
import { SocketEngine } from '../server/socket-engine.ts'
import { closeListener, type Engines, type OpenSockets } from './node-close.ts'
import { NodeExchange, type NodeHost } from './node-exchange.ts'
import { NodeSockets } from './node-sockets.ts'

export interface NodeOptions extends ServerOptions {
  /** Compresses with brotli or gzip where `Accept-Encoding` asks for it. Default false: often a proxy does it. */
  readonly compression?: boolean
}

export interface NodeHandler {
  (
    req: IncomingMessage | Http2ServerRequest,
    res: ServerResponse | Http2ServerResponse,
    next?: () => void,
  ): void
  /**
   * Opens sockets: `server.on('upgrade', handler.upgrade)`. Where `next` is given, paths without a socket route are left to it; otherwise
   * they are answered with 404. Frameworks do not rewrite `req.url` here: use the option `prefix` instead of mounting under a path.
   */
  upgrade(req: IncomingMessage, connection: Duplex, head: Buffer, next?: () => void): void
  /**
   * Tells sockets to reconnect elsewhere and lets calls in flight end, as `close` of a `Server` does; the server that this handler is mounted
   * on is closed by its owner, and would wait for open sockets. Resolves when sockets and calls are over.
   */
  close(options?: CloseOptions): Promise<void>
}

type Listener = (...args: Parameters<NodeHandler>) => void

/**
 * A listener for `createServer()` of `node:http`, `https` and `http2`, or a middleware: where `next` is given, paths without a route are left to it.
 * Reads `req.url`, so it can be mounted under a path.
 *
 * @throws TypeError when a route cannot be served; its message names all of them.
 */
export function createNodeHandler(routes: RoutesInput, options: NodeOptions = {}): NodeHandler {
  let closing: Promise<void> | undefined
  const listener = createNodeListener(routes, options, () => closing !== undefined)
  const { engine, sockets } = listener
  const connections = { closed: Promise.resolve(), destroy: () => {} }
  return Object.assign(
    ((req, res, next) =>
      // Those of HTTP/2 differ where `NodeExchange` looks.
      listener.handle(req as IncomingMessage, res as ServerResponse, next, false)) satisfies Listener,
    {
      upgrade: sockets.upgrade.bind(sockets),
      close({ deadline = engine.settings.limits.closeDeadline }: CloseOptions = {}) {
        closing ??= closeListener(listener, connections, deadline)
        return closing
      },
    },
  )
}

export interface NodeListener extends Engines {
  readonly sockets: OpenSockets & Pick<NodeHandler, 'upgrade'> & { load(): Promise<unknown> }
  handle(
    req: IncomingMessage,
    res: ServerResponse,
    next: (() => void) | undefined,
    awaitsContinue: boolean,
  ): void
}

export function createNodeListener(
  routes: RoutesInput,
  options: NodeOptions,
  isClosing: () => boolean,
): NodeListener {
  const engine = new HttpEngine(routes, options)
  const socketEngine = new SocketEngine(engine.sockets, engine.settings)
  const { limits } = engine.settings
  const sockets = new NodeSockets(socketEngine, limits)
  if (engine.sockets.length > 0) void sockets.load()
  const host: NodeHost = { limits, compression: options.compression ?? false, isClosing }
  return {
    engine,
    socketEngine,
    sockets,
    handle: (req, res, next, awaitsContinue) =>
      void engine.handle(new NodeExchange(req, res, host, awaitsContinue), next && (() => next())),
  }
}
