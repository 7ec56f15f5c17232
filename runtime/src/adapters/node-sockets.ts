// Upgrade requests of node:http → open sockets in the engine's hands, or refusals by HTTP.
import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorToWire, RpcError } from '../errors.ts'
import type { SocketEngine } from '../server/socket-engine.ts'
import type { UpgradeRequest } from '../server/upgrade-to-admission.ts'
import { MEDIA_TYPES } from '../wire/http-names.ts'
import type { ServerLimits } from '../wire/limits.ts'
import { requestOrigin, requestTarget } from './node-exchange.ts'
import { discardBody } from './node-request-body.ts'
import type { NodeSocketPort, SocketPortOwner } from './node-socket-port.ts'
import { SocketWrites } from './node-socket-writes.ts'
import type { AcceptUpgrade } from './node-web-sockets.ts'

export class NodeSockets implements SocketPortOwner {
  readonly #engine: Pick<SocketEngine, 'admit' | 'open'>
  readonly #limits: ServerLimits
  readonly #open = new Set<NodeSocketPort>()
  readonly writes = new SocketWrites()
  readonly #closedListeners: (() => void)[] = []
  #acceptUpgrade: AcceptUpgrade | undefined
  #loading: Promise<AcceptUpgrade> | undefined

  constructor(engine: Pick<SocketEngine, 'admit' | 'open'>, limits: ServerLimits) {
    this.#engine = engine
    this.#limits = limits
  }

  /**
   * Resolves once upgrades are taken without waiting. `ws` takes as long to load as all the rest of a server: it is loaded where there are
   * routes for it, and not with this module.
   */
  load(): Promise<AcceptUpgrade> {
    this.#loading ??= import('./node-web-sockets.ts').then(({ createAcceptUpgrade }) => {
      this.#acceptUpgrade = createAcceptUpgrade(this, this.#limits, (connection, message) =>
        refuse(connection, new RpcError('BAD_REQUEST', { message }), this.#limits),
      )
      return this.#acceptUpgrade
    })
    return this.#loading
  }

  /** WebSockets that are open, or whose connection has not ended yet. */
  get count(): number {
    return this.#open.size
  }

  /** With `next`, a path that is no socket route is left to that. */
  upgrade(req: IncomingMessage, connection: Duplex, head: Buffer, next?: () => void): void {
    const admission = this.#engine.admit(toUpgradeRequest(req))
    if ('refused' in admission) {
      const { refused, farewell } = admission
      if (next !== undefined && refused.code === 'NOT_FOUND') return next()
      if (farewell === undefined || this.#open.size >= this.#limits.maxSockets)
        return refuse(connection, refused, this.#limits)
      const { subprotocol, message, code, reason } = farewell
      return this.#accept(req, connection, head, subprotocol, port => {
        port.send(message)
        port.close(code, reason)
      })
    }
    this.#accept(req, connection, head, admission.subprotocol, port =>
      port.listen(this.#engine.open(admission, port)),
    )
  }

  #accept(
    req: IncomingMessage,
    connection: Duplex,
    head: Buffer,
    subprotocol: string,
    onOpen: (port: NodeSocketPort) => void,
  ): void {
    const open = (port: NodeSocketPort) => {
      this.#open.add(port)
      onOpen(port)
    }
    if (this.#acceptUpgrade !== undefined) {
      return this.#acceptUpgrade(req, connection, head, subprotocol, open)
    }
    // Nobody else listens meanwhile; what the peer sends waits in the connection.
    const onError = () => connection.destroy()
    connection.on('error', onError)
    void this.load().then(acceptUpgrade => {
      connection.off('error', onError)
      acceptUpgrade(req, connection, head, subprotocol, open)
    })
  }

  /** Destroys every connection. */
  terminateAll(): void {
    for (const port of this.#open) port.terminate()
  }

  /** Resolves once no WebSocket is left. */
  async closed(): Promise<void> {
    if (this.#open.size > 0) await new Promise<void>(resolve => this.#closedListeners.push(resolve))
  }

  onGone(port: NodeSocketPort): void {
    this.#open.delete(port)
    if (this.#open.size === 0) for (const listener of this.#closedListeners.splice(0)) listener()
  }
}

export function isWebSocketUpgrade(req: IncomingMessage): boolean {
  return req.headers.upgrade?.toLowerCase() === 'websocket'
}

function toUpgradeRequest(req: IncomingMessage): UpgradeRequest {
  return {
    target: requestTarget(req),
    headers: req.headers as UpgradeRequest['headers'],
    origin: requestOrigin(req),
    remoteAddress: req.socket.remoteAddress,
  }
}

/** Answers with an error body. What the peer has sent meanwhile is read first, or the answer could be lost by a reset. */
function refuse(connection: Duplex, error: RpcError, limits: ServerLimits): void {
  const body = JSON.stringify(errorToWire(error))
  const head = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? error.code}`,
    'Connection: close',
    `Content-Type: ${MEDIA_TYPES.json}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    // RFC 6455, section 4.4: what a client could have asked for instead.
    'Sec-WebSocket-Version: 13',
  ]
  // The peer is gone: there is nobody left to tell.
  connection.on('error', () => connection.destroy())
  connection.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  discardBody(connection, limits, () => connection.destroy())
}
