// What a command needs of the process it runs in: replaced by tests.

export interface CliIo {
  /** The working directory, absolute. */
  readonly folder: string
  /** True when the output is a terminal that shows colours (https://no-color.org). */
  readonly colours: boolean
  out(text: string): void
  error(text: string): void
  /** Loads packages that are installed beside this one. */
  readonly require: NodeJS.Require
}

/** What a command ends with. */
export const EXIT = { fine: 0, findings: 1, unusable: 2 } as const
