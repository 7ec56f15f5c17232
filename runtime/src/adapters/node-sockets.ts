// Upgrade requests of node:http → open sockets in the engine's hands, or refusals by HTTP.
import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ServerOptions, WebSocketServer } from 'ws'
import { errorToWire, RpcError } from '../errors.ts'
import type { SocketEngine } from '../server/socket-engine.ts'
import type { UpgradeRequest } from '../server/upgrade-to-admission.ts'
import { MEDIA_TYPES } from '../wire/http-names.ts'
import { LONGEST_TIMER, type ServerLimits } from '../wire/limits.ts'
import { requestOrigin, requestTarget } from './node-exchange.ts'
import { discardBody } from './node-request-body.ts'
import { NodeSocketPort, PortWebSocket, type SocketPortOwner } from './node-socket-port.ts'
import { SocketWrites } from './node-socket-writes.ts'

/** `ws` keeps its limits as 32-bit integers, and takes 0 for none. */
const LARGEST_PAYLOAD = 2 ** 31 - 1

export class NodeSockets implements SocketPortOwner {
  readonly #engine: Pick<SocketEngine, 'admit' | 'open'>
  readonly #limits: ServerLimits
  readonly #server: WebSocketServer
  readonly #open = new Set<NodeSocketPort>()
  readonly writes = new SocketWrites()
  readonly #closedListeners: (() => void)[] = []
  /** What the engine chose for the upgrade that is being answered. */
  #subprotocol = ''

  constructor(engine: Pick<SocketEngine, 'admit' | 'open'>, limits: ServerLimits) {
    this.#engine = engine
    this.#limits = limits
    const options: ServerOptions & { closeTimeout: number } = {
      noServer: true,
      WebSocket: PortWebSocket,
      clientTracking: false,
      // Compressed secrets beside text of the caller's tell by their length (BREACH); and it costs memory for every socket.
      perMessageDeflate: false,
      skipUTF8Validation: false,
      maxPayload: Math.max(1, Math.min(limits.maxMessageBytes, LARGEST_PAYLOAD)),
      // A peer that does not answer a close frame is as lost as one that does not answer a ping.
      closeTimeout: Math.min(limits.heartbeatTimeout, LONGEST_TIMER),
      handleProtocols: () => this.#subprotocol,
    }
    this.#server = new WebSocketServer(options)
    this.#server.on('wsClientError', (error, connection) =>
      refuse(connection, new RpcError('BAD_REQUEST', { message: error.message }), limits),
    )
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
    this.#subprotocol = subprotocol
    this.#server.handleUpgrade(req, connection, head, ws => {
      const port = new NodeSocketPort(ws, connection, this)
      this.#open.add(port)
      onOpen(port)
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
