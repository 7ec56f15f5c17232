// How a system publishes in → what the benchmark calls in its server's process: so many items in each of so many turns, out.
import { setTimeout as pause } from 'node:timers/promises'
import { type Item, itemOf } from './items.ts'

/** Between two turns, in ms: the process of the readers has to follow. */
const PAUSE = 4

export function publishTurnsOf(publish: (item: Item) => void) {
  return async (turns: number, each: number): Promise<void> => {
    for (let turn = 0; turn < turns; turn++) {
      for (let n = 0; n < each; n++) publish(itemOf(turn * each + n))
      await pause(PAUSE)
    }
  }
}
