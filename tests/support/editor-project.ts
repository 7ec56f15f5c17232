// Nothing in → a copy of the editor's project in a folder of its own, and what its tests do with it, out.
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Location, Tsserver } from './tsserver.ts'

export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface TextChange {
  readonly start: Location
  readonly end: Location
  readonly newText: string
}
export interface FileChanges {
  readonly fileName: string
  readonly textChanges: readonly TextChange[]
}

/** A process that has ended. */
export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export class EditorProject {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'alien-rpc-editor-')))

  /** `compilers`: where its TypeScript and ts-patch come from. */
  constructor(compilers = root) {
    cpSync(join(root, 'fixtures/editor-project'), this.folder, { recursive: true })
    const modules = join(this.folder, 'node_modules')
    mkdirSync(modules)
    symlinkSync(join(root, 'node_modules/@alien-rpc'), join(modules, '@alien-rpc'))
    for (const name of ['typescript', 'ts-patch']) {
      symlinkSync(join(compilers, 'node_modules', name), join(modules, name))
    }
  }

  path(name: string): string {
    return join(this.folder, 'src', name)
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8')
  }

  write(name: string, text: string): void {
    writeFileSync(this.path(name), text)
  }

  /** Of the tsconfig, with comments as they are. */
  editConfig(old: string, text: string): void {
    const path = join(this.folder, 'tsconfig.json')
    const before = readFileSync(path, 'utf8')
    if (!before.includes(old)) throw new Error(`the tsconfig has no ${JSON.stringify(old)}`)
    writeFileSync(path, before.replace(old, text))
  }

  remove(...names: string[]): void {
    for (const name of names) rmSync(this.path(name))
  }

  open(tsserver: Tsserver, name: string): { file: string; source: string } {
    tsserver.open(this.path(name))
    return { file: this.path(name), source: this.read(name) }
  }

  tspc(...args: string[]): Ended {
    return this.#run(realpathSync(join(this.folder, 'node_modules/ts-patch/bin/tspc.js')), args)
  }

  /** The command line as a user runs it whose output is no terminal. */
  alienRpc(...args: string[]): Ended {
    return this.#run(join(root, 'transformer/dist/cli.cjs'), args)
  }

  /** What `alien-rpc check` finds, each as an editor shows it. */
  alienRpcMessages(): string[] {
    const findings: readonly { message: string; documentation: string }[] = JSON.parse(
      this.alienRpc('check', '--format', 'json').stdout,
    )
    return findings.map(({ message, documentation }) => `${message}\n  ${documentation}`)
  }

  #run(script: string, args: readonly string[]): Ended {
    const { NO_COLOR, FORCE_COLOR, ...env } = process.env
    const options = { cwd: this.folder, encoding: 'utf8', env } as const
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], options)
    return { status, stdout, stderr }
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** The text once the changes are made, which do not overlap. */
export function applyChanges(text: string, changes: readonly TextChange[]): string {
  const offsetOf = ({ line, offset }: Location) =>
    text
      .split('\n')
      .slice(0, line - 1)
      .join('\n').length +
    (line > 1 ? 1 : 0) +
    offset -
    1
  const ordered = changes.map(it => ({ ...it, from: offsetOf(it.start), to: offsetOf(it.end) }))
  return ordered
    .sort((a, b) => b.from - a.from)
    .reduce((rest, { from, to, newText }) => rest.slice(0, from) + newText + rest.slice(to), text)
}
