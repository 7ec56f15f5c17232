// A program, as ts-patch hands it over → one with the generated client, findings as errors, and compiled routes in its output.
import type ts from 'typescript'
import type { TypeScript } from '../compiler.ts'
import type { Finding } from '../model/finding.ts'
import { type CompiledRoutes, type CompileRoutes, compileRoutes, hasErrors } from './compile-routes.ts'
import { emitWithCode } from './emit-with-code.ts'
import { aboutClient, secondEntry } from './entry-findings.ts'
import { entryToOptions, type HostOptions } from './entry-to-options.ts'
import { internalError } from './internal-error.ts'
import { markVersions } from './mark-versions.ts'
import { settlePackage } from './package/settle-package.ts'
import { reportFindings } from './report-findings.ts'
import { type Settled, settleClient } from './settle-client.ts'
import { type EntryConfig, findTsconfigEntry, optionPlace, type TsconfigEntry } from './tsconfig-entry.ts'

/** What ts-patch calls for every program, in all modes. It never throws: ts-patch would stay without it from then on. */
export type ProgramTransformer = (
  program: ts.Program,
  host: ts.CompilerHost | undefined,
  config: EntryConfig,
  extras: { readonly ts: TypeScript },
) => ts.Program

export const transformProgram: ProgramTransformer = createProgramTransformer(compileRoutes)

export function createProgramTransformer(compile: CompileRoutes): ProgramTransformer {
  return (program, host, config, { ts }) => {
    try {
      const options = program.getCompilerOptions()
      const task = { ts, program, host: host ?? ts.createCompilerHost(options), mayOutline: true }
      return transform(task, config, (current, options) =>
        compile({ ts, program: current, checker: current.getTypeChecker() }, options),
      )
    } catch (error) {
      reportFindings(ts, program, [internalError(error)], undefined)
      return program
    }
  }
}

export interface HostTask {
  readonly ts: TypeScript
  readonly program: ts.Program
  readonly host: ts.CompilerHost
  /** The program is emitted by `emitWithCode`. */
  readonly mayOutline?: boolean
}

type Compile = (program: ts.Program, options?: HostOptions) => CompiledRoutes

function transform(task: HostTask, config: EntryConfig, compile: Compile): ts.Program {
  const { ts } = task
  const entry = findTsconfigEntry(ts, task.program.getCompilerOptions(), config)
  if (entry && entry.index > 0) {
    reportFindings(ts, task.program, [secondEntry(ts, entry)], entry.holder)
    return task.program
  }
  const ofEntry: Finding[] = []
  const { program, compiled, outlined }: Settled = entry
    ? settleOutputs(task, config, entry, compile, ofEntry)
    : { program: task.program, compiled: compile(task.program) }
  const findings = [...ofEntry, ...compiled.findings]
  markVersions(program.getSourceFiles(), ({ fileName }) => {
    const own = findings.filter(({ place }) => place.file === fileName)
    const code = compiled.codeOf(fileName)
    return code || own.length > 0 ? [code, own] : undefined
  })
  reportFindings(ts, program, findings, entry?.holder)
  const client = outlined && { file: outlined, code: compiled.clientCode() }
  emitWithCode(ts, program, ({ fileName }) => compiled.codeOf(fileName), client)
  return program
}

/** The client, and the package: bundlers write only the first. */
function settleOutputs(
  task: HostTask,
  config: EntryConfig,
  entry: TsconfigEntry,
  compile: Compile,
  findings: Finding[],
): Settled {
  const { ts } = task
  const { options, ...settled } = settleEntry(task, config, entry, compile, findings)
  if (!options.package || hasErrors([...findings, ...settled.compiled.findings])) return settled
  settlePackage({
    ...{ ts, entry, ...settled, options: options.package },
    complain: (key, message) => {
      const place = optionPlace(ts, entry, ['package', ...key], 'value')
      findings.push({ rule: 'plugin-option', message, place, related: [] })
    },
  })
  return settled
}

export function settleEntry(
  task: HostTask,
  config: EntryConfig,
  entry: TsconfigEntry,
  compile: Compile,
  findings: Finding[],
): Settled & { readonly options: HostOptions } {
  const { ts, program } = task
  const read = entryToOptions(ts, config, entry)
  findings.push(...read.findings)
  const path = read.options.client
  const compileHere = (current: ts.Program) => compile(current, read.options)
  const { options } = read
  if (path === undefined) return { program, compiled: compileHere(program), options }
  const settled = settleClient({
    ...task,
    entry,
    path,
    mayWrite: !hasErrors(read.findings),
    compile: compileHere,
    complain: (rule, message) => {
      findings.push(...aboutClient(ts, entry, options.rules ?? {}, rule, message))
    },
  })
  return { ...settled, options }
}
