// Tasks of many sessions for the end of this turn of the event loop → run together, so many in a turn.
import type { EventLoop } from './event-loop.ts'

/** An object that is there anyway, so that a turn makes no function for each session. */
export interface TurnTask {
  onTurnEnd(): void
}

/** First come, first served. One task of the loop for all that a server's sessions have to send: a topic may reach thousands of them. */
export class TurnEnd {
  readonly #loop: EventLoop
  readonly #most: number
  #tasks: TurnTask[] = []
  #isScheduled = false

  /** The loop runs between each `most` tasks, so that what else it waits for is not held up by all of them. */
  constructor(loop: EventLoop, most: number) {
    this.#loop = loop
    this.#most = Math.max(1, Math.ceil(most))
  }

  /** To be run once. What a task adds runs in the next turn. */
  add(task: TurnTask): void {
    this.#tasks.push(task)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled || this.#tasks.length === 0) return
    this.#isScheduled = true
    this.#loop.endTurn(this.#run)
  }

  readonly #run = (): void => {
    const tasks = this.#tasks
    const count = Math.min(tasks.length, this.#most)
    this.#tasks = tasks.slice(count)
    this.#isScheduled = false
    let done = 0
    try {
      while (done < count) tasks[done++]?.onTurnEnd()
    } finally {
      // One that throws takes none of the others with it.
      if (done < count) this.#tasks.unshift(...tasks.slice(done, count))
      this.#schedule()
    }
  }
}
