// A program and the text of one file → a program that has this text, whatever the disk says. All other files are shared.
import { dirname } from 'node:path'
import type ts from 'typescript'
import type { TypeScript } from '../compiler.ts'
import { compilerInternals, unredirected, versionedFile } from './typescript-internals.ts'

export interface Overlay {
  /** Absolute, with forward slashes. */
  readonly path: string
  readonly text: string
  /** Whether the project's `include` covers the file, so that it is compiled even if nothing imports it. */
  readonly isRoot: boolean
}

export function overlayProgram(
  ts: TypeScript,
  program: ts.Program,
  host: ts.CompilerHost,
  overlay: Overlay,
): ts.Program {
  const roots = program.getRootFileNames()
  const projectReferences = program.getProjectReferences()
  const { originalCreateProgram = ts.createProgram } = compilerInternals(ts)
  const known = roots.some(root => sameFile(host, root, overlay.path))
  return originalCreateProgram({
    rootNames: overlay.isRoot && !known ? [...roots, overlay.path] : roots,
    options: program.getCompilerOptions(),
    host: overlayHost(ts, program, host, overlay),
    configFileParsingDiagnostics: program.getConfigFileParsingDiagnostics(),
    ...(projectReferences ? { projectReferences } : {}),
  })
}

/** The compilers' hosts remember that a file was not there; these answers come before theirs. */
function overlayHost(
  ts: TypeScript,
  program: ts.Program,
  host: ts.CompilerHost,
  { path, text }: Overlay,
): ts.CompilerHost {
  const isOverlay = (file: string): boolean => sameFile(host, file, path)
  const folder = dirname(path)
  const overlaid: ts.CompilerHost = Object.assign(Object.create(host) as ts.CompilerHost, {
    fileExists: (file: string) => isOverlay(file) || host.fileExists(file),
    readFile: (file: string) => (isOverlay(file) ? text : host.readFile(file)),
    directoryExists: (directory: string) =>
      `${folder}/`.startsWith(`${directory.replace(/\/$/, '')}/`) ||
      (host.directoryExists?.(directory) ?? true),
    getSourceFile: (file: string, ...rest: SourceFileArguments) => {
      if (isOverlay(file)) return parseOverlay(ts, host, file, text, rest[0])
      const shared = program.getSourceFile(file)
      return shared ? unredirected(shared) : host.getSourceFile(file, ...rest)
    },
    getSourceFileByPath: undefined,
    getModuleResolutionCache: undefined,
    hasInvalidatedResolutions: () => true,
  })
  if (host.resolveModuleNameLiterals) overlaid.resolveModuleNameLiterals = withOverlay(ts, host, overlaid)
  return overlaid
}

type SourceFileArguments =
  Parameters<ts.CompilerHost['getSourceFile']> extends [string, ...infer Rest] ? Rest : never

/** The host resolves (and watches) as always; what it did not find is looked for once more, with the overlay and no cache. */
function withOverlay(
  ts: TypeScript,
  host: ts.CompilerHost,
  overlaid: ts.CompilerHost,
): NonNullable<ts.CompilerHost['resolveModuleNameLiterals']> {
  return (literals, containingFile, redirected, options, sourceFile, reused) => {
    const found = host.resolveModuleNameLiterals!(
      literals,
      containingFile,
      redirected,
      options,
      sourceFile,
      reused,
    )
    return found.map((result, index) => {
      const literal = literals[index]!
      if (result.resolvedModule) return result
      const mode = ts.getModeForUsageLocation(sourceFile, literal, options)
      return ts.resolveModuleName(
        literal.text,
        containingFile,
        options,
        overlaid,
        undefined,
        redirected,
        mode,
      )
    })
  }
}

function parseOverlay(
  ts: TypeScript,
  host: ts.CompilerHost,
  file: string,
  text: string,
  options: SourceFileArguments[0],
): ts.SourceFile {
  const sourceFile = ts.createSourceFile(file, text, options)
  // The same hash as the compiler's own, so that reading the file from disk later counts as no change.
  versionedFile(sourceFile).version = compilerInternals(ts).getSourceFileVersionAsHashFromText(host, text)
  return sourceFile
}

function sameFile(host: ts.CompilerHost, a: string, b: string): boolean {
  return host.getCanonicalFileName(a.replaceAll('\\', '/')) === host.getCanonicalFileName(b)
}
