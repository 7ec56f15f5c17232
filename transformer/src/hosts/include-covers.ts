// A tsconfig and the path of a file that may not exist yet → whether the project's `include` takes it in.
import { basename, dirname } from 'node:path'
import type { TypeScript } from '../compiler.ts'
import { configFolder, type TsconfigEntry } from './tsconfig-entry.ts'
import { compilerInternals } from './typescript-internals.ts'

/** TypeScript's own reading of `include` and `exclude`, over a file system that holds this one file. */
export function includeCovers(ts: TypeScript, entry: TsconfigEntry, path: string): boolean {
  const { matchFiles } = compilerInternals(ts)
  const folder = dirname(path)
  const caseSensitive = ts.sys.useCaseSensitiveFileNames
  const entriesOf = (directory: string): { files: string[]; directories: string[] } => {
    const prefix = directory.endsWith('/') ? directory : `${directory}/`
    if (prefix === `${folder}/`) return { files: [basename(path)], directories: [] }
    const inside = `${folder}/`.startsWith(prefix)
    return { files: [], directories: inside ? [folder.slice(prefix.length).split('/')[0]!] : [] }
  }
  const host: import('typescript').ParseConfigHost = {
    useCaseSensitiveFileNames: caseSensitive,
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: (root, extensions, excludes, includes, depth) =>
      matchFiles(
        root,
        extensions,
        excludes,
        includes,
        caseSensitive,
        ts.sys.getCurrentDirectory(),
        depth,
        entriesOf,
        name => name,
      ),
  }
  const { fileNames } = ts.parseJsonSourceFileConfigFileContent(
    entry.configFile,
    host,
    configFolder(entry),
    undefined,
    entry.configPath,
  )
  return fileNames.includes(path)
}
