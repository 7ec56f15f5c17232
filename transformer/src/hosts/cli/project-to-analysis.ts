// A tsconfig → its program's routes and findings, or what keeps it from being read.
import { dirname, resolve } from 'node:path'
import type ts from 'typescript'
import { analyze } from '../../analyze.ts'
import type { TypeScript } from '../../compiler.ts'
import type { Analysis } from '../../model/route-model.ts'

export interface AnalysedProject {
  readonly program: ts.Program
  readonly analysis: Analysis
  /** Of the tsconfig, absolute. */
  readonly folder: string
}

/** A message instead, when the tsconfig is missing or wrong. */
export function analyseProject(ts: TypeScript, tsconfig: string): AnalysedProject | string {
  const path = resolve(tsconfig)
  const file = ts.sys.directoryExists(path) ? resolve(path, 'tsconfig.json') : path
  const problems: ts.Diagnostic[] = []
  const host: ts.ParseConfigFileHost = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: problem => void problems.push(problem),
  }
  const parsed = ts.getParsedCommandLineOfConfigFile(file, {}, host)
  const errors = [...problems, ...(parsed?.errors ?? [])].filter(
    ({ category }) => category === ts.DiagnosticCategory.Error,
  )
  const [first] = errors
  if (!parsed || first) {
    return first ? ts.flattenDiagnosticMessageText(first.messageText, '\n') : `${file} cannot be read`
  }
  const program = ts.createProgram({
    rootNames: parsed.fileNames,
    options: parsed.options,
    ...(parsed.projectReferences ? { projectReferences: parsed.projectReferences } : {}),
  })
  const analysis = analyze({ ts, program, checker: program.getTypeChecker() })
  return { program, analysis, folder: dirname(file) }
}
