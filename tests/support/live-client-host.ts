// Sources by file name in → a language service with the plugin's live client in it, as tsserver would have it, in this process, out.
import { join } from 'node:path'
import ts from 'typescript'
import { createLiveClient, type LiveClient } from '../../tsserver-plugin/src/live-client.ts'
import { createProject } from '../../tsserver-plugin/src/project.ts'

const ROOT = join(import.meta.dirname, '../..')
/** No such folder: its files live in memory, and resolve packages from the repository's node_modules. */
const FOLDER = join(ROOT, 'virtual-app')
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.asynciterable.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  types: ['node'],
  paths: {
    '@alien-rpc/service': [join(ROOT, 'runtime/src/index.ts')],
    '@alien-rpc/service/client': [join(ROOT, 'runtime/src/client.ts')],
  },
}
export const CLIENT = 'client.ts'

export interface LiveClientHost {
  readonly service: ts.LanguageService
  readonly client: LiveClient
  readonly logged: readonly unknown[]
  path(name: string): string
  read(name: string): string
  write(name: string, text: string): void
  /** Brings the client up to date for one file and gives its diagnostics. */
  messages(name: string): string[]
  /** What TypeScript says of the same texts without anything of ours. */
  judged(name: string): string[]
  /** Another project has the client too, or has it no longer. */
  share(isShared: boolean): void
}

/** `compiler` is the TypeScript that the plugin is given. */
export function liveClientHost(sources: Record<string, string>, compiler: object = ts): LiveClientHost {
  const path = (name: string) => join(FOLDER, name)
  const files = new Map<string, ReturnType<typeof createFile>>()
  let version = 0
  const write = (name: string, text: string): void => {
    const known = files.get(path(name))
    if (known) known.editContent(0, textOf(known.getSnapshot()).length, text)
    else
      files.set(
        path(name),
        createFile(path(name), text, () => String(++version)),
      )
  }
  for (const [name, text] of Object.entries(sources)) write(name, text)
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => OPTIONS,
    getScriptFileNames: () => [...files.keys()],
    getScriptVersion: name => files.get(name)?.version() ?? '0',
    getScriptSnapshot(name) {
      const text = files.has(name) ? undefined : ts.sys.readFile(name)
      return (
        files.get(name)?.getSnapshot() ??
        (text === undefined ? undefined : ts.ScriptSnapshot.fromString(text))
      )
    },
    getCurrentDirectory: () => FOLDER,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: name => files.has(name) || ts.sys.fileExists(name),
    readFile: name => (files.has(name) ? textOf(files.get(name)!.getSnapshot()) : ts.sys.readFile(name)),
    directoryExists: name => name === FOLDER || ts.sys.directoryExists(name),
    getDirectories: ts.sys.getDirectories,
  }
  const service = ts.createLanguageService(host)
  const judge = ts.createLanguageService({ ...host, getScriptSnapshot: name => snapshotOf(name, host) })
  const logged: unknown[] = []
  const project = {
    projectService: {
      ...{
        getScriptInfo: (name: string) => files.get(name),
        logger: { info: (text: unknown) => logged.push(text) },
      },
      getOrCreateScriptInfoForNormalizedPath(name: string, _isOpen: boolean, text: string) {
        write(name.slice(FOLDER.length + 1), text)
        return files.get(name)
      },
    },
    getCurrentDirectory: () => FOLDER,
    getCompilerOptions: () => OPTIONS,
    refreshDiagnostics: () => {},
  }
  const config = { name: '@alien-rpc/tsserver-plugin', client: CLIENT }
  const info = { ...{ languageService: service, languageServiceHost: host, project, config } }
  const asked = info as unknown as ts.server.PluginCreateInfo
  const client = createLiveClient(createProject(compiler as typeof ts, asked), asked)
  const projects = files.get(path(CLIENT))!.containingProjects
  projects.push(project)
  return {
    ...{ service, client, logged, path, write },
    read: name => textOf(files.get(path(name))!.getSnapshot()),
    messages(name) {
      client.sync(path(name))
      return messagesOf(service, path(name))
    },
    judged: name => messagesOf(judge, path(name)),
    share(isShared) {
      projects.length = 1
      if (isShared) projects.push({})
    },
  }
}

function createFile(path: string, text: string, nextVersion: () => string) {
  let snapshot = ts.ScriptSnapshot.fromString(text)
  let version = nextVersion()
  return {
    ...{ path, containingProjects: [] as unknown[], isScriptOpen: () => false, close: () => {} },
    version: () => version,
    getSnapshot: () => snapshot,
    editContent(start: number, end: number, inserted: string) {
      const old = textOf(snapshot)
      const before = snapshot
      snapshot = ts.ScriptSnapshot.fromString(`${old.slice(0, start)}${inserted}${old.slice(end)}`)
      const change = { span: { start, length: end - start }, newLength: inserted.length }
      // As tsserver's: what is not parsed again is reused.
      snapshot.getChangeRange = from => (from === before ? change : undefined)
      version = nextVersion()
    },
  }
}

/** Without a memory of what it was before, so that all of it is parsed. */
function snapshotOf(name: string, host: ts.LanguageServiceHost): ts.IScriptSnapshot | undefined {
  const snapshot = host.getScriptSnapshot(name)
  return snapshot && ts.ScriptSnapshot.fromString(textOf(snapshot))
}

function messagesOf(service: ts.LanguageService, name: string): string[] {
  return service.getSemanticDiagnostics(name).map(it => ts.flattenDiagnosticMessageText(it.messageText, '\n'))
}

function textOf(snapshot: ts.IScriptSnapshot): string {
  return snapshot.getText(0, snapshot.getLength())
}
