// Work that may take long, and a time → whether it was done by then.
import { LONGEST_TIMER } from '../wire/limits.ts'

/** True when `work` is done within `ms`. */
export async function isWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<boolean>(resolve => {
    timer = setTimeout(() => resolve(false), Math.min(ms, LONGEST_TIMER))
  })
  const isDone = await Promise.race([work.then(() => true), late])
  clearTimeout(timer)
  return isDone
}
