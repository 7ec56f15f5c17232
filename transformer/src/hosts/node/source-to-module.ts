// A TypeScript module's text → JavaScript with its routes compiled, types stripped and its source map at the end.
import type ts from 'typescript'
import type { TypeScript } from '../../compiler.ts'
import { severityOf } from '../../model/finding.ts'
import { diagnosticsToMessage, findingsToMessage } from '../bundler/findings-to-message.ts'
import { type BundlerProject, openProject } from '../bundler/tsconfig-to-project.ts'
import type { ModuleCode } from '../compile-routes.ts'
import { createSplicer } from '../splice-server-code.ts'

/** As Node's hooks give it. */
export interface RunnableModule {
  readonly format: 'module' | 'commonjs'
  readonly source: string
}

export interface ModuleCompiler {
  /** `file` has forward slashes. Throws an Error with what is wrong with the module's routes. */
  compile(file: string, text: string): RunnableModule
  /** The file that `paths` of the tsconfig give for an import; undefined where they say nothing, or of a declaration only. */
  pathOf(specifier: string, importer: string): string | undefined
}

/** Prints everything that is wrong with the project's routes; what is wrong with a module stops that when it is loaded. */
export function openCompiler(tsconfig: string): ModuleCompiler {
  const { ts, project } = openProject(tsconfig)
  const { program, findings } = project.state()
  if (findings.length > 0) console.error(findingsToMessage(ts, program, findings))
  return {
    compile: (file, text) => compile(ts, project, file, text),
    pathOf: (specifier, importer) => pathOf(ts, program.getCompilerOptions(), specifier, importer),
  }
}

function compile(ts: TypeScript, project: BundlerProject, file: string, text: string): RunnableModule {
  const plain = text.replace(/^\ufeff/, '')
  const found = project.codeOf(file, plain)
  const { program, findings } = project.state()
  const errors = findings.filter(it => it.place.file === file && severityOf(it) === 'error')
  if (errors.length > 0) throw new Error(findingsToMessage(ts, program, errors))
  // Only the name of a file forces this: `import x = require()` has no meaning in an ES module.
  const format = file.endsWith('.cts') ? 'commonjs' : 'module'
  return { format, source: strip(ts, program, file, plain, found?.code, format) }
}

function pathOf(
  ts: TypeScript,
  options: ts.CompilerOptions,
  specifier: string,
  importer: string,
): string | undefined {
  const isMapped = Object.keys(options.paths ?? {}).some(pattern => matches(pattern, specifier))
  if (!isMapped) return undefined
  const { resolvedModule } = ts.resolveModuleName(specifier, importer, options, ts.sys)
  if (resolvedModule === undefined || resolvedModule.isExternalLibraryImport) return undefined
  const { resolvedFileName, extension } = resolvedModule
  return extension.startsWith('.d.') ? undefined : resolvedFileName
}

/** `@/*` and `@/routes`. */
function matches(pattern: string, specifier: string): boolean {
  const [before = '', after] = pattern.split('*')
  if (after === undefined) return specifier === pattern
  const isLongEnough = specifier.length >= before.length + after.length
  return isLongEnough && specifier.startsWith(before) && specifier.endsWith(after)
}

/** What modules of CommonJS take for granted, before the first statement and on its line, so that no line of the source moves. */
const COMMONJS_NAMES = [
  'import { createRequire as alienRpcRequire } from "node:module"',
  'const require = alienRpcRequire(import.meta.url)',
  'const __filename = require("node:url").fileURLToPath(import.meta.url)',
  'const __dirname = require("node:path").dirname(__filename)',
  '',
].join('; ')

/** In a package without `"type": "module"`, whose modules run as ES modules here, but for `.cts`. */
function prefixOf(ts: TypeScript, program: ts.Program, file: string, text: string): string {
  const { module } = program.getCompilerOptions()
  const isCommonJs =
    module === ts.ModuleKind.CommonJS ||
    program.getSourceFile(file)?.impliedNodeFormat === ts.ModuleKind.CommonJS
  return isCommonJs && /\b(?:require|__filename|__dirname)\b/.test(text) ? COMMONJS_NAMES : ''
}

function strip(
  ts: TypeScript,
  program: ts.Program,
  fileName: string,
  text: string,
  code: ModuleCode | undefined,
  format: RunnableModule['format'],
): string {
  const module = format === 'module' ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS
  // Scripts and tests beside `rootDir` are run, though a build would refuse them: nothing has a place among its outputs.
  const { rootDir: _, outDir: __, declarationDir: ___, ...options } = program.getCompilerOptions()
  const { outputText, diagnostics = [] } = ts.transpileModule(text, {
    fileName,
    reportDiagnostics: true,
    compilerOptions: {
      ...options,
      module,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      target: ts.ScriptTarget.ES2023,
      inlineSourceMap: true,
      inlineSources: true,
      sourceMap: false,
      noEmit: false,
      rewriteRelativeImportExtensions: false,
    },
    transformers: {
      before: [
        createSplicer(
          ts,
          () => code,
          () => module,
        ),
      ],
    },
  })
  const errors = diagnostics.filter(({ category }) => category === ts.DiagnosticCategory.Error)
  if (errors.length > 0) throw new SyntaxError(diagnosticsToMessage(ts, program, errors))
  return format === 'module' ? prefixOf(ts, program, fileName, text) + outputText : outputText
}
