// A URL, as a client's WebSocket is given it → a WebSocket without a network, whose other end is a SocketEngine in this process.
import type { WebSocketLike, WebSocketListener } from '../client/client-route.ts'
import type { RpcError } from '../errors.ts'
import type { SocketEngine } from '../server/socket-engine.ts'
import type { UpgradeRequest } from '../server/upgrade-to-admission.ts'
import { codeToClose } from '../wire/socket-frames.ts'
import type { Encoded } from '../wire/socket-framing.ts'
import { MemoryConnection } from './memory-connection.ts'

/** WebSockets Standard, section 3.1. */
const STATES = { connecting: 0, open: 1, closing: 2, closed: 3 } as const

/** RFC 6455, section 5.5: a control frame has 125 bytes, and the code takes two of them. */
const MAX_REASON_BYTES = 123

export interface MemoryNetwork {
  readonly engine: Pick<SocketEngine, 'admit' | 'open'>
  readonly maxMessageBytes: number
  readonly remoteAddress: string
  schedule(task: () => void): void
  takeDrop(): boolean
  takeCut(): number | undefined
  /** Why nothing is opened any more, once that is so. */
  readonly refusal: RpcError | undefined
  readonly sockets: MemorySockets
}

export class MemorySocket extends EventTarget implements WebSocketLike {
  binaryType = 'blob'
  readyState: number = STATES.connecting
  protocol = ''
  onopen: WebSocketListener | null = null
  onmessage: WebSocketListener | null = null
  onerror: WebSocketListener | null = null
  onclose: WebSocketListener | null = null
  readonly url: string
  readonly #network: MemoryNetwork
  #connection: MemoryConnection | undefined

  constructor(network: MemoryNetwork, url: string, protocols: readonly string[]) {
    super()
    this.url = url
    this.#network = network
    network.sockets.add(this)
    network.schedule(() => this.#open(protocols))
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.readyState === STATES.connecting) throw new TypeError('the socket is not open yet')
    if (this.readyState === STATES.open)
      this.#connection?.take(typeof data === 'string' ? data : data.slice())
  }

  close(code = 1005, reason = ''): void {
    if (this.readyState >= STATES.closing) return
    this.readyState = STATES.closing
    this.#connection?.takeClose(code, reason)
  }

  /** The connection is lost. */
  terminate(): void {
    if (this.#connection === undefined) this.#end(1006, '')
    else this.#connection.lose()
  }

  #open(protocols: readonly string[]): void {
    const { engine, maxMessageBytes } = this.#network
    if (this.readyState !== STATES.connecting) return this.#end(1006, '')
    if (this.#network.refusal === undefined && this.#network.takeDrop()) {
      return this.#fail(1006, 'the connection was dropped by a fault of the test')
    }
    const admission = engine.admit(this.#upgrade(protocols))
    const refused = this.#network.refusal ?? ('refused' in admission ? admission.refused : undefined)
    // A network tells only that the upgrade has failed, and a client tries again. A test is told why, at once.
    if (refused !== undefined || 'refused' in admission) {
      const { code, message } = refused as RpcError
      return this.#fail(codeToClose(code), message.slice(0, MAX_REASON_BYTES))
    }
    const connection = new MemoryConnection({
      schedule: task => this.#network.schedule(task),
      maxMessageBytes,
      cutAfter: this.#network.takeCut(),
      client: {
        message: message => this.#receive(message),
        closed: (code, reason) => this.#end(code, reason),
      },
    })
    this.#connection = connection
    this.readyState = STATES.open
    this.protocol = admission.subprotocol
    connection.listen(engine.open(admission, connection))
    this.#tell(new Event('open'))
  }

  #tell(event: Event): void {
    this[`on${event.type as 'open' | 'message' | 'error' | 'close'}`]?.(event)
    this.dispatchEvent(event)
  }

  #upgrade(protocols: readonly string[]): UpgradeRequest {
    const { host, pathname, search } = new URL(this.url)
    return {
      target: pathname + search,
      headers: {
        host,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-protocol': protocols.join(', '),
      },
      origin: `http://${host}`,
      remoteAddress: this.#network.remoteAddress,
    }
  }

  #receive(message: Encoded): void {
    if (this.readyState !== STATES.open) return
    const data = typeof message === 'string' ? message : message.slice().buffer
    this.#tell(Object.assign(new Event('message'), { data }))
  }

  #fail(code: number, message: string): void {
    this.#tell(Object.assign(new Event('error'), { message }))
    this.#end(code, code === 1006 ? '' : message)
  }

  #end(code: number, reason: string): void {
    if (this.readyState === STATES.closed) return
    this.readyState = STATES.closed
    this.#network.sockets.delete(this)
    this.#tell(Object.assign(new Event('close'), { code, reason, wasClean: code !== 1006 }))
  }
}

/** All that are open, or not closed yet. */
export class MemorySockets {
  readonly #open = new Set<MemorySocket>()
  readonly #closedListeners: (() => void)[] = []

  get count(): number {
    return this.#open.size
  }

  add(socket: MemorySocket): void {
    this.#open.add(socket)
  }

  delete(socket: MemorySocket): void {
    this.#open.delete(socket)
    if (this.#open.size === 0) for (const listener of this.#closedListeners.splice(0)) listener()
  }

  terminateAll(): void {
    for (const socket of this.#open) socket.terminate()
  }

  /** Resolves once no socket is left. */
  async closed(): Promise<void> {
    if (this.#open.size > 0) await new Promise<void>(resolve => this.#closedListeners.push(resolve))
  }
}
