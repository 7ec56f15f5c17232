// A project of tsserver → its current routes and findings, and what the overrides need of it.
import type ts from 'typescript'
import { createEditorAnalysis, type EditorAnalysis } from '../../transformer/src/analyze-by-file.ts'
import type { Compiler, TypeScript } from '../../transformer/src/compiler.ts'
import { toRuleSettings } from '../../transformer/src/diagnostics/rule-settings.ts'

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
  compilerOf(program: ts.Program): Compiler
  /** What is known of the routes, kept from program to program. */
  analysis(): EditorAnalysis
  config(): EntryConfig
  /** After a change of the tsconfig. */
  configure(info: ts.server.PluginCreateInfo): void
  /** The absolute path of the generated client, if the entry names one. */
  clientPath(): string | undefined
  /** Of the other projects that use the generated client: those that refer to this one. */
  clientUsers(): readonly ts.LanguageService[]
  /** Nothing may lead there: an editor could not open it. */
  isOnlyInMemory(file: string): boolean
  /** To tsserver's log, where alone a guest may complain. */
  log(error: unknown): void
}

export function createProject(ts: TypeScript, info: ts.server.PluginCreateInfo): RouteProject {
  let config = entryOf(info)
  let analysis = createEditorAnalysis(toRuleSettings(config.rules).settings)
  const clientPath = () => {
    const folder = info.project.getCurrentDirectory()
    return typeof config.client === 'string' ? joinPath(folder, config.client) : undefined
  }
  return {
    ts,
    service: info.languageService,
    program: () => info.languageService.getProgram(),
    compilerOf: program => ({ ts, program, checker: program.getTypeChecker() }),
    analysis: () => analysis,
    config: () => config,
    configure(next) {
      config = entryOf(next)
      analysis = createEditorAnalysis(toRuleSettings(config.rules).settings)
    },
    clientPath,
    clientUsers() {
      const path = clientPath()
      const file = path === undefined ? undefined : info.project.projectService.getScriptInfo(path)
      const others = file?.containingProjects.filter(it => it !== info.project && it.languageServiceEnabled)
      return others?.map(it => it.getLanguageService()) ?? []
    },
    isOnlyInMemory: file => file === clientPath() && !ts.sys.fileExists(file),
    log(error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      info.project.projectService.logger.info(
        `@alien-rpc/tsserver-plugin failed, and kept out of the way: ${text}`,
      )
    },
  }
}

/** Where there are several entries tsserver asks for a plugin with each; the compiler heeds the first. */
function entryOf({ config, project }: ts.server.PluginCreateInfo): EntryConfig {
  const { name } = config as { readonly name?: unknown }
  const plugins = (project.getCompilerOptions().plugins ?? []) as readonly { readonly name: unknown }[]
  return (plugins.find(it => it.name === name) ?? config) as EntryConfig
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
