// Heartbeats of all sockets and when each is due → one timer for all of them.
import type { EventLoop } from './event-loop.ts'

/** Something that is to be looked at, at a time. */
export interface Beat {
  /** The time of it that has come: set by the wheel. Below 0: it is on no wheel. */
  slot: number
  onDue(): void
}

/** Due times are rounded up to this share of the interval: 150 ms of 15 s. */
const SLOTS = 100

/** A timer for each socket would be an object, two functions and an entry of its own. */
export class HeartbeatWheel {
  readonly #loop: EventLoop
  readonly #slotTime: number
  readonly #slots = new Map<number, Set<Beat>>()
  #cancel: (() => void) | undefined
  /** The slot that the timer is set for. */
  #next = Number.POSITIVE_INFINITY

  constructor(loop: EventLoop, interval: number) {
    this.#loop = loop
    this.#slotTime = Math.max(1, interval / SLOTS)
  }

  /** Once, after `delay` ms. A beat is on the wheel once. */
  add(beat: Beat, delay: number): void {
    beat.slot = Math.ceil((this.#loop.now() + delay) / this.#slotTime)
    const beats = this.#slots.get(beat.slot)
    if (beats === undefined) this.#slots.set(beat.slot, new Set([beat]))
    else beats.add(beat)
    if (beat.slot < this.#next) this.#arm(beat.slot)
  }

  remove(beat: Beat): void {
    const { slot } = beat
    const beats = this.#slots.get(slot)
    beat.slot = -1
    if (!beats?.delete(beat) || beats.size > 0) return
    this.#slots.delete(slot)
    if (this.#slots.size === 0) this.#disarm()
  }

  #arm(slot: number): void {
    this.#cancel?.()
    this.#next = slot
    this.#cancel = this.#loop.timer(this.#turn, Math.max(0, slot * this.#slotTime - this.#loop.now()))
  }

  #disarm(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#next = Number.POSITIVE_INFINITY
  }

  readonly #turn = (): void => {
    this.#disarm()
    const now = this.#loop.now()
    const due = [...this.#slots].filter(([slot]) => slot * this.#slotTime <= now)
    for (const [slot, beats] of due) {
      // One at a time: a beat may take others back.
      for (const beat of beats) {
        beats.delete(beat)
        beat.slot = -1
        beat.onDue()
      }
      this.#slots.delete(slot)
    }
    // Of those that were there before, and those that were added meanwhile.
    const first = Math.min(...this.#slots.keys())
    if (first < this.#next) this.#arm(first)
  }
}
