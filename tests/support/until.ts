// A condition in → a promise that it has come true out, for states that no event announces.
import { setTimeout } from 'node:timers/promises'

/** Asks every few milliseconds; gives up after `limit` ms with what was waited for. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limit = 10_000,
): Promise<void> {
  const deadline = performance.now() + limit
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited ${limit} ms for: ${what}`)
    await setTimeout(5)
  }
}

/** Waits until `read` has given the same value `times` times in a row. */
export async function settled<T>(what: string, read: () => T, times = 40): Promise<T> {
  let last = read()
  let same = 0
  await until(`${what} to settle`, () => {
    const now = read()
    same = now === last ? same + 1 : 0
    last = now
    return same >= times
  })
  return last
}
