// A project of tsserver → its current routes and findings, analysed once for each state of the program.
import type ts from 'typescript'
import { analyze } from '../../transformer/src/analyze.ts'
import type { TypeScript } from '../../transformer/src/compiler.ts'
import { toRuleSettings } from '../../transformer/src/diagnostics/rule-settings.ts'
import type { Analysis } from '../../transformer/src/model/route-model.ts'

/** The plugin's entry in the tsconfig, shared with the transformer. */
export interface EntryConfig {
  readonly transform?: unknown
  readonly client?: unknown
  readonly rules?: unknown
}

export interface RouteProject {
  readonly ts: TypeScript
  /** TypeScript's own, undecorated. */
  readonly service: ts.LanguageService
  /** The program of the moment, unsaved edits included. Undefined while there is none. */
  program(): ts.Program | undefined
  analysis(program: ts.Program): Analysis
  config(): EntryConfig
  configure(config: EntryConfig): void
  /** The absolute path of the generated client, if the entry names one. */
  clientPath(): string | undefined
  /** Nothing may lead there: an editor could not open it. */
  isOnlyInMemory(file: string): boolean
  /** To tsserver's log, where alone a guest may complain. */
  log(error: unknown): void
}

export function createProject(ts: TypeScript, info: ts.server.PluginCreateInfo): RouteProject {
  let cache = new WeakMap<ts.Program, Analysis>()
  let config = info.config as EntryConfig
  const clientPath = () => {
    const folder = info.project.getCurrentDirectory()
    return typeof config.client === 'string' ? joinPath(folder, config.client) : undefined
  }
  return {
    ts,
    service: info.languageService,
    program: () => info.languageService.getProgram(),
    analysis: program =>
      analyze(
        { ts, program, checker: program.getTypeChecker() },
        { cache, rules: toRuleSettings(config.rules).settings },
      ),
    config: () => config,
    configure(next) {
      config = next
      cache = new WeakMap()
    },
    clientPath,
    isOnlyInMemory: file => file === clientPath() && !ts.sys.fileExists(file),
    log(error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      info.project.projectService.logger.info(
        `@alien-rpc/tsserver-plugin failed, and kept out of the way: ${text}`,
      )
    },
  }
}

/** Without `node:path`: tsserver's own paths have forward slashes on every platform. */
function joinPath(folder: string, path: string): string {
  if (/^(?:\/|[a-z]:)/i.test(path)) return path.replaceAll('\\', '/')
  const parts = folder.replace(/\/$/, '').split('/')
  for (const part of path.split(/[\\/]/)) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}
