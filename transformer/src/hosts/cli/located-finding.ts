// A finding as data for other programs.

/** Lines and columns count from 1; the end is exclusive. */
export interface LocatedFinding {
  readonly code: number
  readonly rule: string
  readonly severity: 'error' | 'warning'
  readonly message: string
  /** Empty where it is about no file. */
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  /** The page that explains the rule. */
  readonly documentation: string
}
