// What goes over the sockets of the benchmark: questions and answers, and small items.

export interface Question {
  readonly id: number
  readonly text: string
}

export interface Answer {
  readonly id: number
  readonly text: string
  readonly length: number
}

export interface Item {
  readonly id: number
  readonly room: string
  readonly text: string
  readonly at: number
}

export function answerOf({ id, text }: Question): Answer {
  return { id, text: `${text}!`, length: text.length }
}

export function itemOf(id: number): Item {
  return { id, room: 'general', text: `message number ${id}`, at: 1_700_000_000_000 + id }
}

/** Generators that run, and those whose `finally` has run. */
export class Generators {
  running = 0

  /** Infinity: endless. All are ready at once; every so many the loop is given back, as a generator that fetches pages would. */
  async *items(count: number): AsyncGenerator<Item, void, undefined> {
    this.running++
    try {
      for (let id = 0; id < count; id++) yield itemOf(id)
    } finally {
      this.running--
    }
  }
}
