// A handler's async iterable in → stream records written to the response body out, at the reader's pace.
import type { CompiledRoute } from '../compiled-route.ts'
import { ofHandler } from '../errors.ts'
import type { ServerLimits } from '../wire/limits.ts'
import { type EventLoop, platformEventLoop } from './event-loop.ts'
import type { BodySink } from './http-exchange.ts'
import { IteratorCloser, isCancellation } from './iterator-closer.ts'
import { createKeepAlive, type KeepAlive } from './keep-alive.ts'
import { TurnQueue } from './turn-queue.ts'
import { TurnShare } from './turn-share.ts'
import { createRecordWriter, type RecordForm, type RecordWriter, toWireError } from './value-to-record.ts'

export interface PumpOptions {
  readonly iterable: AsyncIterable<unknown>
  readonly compiled: CompiledRoute
  readonly form: RecordForm
  /** Open, its head sent. Ended or aborted by the pump in every case. */
  readonly sink: BodySink
  readonly limits: Pick<
    ServerLimits,
    'streamBatchBytes' | 'streamTurnTime' | 'keepAliveInterval' | 'maxIssues'
  >
  /** The server's log: what a generator threw that is no RpcError or has a cause, mismatches, errors in `finally` blocks. Must not throw. */
  onError(error: unknown): void
  /** Registers a listener that breaks the stream off from the server's side (a closing server). */
  onAbort?(listener: () => void): void
  readonly eventLoop?: EventLoop
  /** Shared by the streams of a server. Default: none beside this one. */
  readonly turns?: TurnQueue | undefined
}

/**
 * The first batch of a stream whose items are ready at once is small, and the next ones grow up to `streamBatchBytes`: the reader has its
 * first item while the server makes the others, a full batch's time earlier.
 */
const FIRST_BATCH = 4_096
const BATCH_GROWTH = 4

/**
 * Streams `iterable` until it ends, fails or the peer leaves. Settles when the iterator is over, its `finally` blocks
 * included; never rejects. PROTOCOL.md, "Records" and "Pace".
 */
export function pumpStream(options: PumpOptions): Promise<void> {
  return new Promise(resolve => new StreamPump(options, resolve).start())
}

class StreamPump {
  readonly #options: PumpOptions
  readonly #onSettled: () => void
  readonly #loop: EventLoop
  readonly #turns: TurnQueue
  /** Holds the records of this turn that are not written yet. */
  readonly #records: RecordWriter
  readonly #keepAlive: KeepAlive
  /** Once there is an iterator. */
  #closer: IteratorCloser | undefined
  /** The body is closed: nothing more is pulled or written. */
  #closed = false

  /** Bytes after which they are written, whatever the turn. */
  #batchBytes: number
  #turnIsEnding = false
  readonly #share: TurnShare
  /** While the sink is full: settles when it has room. Never rejects. */
  #room: Promise<void> | undefined

  constructor(options: PumpOptions, onSettled: () => void) {
    const { compiled, form, limits } = options
    this.#options = options
    this.#onSettled = onSettled
    this.#loop = options.eventLoop ?? platformEventLoop
    this.#turns = options.turns ?? new TurnQueue(this.#loop)
    this.#share = new TurnShare(this.#loop, limits.streamTurnTime)
    this.#batchBytes = Math.min(FIRST_BATCH, limits.streamBatchBytes)
    this.#records = createRecordWriter(compiled, form, limits.maxIssues)
    this.#keepAlive = createKeepAlive(this.#loop, limits.keepAliveInterval, () => this.#breakSilence())
  }

  start(): void {
    let iterator: AsyncIterator<unknown>
    try {
      iterator = this.#options.iterable[Symbol.asyncIterator]()
    } catch (error) {
      this.#fail(error)
      this.#onSettled()
      return
    }
    this.#closer = new IteratorCloser(iterator, error => this.#reportAfterLeaving(error))
    const leave = () => this.#leave()
    this.#options.sink.onClose(leave)
    this.#options.onAbort?.(leave)
    if (!this.#closed) void this.#pullAll(iterator, this.#closer)
  }

  async #pullAll(iterator: AsyncIterator<unknown>, closer: IteratorCloser): Promise<void> {
    let inIterator = true
    try {
      for (;;) {
        inIterator = true
        const step = await iterator.next()
        inIterator = false
        if (this.#room !== undefined) await this.#room
        if (this.#closed) return
        if (step.done) {
          closer.noteOver()
          this.#records.end(step.value)
          this.#finish()
          break
        }
        this.#records.item(step.value)
        if (this.#noteItem()) await this.#giveWay()
        if (this.#room !== undefined) await this.#room
        if (this.#closed) return
      }
    } catch (error) {
      if (inIterator) closer.noteOver()
      if (this.#room !== undefined) await this.#room
      // Left already: #leave settles the stream, and this is how the iterator took it.
      if (this.#closed) {
        this.#reportAfterLeaving(error)
        return
      }
      this.#fail(error)
    }
    await closer.close()
    this.#onSettled()
  }

  /** True when this turn has had its share, of bytes or of time. */
  #noteItem(): boolean {
    if (!this.#turnIsEnding) this.#startTurn()
    return this.#records.length >= this.#batchBytes || this.#share.isSpent()
  }

  #startTurn(): void {
    this.#turnIsEnding = true
    this.#share.begin()
    this.#loop.endTurn(this.#endTurn)
  }

  readonly #endTurn = (): void => {
    this.#turnIsEnding = false
    this.#flush()
  }

  /** Writes what there is at once, then lets everybody else run. Room first: it may come in the middle of a turn. */
  async #giveWay(): Promise<void> {
    this.#flush()
    this.#batchBytes = Math.min(this.#batchBytes * BATCH_GROWTH, this.#options.limits.streamBatchBytes)
    if (this.#room !== undefined) await this.#room
    if (!this.#closed) await new Promise<void>(resolve => this.#turns.enter(resolve))
  }

  #flush(): void {
    if (this.#records.length > 0 && !this.#closed) this.#write(this.#records.take())
  }

  #write(chunk: string | Uint8Array): void {
    this.#keepAlive.noteWrite()
    try {
      const full = this.#options.sink.write(chunk)
      if (full === undefined) return
      const onRoom = () => {
        this.#room = undefined
      }
      this.#room = full.then(onRoom, error => {
        onRoom()
        this.#breakOff(error)
      })
    } catch (error) {
      this.#breakOff(error)
    }
  }

  #breakSilence(): void {
    // A reader that does not read needs no sign of life, and would not see it.
    // And a batch that waits for the end of this turn is one.
    if (this.#room === undefined && this.#records.length === 0) this.#write(this.#records.keepAlive)
  }

  /** The sink failed, which its contract excludes: as if the peer had left, but known to the log. */
  #breakOff(error: unknown): void {
    if (!this.#closed) this.#options.onError(error)
    this.#leave()
  }

  #fail(error: unknown): void {
    const { code, cause } = ofHandler(error)
    if (code === 'INTERNAL' || cause !== undefined) this.#options.onError(error)
    try {
      this.#records.error(toWireError(error))
    } catch (unsendable) {
      this.#options.onError(unsendable)
      this.#records.error(toWireError(unsendable))
    }
    this.#finish()
  }

  /** The terminal record leaves with the items before it, in one write. */
  #finish(): void {
    this.#flush()
    if (this.#closed) return
    this.#release()
    this.#closeSink('end')
  }

  /** The peer has gone, or the server breaks the stream off. */
  #leave(): void {
    if (this.#closed) return
    this.#release()
    if (!this.#options.sink.closed) this.#closeSink('abort')
    void this.#closer?.close().then(this.#onSettled)
  }

  #closeSink(how: 'end' | 'abort'): void {
    try {
      this.#options.sink[how]()
    } catch (error) {
      this.#options.onError(error)
    }
  }

  /** From here on nothing is held but the iterator, which may be parked for ever. */
  #release(): void {
    this.#closed = true
    this.#records.take()
    this.#keepAlive.stop()
  }

  #reportAfterLeaving(error: unknown): void {
    if (!isCancellation(error)) this.#options.onError(error)
  }
}
