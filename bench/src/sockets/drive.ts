// How a system connects in → what the benchmark calls in its client's process, which opens, asks, reads and counts, out.
import { quantile } from '../harness/statistics.ts'
import { answerOf } from './items.ts'
import type { BenchSocket } from './system.ts'

export interface RequestsResult {
  readonly requests: number
  /** In ms. */
  readonly elapsed: number
  readonly p50: number
  readonly p99: number
}

/** All of it works on the sockets that were opened: on the first, unless it says so. */
export function driverOf(connect: (url: string, variant?: string) => Promise<BenchSocket>) {
  const sockets: BenchSocket[] = []
  let received = 0

  return {
    async open(url: string, count: number, variant?: string): Promise<void> {
      for (let n = 0; n < count; n++) sockets.push(await connect(url, variant))
    },

    closeAll(): void {
      for (const socket of sockets.splice(0)) socket.close()
    },

    /** With so many in flight, for so many ms. */
    request: (inFlight: number, milliseconds: number) => request(sockets[0]!, inFlight, milliseconds),

    /** Gives the ms that so many items took. */
    subscribe: (count: number) => subscribe(sockets[0]!, count),

    /** Resolves with the first so many items; more follow. */
    subscribeEndlessly: (count: number) => subscribeEndlessly(sockets[0]!, count),

    /** Every socket. */
    listen(): void {
      for (const socket of sockets) socket.listen(() => received++)
    },

    /** Items heard since the last call. */
    takeReceived(): number {
      const count = received
      received = 0
      return count
    },
  }
}

async function request(socket: BenchSocket, inFlight: number, milliseconds: number): Promise<RequestsResult> {
  const latencies: number[] = []
  const started = performance.now()
  const end = started + milliseconds
  let id = 0
  const ask = async () => {
    while (performance.now() < end) {
      const question = { id: id++, text: 'how are you today?' }
      const before = performance.now()
      const answer = await socket.request(question)
      latencies.push(performance.now() - before)
      if (answer.length !== answerOf(question).length || answer.id !== question.id) {
        throw new Error(`answered ${JSON.stringify(answer)}`)
      }
    }
  }
  await Promise.all(Array.from({ length: inFlight }, ask))
  return {
    requests: latencies.length,
    elapsed: performance.now() - started,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  }
}

async function subscribe(socket: BenchSocket, count: number): Promise<number> {
  let sum = 0
  let items = 0
  const started = performance.now()
  await socket.items(count, ({ id }) => {
    items++
    sum += id
  })
  const elapsed = performance.now() - started
  if (items !== count || sum !== (count * (count - 1)) / 2) throw new Error(`${items} items of ${count}`)
  return elapsed
}

function subscribeEndlessly(socket: BenchSocket, count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let items = 0
    socket
      .endless(() => {
        if (++items === count) resolve()
      })
      // Closed by this process, later.
      .then(resolve, error => (items < count ? reject(error) : undefined))
  })
}
