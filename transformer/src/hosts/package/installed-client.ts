// The folder of a project → the client's runtime that is installed there, and esbuild.
import { readFileSync, realpathSync } from 'node:fs'
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
  }
}

/** Throws where it is not installed. */
export function findEsbuild(folder: string): Esbuild {
  return createRequire(join(folder, 'x.js'))('esbuild') as Esbuild
}
