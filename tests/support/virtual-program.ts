// Sources by file name in → a TypeScript program that imports the real '@alien-rpc/service', and its analysis, out.
import { join } from 'node:path'
import ts from 'typescript'
import { analyze } from '../../transformer/src/analyze.ts'
import type { Compiler } from '../../transformer/src/compiler.ts'
import type { Place } from '../../transformer/src/model/finding.ts'
import type { Analysis, RouteModel } from '../../transformer/src/model/route-model.ts'

const ROOT = join(import.meta.dirname, '../..')
/** No such folder: its files live in memory, and resolve packages from the repository's node_modules. */
const FOLDER = join(ROOT, 'virtual-app')
const SERVICE = join(ROOT, 'runtime/src/index.ts')

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  types: ['node'],
  paths: { '@alien-rpc/service': [SERVICE] },
}

export interface VirtualProgram extends Compiler {
  readonly analysis: Analysis
  /** What the source says at a place. */
  textAt(place: Place): string
  /** Errors of TypeScript itself in the given sources. */
  typeErrors(): string[]
}

export type ProgramOf = (
  files: string | Record<string, string>,
  options?: ts.CompilerOptions,
) => VirtualProgram

/** Programs made by one factory share the parsed files that are on disk. */
export function programFactory(): ProgramOf {
  const parsed = new Map<string, ts.SourceFile | undefined>()
  return (input, overrides = {}) => {
    const options = { ...OPTIONS, ...overrides }
    const files = typeof input === 'string' ? { 'routes.ts': input } : input
    const sources = new Map(
      Object.entries(files).map(([name, text]) => [join(FOLDER, name), withImport(text)]),
    )
    const host = ts.createCompilerHost(options)
    const fromDisk = host.getSourceFile
    host.getCurrentDirectory = () => FOLDER
    host.fileExists = name => sources.has(name) || ts.sys.fileExists(name)
    host.directoryExists = name =>
      name === FOLDER ||
      [...sources.keys()].some(it => it.startsWith(`${name}/`)) ||
      ts.sys.directoryExists(name)
    host.readFile = name => sources.get(name) ?? ts.sys.readFile(name)
    host.getSourceFile = (name, version) => {
      const text = sources.get(name)
      if (text !== undefined) return ts.createSourceFile(name, text, version, true)
      if (!parsed.has(name)) parsed.set(name, fromDisk.call(host, name, version))
      return parsed.get(name)
    }
    const program = ts.createProgram([...sources.keys()], options, host)
    const checker = program.getTypeChecker()
    const compiler = { ts, program, checker }
    let analysis: Analysis | undefined
    return {
      ...compiler,
      get analysis() {
        analysis ??= analyze(compiler)
        return analysis
      },
      textAt: place => sources.get(place.file)!.slice(place.start, place.start + place.length),
      typeErrors: () =>
        [...sources.keys()].flatMap(name =>
          program
            .getSemanticDiagnostics(program.getSourceFile(name))
            .map(it => ts.flattenDiagnosticMessageText(it.messageText, '\n')),
        ),
    }
  }
}

// Most sources are a few lines about one route.
function withImport(text: string): string {
  return /\bimport\b/.test(text) || !/\broute\b/.test(text)
    ? text
    : `import { route } from '@alien-rpc/service'\n${text}`
}

/** The only route of a program without errors. */
export function onlyRoute({ analysis }: VirtualProgram): RouteModel {
  const problems = analysis.findings.map(finding => finding.message)
  if (analysis.routes.length !== 1)
    throw new Error(`expected one route, got ${analysis.routes.length}: ${problems.join('\n')}`)
  return analysis.routes[0]!
}
