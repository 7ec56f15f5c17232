// A file of a project → what the analysis has found in it, as TypeScript's diagnostics.
import type ts from 'typescript'
import { findingToDiagnostic } from '../../transformer/src/diagnostics/finding-to-diagnostic.ts'
import { entryFindingsOf } from './entry-findings.ts'
import type { LiveClient } from './live-client.ts'
import type { RouteProject } from './project.ts'

export function diagnosticsOf(project: RouteProject, client: LiveClient, file: string): ts.Diagnostic[] {
  const program = project.program()
  const source = program?.getSourceFile(file)
  if (!program || !source) return []
  const own = project.analysis().findings(project.compilerOf(program), source.fileName)
  const ofEntry = entryFindingsOf(project, client, program, source)
  const fileOf = (name: string) =>
    program.getSourceFile(name) ?? (ofEntry?.holder?.fileName === name ? ofEntry.holder : undefined)
  return [...(ofEntry?.findings ?? []), ...own].map(finding =>
    findingToDiagnostic(project.ts, finding, fileOf),
  )
}
