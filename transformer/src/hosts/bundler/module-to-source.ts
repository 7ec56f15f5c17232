// A module's text, as a bundler has read it → the text with its routes compiled, or what is wrong with them.
import { severityOf } from '../../model/finding.ts'
import type { ModuleCode } from '../compile-routes.ts'
import { codeToSource, type SplicedSource } from './code-to-source.ts'
import { findingsToMessage } from './findings-to-message.ts'
import type { OpenProject } from './tsconfig-to-project.ts'

export interface CompiledModule {
  readonly code: ModuleCode
  readonly spliced: SplicedSource
}

/** Undefined of a module without routes. Throws an Error with the findings that are errors. `file` has forward slashes. */
export function moduleToSource(
  { ts, project }: OpenProject,
  file: string,
  text: string,
): CompiledModule | undefined {
  // TypeScript leaves a byte order mark out.
  const plain = text.replace(/^\ufeff/, '')
  const found = project.codeOf(file, plain)
  const { program, findings } = project.state()
  const own = findings.filter(it => it.place.file === file && severityOf(it) === 'error')
  if (own.length > 0) throw new Error(findingsToMessage(ts, program, own))
  if (found === undefined) return undefined
  if (found.source.text !== plain) {
    throw new Error(
      `${file}: another plugin has changed this module before @alien-rpc/transformer; put that one behind it`,
    )
  }
  return { code: found.code, spliced: codeToSource(ts, found.source, found.code) }
}
