// Findings → one message for a bundler's log: each with its place, code and rule, as `tspc` prints it.
import type ts from 'typescript'
import type { TypeScript } from '../../compiler.ts'
import { findingToDiagnostic } from '../../diagnostics/finding-to-diagnostic.ts'
import type { Finding } from '../../model/finding.ts'

export function findingsToMessage(ts: TypeScript, program: ts.Program, findings: readonly Finding[]): string {
  const diagnostics = findings.map(finding =>
    findingToDiagnostic(ts, finding, name => program.getSourceFile(name)),
  )
  return diagnosticsToMessage(ts, program, diagnostics)
}

export function diagnosticsToMessage(
  ts: TypeScript,
  program: ts.Program,
  diagnostics: readonly ts.Diagnostic[],
): string {
  return ts
    .formatDiagnostics(diagnostics, {
      getCurrentDirectory: () => program.getCurrentDirectory(),
      getCanonicalFileName: name => name,
      getNewLine: () => '\n',
    })
    .trimEnd()
}
