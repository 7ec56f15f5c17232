// What Node asks of a module, where it is and what is in it → TypeScript files found and compiled; undefined of all that is Node's own matter.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type ModuleCompiler, openCompiler, type RunnableModule } from './source-to-module.ts'
import { specifierToCandidates } from './specifier-to-candidates.ts'

const TYPESCRIPT_MODULE = /^file:(?!.*\/node_modules\/).*(?<!\.d)\.(?:[cm]?ts|tsx)$/

/** Nothing is analysed before the first TypeScript module is loaded. */
function lazily(open: () => ModuleCompiler): () => ModuleCompiler {
  let compiler: ModuleCompiler | undefined
  return () => {
    compiler ??= open()
    return compiler
  }
}

const compilerOf = lazily(() => openCompiler(process.env.ALIEN_RPC_TSCONFIG ?? 'tsconfig.json'))

/** The URL of the module: `./routes.js` and `./routes` are `./routes.ts`, where that is what there is; `@/routes` is what the tsconfig says. */
export function findModule(specifier: string, importer: string | undefined): string | undefined {
  const parent = importer?.replace(/[?#].*$/, '')
  if (parent === undefined || !TYPESCRIPT_MODULE.test(parent)) return undefined
  if (/^\.{0,2}\//.test(specifier)) {
    const target = new URL(specifier, parent)
    return specifierToCandidates(target.href).find(it => existsSync(fileURLToPath(it)))
  }
  if (!isBare(specifier)) return undefined
  const file = compilerOf().pathOf(specifier, fileURLToPath(parent))
  return file === undefined ? undefined : pathToFileURL(file).href
}

/** `@/routes` and `lib/routes` may be paths of the tsconfig; `./routes`, `/routes`, `file:` and `node:` are none. */
function isBare(specifier: string): boolean {
  return !/^(?:\.{0,2}\/|[a-z]+:)/.test(specifier)
}

export function loadModule(url: string): RunnableModule | undefined {
  const [path = url] = url.split(/[?#]/)
  if (!TYPESCRIPT_MODULE.test(path)) return undefined
  const file = fileURLToPath(path)
  return compilerOf().compile(file.replaceAll('\\', '/'), readFileSync(file, 'utf8'))
}
