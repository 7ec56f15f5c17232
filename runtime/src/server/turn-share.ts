// Items that a generator has ready at once in → whether it has had its share of the event loop out.
import type { EventLoop } from './event-loop.ts'

/** The clock is read after 1, 2, 4, … items of a turn, and then after every so many. */
const LONGEST_CLOCK_PAUSE = 32

export class TurnShare {
  readonly #loop: EventLoop
  readonly #time: number
  #start = 0
  #itemsToClock = 0
  #clockPause = 1

  /** `time` in ms. */
  constructor(loop: EventLoop, time: number) {
    this.#loop = loop
    this.#time = time
  }

  /** At the first item of a turn. */
  begin(): void {
    this.#start = this.#loop.now()
    this.#clockPause = 1
    this.#itemsToClock = 2
  }

  /** After each item: true when its time is up. */
  isSpent(): boolean {
    if (--this.#itemsToClock > 0) return false
    this.#clockPause = Math.min(this.#clockPause * 2, LONGEST_CLOCK_PAUSE)
    this.#itemsToClock = this.#clockPause
    return this.#loop.now() - this.#start >= this.#time
  }
}
