// A port and random numbers in → another port that leads to it over the worst of networks out.
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

/** What may happen to a piece of data on its way, and how often: the sum is below 1, the rest passes. */
const FAULTS = {
  /** It arrives in part, then the connection ends. */
  cut: 0.025,
  /** Nothing of it arrives, both ends are reset. */
  reset: 0.025,
  /** It arrives and is the last of its direction; the other direction goes on. */
  halfClose: 0.01,
  /** Nothing arrives any more in either direction, and nobody is told, not even that the other end has closed. */
  stall: 0.01,
  /** This direction waits for up to `LONGEST_DELAY`. */
  delay: 0.1,
  /** It arrives in two pieces. */
  split: 0.2,
} as const
export type Fault = keyof typeof FAULTS

/** In ms. */
const LONGEST_DELAY = 8

export interface FaultProxy {
  readonly url: string
  /** How often each fault has happened. */
  readonly counts: Readonly<Record<Fault, number>>
  /** Connections that were made. */
  readonly connections: number
  /** Every direction's number of pieces, whatever became of them. */
  readonly pieces: number
  /** From now on everything passes. A connection that is stalled stays so. */
  calm(): void
  close(): Promise<void>
}

export async function faultProxy(port: number, random: () => number): Promise<FaultProxy> {
  const counts = { cut: 0, reset: 0, halfClose: 0, stall: 0, delay: 0, split: 0 }
  const open = new Set<Socket>()
  const timers = new Set<NodeJS.Timeout>()
  let isCalm = false
  let connections = 0
  let pieces = 0

  function drawFault(): Fault | undefined {
    pieces++
    if (isCalm) return undefined
    let rest = random()
    for (const [fault, chance] of Object.entries(FAULTS) as [Fault, number][]) {
      rest -= chance
      if (rest < 0) {
        counts[fault]++
        return fault
      }
    }
    return undefined
  }

  function later(task: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      task()
    }, random() * LONGEST_DELAY)
    timers.add(timer)
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, client => {
    connections++
    const peer = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    const pair = new Pair(client, peer)
    for (const socket of [client, peer]) {
      open.add(socket)
      socket.on('close', () => open.delete(socket))
    }
    pair.join(client, peer, { drawFault, later, random })
    pair.join(peer, client, { drawFault, later, random })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    get connections() {
      return connections
    },
    get pieces() {
      return pieces
    },
    calm() {
      isCalm = true
    },
    close() {
      for (const timer of timers) clearTimeout(timer)
      for (const socket of open) socket.destroy()
      return new Promise<void>((resolve, reject) =>
        server.close(error => (error === undefined ? resolve() : reject(error))),
      )
    },
  }
}

interface Weather {
  drawFault(): Fault | undefined
  later(task: () => void): void
  random(): number
}

/** The two connections that are one to their ends. What TCP promises it keeps: a direction is cut short, and never has a gap. */
class Pair {
  readonly #sockets: readonly Socket[]
  /** Nothing passes any more. While it is only 'stalled', nobody is told of anything either. */
  #state: 'flowing' | 'stalled' | 'over' = 'flowing'

  constructor(...sockets: readonly Socket[]) {
    this.#sockets = sockets
  }

  join(from: Socket, to: Socket, weather: Weather): void {
    let isHeld = false
    const hold = (piece: Uint8Array) => {
      isHeld = true
      from.pause()
      weather.later(() => {
        isHeld = false
        from.resume()
        this.#pass(from, to, piece)
      })
    }
    from.on('data', piece => {
      if (!this.#canPass(to)) return
      const fault = weather.drawFault()
      if (fault === 'delay') hold(piece)
      else if (fault === undefined) this.#pass(from, to, piece)
      else this.#suffer(fault, piece, from, to, weather.random())
    })
    to.on('drain', () => isHeld || from.resume())
    from.on('end', () => this.#canPass(to) && to.end())
    // Each end learns of the other's fate. What an error says is said by `close` as well.
    from.on('error', () => this.#state === 'stalled' || to.destroy())
    from.on('close', () => this.#state === 'stalled' || to.destroySoon())
  }

  #canPass(to: Socket): boolean {
    return this.#state === 'flowing' && !to.writableEnded && !to.destroyed
  }

  #pass(from: Socket, to: Socket, piece: Uint8Array): void {
    if (this.#canPass(to) && !to.write(piece)) from.pause()
  }

  #suffer(fault: Exclude<Fault, 'delay'>, piece: Uint8Array, from: Socket, to: Socket, chance: number): void {
    const place = Math.floor(chance * piece.length)
    switch (fault) {
      case 'cut':
        this.#state = 'over'
        to.write(piece.subarray(0, place), () => this.#destroy())
        return
      case 'reset':
        this.#state = 'over'
        for (const socket of this.#sockets) socket.resetAndDestroy()
        return
      case 'halfClose':
        to.end(piece)
        return
      case 'stall':
        this.#state = 'stalled'
        return
      case 'split':
        this.#pass(from, to, piece.subarray(0, place))
        this.#pass(from, to, piece.subarray(place))
    }
  }

  #destroy(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}
