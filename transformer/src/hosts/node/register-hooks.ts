// What Node asks of a module, where it is and what is in it → TypeScript files found and compiled. Runs in a thread of its own.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { LoadHook, ResolveHook } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type ModuleCompiler, openCompiler } from './source-to-module.ts'
import { specifierToCandidates } from './specifier-to-candidates.ts'

const TYPESCRIPT_MODULE = /^file:(?!.*\/node_modules\/).*(?<!\.d)\.m?tsx?$/

/** Nothing is analysed before the first TypeScript module is loaded. */
function lazily(open: () => ModuleCompiler): () => ModuleCompiler {
  let compiler: ModuleCompiler | undefined
  return () => {
    compiler ??= open()
    return compiler
  }
}

const compilerOf = lazily(() => openCompiler(process.env.ALIEN_RPC_TSCONFIG ?? 'tsconfig.json'))

/** `./routes.js` and `./routes` are `./routes.ts`, where that is what there is; `@/routes` is what the tsconfig says. */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const { parentURL } = context
  if (/^\.{0,2}\//.test(specifier) && parentURL !== undefined && TYPESCRIPT_MODULE.test(parentURL)) {
    const target = new URL(specifier, parentURL)
    const found = specifierToCandidates(target.href).find(it => existsSync(fileURLToPath(it)))
    if (found !== undefined) return nextResolve(found, context)
  }
  if (isBare(specifier) && parentURL !== undefined && TYPESCRIPT_MODULE.test(parentURL)) {
    const file = compilerOf().pathOf(specifier, fileURLToPath(parentURL.replace(/[?#].*$/, '')))
    if (file !== undefined) return nextResolve(pathToFileURL(file).href, context)
  }
  return nextResolve(specifier, context)
}

/** `@/routes` and `lib/routes` may be paths of the tsconfig; `./routes`, `/routes`, `file:` and `node:` are none. */
function isBare(specifier: string): boolean {
  return !/^(?:\.{0,2}\/|[a-z]+:)/.test(specifier)
}

export const load: LoadHook = async (url, context, nextLoad) => {
  const [path = url] = url.split(/[?#]/)
  if (!TYPESCRIPT_MODULE.test(path)) return nextLoad(url, context)
  const file = fileURLToPath(path)
  const source = compilerOf().compile(file.replaceAll('\\', '/'), await readFile(file, 'utf8'))
  return { format: 'module', source, shortCircuit: true }
}
