// The rounds of two systems in → how many times as fast the first is, with its spread, out.

export interface Ratio {
  readonly median: number
  readonly low: number
  readonly high: number
}

/**
 * Of times: how many times as fast `ours` is. Round by round, so that what slowed both of them in a round does not count.
 * Of rates, the other way round: pass the other one first.
 */
export function ratioOf(ours: readonly number[], other: readonly number[]): Ratio {
  const ratios = other.map((time, round) => time / (ours[round] ?? Number.NaN)).sort((a, b) => a - b)
  return { median: median(ratios), low: ratios[0] ?? Number.NaN, high: ratios.at(-1) ?? Number.NaN }
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5)
}

/** Between two of the numbers where it falls between them. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const lower = sorted[Math.floor(place)] ?? Number.NaN
  const upper = sorted[Math.ceil(place)] ?? Number.NaN
  return lower === upper ? lower : lower + (upper - lower) * (place % 1)
}

export function geometricMean(numbers: readonly number[]): number {
  return Math.exp(numbers.reduce((sum, number) => sum + Math.log(number), 0) / numbers.length)
}

/** `1.04 (0.97–1.11)` */
export function ratioText({ median, low, high }: Ratio): string {
  return `${short(median)} (${short(low)}–${short(high)})`
}

function short(number: number): string {
  return number >= 100 ? number.toFixed(0) : number >= 10 ? number.toFixed(1) : number.toFixed(2)
}
