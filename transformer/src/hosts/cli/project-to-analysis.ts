// A tsconfig → its program's routes and findings, or what keeps it from being read.
import { dirname, resolve } from 'node:path'
import type ts from 'typescript'
import { analyze } from '../../analyze.ts'
import type { TypeScript } from '../../compiler.ts'
import type { RuleSettings } from '../../diagnostics/rule-settings.ts'
import type { Analysis } from '../../model/route-model.ts'
import { entryToOptions } from '../entry-to-options.ts'
import { type EntryConfig, findTsconfigEntry } from '../tsconfig-entry.ts'

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
  const rules = rulesOf(ts, parsed.options)
  const analysis = analyze({ ts, program, checker: program.getTypeChecker() }, { rules })
  return { program, analysis, folder: dirname(file) }
}

/** As the project's entry sets them. */
function rulesOf(ts: TypeScript, options: ts.CompilerOptions): RuleSettings {
  const plugins = (options.plugins ?? []) as unknown as readonly EntryConfig[]
  const config = plugins.find(({ transform }) => transform === '@alien-rpc/transformer')
  const entry = config && findTsconfigEntry(ts, options, config)
  return (config && entry && entryToOptions(ts, config, entry).options.rules) ?? {}
}
