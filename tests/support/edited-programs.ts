// Sources by file name in → a language service whose files can be edited, and the compiler of each moment, out.
import { join } from 'node:path'
import ts from 'typescript'
import type { Compiler } from '../../transformer/src/compiler.ts'

const ROOT = join(import.meta.dirname, '../..')
/** No such folder: its files live in memory, and resolve packages from the repository's node_modules. */
const FOLDER = join(ROOT, 'virtual-app')
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.asynciterable.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  types: ['node'],
  paths: { '@alien-rpc/service': [join(ROOT, 'runtime/src/index.ts')] },
}

export interface EditedPrograms {
  write(name: string, text: string): void
  read(name: string): string
  remove(name: string): void
  path(name: string): string
  compiler(): Compiler
}

export function editedPrograms(sources: Record<string, string>): EditedPrograms {
  const path = (name: string) => join(FOLDER, name)
  const texts = new Map<string, { text: string; version: number }>()
  let versions = 0
  const write = (name: string, text: string) => void texts.set(path(name), { text, version: ++versions })
  for (const [name, text] of Object.entries(sources)) write(name, text)
  const isFolder = (name: string) => [...texts.keys()].some(file => file.startsWith(`${name}/`))
  const service = ts.createLanguageService({
    getCompilationSettings: () => OPTIONS,
    getScriptFileNames: () => [...texts.keys()],
    getScriptVersion: name => String(texts.get(name)?.version ?? 0),
    getScriptSnapshot(name) {
      const text = texts.get(name)?.text ?? ts.sys.readFile(name)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => FOLDER,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: name => texts.has(name) || ts.sys.fileExists(name),
    readFile: name => texts.get(name)?.text ?? ts.sys.readFile(name),
    directoryExists: name => isFolder(name) || ts.sys.directoryExists(name),
    getDirectories: ts.sys.getDirectories,
  })
  return {
    ...{ write, path },
    read: name => texts.get(path(name))!.text,
    remove: name => void texts.delete(path(name)),
    compiler() {
      const program = service.getProgram()!
      return { ts, program, checker: program.getTypeChecker() }
    },
  }
}

/** The compiler with a checker that counts what it is asked. */
export function countingCompiler(compiler: Compiler): { compiler: Compiler; asked(): number } {
  let asked = 0
  const checker = new Proxy(compiler.checker, {
    get(target, name, receiver) {
      const member = Reflect.get(target, name, receiver)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        asked++
        return Reflect.apply(member, target, args)
      }
    },
  })
  return { compiler: { ...compiler, checker }, asked: () => asked }
}
