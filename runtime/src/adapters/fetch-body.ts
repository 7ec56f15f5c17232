// Chunks of text or bytes → a ReadableStream of bytes, with backpressure.
import { platformEventLoop } from '../server/event-loop.ts'
import type { BodySink } from '../server/http-exchange.ts'

export class FetchBody implements BodySink {
  readonly stream: ReadableStream<Uint8Array>
  readonly #encoder = new TextEncoder()
  readonly #onOver: (isCancelled: boolean) => void
  readonly #onClose: (() => void)[] = []
  #controller!: ReadableStreamDefaultController<Uint8Array>
  #state: 'open' | 'ended' | 'gone' = 'open'
  /** While the queue is full: resolves the promise that the writer waits for. */
  #room: (() => void) | undefined

  /** Holds up to `maxQueued` bytes. `onOver` is called once, with true when the reader left before the end. */
  constructor(maxQueued: number, onOver: (isCancelled: boolean) => void) {
    this.#onOver = onOver
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: controller => {
          this.#controller = controller
        },
        pull: () => this.#room?.(),
        cancel: () => this.#leave(),
      },
      { highWaterMark: Math.max(1, maxQueued), size: chunk => chunk?.byteLength ?? 0 },
    )
  }

  get closed(): boolean {
    return this.#state !== 'open'
  }

  write(chunk: string | Uint8Array): Promise<void> | undefined {
    if (this.#state !== 'open') return undefined
    this.#controller.enqueue(typeof chunk === 'string' ? this.#encoder.encode(chunk) : chunk)
    if ((this.#controller.desiredSize ?? 0) > 0) return undefined
    return new Promise(resolve => {
      this.#room = () => {
        this.#room = undefined
        resolve()
      }
    })
  }

  end(): void {
    if (this.#state !== 'open') return
    this.#state = 'ended'
    this.#controller.close()
    this.#onOver(false)
  }

  abort(): void {
    if (this.#state !== 'open') return
    this.#state = 'gone'
    this.#controller.error(new TypeError('the server broke the stream off'))
    this.#room?.()
    this.#onOver(false)
  }

  /** The request was aborted: the platform does not always cancel the body as well. */
  cancel(): void {
    if (this.#state !== 'open') return
    this.#leave()
    // Whoever reads on is told. Later, because a host that cancels the body now, as it should, would print the error.
    platformEventLoop.endTurn(() => this.#controller.error(new TypeError('the request was aborted')))
  }

  onClose(listener: () => void): void {
    if (this.#state === 'gone') listener()
    else if (this.#state === 'open') this.#onClose.push(listener)
  }

  #leave(): void {
    if (this.#state !== 'open') return
    this.#state = 'gone'
    this.#room?.()
    for (const listener of this.#onClose) listener()
    this.#onOver(true)
  }
}
