// A program that knows routes and not yet their client's next text → the same program with that text, where nobody could tell.
import type ts from 'typescript'
import type { Compiler } from '../../transformer/src/compiler.ts'
import { editBetween, type ScriptInfo } from './memory-files.ts'
import { type Patch, patchFile } from './patched-file.ts'
import type { RouteProject } from './project.ts'
import { type WatchedFile, watchFile } from './watched-file.ts'

export interface ClientInProgram {
  /** To be called when the client is up to date, so that it is known later who has looked at it since. */
  watch(path: string): void
  /**
   * What is to be called once the client's file has the new text, so that the program has it, too. Undefined where another program has
   * to be made: this one's checker may know the old client, or routes depend on it, or another project has the file.
   */
  patchTo(compiler: Compiler, file: ScriptInfo, old: string, text: string): (() => void) | undefined
}

/**
 * The client is known only when a checker has read the routes. Another program for it takes as long as the first, and parses and binds
 * all of the client: with 500 routes, together more than half of what an edit took of a type on the wire.
 */
export function createClientInProgram(
  project: RouteProject,
  { languageService, languageServiceHost, project: own }: ts.server.PluginCreateInfo,
): ClientInProgram {
  let watched: WatchedFile | undefined
  // What tsserver's checker works on, without asking for a newer one.
  const service = languageService as ts.LanguageService & { getCurrentProgram(): ts.Program | undefined }
  const isReplaceable = (compiler: Compiler, { file, isUnseenIn }: WatchedFile, old: string): boolean =>
    compiler.program.getSourceFile(file.fileName) === file &&
    file.text === old &&
    isUnseenIn(compiler.program) &&
    !project.analysis().dependOn(compiler, file.fileName)
  return {
    watch(path) {
      const program = service.getCurrentProgram()
      const file = program?.getSourceFile(path)
      if (!program || !file || file === watched?.file) return
      // To find out what a file imports is to look into it, once.
      project.analysis().dependOn(project.compilerOf(program), path)
      watched = watchFile(file, () => service.getCurrentProgram())
    },
    patchTo(compiler, { containingProjects }, old, text) {
      const isShared = containingProjects.length !== 1 || containingProjects[0] !== own
      if (!watched || isShared || !isReplaceable(compiler, watched, old)) return undefined
      const edit = editBetween(old, text)
      const { file, unwatched } = watched
      const options = compiler.program.getCompilerOptions()
      const patch = edit && unwatched(() => patchFile(project.ts, options, file, edit))
      return patch && (() => unwatched(() => applyPatch(patch, languageServiceHost, file.fileName)))
    },
  }
}

function applyPatch(patch: Patch, host: ts.LanguageServiceHost, path: string): void {
  const snapshot = host.getScriptSnapshot(path)
  if (snapshot) patch.apply(host.getScriptVersion(path), snapshot)
}
