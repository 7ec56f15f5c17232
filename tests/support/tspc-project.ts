// Files in → a project folder on disk that the real `tspc` compiles in a process of its own, and what it said, out.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TSPC = join(ROOT, 'node_modules/ts-patch/bin/tspc.js')

export interface Run {
  /** The exit code. */
  readonly code: number | null
  /** Everything printed, without the lines that list emitted files. */
  readonly output: string
  /** The files written, relative to the project, in order. */
  readonly emitted: readonly string[]
}

export interface Watch {
  /** Resolves with what was printed since the last call, at the end of the first compilation after which `done` holds. */
  until(done: (output: string) => boolean): Promise<string>
  stop(): Promise<void>
}

export interface TspcProject {
  readonly folder: string
  path(file: string): string
  read(file: string): string
  exists(file: string): boolean
  write(file: string, text: string): void
  /** Replaces a text that must be there. */
  edit(file: string, from: string, to: string): void
  remove(file: string): void
  tspc(...args: string[]): Promise<Run>
  watch(...args: string[]): Watch
  /** Runs a script of the project under Node. */
  node(...args: string[]): Promise<Run>
  /** Ends what still watches, also after a test that gave up waiting, and removes the folder. */
  dispose(): Promise<void>
}

export const COMPILER_OPTIONS = {
  target: 'es2022',
  lib: ['es2022', 'dom'],
  types: [] as string[],
  module: 'nodenext',
  strict: true,
  skipLibCheck: true,
  rootDir: 'src',
  outDir: 'dist',
}

/** The entry of "plugins" as a user writes it. */
export function pluginEntry(options: object = { client: 'src/generated/client.ts' }): object {
  return { transform: '@alien-rpc/transformer', transformProgram: true, ...options }
}

export function tsconfig(compilerOptions: object = {}, rest: object = {}): string {
  const options = { ...COMPILER_OPTIONS, plugins: [pluginEntry()], ...compilerOptions }
  return JSON.stringify({ compilerOptions: options, include: ['src'], ...rest }, null, 2)
}

export function createTspcProject(files: Readonly<Record<string, string>>): TspcProject {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tspc-')))
  mkdirSync(join(folder, 'node_modules/@alien-rpc'), { recursive: true })
  symlinkSync(join(ROOT, 'runtime'), join(folder, 'node_modules/@alien-rpc/service'))
  symlinkSync(join(ROOT, 'transformer'), join(folder, 'node_modules/@alien-rpc/transformer'))
  const project = onFolder(folder)
  if (!('package.json' in files)) project.write('package.json', '{ "type": "module" }')
  for (const [file, text] of Object.entries(files)) project.write(file, text)
  return project
}

function onFolder(folder: string): TspcProject {
  const path = (file: string) => join(folder, file)
  const read = (file: string) => readFileSync(path(file), 'utf8')
  const write = (file: string, text: string) => {
    mkdirSync(dirname(path(file)), { recursive: true })
    writeFileSync(path(file), text)
  }
  const watches: Watch[] = []
  const start = (script: string, args: string[]) =>
    spawn(process.execPath, [script, ...args], { cwd: folder })
  return {
    folder,
    path,
    read,
    write,
    exists: file => existsSync(path(file)),
    edit(file, from, to) {
      const text = read(file)
      if (!text.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)}`)
      write(file, text.replace(from, to))
    },
    remove: file => rmSync(path(file), { recursive: true }),
    tspc: (...args) => finish(start(TSPC, [...args, '--pretty', 'false', '--listEmittedFiles']), folder),
    watch(...args) {
      const watch = watchOutput(start(TSPC, [...args, '--pretty', 'false', '--preserveWatchOutput']))
      watches.push(watch)
      return watch
    },
    node: (...args) => finish(spawn(process.execPath, args, { cwd: folder }), folder),
    async dispose() {
      await Promise.all(watches.map(watch => watch.stop()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function finish(child: ChildProcess, folder: string): Promise<Run> {
  const lines: string[] = []
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', chunk => {
      text += chunk
    })
  }
  const [code] = (await once(child, 'close')) as [number | null]
  const emitted: string[] = []
  for (const line of text.split('\n')) {
    if (line.startsWith('TSFILE: ')) emitted.push(relative(folder, line.slice('TSFILE: '.length).trim()))
    else lines.push(line)
  }
  return { code, output: lines.join('\n').trim(), emitted }
}

const COMPILED = 'Watching for file changes.'

function watchOutput(child: ChildProcess): Watch {
  let unread = ''
  let wake: () => void = () => undefined
  const ended = once(child, 'close').then(() => wake())
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', chunk => {
      unread += chunk
      wake()
    })
  }
  return {
    async until(done) {
      for (;;) {
        if (unread.includes(COMPILED) && done(unread)) break
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`tspc ended: ${unread}`)
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
      const output = unread
      unread = ''
      return output
    },
    async stop() {
      child.kill()
      await ended
    },
  }
}

/** The project's options and files, as the compiler on the command line reads them. */
export function configOf(project: TspcProject): ts.ParsedCommandLine {
  return ts.getParsedCommandLineOfConfigFile(
    project.path('tsconfig.json'),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
        throw new Error(String(messageText))
      },
    },
  )!
}
