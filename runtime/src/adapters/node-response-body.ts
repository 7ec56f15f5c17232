// A Node response whose head has left → a body that is written with backpressure.
import type { ServerResponse } from 'node:http'
import type { BodySink } from '../server/http-exchange.ts'

/** A body of Node's: text and bytes are one to it. */
export type NodeBody = BodySink

export class NodeResponseBody implements NodeBody {
  readonly #res: ServerResponse
  readonly #onClose: (() => void)[] = []
  #isOver = false
  /** While the buffer is full: resolves the promise that the writer waits for, and removes its listener. */
  #room: (() => void) | undefined

  /** `whenClosed` calls back once, when the response is over, well or not. */
  constructor(res: ServerResponse, whenClosed: (listener: () => void) => void) {
    this.#res = res
    whenClosed(() => this.#close())
  }

  get closed(): boolean {
    return this.#isOver || this.#res.destroyed || this.#res.writableEnded
  }

  write(chunk: string | Uint8Array): Promise<void> | undefined {
    if (this.closed || this.#res.write(chunk)) return undefined
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
