// A script of server messages in → a WebSocket class that speaks PROTOCOL.md by hand, and what the client did with it, out.
import type {
  ClientOptions,
  RequestOptions,
  RpcSocket,
  RpcStream,
  SocketDetails,
  SubscribeOptions,
  WebSocketConstructor,
  WebSocketLike,
  WebSocketListener,
  WebSocketOptions,
} from '../../runtime/src/client/client-route.ts'
import { createRpcClient } from '../../runtime/src/client/create-client.ts'
import { openSocket } from '../../runtime/src/client/open-socket.ts'
import { socketNotify, socketRequest, socketSubscribe } from '../../runtime/src/client/socket-methods.ts'
import { eventually, loadPacking, ManualClock } from './scripted-server.ts'

/** One connection. Nothing happens to it but what the test does. */
export class ScriptedSocket implements WebSocketLike {
  binaryType = 'blob'
  readyState = 0
  /** Messages of the client, parsed. */
  readonly sent: [number: number, acknowledged: number, ...frames: unknown[][]][] = []
  /** What the client has closed it with. */
  closedWith: number | undefined
  onopen: WebSocketListener | null = null
  onmessage: WebSocketListener | null = null
  onerror: WebSocketListener | null = null
  onclose: WebSocketListener | null = null
  readonly url: string
  readonly protocols: readonly string[]
  readonly protocol: string
  constructor(url: string, protocols: readonly string[]) {
    this.url = url
    this.protocols = protocols
    this.protocol = protocols[0]!
  }

  /** But for errors. */
  get listenerCount(): number {
    return [this.onopen, this.onmessage, this.onclose].filter(listener => listener).length
  }

  send(data: string | Uint8Array) {
    if (this.closedWith !== undefined || this.readyState !== 1) throw new Error('it is not open')
    this.sent.push(JSON.parse(data as string))
  }
  close(code?: number) {
    this.closedWith ??= code ?? 1005
    this.readyState = 2
  }

  #tell(type: 'open' | 'message' | 'error' | 'close', event: object) {
    this[`on${type}`]?.(event)
  }
  accept() {
    this.readyState = 1
    this.#tell('open', {})
  }
  /** A message of the server: an array is sent as JSON, anything else as it is. */
  say(message: unknown) {
    this.#tell('message', { data: Array.isArray(message) ? JSON.stringify(message) : message })
  }
  /** The end of the connection, as the platform tells it. */
  end(code: number, reason = '') {
    this.readyState = 3
    if (code === 1006) this.#tell('error', { message: reason })
    this.#tell('close', { code, reason })
  }

  /** All frames of the client so far, without the numbers. */
  get frames(): unknown[][] {
    return this.sent.flatMap(([, , ...frames]) => frames)
  }
  get last() {
    return this.sent.at(-1)
  }
}

export interface AnySocket extends RpcSocket {
  notify(message?: unknown): void
  request(request?: unknown, options?: RequestOptions): Promise<unknown>
  subscribe(subscription?: unknown, options?: SubscribeOptions): RpcStream<unknown, unknown>
}

export type SocketRoute = SocketDetails & { readonly path: string }
export const METHODS = {
  notify: [socketNotify],
  request: [socketRequest],
  subscribe: [socketSubscribe],
} as const
export const CHAT: SocketRoute = { path: '/chat', methods: METHODS }

export const ready = (session: string, resumed = false, acknowledged = 0) => [
  0,
  acknowledged,
  ['ready', { session, resumed, heartbeat: 25_000, resumeWindow: 30_000 }],
]

/** Clients whose sockets are scripted, under a clock that stands still. */
export class SocketScript {
  readonly clock = new ManualClock()
  readonly sockets: ScriptedSocket[] = []
  readonly WebSocket: WebSocketConstructor

  constructor() {
    const { sockets } = this
    this.WebSocket = class extends ScriptedSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols)
        sockets.push(this)
      }
    }
  }

  /** The client's method for one socket route. */
  method(
    websocket: WebSocketOptions = {},
    { path, ...details }: SocketRoute = CHAT,
    options: Partial<ClientOptions> = {},
  ): (...args: unknown[]) => Promise<AnySocket> {
    return createRpcClient<{ socket: (...args: unknown[]) => Promise<AnySocket> }>(
      {
        prefixUrl: 'http://example.test/api',
        websocket: { WebSocket: this.WebSocket, ...websocket },
        ...options,
      },
      { socket: [openSocket, path, details] },
      loadPacking,
      this.clock,
    ).socket
  }

  /** The connection that was opened as number `count`, once the platform was asked for it. */
  async socket(count: number): Promise<ScriptedSocket> {
    await eventually(() => this.sockets.length >= count)
    return this.sockets[count - 1]!
  }

  /** The next connection, accepted and answered. */
  async accept(count: number, answer: unknown): Promise<ScriptedSocket> {
    const socket = await this.socket(count)
    socket.accept()
    socket.say(answer)
    return socket
  }

  /** An open socket and its first connection. */
  async open(websocket: WebSocketOptions = {}, route?: SocketRoute, options?: Partial<ClientOptions>) {
    const opening = this.method(websocket, route, options)()
    const socket = await this.accept(1, ready('s1'))
    return { client: await opening, socket }
  }

  /** Lets the pause before the next attempt pass, which no timer outruns, and answers that attempt. */
  async reconnect(answer: unknown): Promise<ScriptedSocket> {
    const count = this.sockets.length + 1
    this.clock.pass(Math.min(...[...this.clock.timers].map(({ at }) => at)) - this.clock.time)
    return this.accept(count, answer)
  }
}

/** Everything that the microtasks of this turn bring about has happened. */
export const turn = () => new Promise<void>(resolve => setImmediate(resolve))
