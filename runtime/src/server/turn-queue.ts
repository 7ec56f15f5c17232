// Streams that have had their share of the event loop in → each of them let on again, one in a turn.
import type { EventLoop } from './event-loop.ts'

/**
 * First come, first served. Between two streams the loop runs, so that what it waits for is held up by the share of one
 * stream, however many there are. Holds one task for each stream at most.
 */
export class TurnQueue {
  readonly #loop: EventLoop
  readonly #waiting: (() => void)[] = []
  #isScheduled = false

  constructor(loop: EventLoop) {
    this.#loop = loop
  }

  /** Runs `task` at the end of a turn that no other task of this queue is given. */
  enter(task: () => void): void {
    this.#waiting.push(task)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.length === 0) return
    this.#isScheduled = true
    this.#loop.endTurn(() => {
      this.#isScheduled = false
      const task = this.#waiting.shift()
      this.#schedule()
      task?.()
    })
  }
}
