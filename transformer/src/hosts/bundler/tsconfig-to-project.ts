// A tsconfig → its compiled routes, as bundlers ask for them: analysed once, and again when a file has changed.
import { existsSync, realpathSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import type ts from 'typescript'
import type { TypeScript } from '../../compiler.ts'
import type { Finding } from '../../model/finding.ts'
import { loadTypeScript } from '../cli/load-typescript.ts'
import { type CompiledRoutes, compileRoutes, type ModuleCode } from '../compile-routes.ts'
import type { HostOptions } from '../entry-to-options.ts'
import { settleEntry } from '../ts-patch.ts'
import { type EntryConfig, findTsconfigEntry } from '../tsconfig-entry.ts'

export interface ProjectState {
  readonly program: ts.Program
  /** Of the tsconfig's entry and of the routes. */
  readonly findings: readonly Finding[]
  readonly compiled: CompiledRoutes
}

/** A file as it was read, and the stamp by which a change is seen. */
interface KnownFile {
  readonly stamp: string
  /** How it was parsed: what its package and options say of modules may change, too. */
  readonly format: string
  readonly source: ts.SourceFile | undefined
}

export interface OpenProject {
  readonly ts: TypeScript
  readonly project: BundlerProject
}

/** Throws an Error when there is no such file, or no TypeScript that can be used. */
export function openProject(tsconfig: string): OpenProject {
  if (!existsSync(tsconfig))
    throw new Error(`${TRANSFORMER}: there is no ${resolve(tsconfig)}; the option "tsconfig" names another`)
  const path = realpathSync.native(resolve(tsconfig)).replaceAll('\\', '/')
  const loaded = loadTypeScript(dirname(path), createRequire(import.meta.url))
  if (loaded === undefined) {
    throw new Error(
      `${TRANSFORMER}: there is no TypeScript 5.9 or 6 here. Install one: npm install -D typescript@6`,
    )
  }
  return { ts: loaded.ts, project: new BundlerProject(loaded.ts, referenceWithEntry(loaded.ts, path)) }
}

export class BundlerProject {
  readonly #ts: TypeScript
  readonly #tsconfig: string
  readonly #files = new Map<string, KnownFile>()
  #state: ProjectState | undefined
  #isDirty = true
  /** When the project was read last, in ms. */
  #readAt = 0

  /** `tsconfig` is absolute, with forward slashes and without symbolic links, as the names of all its files then are. */
  constructor(ts: TypeScript, tsconfig: string) {
    this.#ts = ts
    this.#tsconfig = tsconfig
  }

  /** Some file may have changed: the next question reads the project again. */
  invalidate(): void {
    this.#isDirty = true
  }

  /**
   * For a host that tells of no changes: the next question reads the project again if any file that was read is another now, or if `file`,
   * which it asks for, has come since.
   */
  refresh(file: string): void {
    const isKnown = this.#state?.program.getSourceFile(file) !== undefined
    const isNew = !isKnown && (statSync(file, { throwIfNoEntry: false })?.ctimeMs ?? 0) >= this.#readAt
    if (isNew || [...this.#files].some(([name, { stamp }]) => stamp !== stampOf(name))) this.invalidate()
  }

  /** Throws an Error when the tsconfig cannot be read. Writes the client when its bytes have changed and no route has an error. */
  state(): ProjectState {
    if (this.#state === undefined || this.#isDirty) {
      this.#readAt = Date.now()
      this.#state = this.#read()
      this.#isDirty = false
    }
    return this.#state
  }

  /** The code of a module, if it has routes. `text` is what the bundler has read: it may be newer than the analysis. */
  codeOf(file: string, text: string): { code: ModuleCode; source: ts.SourceFile } | undefined {
    let source = this.state().program.getSourceFile(file)
    if (source !== undefined && source.text !== text && this.#hasChanged(source)) {
      this.invalidate()
      source = this.state().program.getSourceFile(file)
    }
    const code = source && this.state().compiled.codeOf(source.fileName)
    return code && source && { code, source }
  }

  /** The files of the project that a module's types may come from: what it imports, directly or not, for its types only too. */
  dependenciesOf(file: string): readonly string[] {
    const { program } = this.state()
    const start = program.getSourceFile(file)
    const found = new Set<ts.SourceFile>()
    const queue = start === undefined ? [] : [start]
    for (let source = queue.pop(); source !== undefined; source = queue.pop()) {
      for (const imported of importsOf(this.#ts, program, source)) {
        if (found.has(imported) || program.isSourceFileFromExternalLibrary(imported)) continue
        found.add(imported)
        queue.push(imported)
      }
    }
    return [...found].filter(source => source !== start).map(source => source.fileName)
  }

  /** Every file that the project's analysis has looked at, but for packages. */
  files(): readonly string[] {
    const { program } = this.state()
    const own = program.getSourceFiles().filter(source => !program.isSourceFileFromExternalLibrary(source))
    return [
      this.#tsconfig,
      ...own.filter(source => !program.isSourceFileDefaultLibrary(source)).map(it => it.fileName),
    ]
  }

  #hasChanged({ fileName }: ts.SourceFile): boolean {
    return this.#files.get(fileName)?.stamp !== stampOf(fileName)
  }

  #read(): ProjectState {
    const ts = this.#ts
    const { fileNames: rootNames, options, projectReferences } = this.#parse()
    const host = this.#createHost(options)
    const program = ts.createProgram({
      rootNames,
      options,
      host,
      ...(projectReferences ? { projectReferences } : {}),
    })
    const compile = (current: ts.Program, own?: HostOptions) =>
      compileRoutes({ ts, program: current, checker: current.getTypeChecker() }, own)
    const config = entryOf(options)
    const entry = config && findTsconfigEntry(ts, options, config)
    if (config === undefined || entry === undefined) {
      const compiled = compile(program)
      return { program, compiled, findings: compiled.findings }
    }
    const ofEntry: Finding[] = []
    const settled = settleEntry({ ts, program, host }, config, entry, compile, ofEntry)
    return { ...settled, findings: [...ofEntry, ...settled.compiled.findings] }
  }

  #parse(): ts.ParsedCommandLine {
    const ts = this.#ts
    const problems: ts.Diagnostic[] = []
    const host: ts.ParseConfigFileHost = {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: problem => void problems.push(problem),
    }
    // A bundler's tsconfig often says `noEmit`, which means the bundler's output and not the client.
    const parsed = ts.getParsedCommandLineOfConfigFile(this.#tsconfig, { noEmit: false }, host)
    const errors = [...problems, ...(parsed?.errors ?? [])].filter(
      ({ category }) => category === ts.DiagnosticCategory.Error,
    )
    const [first] = errors
    if (parsed && !first) return parsed
    const reason = first
      ? ts.flattenDiagnosticMessageText(first.messageText, '\n')
      : `${this.#tsconfig} cannot be read`
    throw new Error(`@alien-rpc/transformer: ${reason}`)
  }

  /** Files that have not changed are not read and parsed again. */
  #createHost(options: ts.CompilerOptions): ts.CompilerHost {
    const host = this.#ts.createCompilerHost(options, true)
    const fromDisk = host.getSourceFile
    host.getSourceFile = (file, ...rest) => {
      const stamp = stampOf(file)
      const format = JSON.stringify(rest[0])
      const known = this.#files.get(file)
      if (known?.stamp === stamp && known.format === format) return known.source
      const source = fromDisk.call(host, file, ...rest)
      this.#files.set(file, { stamp, format, source })
      return source
    }
    return host
  }
}

const TRANSFORMER = '@alien-rpc/transformer'

/** A tsconfig that has only references (as those of Vite's templates) stands for that one of them which has our entry. */
function referenceWithEntry(ts: TypeScript, tsconfig: string): string {
  const parse = (path: string) => {
    const { config } = ts.readConfigFile(path, ts.sys.readFile)
    return ts.parseJsonConfigFileContent(config ?? {}, ts.sys, dirname(path), undefined, path)
  }
  const { fileNames, options, projectReferences = [] } = parse(tsconfig)
  if (fileNames.length > 0 || entryOf(options) !== undefined) return tsconfig
  const paths = projectReferences.map(reference => ts.resolveProjectReferencePath(reference))
  const found = paths.find(path => existsSync(path) && entryOf(parse(path).options) !== undefined)
  return found === undefined ? tsconfig : realpathSync.native(found).replaceAll('\\', '/')
}

function entryOf(options: ts.CompilerOptions): EntryConfig | undefined {
  const plugins = (options.plugins ?? []) as unknown as readonly EntryConfig[]
  return plugins.find(({ transform }) => transform === TRANSFORMER)
}

function stampOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats === undefined ? 'absent' : `${stats.mtimeMs} ${stats.ctimeMs} ${stats.size}`
}

function importsOf(ts: TypeScript, program: ts.Program, source: ts.SourceFile): ts.SourceFile[] {
  const checker = program.getTypeChecker()
  const literals = (source as { imports?: readonly ts.StringLiteralLike[] }).imports ?? []
  return literals.flatMap(literal => {
    const symbol = checker.getSymbolAtLocation(literal)
    return (symbol?.declarations ?? []).filter(ts.isSourceFile)
  })
}
