// A tsconfig → its program's routes and findings as `tspc` has them, without writing anything; or what keeps it from being read.
import { dirname, resolve } from 'node:path'
import type ts from 'typescript'
import type { TypeScript } from '../../compiler.ts'
import type { FileLookup } from '../../diagnostics/finding-to-diagnostic.ts'
import type { Finding } from '../../model/finding.ts'
import type { Analysis } from '../../model/route-model.ts'
import { compileRoutes } from '../compile-routes.ts'
import { secondEntry } from '../entry-findings.ts'
import type { HostOptions } from '../entry-to-options.ts'
import { internalError } from '../internal-error.ts'
import { settleEntry } from '../ts-patch.ts'
import { type EntryConfig, findTsconfigEntry, type TsconfigEntry } from '../tsconfig-entry.ts'

export interface AnalysedProject {
  readonly analysis: Analysis
  /** Of the tsconfig's entries and of the routes. */
  readonly findings: readonly Finding[]
  /** The files that findings are about, a tsconfig among them. */
  readonly fileOf: FileLookup
  /** Of the tsconfig, absolute. */
  readonly folder: string
}

/** A message instead, when the tsconfig is missing or wrong. */
export function analyseProject(
  ts: TypeScript,
  tsconfig: string,
  compile = compileRoutes,
): AnalysedProject | string {
  const path = resolve(tsconfig)
  const file = ts.sys.directoryExists(path) ? resolve(path, 'tsconfig.json') : path
  const parsed = parse(ts, file)
  if (typeof parsed === 'string') return parsed
  const { fileNames: rootNames, options, projectReferences } = parsed
  const host = ts.createCompilerHost(options, true)
  const program = ts.createProgram({
    rootNames,
    options,
    host,
    ...(projectReferences ? { projectReferences } : {}),
  })
  try {
    return { ...settle({ ts, program, host }, compile), folder: dirname(file) }
  } catch (error) {
    const analysis = { routes: [], sockets: [], types: new Map(), findings: [] }
    return { analysis, findings: [internalError(error)], fileOf: () => undefined, folder: dirname(file) }
  }
}

/** With `noEmit` the hosts write no client either. */
function parse(ts: TypeScript, file: string): ts.ParsedCommandLine | string {
  const problems: ts.Diagnostic[] = []
  const host: ts.ParseConfigFileHost = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: problem => void problems.push(problem),
  }
  const parsed = ts.getParsedCommandLineOfConfigFile(file, { noEmit: true }, host)
  const [first] = [...problems, ...(parsed?.errors ?? [])].filter(
    ({ category }) => category === ts.DiagnosticCategory.Error,
  )
  if (parsed && !first) return parsed
  return first ? ts.flattenDiagnosticMessageText(first.messageText, '\n') : `${file} cannot be read`
}

type Task = Parameters<typeof settleEntry>[0]

function settle(task: Task, compile: typeof compileRoutes): Omit<AnalysedProject, 'folder'> {
  const { ts, program } = task
  const [entry, ...others] = entriesOf(ts, program.getCompilerOptions())
  let analysis: Analysis | undefined
  // The last of them is of the program that is settled on.
  const compileProgram = (current: ts.Program, options?: HostOptions) => {
    const compiled = compile({ ts, program: current, checker: current.getTypeChecker() }, options)
    analysis = compiled.analysis
    return compiled
  }
  const ofEntries: Finding[] = []
  const settled = entry
    ? settleEntry(task, entry.config, entry.found, compileProgram, ofEntries)
    : { program, compiled: compileProgram(program) }
  ofEntries.push(...others.map(({ found }) => secondEntry(ts, found)))
  const holder = entry?.found.holder
  return {
    analysis: analysis ?? compileProgram(settled.program).analysis,
    findings: [...ofEntries, ...settled.compiled.findings],
    fileOf: name => settled.program.getSourceFile(name) ?? (holder?.fileName === name ? holder : undefined),
  }
}

interface FoundEntry {
  readonly config: EntryConfig
  readonly found: TsconfigEntry
}

/** Of our transformer, each as often as ts-patch runs it: equal ones once. */
function entriesOf(ts: TypeScript, options: ts.CompilerOptions): FoundEntry[] {
  const plugins = (options.plugins ?? []) as unknown as readonly EntryConfig[]
  const own = plugins.filter(({ transform }) => transform === '@alien-rpc/transformer')
  const distinct = new Map(own.map(config => [JSON.stringify(config), config]))
  return [...distinct.values()].flatMap(config => {
    const found = findTsconfigEntry(ts, options, config)
    return found ? [{ config, found }] : []
  })
}
