// What a fix of a finding is.
import type ts from 'typescript'
import type { TypeScript } from '../../../transformer/src/compiler.ts'
import type { Finding } from '../../../transformer/src/model/finding.ts'

export interface Fix {
  readonly description: string
  readonly allDescription: string
  readonly changes: readonly ts.TextChange[]
}

/** Undefined: this one is not as obvious as others of its rule. */
export type FixOf = (ts: TypeScript, source: ts.SourceFile, finding: Finding) => Fix | undefined
