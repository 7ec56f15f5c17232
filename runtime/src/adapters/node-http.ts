// Routes → a `(req, res, next?)` listener for node:http, Express and the like.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { HttpEngine } from '../server/engine.ts'
import type { RoutesInput } from '../server/modules-to-routes.ts'
import type { ServerOptions } from '../server/server-options.ts'
import { NodeExchange, type NodeHost } from './node-exchange.ts'

export interface NodeOptions extends ServerOptions {
  /** Compresses with brotli or gzip where `Accept-Encoding` asks for it. Default false: often a proxy does it. */
  readonly compression?: boolean
}

export type NodeHandler = (req: IncomingMessage, res: ServerResponse, next?: () => void) => void

/**
 * A listener for `http.createServer()`, or a middleware: where `next` is given, paths without a route are left to it.
 * Reads `req.url`, so it can be mounted under a path.
 *
 * @throws TypeError when a route cannot be served; its message names all of them.
 */
export function createNodeHandler(routes: RoutesInput, options: NodeOptions = {}): NodeHandler {
  const { handle } = createNodeListener(routes, options, () => false)
  return (req, res, next) => handle(req, res, next, false)
}

export interface NodeListener {
  readonly engine: HttpEngine
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
  const { limits } = engine.settings
  const host: NodeHost = { limits, compression: options.compression ?? false, isClosing }
  return {
    engine,
    handle: (req, res, next, awaitsContinue) =>
      void engine.handle(new NodeExchange(req, res, host, awaitsContinue), next && (() => next())),
  }
}
