// The package of a project's client, packed by npm → an empty project of somebody else that has installed it, and the server it calls.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Server } from '../../runtime/src/node.ts'
import { createPackageProject, PACKAGE_NAME } from './package-project.ts'
import type { TspcProject } from './tspc-project.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** Time for npm to install one file, in ms, on a busy machine. */
const INSTALL_TIME = 60_000

export interface PackageConsumer {
  /** Of the consumer's project. Nothing in it leads to this repository. */
  readonly folder: string
  /** Of the package, as it is installed there. */
  readonly installed: string
  /** The file that npm would publish. */
  readonly tarball: string
  write(file: string, text: string): string
  /** Makes a package of this repository's importable. */
  lend(name: string): void
  /** Of the compiled routes. */
  serve(): Promise<Server>
  dispose(): Promise<void>
}

export async function createConsumer(files?: Readonly<Record<string, string>>): Promise<PackageConsumer> {
  const project = createPackageProject(files)
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'consumer-')))
  const { code, output } = await project.tspc('-p', '.')
  if (code !== 0) throw new Error(output)
  npm(project.path('dist/client'), 'pack', '--pack-destination', folder)
  const [name] = readdirSync(folder)
  const tarball = join(folder, name!)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  npm(folder, 'install', '--offline', '--no-audit', '--no-fund', tarball)
  return {
    ...{ folder, tarball, installed: join(folder, 'node_modules', PACKAGE_NAME) },
    write(file, text) {
      writeFileSync(join(folder, file), text)
      return join(folder, file)
    },
    lend: name => symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name)),
    serve: () => serveRoutes(project),
    async dispose() {
      await project.dispose()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** By the runtime that the compiled routes import, which is the built one. */
async function serveRoutes(project: TspcProject): Promise<Server> {
  const { serve } = await import(pathToFileURL(join(ROOT, 'runtime/dist/node.js')).href)
  return serve(await import(pathToFileURL(project.path('dist/routes.js')).href))
}

function npm(cwd: string, ...args: string[]): void {
  const { status, stdout, stderr, error } = spawnSync('npm', [...args, '--loglevel=error'], {
    ...{ cwd, encoding: 'utf8', timeout: INSTALL_TIME },
  })
  if (status !== 0) throw new Error(`npm ${args.join(' ')}: ${error?.message ?? ''}${stdout}${stderr}`)
}
