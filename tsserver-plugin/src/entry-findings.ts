// A program in the editor → what is wrong with the tsconfig entry and its client, as `tspc` says it, where an editor can show it.
import type ts from 'typescript'
import type { Compiler, TypeScript } from '../../transformer/src/compiler.ts'
import { toRuleSettings } from '../../transformer/src/diagnostics/rule-settings.ts'
import {
  aboutClient,
  CIRCLE,
  foreignClient,
  noRoutes,
  secondEntry,
} from '../../transformer/src/hosts/entry-findings.ts'
import { entryToOptions } from '../../transformer/src/hosts/entry-to-options.ts'
import { findTsconfigEntry, type TsconfigEntry } from '../../transformer/src/hosts/tsconfig-entry.ts'
import { type Finding, type Place, severityOf } from '../../transformer/src/model/finding.ts'
import { isGenerated } from '../../transformer/src/model/generated.ts'
import type { LiveClient } from './live-client.ts'
import type { EntryConfig, RouteProject } from './project.ts'

export interface EntryFindings {
  /** In the file that shows them; each is related to its place in the tsconfig. */
  readonly findings: readonly Finding[]
  /** The tsconfig that holds the entry. */
  readonly holder: ts.SourceFile | undefined
}

/**
 * Language services have nothing to say in a tsconfig, so this is shown in the first file that has routes, or in the first of the
 * program. Undefined for every other file.
 */
export function entryFindingsOf(
  project: RouteProject,
  client: LiveClient,
  program: ts.Program,
  source: ts.SourceFile,
): EntryFindings | undefined {
  const compiler = project.compilerOf(program)
  const [route] = project.analysis().declared(compiler)
  const place = route?.place ?? firstPlace(project, program)
  if (!place || place.file !== source.fileName) return undefined
  const config = project.config() as EntryConfig & Readonly<Record<string, unknown>>
  const message = setUpProblem(project)
  if (message !== undefined) {
    // Without a route nothing is amiss yet.
    const findings: Finding[] = route ? [{ rule: 'plugin-option', message, place, related: [] }] : []
    return { findings, holder: undefined }
  }
  const entry = findTsconfigEntry(project.ts, program.getCompilerOptions(), config)
  if (!entry) return undefined
  const findings = [
    ...entryToOptions(project.ts, config, entry).findings,
    ...clientFindings(project, client, compiler, entry),
    ...otherEntries(project.ts, program.getCompilerOptions(), config),
  ]
  const shown = findings.map(finding => ({
    ...finding,
    place,
    related: [{ message: 'The tsconfig entry is here.', place: finding.place }],
  }))
  return { findings: shown, holder: entry.holder }
}

function firstPlace(project: RouteProject, program: ts.Program): Place | undefined {
  const first = program
    .getSourceFiles()
    .find(
      file =>
        !file.isDeclarationFile &&
        !program.isSourceFileFromExternalLibrary(file) &&
        file.fileName !== project.clientPath(),
    )
  return first && { file: first.fileName, start: first.getStart(), length: 1 }
}

const OLDEST = [5, 9] as const

function setUpProblem({ ts, config }: RouteProject): string | undefined {
  const [major = 0, minor = 0] = ts.versionMajorMinor.split('.').map(Number)
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    return `The editor runs TypeScript ${ts.version}, Alien RPC needs ${OLDEST.join('.')} or later. Let the editor use the TypeScript of the workspace.`
  }
  if (config().transform === undefined) {
    return 'The tsconfig entry has no "transform": "@alien-rpc/transformer", "transformProgram": true, so "tspc" would compile no route.'
  }
  return undefined
}

function clientFindings(
  project: RouteProject,
  client: LiveClient,
  compiler: Compiler,
  entry: TsconfigEntry,
): Finding[] {
  const { ts } = project
  const path = project.clientPath()
  if (path === undefined) return []
  const { settings } = toRuleSettings(project.config().rules)
  if (isForeign(project, compiler.program, path)) {
    return aboutClient(ts, entry, settings, 'plugin-option', foreignClient(path))
  }
  return [
    ...(hasNoRoutes(project, compiler)
      ? aboutClient(ts, entry, settings, 'no-routes', noRoutes(ts.sys.fileExists(path)))
      : []),
    ...(client.isCircular() ? aboutClient(ts, entry, settings, 'client-circle', CIRCLE) : []),
  ]
}

function hasNoRoutes(project: RouteProject, compiler: Compiler): boolean {
  if (project.analysis().declared(compiler).length > 0) return false
  const { findings } = project.analysis().analysis(compiler)
  return !findings.some(it => severityOf(it) === 'error')
}

/** In memory it is ours. */
function isForeign(project: RouteProject, program: ts.Program, path: string): boolean {
  if (project.isOnlyInMemory(path)) return false
  const text = program.getSourceFile(path)?.text ?? project.ts.sys.readFile(path)
  return text !== undefined && !isGenerated(text)
}

/** ts-patch runs each entry of the transformer that differs from the first. */
function otherEntries(ts: TypeScript, options: ts.CompilerOptions, config: EntryConfig): Finding[] {
  const plugins = (options.plugins ?? []) as unknown as readonly EntryConfig[]
  const own = plugins.filter(({ transform }) => transform === config.transform)
  const distinct = new Map(own.map(it => [JSON.stringify(it), it]))
  return [...distinct.values()].slice(1).flatMap(it => {
    const entry = findTsconfigEntry(ts, options, it as Readonly<Record<string, unknown>>)
    return entry ? [secondEntry(ts, entry)] : []
  })
}
