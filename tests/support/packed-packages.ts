// The three packages → archives as npm would publish them, and commands in projects that install them from there.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

const root = fileURLToPath(new URL('../../', import.meta.url))
const FOLDERS = ['runtime', 'transformer', 'tsserver-plugin']

/** What a project that knows nothing of this repository is installed with. */
export class PackedPackages {
  readonly folder = mkdtempSync(join(tmpdir(), 'alien-rpc-packed-'))
  /** By the names of the packages. */
  readonly archives: ReadonlyMap<string, string>

  constructor() {
    const workspaces = FOLDERS.flatMap(folder => ['-w', folder])
    const args = ['pack', '--json', '--loglevel=error', '--pack-destination', this.folder, ...workspaces]
    const { status, stdout, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' })
    expect(status, stderr).to.equal(0)
    const packed = JSON.parse(stdout) as readonly { name: string; filename: string }[]
    this.archives = new Map(packed.map(({ name, filename }) => [name, join(this.folder, filename)]))
  }

  /** The version that this repository is built with: npm has its archive in its cache already. */
  pinned(name: string, workspace = ''): string {
    const file = join(root, workspace, 'node_modules', name, 'package.json')
    return `${name}@${JSON.parse(readFileSync(file, 'utf8')).version}`
  }

  /** `npm install`, with archives in place of our names. */
  install(project: string, packages: readonly string[], ...options: string[]): void {
    const named = packages.map(name => this.archives.get(name) ?? name)
    const { code, output } = runIn(project, 'npm', ['install', ...options, ...named])
    expect(code, output).to.equal(0)
  }

  createProject(files: Readonly<Record<string, string>>): string {
    const project = mkdtempSync(join(this.folder, 'project-'))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text)
    return project
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export interface Ran {
  readonly code: number | null
  readonly output: string
}

/** Runs a command as somebody in that folder would, with the project's own executables before others, for so many ms at most. */
export function runIn(folder: string, command: string, args: readonly string[], timeout = 100_000): Ran {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    env: environmentOf(folder),
    timeout,
  })
  return { code: status, output: stdout + stderr }
}

/** Asks the registry only for what npm's cache lacks, and for nothing that the project does not need. */
const QUIET_NPM = {
  npm_config_prefer_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
  npm_config_loglevel: 'error',
}

/** What npm, mocha and bundlers leave in the environment of a test would reach the project: Vite sets NODE_ENV, and npm heeds it. */
function environmentOf(folder: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_|NODE_OPTIONS$|NODE_ENV$|INIT_CWD$)/i.test(name),
  )
  const path = [join(folder, 'node_modules/.bin'), process.env.PATH ?? ''].join(delimiter)
  return { ...Object.fromEntries(own), ...QUIET_NPM, PATH: path, NO_COLOR: '1' }
}
