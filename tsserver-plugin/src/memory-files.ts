// A path that is not on disk → a file of tsserver's in its place, for as long as a project needs it.
import type ts from 'typescript'

/** What tsserver has at run time, and its types keep to themselves or spread over versions. */
export interface ScriptInfo {
  readonly path: string
  readonly containingProjects: readonly unknown[]
  isScriptOpen(): boolean
  getSnapshot(): ts.IScriptSnapshot
  editContent(start: number, end: number, newText: string): void
  close(fileExists: boolean): void
}
export interface ProjectService {
  readonly openFiles: ReadonlyMap<string, unknown>
  getScriptInfo(path: string): ScriptInfo | undefined
  getOrCreateScriptInfoForNormalizedPath(
    path: string,
    openedByClient: boolean,
    text: string,
    kind: ts.ScriptKind,
  ): ScriptInfo | undefined
  deleteScriptInfo(file: ScriptInfo): void
}

interface MemoryFile {
  readonly file: ScriptInfo
  /** How many projects have acquired it. */
  users: number
}

/** All projects of one tsserver share its files, so what is known of them is kept there. */
const FILES = Symbol.for('alien-rpc.memory-files')
type Holder = ProjectService & { [FILES]?: Map<string, MemoryFile> }

/** Undefined where tsserver has a file of its own there. Each acquisition is released once. */
export function acquireFile(service: ProjectService, path: string, text: string): ScriptInfo | undefined {
  const holder: Holder = service
  holder[FILES] ??= new Map()
  const known = holder[FILES].get(path)
  if (known) {
    known.users++
    return known.file
  }
  // TypeScript's ScriptKind.TS.
  const file = service.getScriptInfo(path)
    ? undefined
    : service.getOrCreateScriptInfoForNormalizedPath(path, true, text, 3)
  if (file) holder[FILES].set(path, { file, users: 1 })
  return file
}

/** The last one to release it takes it away, unless somebody has opened it by now, or uses it in another project. */
export function releaseFile(service: ProjectService, path: string): void {
  const files = (service as Holder)[FILES]
  const known = files?.get(path)
  if (!files || !known || --known.users > 0) return
  files.delete(path)
  const { file } = known
  if (service.openFiles.has(file.path)) return
  file.close(false)
  if (file.containingProjects.length === 0) service.deleteScriptInfo(file)
}

/** Replaces what differs, so that the rest need not be parsed again. False when nothing does. */
export function replaceText(file: Pick<ScriptInfo, 'editContent'>, old: string, text: string): boolean {
  if (old === text) return false
  const most = Math.min(old.length, text.length)
  const start = sameLength(most, (from, to) => old.slice(from, to) === text.slice(from, to))
  const isSameEnd = (from: number, to: number) =>
    old.slice(old.length - to, old.length - from) === text.slice(text.length - to, text.length - from)
  const end = sameLength(most - start, isSameEnd)
  file.editContent(start, old.length - end, text.slice(start, text.length - end))
  return true
}

/** How much is the same, up to `most`. Whole blocks are compared first: clients are long, and edits are short. */
function sameLength(most: number, isSame: (from: number, to: number) => boolean): number {
  let length = 0
  while (length + BLOCK <= most && isSame(length, length + BLOCK)) length += BLOCK
  while (length < most && isSame(length, length + 1)) length++
  return length
}

const BLOCK = 1024
