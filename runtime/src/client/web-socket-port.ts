// A WebSocket class and a URL in → a WebSocket as a session needs it, and its events as calls, out.
import type { Encoded } from '../wire/socket-framing.ts'
import type { PortEvents, SocketPort } from '../wire/socket-port.ts'
import type {
  WebSocketConstructor,
  WebSocketEvent,
  WebSocketListener,
  WebSocketOptions,
} from './client-route.ts'

/** Browsers tell neither when a buffer has drained nor take a pause, and a client needs neither. */
export type ClientPort = Pick<SocketPort, 'send' | 'close'>

export interface ClientPortEvents extends PortEvents {
  /** With the subprotocol that the server has chosen. */
  open(subprotocol: string): void
}

const EVENTS = ['open', 'message', 'error', 'close'] as const

/** `WebSocket.OPEN`. WebSockets Standard, section 3.1. */
const OPEN = 1

/**
 * The platform's class unless the options have one. Rejects where there is none. The package that a Node before 22 needs is
 * named by an argument: no bundler looks for that.
 */
export async function findWebSocket(
  options: WebSocketOptions | undefined,
  name = 'ws',
): Promise<WebSocketConstructor> {
  const found = options?.WebSocket ?? (globalThis.WebSocket as WebSocketConstructor | undefined)
  return found ?? (await import(/* webpackIgnore: true */ /* @vite-ignore */ name)).WebSocket
}

/** Once `close` was called nothing is told any more: the closing handshake is the platform's business. */
export function openPort(
  WebSocket: WebSocketConstructor,
  url: string,
  subprotocols: string[],
  events: ClientPortEvents,
): ClientPort {
  const socket = new WebSocket(url, subprotocols)
  socket.binaryType = 'arraybuffer'
  let isLive = true
  /** What the platform says of a failure: browsers nothing, `ws` the cause. */
  let failure = ''
  const listeners: Readonly<Record<WebSocketEvent, WebSocketListener>> = {
    open: () => isLive && events.open(socket.protocol),
    message: ({ data }: { data: string | ArrayBuffer }) =>
      isLive && events.message(typeof data === 'string' ? data : new Uint8Array(data)),
    error: ({ message }: { message?: string }) => {
      failure = message ?? ''
    },
    close: ({ code, reason }: { code: number; reason: string }) => {
      for (const type of EVENTS) socket.removeEventListener(type, listeners[type])
      if (isLive) events.closed(code, reason || failure)
    },
  }
  for (const type of EVENTS) socket.addEventListener(type, listeners[type])
  return {
    send(message) {
      // What is lost here is sent again over the next socket. Not every platform takes it in silence.
      if (socket.readyState === OPEN) socket.send(message as Exclude<Encoded, Uint8Array>)
    },
    close(code, reason) {
      isLive = false
      socket.close(code, reason)
    },
  }
}
