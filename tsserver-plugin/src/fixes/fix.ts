// What a fix of a finding is.
import type ts from 'typescript'
import type { Compiler, TypeScript } from '../../../transformer/src/compiler.ts'
import type { Finding } from '../../../transformer/src/model/finding.ts'

export interface Fix {
  readonly description: string
  /** Absent where several of a file could get into each other's way. */
  readonly allDescription?: string
  readonly changes: readonly ts.TextChange[]
}

/** Undefined: this one is not as obvious as others of its rule. */
export type FixOf = (
  ts: TypeScript,
  source: ts.SourceFile,
  finding: Finding,
  compiler: Compiler,
) => Fix | undefined

export function insertion(start: number, newText: string): ts.TextChange {
  return { span: { start, length: 0 }, newText }
}

export function replacement(source: ts.SourceFile, node: ts.Node, newText: string): ts.TextChange {
  return { span: { start: node.getStart(source), length: node.getWidth(source) }, newText }
}
