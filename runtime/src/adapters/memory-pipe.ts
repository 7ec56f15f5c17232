// Messages of one direction of a socket in memory → each delivered in a later turn, in order, and counted while it waits.

interface Parcel {
  readonly bytes: number
  readonly deliver: () => void
}

/** Someone waits until no more than `target` bytes are on their way. */
interface DrainWait {
  readonly target: number
  readonly listener: () => void
}

export class MemoryPipe {
  bufferedBytes = 0
  /** Runs a task in a later turn, tasks in order. */
  readonly #schedule: (task: () => void) => void
  #queue: Parcel[] = []
  /** Those at the head of the queue whose time has come. */
  #arrived = 0
  #isPaused = false
  #isClosed = false
  #drainWaits: DrainWait[] = []

  constructor(schedule: (task: () => void) => void) {
    this.#schedule = schedule
  }

  push(bytes: number, deliver: () => void): void {
    if (this.#isClosed) return
    this.#queue.push({ bytes, deliver })
    this.bufferedBytes += bytes
    this.#schedule(() => {
      this.#arrived++
      this.#deliver()
    })
  }

  onDrain(listener: () => void): void {
    this.#drainWaits.push({ target: this.bufferedBytes / 2, listener })
    if (this.bufferedBytes === 0) this.#schedule(() => this.#tellDrained())
  }

  pause(): void {
    this.#isPaused = true
  }

  /** Never delivers within the call: its caller may be in the middle of a message. */
  resume(): void {
    this.#isPaused = false
    this.#schedule(() => this.#deliver())
  }

  /** What is on its way is lost. */
  close(): void {
    this.#isClosed = true
    this.#queue = []
    this.bufferedBytes = 0
    this.#tellDrained()
  }

  #deliver(): void {
    while (!this.#isPaused && this.#arrived > 0) {
      const parcel = this.#queue.shift()
      if (parcel === undefined) return
      this.#arrived--
      this.bufferedBytes -= parcel.bytes
      parcel.deliver()
      this.#tellDrained()
    }
  }

  #tellDrained(): void {
    const over = this.#drainWaits.filter(({ target }) => this.bufferedBytes <= target)
    if (over.length === 0) return
    this.#drainWaits = this.#drainWaits.filter(wait => !over.includes(wait))
    for (const { listener } of over) listener()
  }
}
