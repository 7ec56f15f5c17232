// The package of a project's client, packed by npm → an empty project of somebody else that has installed it, and the server it calls.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { NodeHandler, Server } from '../../runtime/src/node.ts'
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
  /** The same, to be mounted. */
  handler(): Promise<NodeHandler>
  dispose(): Promise<void>
}

export async function createConsumer(files?: Readonly<Record<string, string>>): Promise<PackageConsumer> {
  const project = createPackageProject(files)
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'consumer-')))
  const dispose = async () => {
    await project.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
  const tarball = await install(project, folder).catch(async error => {
    await dispose()
    throw error
  })
  return {
    ...{ folder, tarball, installed: join(folder, 'node_modules', PACKAGE_NAME) },
    write(file, text) {
      writeFileSync(join(folder, file), text)
      return join(folder, file)
    },
    lend: name => symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name)),
    serve: async () => (await builtNode()).serve(await routesOf(project)),
    handler: async () => (await builtNode()).createNodeHandler(await routesOf(project)),
    dispose,
  }
}

/** The file that was packed and installed. */
async function install(project: TspcProject, folder: string): Promise<string> {
  const { code, output } = await project.tspc('-p', '.')
  if (code !== 0) throw new Error(output)
  npm(project.path('dist/client'), 'pack', '--pack-destination', folder)
  const [name] = readdirSync(folder)
  const tarball = join(folder, name!)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  npm(folder, 'install', '--offline', '--no-audit', '--no-fund', tarball)
  return tarball
}

/** The runtime that compiled routes import. */
function builtNode(): Promise<typeof import('../../runtime/src/node.ts')> {
  return import(pathToFileURL(join(ROOT, 'runtime/dist/node.js')).href)
}

function routesOf(project: TspcProject): Promise<object> {
  return import(pathToFileURL(project.path('dist/routes.js')).href)
}

function npm(cwd: string, ...args: string[]): void {
  const { status, stdout, stderr, error } = spawnSync('npm', [...args, '--loglevel=error'], {
    ...{ cwd, encoding: 'utf8', timeout: INSTALL_TIME },
  })
  if (status !== 0) throw new Error(`npm ${args.join(' ')}: ${error?.message ?? ''}${stdout}${stderr}`)
}
