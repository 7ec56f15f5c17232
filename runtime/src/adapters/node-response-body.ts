// A Node response whose head is written → a body that is written with backpressure.
import type { ServerResponse } from 'node:http'
import type { BodySink } from '../server/http-exchange.ts'

/** A body of Node's: text and bytes are one to it. */
export type NodeBody = BodySink

/** RFC 9113, section 7. Destroying a stream of HTTP/2 would reset it without an error. */
const INTERNAL_ERROR = 2

interface OtherResponse {
  /** Middleware that compresses keeps what is written back until it is told that more may be long in coming. */
  readonly flush?: () => void
  /** Of HTTP/2: one of many on the connection, which the others still need. */
  readonly stream?: { close(code: number): void }
}

type OutgoingResponse = ServerResponse & OtherResponse

export class NodeResponseBody implements NodeBody {
  readonly #res: OutgoingResponse
  readonly #onClose: (() => void)[] = []
  #isOver = false
  #hasWritten = false
  /** While the buffer is full: resolves the promise that the writer waits for, and removes its listener. */
  #room: (() => void) | undefined

  /** `whenClosed` calls back once, when the response is over, well or not. */
  constructor(res: OutgoingResponse, whenClosed: (listener: () => void) => void) {
    this.#res = res
    whenClosed(() => this.#close())
    // With what this turn writes, if anything: the reader wakes once for both, and has its first item a third of a millisecond earlier.
    setImmediate(() => {
      if (!this.#hasWritten && !this.closed) res.flushHeaders()
    })
  }

  get closed(): boolean {
    return this.#isOver || this.#res.destroyed || this.#res.writableEnded
  }

  write(chunk: string | Uint8Array): Promise<void> | undefined {
    if (this.closed) return undefined
    this.#hasWritten = true
    const hasRoom = this.#res.write(chunk)
    this.#res.flush?.()
    if (hasRoom) return undefined
    return new Promise(resolve => {
      const onRoom = () => {
        this.#res.off('drain', onRoom)
        this.#room = undefined
        resolve()
      }
      this.#room = onRoom
      this.#res.on('drain', onRoom)
    })
  }

  end(): void {
    this.#res.end()
  }

  /** Takes the connection along: a pipelined response has none of its own yet, and would be waited for. */
  abort(): void {
    const { stream } = this.#res
    if (stream !== undefined) return stream.close(INTERNAL_ERROR)
    const connection = this.#res.socket ?? this.#res.req.socket
    this.#res.destroy()
    connection.destroy()
  }

  onClose(listener: () => void): void {
    if (!this.closed) this.#onClose.push(listener)
    else if (!this.#res.writableEnded) listener()
  }

  #close(): void {
    this.#isOver = true
    this.#room?.()
    if (this.#res.writableEnded) return
    for (const listener of this.#onClose) listener()
  }
}
