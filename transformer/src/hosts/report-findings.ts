// Findings → errors of the program, in every mode of the compiler, and warnings on the terminal.
import type ts from 'typescript'
import type { TypeScript } from '../compiler.ts'
import { findingToDiagnostic } from '../diagnostics/finding-to-diagnostic.ts'
import type { Finding } from '../model/finding.ts'
import { type DiagnosticsOf, programInternals } from './typescript-internals.ts'

/**
 * `-p` asks the program for all diagnostics; builders ask it file by file and remember the answers. What stands in no source
 * file (a tsconfig's option) goes with the options' diagnostics. So do all with `noCheck`, where builders ask for nothing else.
 */
export function reportFindings(
  ts: TypeScript,
  program: ts.Program,
  findings: readonly Finding[],
  tsconfig: ts.JsonSourceFile | undefined,
): void {
  const fileOf = (name: string): ts.SourceFile | undefined =>
    program.getSourceFile(name) ?? (tsconfig?.fileName === name ? tsconfig : undefined)
  const diagnostics = findings.map(finding => findingToDiagnostic(ts, finding, fileOf))
  const errors = diagnostics.filter(({ category }) => category === ts.DiagnosticCategory.Error)
  const unchecked = program.getCompilerOptions().noCheck === true
  const inSource = ({ file }: ts.Diagnostic): boolean =>
    !unchecked && file !== undefined && program.getSourceFile(file.fileName) === file
  addErrors(
    program,
    errors.filter(inSource),
    errors.filter(error => !inSource(error)),
  )
  printWarnings(
    ts,
    program,
    diagnostics.filter(diagnostic => !errors.includes(diagnostic)),
  )
}

function addErrors(
  program: ts.Program,
  inSource: readonly ts.Diagnostic[],
  elsewhere: readonly ts.Diagnostic[],
): void {
  const internals = programInternals(program)
  if (inSource.length > 0) {
    internals.getSemanticDiagnostics = withErrors(internals.getSemanticDiagnostics, inSource)
    internals.getBindAndCheckDiagnostics = withErrors(internals.getBindAndCheckDiagnostics, inSource)
  }
  if (elsewhere.length > 0) {
    const own = internals.getOptionsDiagnostics
    internals.getOptionsDiagnostics = token => [...own(token), ...elsewhere]
  }
}

function withErrors(own: DiagnosticsOf, errors: readonly ts.Diagnostic[]): DiagnosticsOf {
  return (sourceFile, ...rest) => [
    ...own(sourceFile, ...rest),
    ...errors.filter(({ file }) => sourceFile === undefined || file === sourceFile),
  ]
}

/** As diagnostics of the program they would fail the build: `tsc` ends with 2 for any diagnostic, whatever its category. */
function printWarnings(ts: TypeScript, program: ts.Program, warnings: readonly ts.Diagnostic[]): void {
  if (warnings.length === 0) return
  const pretty = program.getCompilerOptions().pretty ?? ts.sys.writeOutputIsTTY?.() ?? false
  const format = pretty ? ts.formatDiagnosticsWithColorAndContext : ts.formatDiagnostics
  ts.sys.write(
    format(warnings, {
      getCurrentDirectory: () => program.getCurrentDirectory(),
      getCanonicalFileName: name => name,
      getNewLine: () => ts.sys.newLine,
    }),
  )
}
