// A program and where its client belongs → a program whose client is the one its routes give, and the file on disk.
import type ts from 'typescript'
import type { TypeScript } from '../compiler.ts'
import { clientOutline, routesToClientModule } from '../emit/routes-to-client-module.ts'
import type { RuleName } from '../model/finding.ts'
import { routeFiles } from '../read/source-to-calls.ts'
import { type ClientOnDisk, readClient, writeClient } from './client-file.ts'
import { type CompiledRoutes, hasErrors } from './compile-routes.ts'
import { CIRCLE, foreignClient, noRoutes } from './entry-findings.ts'
import { fillClient } from './fill-client.ts'
import { includeCovers } from './include-covers.ts'
import { outlineClient } from './outline-client.ts'
import { overlayProgram } from './overlay-program.ts'
import { trustClient } from './trust-client.ts'
import type { TsconfigEntry } from './tsconfig-entry.ts'
import { isWatchHost } from './typescript-internals.ts'

export interface ClientTask {
  readonly ts: TypeScript
  readonly program: ts.Program
  readonly host: ts.CompilerHost
  readonly entry: TsconfigEntry
  /** Absolute, with forward slashes. */
  readonly path: string
  /** False when something else is wrong already: the file stays as it is. */
  readonly mayWrite: boolean
  /** Whether an outline is completed where the program is emitted. */
  readonly mayOutline?: boolean
  compile(program: ts.Program): CompiledRoutes
  complain(rule: RuleName, message: string): void
}

export interface Settled {
  readonly program: ts.Program
  readonly compiled: CompiledRoutes
  /** The client's file in the program, where that has only its outline. */
  readonly outlined?: ts.SourceFile
}

/** A route's type may come from the client itself: one more round settles that, and a circle never settles. */
const MAX_ROUNDS = 4

/**
 * With errors among the routes everything goes on with the client that is on disk, and it stays as it is: without the routes in
 * error each of their callers would show an error of its own, here and in the projects that are built next. Where there is no
 * client yet, the program is checked against one of the good routes, which is not written.
 */
export function settleClient(task: ClientTask): Settled {
  const { program, path, complain } = task
  const disk = readClient(path)
  const start = disk.state === 'absent' ? withEmptyClient(task) : program
  const outlined = disk.state === 'foreign' ? undefined : outlineIn(task, start)
  const compiled = task.compile(start)
  if (disk.state === 'foreign') {
    complain('plugin-option', foreignClient(path))
    return { program, compiled }
  }
  if (compiled.count === 0 && !hasErrors(compiled.findings)) {
    complain('no-routes', noRoutes(disk.state !== 'absent'))
    if (disk.state === 'absent') return { program, compiled }
  }
  const asBefore = () => {
    if (outlined && disk.state === 'ours') fillClient(task.ts, program, [], { ...task, text: disk.text })
    return { program, compiled }
  }
  if (disk.state === 'ours' && hasErrors(compiled.findings)) return asBefore()
  const settled = untilSettled(task, { program: start, compiled, ...(outlined ? { outlined } : {}) })
  if (!settled) {
    complain('client-circle', CIRCLE)
    return asBefore()
  }
  writeIfChanged(task, disk, settled.compiled)
  return trusted(task, settled)
}

/** An outline has none of the types that it names: where something has to be checked, the whole client is. */
function trusted({ ts, host, path }: ClientTask, settled: Settled): Settled {
  const { program, compiled, outlined } = settled
  if (trustClient(ts, program, path, textIn(settled)) || !outlined) return settled
  fillClient(ts, program, [], { host, path, text: compiled.client() })
  return { program, compiled }
}

function outlineIn(
  { ts, host, path, mayOutline }: ClientTask,
  program: ts.Program,
): ts.SourceFile | undefined {
  const file = mayOutline ? program.getSourceFile(path) : undefined
  return file && outlineClient(ts, program, { host, path, text: file.text }) ? file : undefined
}

/** What the client's file has in the program. */
function textIn({ compiled, outlined }: Settled): string {
  const text = compiled.client()
  return outlined ? (clientOutline(text) ?? text) : text
}

/** The client's file is there before it is known what belongs into it, so that one checker serves the analysis and the check. */
function withEmptyClient(task: ClientTask): ts.Program {
  const overlaid = overlayClient(task, routesToClientModule([], new Map()))
  return overlaid.getSourceFile(task.path) ? overlaid : task.program
}

function overlayClient({ ts, program, host, path, entry }: ClientTask, text: string): ts.Program {
  const isRoot = entry.isWholeProject && includeCovers(ts, entry, path)
  return overlayProgram(ts, program, host, { path, text, isRoot })
}

/** Undefined when it does not settle. */
function untilSettled(task: ClientTask, first: Settled): Settled | undefined {
  const { ts, host, path } = task
  let settled = first
  for (let round = 0; !isSettled(settled, path); round++) {
    if (round === MAX_ROUNDS) return undefined
    const { program, compiled } = settled
    const readers = routeFiles({ ts, program, checker: program.getTypeChecker() })
    if (fillClient(ts, program, readers, { host, path, text: textIn(settled) })) return settled
    const overlaid = overlayClient(task, compiled.client())
    settled = { program: overlaid, compiled: task.compile(overlaid) }
  }
  return settled
}

/** A program without the client is one that does not want it: nobody imports it. */
function isSettled(settled: Settled, path: string): boolean {
  const current = settled.program.getSourceFile(path)
  return current === undefined || current.text === textIn(settled)
}

function writeIfChanged(task: ClientTask, disk: ClientOnDisk, compiled: CompiledRoutes): void {
  const { ts, program, host, path } = task
  const { noEmit, listFilesOnly } = program.getCompilerOptions()
  if (!task.mayWrite || hasErrors(compiled.findings) || noEmit || listFilesOnly) return
  const text = compiled.client()
  if (disk.state === 'ours' && disk.text === text) return
  const problem = writeClient(ts, host, path, text)
  if (problem !== undefined) task.complain('plugin-option', `The client cannot be written: ${problem}`)
  else if (disk.state === 'absent') announceClient(task)
}

/**
 * `-b` read all configurations before the client was there, and projects that refer to this one look for it in that list.
 * `-w` finds new files by itself.
 */
function announceClient({ ts, host, entry, path }: ClientTask): void {
  if (!host.getParsedCommandLine || isWatchHost(host)) return
  const fileNames = host.getParsedCommandLine(entry.configPath)?.fileNames
  if (fileNames && !fileNames.includes(path) && includeCovers(ts, entry, path)) fileNames.push(path)
}
