// The arguments of a part in → how long to measure, and whom, out.
import { parseArgs } from 'node:util'

export interface BenchOptions {
  /** A quick look: fewer rounds and less work each. Nothing is written. */
  readonly short: boolean
  readonly rounds: number
  /** True of the systems that are wanted: all, or raw and those named by `--system`. */
  isWanted(name: string): boolean
  /** True of the cases that are wanted: all, or those named by `--case`. */
  isWantedCase(name: string): boolean
  /** Everything was measured in full: results may be kept. */
  readonly isWhole: boolean
}

/** What ratios are ratios to. */
export const RAW = 'raw'

export function readOptions(args: readonly string[], rounds: number): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      short: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      system: { type: 'string', multiple: true },
      case: { type: 'string', multiple: true },
    },
  })
  const { short, system, case: cases } = values
  return {
    short,
    rounds: Number(values.rounds ?? (short ? 3 : rounds)),
    isWanted: name => system === undefined || name === RAW || system.includes(name),
    isWantedCase: name => cases === undefined || cases.includes(name),
    isWhole: !short && system === undefined && cases === undefined,
  }
}
