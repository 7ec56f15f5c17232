// The programs of an editor, one after another, in → which files may mean something else than before out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import { importsOfFile, isSeenByAll } from './source-to-imports.ts'

export interface Affected {
  /** Files that changed since the last call, and those that import them, however far away. */
  readonly files: ReadonlySet<string>
  /** Of these, the files that import one of them. The others changed, and nothing that they import did. */
  readonly byImport: ReadonlySet<string>
}

export interface Changes {
  /** 'all': no file is sure to be as it was. */
  next(compiler: Compiler): Affected | 'all'
  /** Whether one file imports another, however far away. */
  reaches(compiler: Compiler, from: string, to: string): boolean
}

export function createChanges(): Changes {
  let last: ReadonlyMap<string, ts.SourceFile> = new Map()
  let options: ts.CompilerOptions | undefined
  const known = new WeakMap<ts.SourceFile, readonly string[]>()
  const importsOf = (compiler: Compiler, file: ts.SourceFile): readonly string[] => {
    const imports = known.get(file) ?? importsOfFile(compiler, file)
    known.set(file, imports)
    return imports
  }
  return {
    next(compiler) {
      const { ts, program } = compiler
      const files = new Map(program.getSourceFiles().map(file => [file.fileName, file]))
      const before = last
      const isAnew = options !== program.getCompilerOptions() || !haveSameNames(before, files)
      last = files
      options = program.getCompilerOptions()
      if (isAnew) return 'all'
      const changed = [...files.values()].filter(file => before.get(file.fileName) !== file)
      const touchesAll = (file: ts.SourceFile) =>
        isSeenByAll(ts, file) || isSeenByAll(ts, before.get(file.fileName)!) || isForeign(program, file)
      if (changed.some(touchesAll)) return 'all'
      const own = [...files.values()].filter(file => changed.length > 0 && !isForeign(program, file))
      return withImporters(changed, own, file => importsOf(compiler, file))
    },
    reaches(compiler, from, to) {
      const { program } = compiler
      const seen = new Set([from])
      for (const name of seen) {
        if (name === to) return true
        const file = program.getSourceFile(name)
        if (!file || isForeign(program, file)) continue
        for (const imported of importsOf(compiler, file)) seen.add(imported)
      }
      return false
    },
  }
}

function haveSameNames(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean {
  return a.size === b.size && [...b.keys()].every(name => a.has(name))
}

/** Libraries do not change while somebody types, and import nothing of the project's. */
function isForeign(program: ts.Program, file: ts.SourceFile): boolean {
  return program.isSourceFileFromExternalLibrary(file) || program.isSourceFileDefaultLibrary(file)
}

function withImporters(
  changed: readonly ts.SourceFile[],
  files: readonly ts.SourceFile[],
  importsOf: (file: ts.SourceFile) => readonly string[],
): Affected {
  const importers = new Map<string, string[]>()
  for (const file of files) {
    for (const imported of importsOf(file)) {
      const known = importers.get(imported)
      if (known) known.push(file.fileName)
      else importers.set(imported, [file.fileName])
    }
  }
  const affected = new Set(changed.map(file => file.fileName))
  const byImport = new Set<string>()
  for (const name of affected) {
    for (const importer of importers.get(name) ?? []) {
      affected.add(importer)
      byImport.add(importer)
    }
  }
  return { files: affected, byImport }
}
