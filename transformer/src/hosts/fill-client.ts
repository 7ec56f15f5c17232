// A program whose client nothing has looked at, and the client's new text → the same program with that text.
// The routes are known only once a checker has read them, and a program's files are fixed before it has one. With a second
// program for the client, all files were given to a second checker and checked from the beginning: with this, and with the client
// left unchecked (trust-client.ts), a first build of 500 routes went from 2.6 to 1.55 times that without, printing counted too.
import type ts from 'typescript'
import type { TypeScript } from '../compiler.ts'
import { isSeenByAll } from '../read/source-to-imports.ts'
import { specifiersOf } from './client-specifiers.ts'
import { type BoundFile, boundFile, compilerInternals, programInternals } from './typescript-internals.ts'

export interface ClientText {
  readonly host: ts.CompilerHost
  /** Absolute, with forward slashes. */
  readonly path: string
  readonly text: string
}

/**
 * False, and the program as it was, where that cannot be: the client is no part of it, imports other modules than before, or is
 * seen by one of `readers`, the files whose types have been read.
 */
export function fillClient(
  ts: TypeScript,
  program: ts.Program,
  readers: readonly ts.SourceFile[],
  { host, path, text }: ClientText,
): boolean {
  const file = program.getSourceFile(path)
  if (!file || isSeenFrom(ts, program, readers, file)) return false
  const { languageVersion, impliedNodeFormat } = file
  const { jsDocParsingMode } = boundFile(file)
  const parsed = ts.createSourceFile(file.fileName, text, {
    ...{ languageVersion, impliedNodeFormat },
    // A compiler, unlike an editor, leaves most comments unparsed, and that of each call is in here.
    ...(jsDocParsingMode === undefined ? {} : { jsDocParsingMode }),
  })
  const before = specifiersOf(ts, file)
  const after = specifiersOf(ts, parsed)
  if (namesOf(before).join() !== namesOf(after).join()) return false
  const target = boundFile(file)
  // What the compiler adds by itself, such as an import of its helpers, stands in no file.
  const added = target.imports.filter(({ pos }) => pos < 0)
  for (const part of PARSED) target[part] = boundFile(parsed)[part]
  for (const part of BOUND) target[part] = undefined
  target.bindDiagnostics = []
  target.imports = [...added, ...after]
  target.version = compilerInternals(ts).getSourceFileVersionAsHashFromText(host, text)
  compilerInternals(ts).bindSourceFile(file, program.getCompilerOptions())
  return true
}

/** What parsing gives a file, but for what it is called and where it is. */
const PARSED = [
  ...(['text', 'statements', 'endOfFileToken', 'end', 'flags', 'transformFlags', 'nodeCount'] as const),
  ...(['identifierCount', 'identifiers', 'parseDiagnostics', 'externalModuleIndicator', 'pragmas'] as const),
  ...(['commentDirectives', 'referencedFiles', 'lineMap'] as const),
] satisfies readonly (keyof BoundFile)[]

/** What binding makes anew. */
const BOUND = ['locals', 'symbol', 'endFlowNode', 'symbolCount', 'classifiableNames'] as const

/** Whether a file, or one that it imports, however far away, imports the client. So may what is seen without an import. */
export function isSeenFrom(
  ts: TypeScript,
  program: ts.Program,
  readers: readonly ts.SourceFile[],
  client: ts.SourceFile,
): boolean {
  const seen = new Set([...readers, ...ownFiles(program).filter(file => isSeenByAll(ts, file))])
  for (const file of seen) {
    if (file === client) return true
    const { imports = [], moduleAugmentations = [] } = boundFile(file)
    for (const specifier of [...imports, ...moduleAugmentations]) {
      const imported = importedFile(program, file, specifier)
      if (imported && !isForeign(program, imported)) seen.add(imported)
    }
  }
  return false
}

function importedFile(
  program: ts.Program,
  file: ts.SourceFile,
  specifier: ts.StringLiteralLike,
): ts.SourceFile | undefined {
  const { resolvedModule } =
    programInternals(program).getResolvedModuleFromModuleSpecifier(specifier, file) ?? {}
  return resolvedModule && program.getSourceFile(resolvedModule.resolvedFileName)
}

/** Those that could import the client: no libraries. */
export function ownFiles(program: ts.Program): ts.SourceFile[] {
  return program.getSourceFiles().filter(file => !isForeign(program, file))
}

function isForeign(program: ts.Program, file: ts.SourceFile): boolean {
  return program.isSourceFileFromExternalLibrary(file) || program.isSourceFileDefaultLibrary(file)
}

function namesOf(specifiers: readonly ts.StringLiteralLike[]): string[] {
  return [...new Set(specifiers.map(({ text }) => text))].sort()
}
