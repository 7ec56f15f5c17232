// An admitted upgrade of node:http in → a WebSocket of `ws` and its port out. The one file that loads `ws` when it is imported, and is loaded late.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ServerOptions, WebSocketServer } from 'ws'
import { LONGEST_TIMER, MESSAGE_READS, type ServerLimits } from '../wire/limits.ts'
import { NodeSocketPort, PortWebSocket, type SocketPortOwner } from './node-socket-port.ts'

/** `ws` keeps its limits as 32-bit integers, and takes 0 for none. */
const LARGEST_PAYLOAD = 2 ** 31 - 1

/** Answers an upgrade with 101, and calls back, in the same turn, with the port of the WebSocket. */
export type AcceptUpgrade = (
  req: IncomingMessage,
  connection: Duplex,
  head: Buffer,
  subprotocol: string,
  onOpen: (port: NodeSocketPort) => void,
) => void

/** `onInvalid` is told of an upgrade that is none of WebSocket's, by the message of `ws`, and answers it. */
export function createAcceptUpgrade(
  owner: SocketPortOwner,
  limits: ServerLimits,
  onInvalid: (connection: Duplex, message: string) => void,
): AcceptUpgrade {
  let chosen = ''
  const maxPayload = Math.max(1, Math.min(limits.maxMessageBytes, LARGEST_PAYLOAD))
  const options: ServerOptions & { closeTimeout: number; maxBufferedChunks: number } = {
    noServer: true,
    WebSocket: PortWebSocket,
    clientTracking: false,
    // Compressed secrets beside text of the caller's tell by their length (BREACH); and it costs memory for every socket.
    perMessageDeflate: false,
    skipUTF8Validation: false,
    maxPayload,
    // Each read of a message that is not whole yet is held by itself, with some 200 bytes around it.
    maxBufferedChunks: MESSAGE_READS.least + Math.ceil(maxPayload / MESSAGE_READS.bytes),
    // A peer that does not answer a close frame is as lost as one that does not answer a ping.
    closeTimeout: Math.min(limits.heartbeatTimeout, LONGEST_TIMER),
    handleProtocols: () => chosen,
  }
  const server = new WebSocketServer(options)
  server.on('wsClientError', (error, connection) => onInvalid(connection, error.message))
  return (req, connection, head, subprotocol, onOpen) => {
    chosen = subprotocol
    server.handleUpgrade(req, connection, head, ws => onOpen(new NodeSocketPort(ws, connection, owner)))
  }
}
