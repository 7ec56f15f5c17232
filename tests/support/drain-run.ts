// A seed in → what a client made of servers that close one after the other, and of connections that break, all in memory, out.
import { setImmediate } from 'node:timers/promises'
import { MemorySocket, MemorySockets } from '../../runtime/src/adapters/memory-socket.ts'
import type { RpcError, RpcSocket, RpcStream, WebSocketOptions } from '../../runtime/src/client.ts'
import { RpcError as ServerError, tracked } from '../../runtime/src/index.ts'
import { resolveOptions } from '../../runtime/src/server/server-options.ts'
import { SocketEngine } from '../../runtime/src/server/socket-engine.ts'
import { randomNumbers } from './random.ts'
import { declareSocket } from './socket-script.ts'
import { connectSocket } from './socket-server.ts'
import { until } from './until.ts'

interface Methods {
  notify(n: number): void
  request(n: number, options?: { signal?: AbortSignal }): Promise<number>
  subscribe(count: number): RpcStream<number, string>
}

export interface DrainReport {
  /** What was not as it must be, in words. */
  readonly wrong: readonly string[]
  /** Servers that were closed. */
  readonly drains: number
  readonly items: number
}

/** How a subscription for so many items ends, unless its reader leaves it. */
const failsAt = (count: number) => (count % 5 === 0 ? Math.floor(count / 2) : undefined)

export class DrainRun {
  readonly wrong: string[] = []
  drains = 0
  items = 0
  readonly #random: () => number
  readonly #settings
  readonly #engines: SocketEngine[] = []
  readonly #sockets = new MemorySockets()
  readonly #runs = new Map<string, number>()
  #generators = 0

  constructor(seed: number) {
    this.#random = randomNumbers(seed)
    this.#settings = resolveOptions({
      limits: {
        heartbeatInterval: 0,
        resumeWindow: this.#pick(5, 50, 5_000),
        maxUnacknowledgedBytes: this.#pick(50, 500, 100_000),
        maxCallsInFlight: this.#pick(1, 3, 128),
      },
      onError: error => void this.wrong.push(`the server's log: ${error}`),
    })
    this.#start()
  }

  async run(): Promise<DrainReport> {
    const socket = await connectSocket<Methods>('http://memory', '/moving', this.#websocket())
    socket.on('error', ({ code, message }) => {
      if (!['UNAVAILABLE', 'CONFLICT'].includes(code)) this.wrong.push(`error event ${code}: ${message}`)
    })
    let isOver = false
    const work = [
      ...[1, 2, 3].map(() => this.#subscribeAll(socket)),
      this.#requestAll(socket),
      this.#notifyAll(socket),
    ]
    const done = Promise.all(work).then(() => {
      isOver = true
    })
    await this.#drainSome(() => isOver)
    await until('every call to end', () => isOver || this.wrong.length > 0).catch(({ message }) =>
      this.wrong.push(message),
    )
    socket.close()
    await done
    await this.#end()
    return this
  }

  #int(below: number): number {
    return Math.floor(this.#random() * below)
  }

  #pick(...values: number[]): number {
    return values[this.#int(values.length)] as number
  }

  async #turns(most: number): Promise<void> {
    for (let turns = this.#int(most); turns > 0; turns--) await setImmediate()
  }

  #start(): SocketEngine {
    const engine = new SocketEngine([this.#route()], this.#settings)
    this.#engines.push(engine)
    return engine
  }

  #note(call: string): void {
    const runs = (this.#runs.get(call) ?? 0) + 1
    this.#runs.set(call, runs)
    if (runs > 1) this.wrong.push(`${call} ran ${runs} times`)
  }

  #route() {
    return declareSocket('/moving', {
      onMessage: async (n: number) => {
        this.#note(`notification ${n}`)
        await this.#turns(4)
      },
      onRequest: async (n: number) => {
        this.#note(`request ${n}`)
        await this.#turns(4)
        return n
      },
      onSubscribe: (count: number, { lastEventId = '-1' }) => this.#generate(count, Number(lastEventId) + 1),
    })
  }

  async *#generate(count: number, first: number) {
    this.#generators++
    try {
      for (let n = first; n < count; n++) {
        if (n === failsAt(count)) throw new ServerError('UNPROCESSABLE')
        if (n % 7 === 3) await setImmediate()
        yield tracked(`${n}`, n)
      }
      return 'complete'
    } finally {
      this.#generators--
    }
  }

  #websocket(): WebSocketOptions {
    const run = this
    const network = {
      get engine() {
        return run.#engines.at(-1) as SocketEngine
      },
      maxMessageBytes: this.#settings.limits.maxMessageBytes,
      remoteAddress: '127.0.0.1',
      schedule: (task: () => void) => void setImmediate().then(task),
      takeDrop: () => this.#random() < 0.05,
      takeCut: () => (this.#random() < 0.5 ? this.#int(60) : undefined),
      refusal: undefined,
      sockets: this.#sockets,
    }
    return {
      WebSocket: class extends MemorySocket {
        constructor(url: string, protocols: readonly string[]) {
          super(network, url, protocols)
        }
      },
      credit: this.#pick(1, 2, 5, 40),
      reconnectDelay: 3,
      maxReconnectDelay: 6,
    }
  }

  async #subscribeAll(socket: RpcSocket & Methods): Promise<void> {
    for (let n = 0; n < 8 && this.wrong.length === 0; n++) await this.#subscribe(socket, this.#int(200))
  }

  async #subscribe(socket: RpcSocket & Methods, count: number): Promise<void> {
    const leavesAt = this.#random() < 0.3 ? this.#int(100) : Number.POSITIVE_INFINITY
    const stream = socket.subscribe(count)
    let expected = 0
    try {
      for (; expected < leavesAt; expected++, this.items++) {
        const { done, value } = await stream.next()
        if (done && value === 'complete' && expected === count) return
        if (done || value !== expected) throw new Error(`item ${value} in place of ${expected}`)
        await this.#turns(5)
      }
      await stream.return()
    } catch (error) {
      const isRight = (error as RpcError).code === 'UNPROCESSABLE' && expected === failsAt(count)
      if (!isRight) this.wrong.push(`subscription for ${count}: after ${expected} items ${error}`)
    }
  }

  async #requestAll(socket: RpcSocket & Methods): Promise<void> {
    for (let n = 0; n < 150; n++) {
      const leaving = new AbortController()
      const answer = socket.request(n, { signal: leaving.signal })
      if (this.#random() < 0.1) void setImmediate().then(() => leaving.abort())
      await answer.then(
        value => value === n || this.wrong.push(`request ${n}: answered with ${value}`),
        // Too many where only one may run: a cancelled one counts until its handler is over.
        ({ code }) =>
          ['UNAVAILABLE', 'CANCELLED', 'TOO_MANY_REQUESTS'].includes(code) ||
          this.wrong.push(`request ${n}: ${code}`),
      )
      await this.#turns(3)
    }
  }

  async #notifyAll(socket: RpcSocket & Methods): Promise<void> {
    for (let n = 0; n < 150; n++) {
      socket.notify(n)
      await this.#turns(3)
    }
  }

  /** The last server stays: what a move has lost for good would be missed there. */
  async #drainSome(isOver: () => boolean): Promise<void> {
    for (let n = 0; n < 10 && !isOver(); n++) {
      const turns = 20 + this.#int(200)
      for (let turn = 0; turn < turns && !isOver(); turn++) await setImmediate()
      const old = this.#engines.at(-1)
      this.#start()
      old?.drain()
      this.drains++
    }
  }

  async #end(): Promise<void> {
    for (const engine of this.#engines) {
      engine.abortAll()
      await engine.idle()
      const { sessions, calls, subscriptions } = engine.counts()
      if (sessions + calls + subscriptions > 0)
        this.wrong.push(`left: ${sessions}, ${calls}, ${subscriptions}`)
    }
    await this.#sockets.closed()
    if (this.#generators > 0) this.wrong.push(`${this.#generators} generators have not ended`)
  }
}
