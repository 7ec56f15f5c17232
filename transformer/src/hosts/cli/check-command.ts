// `alien-rpc check`: the findings of a project, and whether they fail a build.
import { resolve } from 'node:path'
import { severityOf } from '../../model/finding.ts'
import { type CliIo, EXIT } from './cli-io.ts'
import { type Format, findingsToText } from './findings-to-text.ts'
import { openProject } from './open-project.ts'

export interface CheckOptions {
  readonly project: string
  readonly format: Format
  readonly failOn: 'error' | 'warning'
}

export function checkCommand(io: CliIo, { project, format, failOn }: CheckOptions): number {
  const opened = openProject(io, project)
  if (typeof opened === 'number') return opened
  const { ts, fileOf, findings, analysis } = opened
  const { routes, sockets } = analysis
  io.out(findingsToText({ ts, fileOf, findings, folder: resolve(io.folder), colours: io.colours }, format))
  const errors = findings.filter(finding => severityOf(finding) === 'error').length
  const warnings = findings.length - errors
  if (format === 'pretty') io.out(summary(routes.length + sockets.length, errors, warnings))
  const fails = failOn === 'warning' ? findings.length > 0 : errors > 0
  return fails ? EXIT.findings : EXIT.fine
}

function summary(routes: number, errors: number, warnings: number): string {
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`
  return `${count(routes, 'route')} without errors, ${count(errors, 'error')}, ${count(warnings, 'warning')}\n`
}
