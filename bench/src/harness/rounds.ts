// Contenders and a way to measure one of them in → the samples of each, round by round, out.
import { showProgress } from './progress.ts'

/** What one contender took in one round, by metric. */
export type Sample = Readonly<Record<string, number>>

export interface Samples {
  readonly name: string
  readonly rounds: readonly Sample[]
}

/**
 * Round after round each contender has its turn (A B C A B C …), so that a machine that slows down slows all of them. The first round warms
 * up and is dropped. Every other round runs backwards, so that nobody always follows the same neighbour.
 */
export async function interleave<Contender extends { readonly name: string }>(
  title: string,
  contenders: readonly Contender[],
  rounds: number,
  measure: (contender: Contender) => Promise<Sample>,
): Promise<Samples[]> {
  const samples = new Map(contenders.map(({ name }) => [name, [] as Sample[]]))
  for (let round = 0; round <= rounds; round++) {
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      showProgress(`${title}, round ${round} of ${rounds}: ${contender.name}`)
      const sample = await measure(contender)
      if (round > 0) samples.get(contender.name)!.push(sample)
    }
  }
  return [...samples].map(([name, rounds]) => ({ name, rounds }))
}
