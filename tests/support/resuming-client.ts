// Frames that a test sends in → the same over one socket after another, with what was lost sent again, as a client does it.
import type { ScriptedSocket, SocketScript } from './socket-script.ts'
import { settled } from './stream-script.ts'

type Frame = readonly [string, ...unknown[]]

/** Keeps the rules of PROTOCOL.md, "Losing a socket, and resuming", with as little code as can be. */
export class ResumingClient {
  readonly #script: SocketScript
  #socket: ScriptedSocket
  #token = ''
  #sent = 0
  #received = 0
  #read = 0
  #kept: { readonly number: number; readonly frames: readonly Frame[] }[] = []
  /** Every frame with a number, as it came. */
  readonly frames: Frame[] = []
  /** Whether the last session was resumed. */
  resumed = false

  constructor(script: SocketScript) {
    this.#script = script
    this.#socket = script.connect()
  }

  get socket(): ScriptedSocket {
    return this.#socket
  }

  async open(): Promise<void> {
    const session = this.#token === '' ? {} : { session: this.#token }
    await this.#socket.raw(JSON.stringify([0, this.#received, ['hello', session]]))
    const [first] = this.#socket.port.messages
    const [, acknowledged, [, ready] = []] = first ?? []
    const { session: token, resumed } = ready as { session: string; resumed: boolean }
    this.#token = token
    this.resumed = resumed
    this.#kept = this.#kept.filter(({ number }) => number > Number(acknowledged))
    for (const { number, frames } of this.#kept) await this.#post(number, frames)
    this.read()
  }

  async send(...frames: Frame[]): Promise<void> {
    this.#kept.push({ number: ++this.#sent, frames })
    await this.#post(this.#sent, frames)
  }

  /** Takes what has come. */
  read(): void {
    const { messages } = this.#socket.port
    for (const [number, acknowledged, ...frames] of messages.slice(this.#read)) {
      this.#kept = this.#kept.filter(kept => kept.number > acknowledged)
      if (number === 0 || number <= this.#received) continue
      if (number !== this.#received + 1) throw new Error(`message ${number} came after ${this.#received}`)
      this.#received = number
      this.frames.push(...frames)
    }
    this.#read = messages.length
  }

  /** The connection is lost with all that was not read, on both sides. The server may hear of it later than the client. */
  async cut(heard: 'at once' | 'never'): Promise<void> {
    const lost = this.#socket
    this.#socket = this.#script.connect()
    this.#read = 0
    if (heard === 'at once') await lost.cut()
    await settled()
  }

  async #post(number: number, frames: readonly Frame[]): Promise<void> {
    await this.#socket.raw(JSON.stringify([number, this.#received, ...frames]))
  }

  /** As `send`, but it never arrives. */
  sendInVain(...frames: Frame[]): void {
    this.#kept.push({ number: ++this.#sent, frames })
  }
}
