// The client's end of a WebSocket → the server's end of it, in memory: messages either way, a closing handshake and the loss of both.
import type { Encoded } from '../wire/socket-framing.ts'
import type { PortEvents, SocketPort } from '../wire/socket-port.ts'
import { MemoryPipe } from './memory-pipe.ts'

export interface MemoryConnectionOptions {
  /** Runs a task in a later turn, after the network's delay. */
  readonly schedule: (task: () => void) => void
  /** Of a message of the client, in bytes. Beyond it the connection is closed with 1009. */
  readonly maxMessageBytes: number
  /** Messages of the server after which the connection is lost, without the first, which opens the session. */
  readonly cutAfter: number | undefined
  /** The client's end. Nothing is told after `closed`. */
  readonly client: PortEvents
}

export class MemoryConnection implements SocketPort {
  readonly #options: MemoryConnectionOptions
  readonly #toServer: MemoryPipe
  readonly #toClient: MemoryPipe
  #server: PortEvents | undefined
  /** 'closing': the server has ended it and is told no more messages. 'gone': both ends were told that all is over. */
  #state: 'open' | 'closing' | 'gone' = 'open'
  /** Messages of the server that the client has got. */
  #delivered = 0

  /** `listen` follows in the same turn. */
  constructor(options: MemoryConnectionOptions) {
    this.#options = options
    this.#toServer = new MemoryPipe(options.schedule)
    this.#toClient = new MemoryPipe(options.schedule)
  }

  listen(server: PortEvents): void {
    this.#server = server
  }

  get bufferedBytes(): number {
    return this.#toClient.bufferedBytes
  }

  send(message: Encoded): void {
    if (this.#state === 'open') this.#toClient.push(message.length, () => this.#deliver(message))
  }

  onDrain(listener: () => void): void {
    this.#toClient.onDrain(listener)
  }

  pause(): void {
    this.#toServer.pause()
  }

  resume(): void {
    this.#toServer.resume()
  }

  close(code: number, reason: string): void {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    this.#toClient.push(0, () => this.#finish(code, reason))
  }

  terminate(): void {
    if (this.#state === 'open') this.#state = 'closing'
    this.#options.schedule(() => this.lose())
  }

  /** A message of the client. */
  take(message: Encoded): void {
    const { maxMessageBytes } = this.#options
    const bytes = byteLength(message, maxMessageBytes)
    this.#toServer.push(bytes, () => {
      if (bytes > maxMessageBytes) this.#finish(1009, 'the message is too large')
      else if (this.#state === 'open') this.#server?.message(message)
    })
  }

  /** The client's close frame. What it has sent before comes first. */
  takeClose(code: number, reason: string): void {
    this.#toServer.push(0, () => this.#finish(code, reason))
  }

  /** Both ends find the connection gone. */
  lose(): void {
    this.#finish(1006, '')
  }

  #deliver(message: Encoded): void {
    const { cutAfter = Infinity, client } = this.#options
    client.message(message)
    if (this.#delivered++ >= cutAfter) this.lose()
  }

  #finish(code: number, reason: string): void {
    if (this.#state === 'gone') return
    this.#state = 'gone'
    this.#toServer.close()
    this.#toClient.close()
    this.#server?.closed(code, reason)
    this.#options.client.closed(code, reason)
  }
}

/** Of text in UTF-8, which is counted only where it could pass `limit`. */
function byteLength(message: Encoded, limit: number): number {
  if (typeof message !== 'string' || message.length * 3 <= limit) return message.length
  return new TextEncoder().encode(message).length
}
