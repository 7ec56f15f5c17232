// Findings → what a terminal, a script or a code host shows of them.
import { relative } from 'node:path'
import type { TypeScript } from '../../compiler.ts'
import { type FileLookup, findingToDiagnostic } from '../../diagnostics/finding-to-diagnostic.ts'
import { type Finding, RULES, severityOf } from '../../model/finding.ts'
import { documentationOf } from '../../model/homepage.ts'
import { findingsToSarif } from './findings-to-sarif.ts'
import type { LocatedFinding } from './located-finding.ts'

export const FORMATS = ['pretty', 'json', 'github', 'sarif'] as const
export type Format = (typeof FORMATS)[number]

export interface FindingsView {
  readonly ts: TypeScript
  readonly fileOf: FileLookup
  readonly findings: readonly Finding[]
  /** Paths are shown relative to it. */
  readonly folder: string
  readonly colours: boolean
}

/** Ends in a newline, unless it is empty. */
export function findingsToText(view: FindingsView, format: Format): string {
  switch (format) {
    case 'pretty':
      return pretty(view)
    case 'json':
      return `${JSON.stringify(
        view.findings.map(finding => located(view, finding)),
        undefined,
        2,
      )}\n`
    case 'github':
      return view.findings.map(finding => `${githubCommand(located(view, finding))}\n`).join('')
    case 'sarif':
      return `${JSON.stringify(findingsToSarif(view.findings.map(finding => located(view, finding))), undefined, 2)}\n`
    default:
      return format satisfies never
  }
}

export function located({ fileOf, folder }: FindingsView, finding: Finding): LocatedFinding {
  const { rule, message, place } = finding
  const source = fileOf(place.file)
  const at = (offset: number) => {
    const { line, character } = source?.getLineAndCharacterOfPosition(offset) ?? { line: 0, character: 0 }
    return { line: line + 1, column: character + 1 }
  }
  const [start, end] = [at(place.start), at(place.start + place.length)]
  const file = place.file === '' ? '' : relative(folder, place.file).replaceAll('\\', '/')
  return {
    ...{ code: RULES[rule].code, rule, severity: severityOf(finding), message },
    ...{ file, ...start, endLine: end.line, endColumn: end.column },
    documentation: documentationOf(rule),
  }
}

function pretty({ ts, fileOf, findings, folder, colours }: FindingsView): string {
  if (findings.length === 0) return ''
  const diagnostics = findings.map(finding => findingToDiagnostic(ts, finding, fileOf))
  const format = colours ? ts.formatDiagnosticsWithColorAndContext : ts.formatDiagnostics
  const host = {
    getCurrentDirectory: () => folder,
    getCanonicalFileName: (name: string) => name,
    getNewLine: () => '\n',
  }
  return format(diagnostics, host)
}

/** docs.github.com, "Workflow commands": `%`, line breaks and, in properties, `:` and `,` are escaped. */
function githubCommand(it: LocatedFinding): string {
  const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
  const place = `file=${property(it.file)},line=${it.line},col=${it.column},endLine=${it.endLine},endColumn=${it.endColumn},`
  return `::${it.severity} ${it.file === '' ? '' : place}title=${property(`TS${it.code} ${it.rule}`)}::${data(`${it.message}\n${it.documentation}`)}`
}
