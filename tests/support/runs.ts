// How many runs a property usually has in → how many it is given, and from which seed, by the environment, out.
import type { Parameters } from 'fast-check'

/**
 * For properties that look elsewhere in each run. `FAST_CHECK_SEED=7` has them look at the same again, `FAST_CHECK_RUNS=100000` further.
 * fast-check says the seed of a failure.
 */
export function runs(usual: number): Pick<Parameters, 'seed' | 'numRuns'> {
  const { FAST_CHECK_SEED: seed, FAST_CHECK_RUNS: wanted } = process.env
  return { numRuns: Number(wanted ?? usual), ...(seed === undefined ? {} : { seed: Number(seed) }) }
}
