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

/** Inserted lines end as those of the file do. */
export function withLineBreaksOf(source: ts.SourceFile, changes: readonly ts.TextChange[]): ts.TextChange[] {
  const isWindows = /\r?\n/.exec(source.text)?.[0] === '\r\n'
  return changes.map(change =>
    isWindows ? { ...change, newText: change.newText.replace(/\r?\n/g, '\r\n') } : change,
  )
}

/** What the first indented line of the file begins with. */
export function indentStep({ text }: ts.SourceFile): string {
  return /^(\t| {2,8})[^\s*]/m.exec(text)?.[1] ?? '  '
}
