// A TypeScript module's text → JavaScript with its routes compiled, types stripped and its source map at the end.
import type ts from 'typescript'
import type { TypeScript } from '../../compiler.ts'
import { severityOf } from '../../model/finding.ts'
import { diagnosticsToMessage, findingsToMessage } from '../bundler/findings-to-message.ts'
import { type BundlerProject, openProject } from '../bundler/tsconfig-to-project.ts'
import type { ModuleCode } from '../compile-routes.ts'
import { createSplicer } from '../splice-server-code.ts'

export interface ModuleCompiler {
  /** `file` has forward slashes. Throws an Error with what is wrong with the module's routes. */
  compile(file: string, text: string): string
}

/** Prints everything that is wrong with the project's routes; what is wrong with a module stops that when it is loaded. */
export function openCompiler(tsconfig: string): ModuleCompiler {
  const { ts, project } = openProject(tsconfig)
  const { program, findings } = project.state()
  if (findings.length > 0) console.error(findingsToMessage(ts, program, findings))
  return { compile: (file, text) => compile(ts, project, file, text) }
}

function compile(ts: TypeScript, project: BundlerProject, file: string, text: string): string {
  const plain = text.replace(/^\ufeff/, '')
  const found = project.codeOf(file, plain)
  const { program, findings } = project.state()
  const errors = findings.filter(it => it.place.file === file && severityOf(it) === 'error')
  if (errors.length > 0) throw new Error(findingsToMessage(ts, program, errors))
  return strip(ts, program, file, plain, found?.code)
}

function strip(
  ts: TypeScript,
  program: ts.Program,
  fileName: string,
  text: string,
  code: ModuleCode | undefined,
): string {
  const format = ts.ModuleKind.ESNext
  const { outputText, diagnostics = [] } = ts.transpileModule(text, {
    fileName,
    reportDiagnostics: true,
    compilerOptions: {
      ...program.getCompilerOptions(),
      module: format,
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
          () => format,
        ),
      ],
    },
  })
  const errors = diagnostics.filter(({ category }) => category === ts.DiagnosticCategory.Error)
  if (errors.length > 0) throw new SyntaxError(diagnosticsToMessage(ts, program, errors))
  return outputText
}
