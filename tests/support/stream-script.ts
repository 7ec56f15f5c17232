// A script in place of the event loop and of the peer: a test says when a turn ends, time passes and the reader reads.
import type { CompiledOutput, CompiledRoute } from '../../runtime/src/compiled-route.ts'
import type { EventLoop } from '../../runtime/src/server/event-loop.ts'
import type { BodySink } from '../../runtime/src/server/http-exchange.ts'
import { type PumpOptions, pumpStream } from '../../runtime/src/server/pump-stream.ts'
import { SERVER_LIMITS } from '../../runtime/src/wire/limits.ts'

export class ScriptedLoop implements EventLoop {
  time = 0
  clockReadings = 0
  /** Tasks for the end of the turn. */
  tasks: (() => void)[] = []
  readonly timers = new Set<{ readonly at: number; readonly task: () => void }>()

  endTurn(task: () => void): void {
    this.tasks.push(task)
  }

  now(): number {
    this.clockReadings++
    return this.time
  }

  timer(task: () => void, delay: number): () => void {
    const timer = { at: this.time + delay, task }
    this.timers.add(timer)
    return () => this.timers.delete(timer)
  }

  /** Ends the turn, and waits until everything that is ready has run. */
  async turn(): Promise<void> {
    const tasks = this.tasks
    this.tasks = []
    for (const task of tasks) task()
    await settled()
  }

  /** Lets time pass, and fires what is due in its order. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms
    for (;;) {
      const [next] = [...this.timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
      if (next === undefined) break
      this.timers.delete(next)
      this.time = next.at
      next.task()
      await settled()
    }
    this.time = end
  }
}

export class ScriptedSink implements BodySink {
  readonly writes: string[] = []
  ending: 'open' | 'ended' | 'aborted' | 'left' = 'open'
  /** The next write fills the buffer. */
  full = false
  #drained: (() => void) | undefined
  readonly #listeners: (() => void)[] = []

  write(chunk: string): Promise<void> | undefined {
    if (this.#drained !== undefined) throw new Error('written while full')
    if (this.closed) throw new Error('written after the end')
    this.writes.push(chunk)
    if (!this.full) return undefined
    return new Promise(resolve => {
      this.#drained = resolve
    })
  }

  async drain(): Promise<void> {
    this.full = false
    const drained = this.#drained
    this.#drained = undefined
    drained?.()
    await settled()
  }

  end(): void {
    if (this.closed) throw new Error('ended twice')
    this.ending = 'ended'
  }

  abort(): void {
    if (this.closed) throw new Error('aborted after the end')
    this.ending = 'aborted'
    void this.drain()
  }

  get closed(): boolean {
    return this.ending !== 'open'
  }

  onClose(listener: () => void): void {
    this.#listeners.push(listener)
  }

  /** The peer goes away. */
  async leave(): Promise<void> {
    this.ending = 'left'
    for (const listener of this.#listeners) listener()
    await this.drain()
  }
}

/** Everything that is ready, microtasks and one turn of the real loop, has run. */
export function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** Accepts every value and sends it as it is. */
export const ANYTHING: CompiledOutput = {
  check: () => true,
  stringify: JSON.stringify,
  table: () => 'unknown',
}

export function streamRoute(outputs: Pick<CompiledRoute, 'result' | 'returns'> = {}): CompiledRoute {
  return { contract: 1, name: 'feed', output: 'stream', result: ANYTHING, returns: ANYTHING, ...outputs }
}

export interface ScriptedPump {
  readonly loop: ScriptedLoop
  readonly sink: ScriptedSink
  readonly errors: unknown[]
  /** Turns true when the pump's promise has settled. */
  readonly isOver: () => boolean
}

/** Pumps `iterable` under a script, as ndjson. */
export function scriptPump(
  iterable: AsyncIterable<unknown>,
  options: Partial<Omit<PumpOptions, 'eventLoop'>> = {},
  loop: ScriptedLoop = new ScriptedLoop(),
): ScriptedPump {
  const sink = new ScriptedSink()
  const errors: unknown[] = []
  let over = false
  const done = pumpStream({
    iterable,
    compiled: streamRoute(),
    form: { format: 'ndjson' },
    sink,
    limits: SERVER_LIMITS,
    onError: error => errors.push(error),
    eventLoop: loop,
    ...options,
  })
  void done.then(() => {
    over = true
  })
  return { loop, sink, errors, isOver: () => over }
}

interface Waiting<Item> {
  resolve(step: IteratorResult<Item>): void
  reject(error: unknown): void
}

/** An async iterable that a test feeds and watches: one `next()` waits until `push`, `end` or `fail`. */
export class Feed<Item> implements AsyncIterable<Item> {
  pulls = 0
  returns = 0
  #waiting: Waiting<Item> | undefined

  get isPulled(): boolean {
    return this.#waiting !== undefined
  }

  [Symbol.asyncIterator](): AsyncIterator<Item> {
    return {
      next: () => {
        if (this.#waiting !== undefined) throw new Error('pulled twice')
        this.pulls++
        return new Promise((resolve, reject) => {
          this.#waiting = { resolve, reject }
        })
      },
      return: async () => {
        this.returns++
        return { done: true, value: undefined }
      },
    }
  }

  push(value: Item): Promise<void> {
    this.#take().resolve({ done: false, value })
    return settled()
  }

  end(value?: unknown): Promise<void> {
    this.#take().resolve({ done: true, value })
    return settled()
  }

  fail(error: unknown): Promise<void> {
    this.#take().reject(error)
    return settled()
  }

  #take(): Waiting<Item> {
    const waiting = this.#waiting
    if (waiting === undefined) throw new Error('nobody has pulled')
    this.#waiting = undefined
    return waiting
  }
}
