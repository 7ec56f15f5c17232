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
  /** Compresses answers with brotli or gzip if `Accept-Encoding` allows it. Default false: a proxy often does it. */
  readonly compression?: boolean
}

export interface NodeHandler {
  (
    req: IncomingMessage | Http2ServerRequest,
    res: ServerResponse | Http2ServerResponse,
    next?: () => void,
  ): void
  /**
   * Opens WebSockets: `server.on('upgrade', handler.upgrade)`. For a path without a socket route it calls `next` if there is one, and otherwise
   * answers 404. Frameworks do not rewrite `req.url` here: use the option `prefix` instead of mounting under a path.
   */
  upgrade(req: IncomingMessage, connection: Duplex, head: Buffer, next?: () => void): void
  /**
   * Like `close` of a `Server`: tells sockets to reconnect elsewhere, lets calls finish and aborts them at the deadline. Resolves when sockets
   * and calls are over. Call `server.close()` of your own server first: it stops accepting connections, and would wait for open sockets.
   */
  close(options?: CloseOptions): Promise<void>
}

type Listener = (...args: Parameters<NodeHandler>) => void

/**
 * A listener for `createServer()` of `node:http`, `https` and `http2`, and a middleware for Express and its like. For a path without a route it
 * calls `next` if there is one, and otherwise answers 404. Mount it before body parsers.
 *
 * @param routes A module namespace (`import * as routes`), an object of routes, or an array of these.
 * @throws TypeError if a route cannot be served, naming all such routes, or if an option is wrong.
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
    handle(req, res, next, awaitsContinue) {
      host.last = new NodeExchange(req, res, host, awaitsContinue)
      void engine.handle(host.last, next && (() => next()))
    },
  }
}
