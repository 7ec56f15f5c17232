// The folder of a project → the client's runtime that is installed there, and esbuild.
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { TypeScript } from '../../compiler.ts'
import type { RuntimeDeclarations } from '../../emit/routes-to-package.ts'
import type { Esbuild } from './bundle-client.ts'
import { declarationsToRuntime } from './declarations-to-runtime.ts'

export interface InstalledClient {
  /** Without symbolic links. */
  readonly folder: string
  readonly version: string
  /** The file of its entry for clients. */
  readonly entry: string
  /** The versions of Node that it takes. */
  readonly node: string
  declarations(): RuntimeDeclarations
  /** The licence of what is bundled, as it asks to be passed on with it. */
  licenses(): string
}

interface RuntimeManifest {
  readonly version: string
  readonly engines: { readonly node: string }
  readonly exports: { readonly './client': { readonly types: string; readonly default: string } }
}

/** Throws where it is not installed. */
export function findClient(ts: TypeScript, folder: string): InstalledClient {
  const path = realpathSync(createRequire(join(folder, 'x.js')).resolve('@alien-rpc/service/package.json'))
  const { version, engines, exports } = JSON.parse(readFileSync(path, 'utf8')) as RuntimeManifest
  const root = dirname(path)
  const { types, default: entry } = exports['./client']
  return {
    folder: root,
    version,
    entry: join(root, entry),
    node: engines.node,
    declarations: () => declarationsToRuntime(ts, join(root, types), file => readFileSync(file, 'utf8')),
    licenses: () => readLicenses(root),
  }
}

function readLicenses(root: string): string {
  const license = readAbove(join(root, 'x.js'), 'LICENSE')?.replaceAll('\r', '').trim()
  return `# Licences\n\nThis package contains code of the following package.\n\n## @alien-rpc/service\n\n${license}\n`
}

/** The file of that name that is next to `path`, or in the nearest folder above that has one. */
export function readAbove(path: string, name: string): string | undefined {
  for (let at = dirname(path); ; at = dirname(at)) {
    const file = join(at, name)
    if (existsSync(file)) return readFileSync(file, 'utf8')
    if (dirname(at) === at) return undefined
  }
}

/** Throws where it is not installed. */
export function findEsbuild(folder: string): Esbuild {
  return createRequire(join(folder, 'x.js'))('esbuild') as Esbuild
}
