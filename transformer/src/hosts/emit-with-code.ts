// A program and the generated code of its modules → the same program, whose output holds that code.
import type ts from 'typescript'
import type { TypeScript } from '../compiler.ts'
import { findingToDiagnostic } from '../diagnostics/finding-to-diagnostic.ts'
import type { ModuleCode } from './compile-routes.ts'
import { internalError } from './internal-error.ts'
import { createCompleter } from './outline-client.ts'
import { createSplicer } from './splice-server-code.ts'
import { programInternals } from './typescript-internals.ts'

/** A client that has only its outline in the program, and what is missing, as JavaScript. */
export interface OutlinedClient {
  readonly file: ts.SourceFile
  readonly code: string
}

/** Ours runs before other transformers, which may replace nodes: route calls are found by their place. */
export function emitWithCode(
  ts: TypeScript,
  program: ts.Program,
  codeOf: (file: ts.SourceFile) => ModuleCode | undefined,
  client?: OutlinedClient,
): void {
  const internals = programInternals(program)
  const own = internals.emit
  internals.emit = (target, write, token, onlyDeclarations, custom, ...rest) => {
    const failures: ts.Diagnostic[] = []
    const splice = createSplicer(ts, codeOf, file => internals.getEmitModuleFormatOfFile(file))
    const complete = client && createCompleter(ts, client.code)
    const guarded: ts.TransformerFactory<ts.SourceFile> = context => file => {
      try {
        return (complete && file === client.file ? complete : splice)(context)(file)
      } catch (error) {
        failures.push(findingToDiagnostic(ts, internalError(error), () => undefined))
        return file
      }
    }
    const transformers = { ...custom, before: [guarded, ...(custom?.before ?? [])] }
    const result = own(target, write, token, onlyDeclarations, transformers, ...rest)
    return { ...result, diagnostics: [...result.diagnostics, ...failures] }
  }
}
