// The routes as they stand in the editor, saved or not → the generated client's text, served from memory. Nothing is written.
import type ts from 'typescript'
import { routesToClientModule, withDeclarations } from '../../transformer/src/emit/routes-to-client-module.ts'
import { severityOf } from '../../transformer/src/model/finding.ts'
import { isGenerated } from '../../transformer/src/model/generated.ts'
import type { Analysis } from '../../transformer/src/model/route-model.ts'
import { guarded } from './decorate.ts'
import {
  acquireFile,
  type ProjectService,
  releaseFile,
  replaceText,
  type ScriptInfo,
} from './memory-files.ts'
import type { RouteProject } from './project.ts'

export interface LiveClient {
  /**
   * Brings the client up to date before a question is answered. Costs nothing while the program is the same, and little
   * where the file that is asked about does not import the client. Without one the answer may depend on any file.
   */
  sync(asker: string | undefined): void
  /** True where each new client would give the routes other types, and so another client. Then it stays as it was. */
  isCircular(): boolean
  /** True of the client while only what callers see of it is up to date: its table of calls is then nothing to complain of. */
  isPartial(file: string): boolean
}

// Until the first answer: a module like any other.
const NOT_YET = 'export {}\n'

/**
 * While routes have errors the client stays as it is: callers would only be told so a second time. Where there is none yet,
 * it has the routes without errors.
 */
export function createLiveClient(project: RouteProject, info: ts.server.PluginCreateInfo): LiveClient {
  const service = info.project.projectService as unknown as ProjectService
  let last: ts.Program | undefined
  let written: { readonly signature: number; readonly snapshot: ts.IScriptSnapshot } | undefined
  let isCircular = false
  let partial: ts.IScriptSnapshot | undefined
  let memory: ScriptInfo | undefined
  let memoryPath: string | undefined
  /**
   * A client that is not on disk: its file exists in memory from the beginning, because tsserver remembers where an import has
   * led to nothing. None where there is one on disk, or none is wanted.
   */
  const openInMemory = (): void => {
    const path = project.clientPath()
    if (memoryPath !== path) release()
    if (memory || path === undefined || project.ts.sys.fileExists(path)) return
    memory = acquireFile(service, path, NOT_YET)
    if (memory) memoryPath = path
  }
  const release = (): void => {
    if (memoryPath !== undefined) releaseFile(service, memoryPath)
    memory = undefined
    memoryPath = undefined
  }
  guarded(openInMemory, undefined, project.log)
  onClose(info.project, project.log, release)
  resolveToClient(project, info, () => memory !== undefined)
  /** True when the client has another text now, which the program does not know yet. */
  const update = (path: string, program: ts.Program): boolean => {
    last = program
    openInMemory()
    const compiler = project.compilerOf(program)
    const file = service.getScriptInfo(path)
    // A buffer that somebody has open is theirs, and so is a file that was not generated.
    if (!file || (file !== memory && (file.isScriptOpen() || !isGenerated(startOf(file))))) return false
    const signature = project.analysis().signature(compiler)
    // Others may write the file too: a build that knows only what is saved.
    if (signature === written?.signature && file.getSnapshot() === written.snapshot) return false
    const analysis = project.analysis().analysis(compiler)
    const isBroken = analysis.findings.some(finding => severityOf(finding) === 'error')
    if (isBroken && isServed(file)) return false
    const isChanged = bringUpToDate(file, analysis)
    if (isChanged) partial = file.getSnapshot()
    written = isBroken ? undefined : { signature, snapshot: file.getSnapshot() }
    return isChanged
  }
  /** The types of routes may come from the client itself. */
  const settle = (path: string, first: ts.Program): void => {
    const before = service.getScriptInfo(path)
    const snapshot = before?.getSnapshot()
    isCircular = false
    let rounds = 0
    for (let program: ts.Program | undefined = first; program && update(path, program); rounds++) {
      program = project.program()
      if (rounds < MAX_ROUNDS) continue
      isCircular = true
      if (before && snapshot) replaceText(before, textOf(before), textIn(snapshot))
      last = project.program()
      break
    }
    if (rounds > 0) info.project.refreshDiagnostics()
  }
  return {
    sync(asker) {
      const path = project.clientPath()
      const program = path === undefined ? undefined : project.program()
      if (path === undefined || !program || program === last) return
      const isFirst = last === undefined
      if (isFirst || asker === undefined) return settle(path, program)
      if (project.analysis().reaches(project.compilerOf(program), asker, path)) settle(path, program)
    },
    isCircular: () => isCircular,
    isPartial: file =>
      partial !== undefined &&
      file === project.clientPath() &&
      service.getScriptInfo(file)?.getSnapshot() === partial,
  }
}

/** As when it is compiled: one more round settles what comes from the client, and a circle never settles. */
const MAX_ROUNDS = 4

/** Whatever fails then, the project is closed. */
function onClose(project: ts.server.Project, log: (error: unknown) => void, release: () => void): void {
  const close = project.close?.bind(project)
  if (!close) return
  project.close = () => {
    close()
    guarded(release, undefined, log)
  }
}

function isServed(file: ScriptInfo): boolean {
  return textOf(file) !== NOT_YET
}

function textOf(file: ScriptInfo): string {
  return textIn(file.getSnapshot())
}

function textIn(snapshot: ts.IScriptSnapshot): string {
  return snapshot.getText(0, snapshot.getLength())
}

/** Enough of the text to see whose it is. */
function startOf(file: ScriptInfo): string {
  const snapshot = file.getSnapshot()
  const start = snapshot.getText(0, Math.min(snapshot.getLength(), 100))
  return start.trim() === '' ? textOf(file) : start
}

/**
 * Callers see types only, and the table of calls is most of the work: it stays as it is on disk, or as it was first. False when
 * nothing has changed.
 */
function bringUpToDate(file: ScriptInfo, { routes, sockets, types }: Analysis): boolean {
  const all = [...routes, ...sockets]
  if (all.length === 0) return false
  const old = textOf(file)
  return replaceText(file, old, withDeclarations(old, all, types) ?? routesToClientModule(all, types))
}

/** Imports of a client that is not on disk lead to the one in memory. */
function resolveToClient(
  project: RouteProject,
  { languageServiceHost: host }: ts.server.PluginCreateInfo,
  isInMemory: () => boolean,
): void {
  const resolve = host.resolveModuleNameLiterals?.bind(host)
  if (!resolve) return
  host.resolveModuleNameLiterals = (literals, containingFile, ...rest) => {
    const resolved = resolve(literals, containingFile, ...rest)
    const toClient = () => {
      const path = isInMemory() ? project.clientPath() : undefined
      if (path === undefined) return resolved
      return resolved.map((result, index) => {
        const name = literals[index]?.text
        if (result.resolvedModule || name === undefined || !leadsTo(path, containingFile, name)) return result
        return { ...result, resolvedModule: moduleAt(path, name) }
      })
    }
    return guarded(toClient, resolved, project.log)
  }
  const exists = host.fileExists.bind(host)
  host.fileExists = path =>
    exists(path) || guarded(() => isInMemory() && path === project.clientPath(), false, project.log)
}

function moduleAt(path: string, specifier: string): ts.ResolvedModuleFull {
  const resolvedUsingTsExtension = /\.[cm]?ts$/.test(specifier)
  return {
    resolvedFileName: path,
    extension: '.ts',
    isExternalLibraryImport: false,
    resolvedUsingTsExtension,
  }
}

/** `./generated/client`, `.js` or `.ts` of it, seen from a file. */
function leadsTo(client: string, containingFile: string, specifier: string): boolean {
  if (!/^\.\.?\//.test(specifier)) return false
  const parts = containingFile.split('/').slice(0, -1)
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return withoutExtension(parts.join('/')) === withoutExtension(client)
}

function withoutExtension(path: string): string {
  return path.replace(/\.[cm]?[jt]s$/, '')
}
