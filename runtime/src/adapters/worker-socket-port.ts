// The server's end of a WebSocketPair on Cloudflare's Workers → one SocketPort.
import type { Encoded } from '../wire/socket-framing.ts'
import type { PortEvents, SocketPort } from '../wire/socket-port.ts'

/** What the platform's type declarations have, as far as it is used here. */
export interface WorkerSocket extends EventTarget {
  binaryType?: string
  accept(): void
  send(message: string | Uint8Array): void
  close(code?: number, reason?: string): void
}

/** The platform tells of no buffered bytes and cannot be told to wait: a session is bounded by what its client acknowledges. */
export class WorkerSocketPort implements SocketPort {
  readonly bufferedBytes = 0
  readonly #socket: WorkerSocket
  readonly #maxMessageBytes: number
  readonly #onGone: () => void
  #events: PortEvents | undefined
  /** 'closing': the owner has ended it and is told no more messages. 'gone': it was told that all is over. */
  #state: 'open' | 'closing' | 'gone' = 'open'

  /** A message above `maxMessageBytes` closes it with 1009. `listen` follows in the same turn. */
  constructor(socket: WorkerSocket, maxMessageBytes: number, onGone: () => void) {
    this.#socket = socket
    this.#maxMessageBytes = maxMessageBytes
    this.#onGone = onGone
    socket.accept()
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('message', event => this.#receive((event as MessageEvent).data))
    socket.addEventListener('close', event => this.#answerClose(event as CloseEvent))
    socket.addEventListener('error', () => this.#finish(1006, ''))
  }

  listen(events: PortEvents): void {
    this.#events = events
  }

  send(message: Encoded): void {
    if (this.#state === 'open') this.#socket.send(message)
  }

  onDrain(listener: () => void): void {
    queueMicrotask(listener)
  }

  pause(): void {}

  resume(): void {}

  close(code: number, reason: string): void {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    this.#socket.close(code, reason)
  }

  /** The nearest thing that the platform has: it waits for no answer. */
  terminate(): void {
    this.close(1011, '')
    this.#finish(1006, '')
  }

  #receive(data: string | ArrayBuffer): void {
    if (this.#state !== 'open') return
    const message = typeof data === 'string' ? data : new Uint8Array(data)
    // Text has at least as many bytes as characters; the platform's own limit bounds it by bytes.
    if (message.length <= this.#maxMessageBytes) this.#events?.message(message)
    else {
      this.close(1009, 'the message is too large')
      this.#finish(1009, 'the message is too large')
    }
  }

  #answerClose({ code, reason }: CloseEvent): void {
    // The platform answers a close frame by itself only since 2026: a second answer is ignored.
    if (this.#state === 'open') this.#socket.close()
    this.#finish(code, reason)
  }

  #finish(code: number, reason: string): void {
    if (this.#state === 'gone') return
    this.#state = 'gone'
    this.#events?.closed(code, reason)
    this.#onGone()
  }
}
