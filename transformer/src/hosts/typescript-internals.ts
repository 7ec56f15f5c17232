// What the compilers' own objects have at run time and their public types do not show (TypeScript 5.9 and 6.0).
import type ts from 'typescript'
import type { TypeScript } from '../compiler.ts'

export type DiagnosticsOf = (
  sourceFile?: ts.SourceFile,
  cancellationToken?: ts.CancellationToken,
) => readonly ts.Diagnostic[]

/** A program, writable: its methods are looked up on it by the builder, so that they can be wrapped. */
export type ProgramInternals = {
  -readonly [K in 'getOptionsDiagnostics' | 'emit']: ts.Program[K]
} & {
  getSemanticDiagnostics: DiagnosticsOf
  /** What the builders behind `--incremental`, `-b` and `-w` call instead. */
  getBindAndCheckDiagnostics: DiagnosticsOf
  getEmitModuleFormatOfFile(file: ts.SourceFile): ts.ModuleKind
  getResolvedModuleFromModuleSpecifier(
    specifier: ts.StringLiteralLike,
    file: ts.SourceFile,
  ): { readonly resolvedModule?: ts.ResolvedModuleFull } | undefined
}

export function programInternals(program: ts.Program): ProgramInternals {
  return program as unknown as ProgramInternals
}

/** The version by which a builder knows whether a file changed. Absent where no builder runs. */
export interface VersionedFile {
  version?: string
}

export function versionedFile(file: ts.SourceFile): VersionedFile {
  return file as VersionedFile
}

/** A file as parser, program and binder write it. */
export interface BoundFile extends VersionedFile {
  /** Specifiers, those that the compiler adds among them. Absent before a program has the file. */
  imports: readonly ts.StringLiteralLike[]
  moduleAugmentations?: readonly ts.StringLiteral[]
  /** What `// @ts-nocheck` says. */
  checkJsDirective?: { readonly enabled: boolean; readonly pos: number; readonly end: number } | undefined
  /** Which comments were parsed. */
  readonly jsDocParsingMode?: ts.JSDocParsingMode
  bindDiagnostics: readonly ts.Diagnostic[]
  text: unknown
  statements: unknown
  endOfFileToken: unknown
  end: unknown
  flags: unknown
  transformFlags: unknown
  nodeCount: unknown
  identifierCount: unknown
  identifiers: unknown
  parseDiagnostics: unknown
  externalModuleIndicator: unknown
  pragmas: unknown
  commentDirectives: unknown
  referencedFiles: unknown
  lineMap: unknown
  locals: unknown
  symbol: unknown
  endFlowNode: unknown
  symbolCount: unknown
  classifiableNames: unknown
}

export function boundFile(file: ts.SourceFile): BoundFile {
  return file as unknown as BoundFile
}

interface FileSystemEntries {
  readonly files: readonly string[]
  readonly directories: readonly string[]
}

interface CompilerInternals {
  /** ts-patch's name for the `createProgram` that runs no transformers. */
  readonly originalCreateProgram?: (options: ts.CreateProgramOptions) => ts.Program
  /** Gives a file its symbols, unless it has some. */
  bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void
  /** What `target` is, also where it is not written. */
  getEmitScriptTarget(options: ts.CompilerOptions): ts.ScriptTarget
  getSourceFileVersionAsHashFromText(host: Pick<ts.CompilerHost, 'createHash'>, text: string): string
  matchFiles(
    path: string,
    extensions: readonly string[],
    excludes: readonly string[] | undefined,
    includes: readonly string[] | undefined,
    useCaseSensitiveFileNames: boolean,
    currentDirectory: string,
    depth: number | undefined,
    entriesOf: (path: string) => FileSystemEntries,
    realpath: (path: string) => string,
  ): string[]
}

export function compilerInternals(ts: TypeScript): CompilerInternals {
  return ts as unknown as CompilerInternals
}

/** A file that stands for another copy of the same package: what it redirects to is not the file itself. */
export function unredirected(file: ts.SourceFile): ts.SourceFile {
  return (file as { redirectInfo?: { unredirected: ts.SourceFile } }).redirectInfo?.unredirected ?? file
}

/** Only the host of `-w` keeps source files from program to program, and is told which to let go. */
export function isWatchHost(host: ts.CompilerHost): boolean {
  return 'onReleaseOldSourceFile' in host
}
