// A program whose routes are compiled, and the option "package" → the package on disk, as these routes give it.
import { relative, resolve } from 'node:path'
import type ts from 'typescript'
import type { TypeScript } from '../../compiler.ts'
import type { CompiledRoutes } from '../compile-routes.ts'
import { includeCovers } from '../include-covers.ts'
import { configFolder, type TsconfigEntry } from '../tsconfig-entry.ts'
import { bundleClient, type File } from './bundle-client.ts'
import { findClient, findEsbuild, type InstalledClient, readAbove } from './installed-client.ts'
import { type Manifest, optionsToManifest } from './options-to-manifest.ts'
import { digest, folderState, writeFolder } from './package-folder.ts'
import { outDirProblem, type PackageOptions, type ProjectFolders } from './package-options.ts'

export interface PackageTask {
  readonly ts: TypeScript
  readonly program: ts.Program
  readonly entry: TsconfigEntry
  readonly options: PackageOptions
  readonly compiled: CompiledRoutes
  /** The key below `package`, or none: the option as a whole. */
  complain(key: readonly string[], message: string): void
}

/**
 * To be called when the routes have no error. Nothing is written with `noEmit`, nor while the program has an error of any kind:
 * what was shipped before is better than what does not compile. The bundler runs only if something changed.
 */
export function settlePackage(task: PackageTask): void {
  const { ts, program, entry, options, compiled, complain } = task
  const problem = outDirProblem(options.outDir, foldersOf(task))
  if (problem !== undefined) return complain(['outDir'], problem)
  const { noEmit, listFilesOnly } = program.getCompilerOptions()
  if (noEmit || listFilesOnly || compiled.count === 0) return
  const folder = configFolder(entry)
  const client = attempt(task, '"@alien-rpc/service" is not installed here', () => findClient(ts, folder))
  const esbuild = attempt(
    task,
    'it is built with esbuild, which is not installed: "npm install --save-dev esbuild"',
    () => findEsbuild(folder),
  )
  if (!client || !esbuild) return
  const { module, declarations, readme } = compiled.package(client.declarations())
  const texts = [
    ...bothModules('index.d', 'ts', declarations),
    { name: 'README.md', text: readme(options.name) },
    { name: 'THIRD-PARTY-LICENSES.md', text: client.licenses() },
  ]
  const project = attempt(
    task,
    'the package.json of this project cannot be read',
    () => JSON.parse(readAbove(entry.configPath, 'package.json') ?? '{}') as Manifest,
  )
  if (!project) return
  const inputs = digest(
    JSON.stringify([module, texts, manifest(options, project, client, []), client.version, esbuild.version]),
  )
  const state = folderState(options.outDir, inputs)
  if (state === 'foreign') return complain(['outDir'], foreign(options.outDir))
  if (state === 'current' || hasErrors(program)) return
  attempt(task, 'it cannot be written', () => {
    const bundled = bundleClient({
      ...{ esbuild, module, runtimeFolder: client.folder, runtimeEntry: client.entry },
    })
    const files = [...bundled, ...texts].sort((a, b) => (a.name < b.name ? -1 : 1))
    const names = files.map(({ name }) => name)
    const text = manifest(options, project, client, names)
    writeFolder(options.outDir, inputs, [...files, { name: 'package.json', text }])
  })
}

function attempt<Result>(task: PackageTask, what: string, run: () => Result): Result | undefined {
  try {
    return run()
  } catch (error) {
    // esbuild says in its list what is wrong.
    const { message, errors } = error as Partial<Error & { errors: readonly { readonly text: string }[] }>
    const reason = errors?.[0]?.text ?? message ?? String(error)
    task.complain([], `The package is not written: ${what} (${reason.split('\n')[0]}).`)
    return undefined
  }
}

/** A compiler reads the declarations of a module by its kind, which the extension says. */
function bothModules(name: string, extension: string, text: string): File[] {
  return [
    { name: `${name}.${extension}`, text },
    { name: `${name}.c${extension}`, text },
  ]
}

function manifest(
  options: PackageOptions,
  project: Manifest,
  { node }: InstalledClient,
  files: string[],
): string {
  return optionsToManifest(options, project, node, files)
}

function foldersOf({ ts, program, entry }: PackageTask): ProjectFolders {
  const { outDir, declarationDir, rootDir } = program.getCompilerOptions()
  const root = rootDir ?? configFolder(entry)
  const outputs = [outDir, declarationDir, rootDir].filter(folder => folder !== undefined)
  const own = program
    .getSourceFiles()
    .filter(
      file => !program.isSourceFileDefaultLibrary(file) && !program.isSourceFileFromExternalLibrary(file),
    )
  return {
    configPath: entry.configPath,
    outputs,
    sources: own.map(({ fileName }) => fileName),
    emitted: own.flatMap(({ fileName, isDeclarationFile }) =>
      isDeclarationFile || outDir === undefined ? [] : [resolve(outDir, relative(root, fileName))],
    ),
    includes: (path: string) => entry.isWholeProject && includeCovers(ts, entry, path),
  }
}

function hasErrors(program: ts.Program): boolean {
  return program.getSyntacticDiagnostics().length > 0 || program.getSemanticDiagnostics().length > 0
}

function foreign(outDir: string): string {
  return `"${outDir}" holds files that were not written by @alien-rpc/transformer and would be overwritten. Delete it, or choose another folder.`
}
