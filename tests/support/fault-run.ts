// A seed and a number of reconnects in → what a real client and a real server made of them over a bad network, out.
import { setImmediate } from 'node:timers/promises'
import { RpcError, type RpcSocket, type RpcStream } from '../../runtime/src/client.ts'
import { tracked } from '../../runtime/src/tracked.ts'
import type { ServerLimits } from '../../runtime/src/wire/limits.ts'
import { type FaultProxy, faultProxy } from './fault-proxy.ts'
import { randomNumbers } from './random.ts'
import { declareSocket } from './socket-script.ts'
import { connectSocket, socketServer } from './socket-server.ts'
import { until } from './until.ts'

export interface FaultRun {
  readonly seed: number
  readonly reconnects: number
  /** In ms. Short ones make new sessions. */
  readonly resumeWindow: number
  /** How many subscriptions, and how many requests are sent in a row beside each other. */
  readonly subscriptions: number
  readonly requesters: number
}

export interface FaultReport {
  /** What was not as it must be, in words. */
  readonly wrong: readonly string[]
  readonly resumed: number
  readonly renewed: number
  /** Items of all subscriptions, in order and without gaps. */
  readonly items: number
  readonly requests: { readonly answered: number; readonly failed: number }
  readonly notifications: { readonly sent: number; readonly arrived: number }
  readonly faults: FaultProxy['counts']
  /** Of the server at the end: sessions, calls, subscriptions, sockets, generators that have not ended. */
  readonly left: Readonly<Record<string, number>>
}

const LIMITS = {
  heartbeatInterval: 25,
  heartbeatTimeout: 25,
  openTimeout: 200,
  maxUnacknowledgedBytes: 20_000,
} satisfies Partial<ServerLimits>

interface FaultyMethods {
  notify(n: number): void
  request(n: number): Promise<number>
  subscribe(name: number, options?: { credit?: number }): RpcStream<number>
}

/** What the server's handlers have seen. */
class Seen {
  readonly runs = new Map<number, number>()
  readonly notified: number[] = []
  generators = 0
}

function faultyRoute(seen: Seen) {
  return declareSocket('/faults', {
    onMessage: (n: number) => void seen.notified.push(n),
    async onRequest(n: number) {
      seen.runs.set(n, (seen.runs.get(n) ?? 0) + 1)
      for (let turns = n % 5; turns > 0; turns--) await setImmediate()
      return n * 2
    },
    async *onSubscribe(burst: number, { lastEventId }: { lastEventId: string | undefined }) {
      seen.generators++
      try {
        for (let n = lastEventId === undefined ? 0 : Number(lastEventId) + 1; ; n++) {
          if (n % burst === 0) await setImmediate()
          yield tracked(`${n}`, n)
        }
      } finally {
        seen.generators--
      }
    },
  })
}

/** The client's side of a run: what it asks for, and whether the answers are what they must be. */
class Asker {
  readonly wrong: string[] = []
  readonly notified: number[] = []
  resumed = 0
  renewed = 0
  items = 0
  answered = 0
  failed = 0
  isOver = false
  #requests = 0
  readonly #socket: RpcSocket & FaultyMethods

  constructor(socket: RpcSocket & FaultyMethods) {
    this.#socket = socket
    socket.on('connect', ({ resumed }) => void (resumed ? this.resumed++ : this.renewed++))
    socket.on('error', error => {
      // What a lost connection is reported as while it is opened again.
      if (!['UNAVAILABLE', 'TIMEOUT'].includes(error.code)) this.wrong.push(`error event: ${error}`)
    })
    // The listener is told of the first session, which is no reconnect, unless it was cut already.
    if (socket.connected) this.renewed = -1
  }

  /** Takes what comes until it is over, and then only what it needs to know that the stream still lives. */
  async subscribe(burst: number): Promise<void> {
    let expected = 0
    try {
      for await (const value of this.#socket.subscribe(burst, { credit: 16 + burst })) {
        if (value !== expected) {
          this.wrong.push(`subscription ${burst}: item ${value} in place of ${expected}`)
          break
        }
        expected++
        this.items++
        if (expected % (burst * 2) === 0) await setImmediate()
        if (this.isOver) break
      }
    } catch (error) {
      this.wrong.push(`subscription ${burst} failed after ${expected} items: ${error}`)
    }
  }

  async request(seen: Seen): Promise<void> {
    while (!this.isOver) {
      const n = ++this.#requests
      try {
        const result = await this.#socket.request(n)
        this.answered++
        if (result !== n * 2) this.wrong.push(`request ${n}: answered with ${result}`)
        if (seen.runs.get(n) !== 1) this.wrong.push(`request ${n}: answered, ran ${seen.runs.get(n)} times`)
      } catch (error) {
        this.failed++
        if ((error as RpcError).code !== 'UNAVAILABLE') this.wrong.push(`request ${n} failed: ${error}`)
      }
      this.#notify()
      await setImmediate()
    }
  }

  #notify(): void {
    try {
      this.#socket.notify(this.notified.length)
      this.notified.push(this.notified.length)
    } catch (error) {
      if (!(error instanceof RpcError && error.code === 'UNAVAILABLE')) {
        this.wrong.push(`notification failed: ${error}`)
      }
    }
  }
}

/** All of the server's bookkeeping has to come to nothing within a few seconds after the client has left. */
export async function runFaults(run: FaultRun): Promise<FaultReport> {
  const random = randomNumbers(run.seed)
  const seen = new Seen()
  const server = await socketServer([faultyRoute(seen)], { ...LIMITS, resumeWindow: run.resumeWindow })
  const left = () => ({ ...server.left(), generators: seen.generators })
  const proxy = await faultProxy(server.port, random)
  try {
    const socket = await connectSocket<FaultyMethods>(proxy.url, '/faults', {
      reconnectDelay: 4,
      maxReconnectDelay: 16,
      connectTimeout: 120,
    })
    const asker = new Asker(socket)
    const work = [
      ...Array.from({ length: run.subscriptions }, (_, index) => asker.subscribe(3 + index * 7)),
      ...Array.from({ length: run.requesters }, () => asker.request(seen)),
    ]
    await until(
      `${run.reconnects} reconnects`,
      () => asker.resumed + asker.renewed >= run.reconnects || asker.wrong.length > 0,
      run.reconnects * 1_000,
    )
    proxy.calm()
    asker.isOver = true
    await Promise.all(work)
    await lastWord(socket, asker)
    socket.close()
    const { wrong } = asker
    wrong.push(...wrongCounts(seen, asker))
    await until(`the server to forget all of seed ${run.seed}: ${JSON.stringify(server.left())}`, () =>
      Object.values(server.left()).every(count => count === 0),
    ).catch(error => wrong.push(`${error}, left: ${JSON.stringify(server.left())}`))
    return {
      wrong,
      resumed: asker.resumed,
      renewed: asker.renewed,
      items: asker.items,
      requests: { answered: asker.answered, failed: asker.failed },
      notifications: { sent: asker.notified.length, arrived: seen.notified.length },
      faults: proxy.counts,
      left: left(),
    }
  } finally {
    await proxy.close()
    await server.close()
  }
}

/** A request that is answered has overtaken nothing: all notifications before it have arrived, or never will. */
async function lastWord(socket: FaultyMethods, asker: Asker): Promise<void> {
  for (;;) {
    try {
      await socket.request(0)
      return
    } catch (error) {
      if ((error as RpcError).code === 'UNAVAILABLE') continue
      asker.wrong.push(`the last request failed: ${error}`)
      return
    }
  }
}

function wrongCounts(seen: Seen, asker: Asker): string[] {
  const wrong: string[] = []
  for (const [n, runs] of seen.runs) if (n > 0 && runs !== 1) wrong.push(`request ${n} ran ${runs} times`)
  let last = -1
  for (const n of seen.notified) {
    if (n <= last) wrong.push(`notification ${n} came after ${last}`)
    last = n
  }
  const isAllResumed = asker.renewed === 0
  const lost = asker.notified.length - seen.notified.length
  if (isAllResumed && lost > 0) wrong.push(`${lost} notifications are lost, in one session`)
  if (isAllResumed && asker.failed > 0) wrong.push(`${asker.failed} requests failed, in one session`)
  return wrong
}
