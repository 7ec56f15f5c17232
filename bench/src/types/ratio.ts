// The rounds of two systems in → how many times as fast the first is, with its spread, out.
import type { Timing } from './measure.ts'

export interface Ratio {
  readonly median: number
  readonly low: number
  readonly high: number
}

/** Round by round, so that what slowed both of them in a round does not count. */
export function ratioOf(ours: Timing, other: Timing): Ratio {
  const ratios = other.rounds
    .map((time, round) => time / (ours.rounds[round] ?? Number.NaN))
    .sort((a, b) => a - b)
  return { median: median(ratios), low: ratios[0] ?? Number.NaN, high: ratios.at(-1) ?? Number.NaN }
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

export function geometricMean(numbers: readonly number[]): number {
  return Math.exp(numbers.reduce((sum, number) => sum + Math.log(number), 0) / numbers.length)
}
