// A value of a handler in → JSON text out, checked against its declared type and cut to declared keys.
import type { CompiledOutput } from '../compiled-route.ts'
import type { Issue } from '../errors.ts'
import { mismatchToIssues } from '../validation/table-to-issues.ts'
import { outputToJson } from '../wire/json-text.ts'

/** What a handler gave is not what its route declares. For the server's log: to the client it is INTERNAL. */
export class ResultMismatch extends Error {
  readonly issues: readonly Issue[]

  constructor(route: string, what: string, issues: readonly Issue[]) {
    const list = issues.map(
      ({ path, expected, received }) => `${path}: expected ${expected}, received ${received}`,
    )
    super(`${route}: the ${what} does not match its declared type\n${list.join('\n')}`)
    this.name = 'ResultMismatch'
    this.issues = issues
  }
}

/** What a report of a mismatch says of its place, and how many mismatches it lists. */
export interface OutputPlace {
  readonly route: string
  /** 'result', 'item', 'returned', … */
  readonly what: string
  readonly maxIssues: number
}

/**
 * `undefined`, where the type has it, is `null`, as in arrays: a caller who can leave it out looks at the value.
 * Throws ResultMismatch for a value of another type, TypeError for one that has no JSON text.
 */
export function valueToJson(value: unknown, output: CompiledOutput, place: OutputPlace): string {
  checkOutput(value, output, place)
  return outputToJson(value, output)
}

/** Throws ResultMismatch for a value of another type. */
export function checkOutput(value: unknown, output: CompiledOutput, place: OutputPlace): void {
  if (output.check(value)) return
  const { route, what, maxIssues } = place
  const issues = mismatchToIssues(value, output, { domain: 'native', root: what, maxIssues })
  throw new ResultMismatch(route, what, issues)
}
