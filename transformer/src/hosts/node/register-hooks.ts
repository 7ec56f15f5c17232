// Node's questions about modules → its hooks, for `import` in a thread of their own, and for `import` and `require()` alike in the thread that asks.
import type { LoadHook, LoadHookContext, ModuleSource, ResolveHook, ResolveHookContext } from 'node:module'
import { fileURLToPath } from 'node:url'
import { requireRefusal } from './require-refusal.ts'
import { findModule, loadModule } from './typescript-modules.ts'

export const resolve: ResolveHook = async (specifier, context, nextResolve) =>
  nextResolve(findModule(specifier, context.parentURL) ?? specifier, context)

export const load: LoadHook = async (url, context, nextLoad) => {
  const found = loadModule(url)
  if (found === undefined) return nextLoad(url, context)
  if (found.format === 'commonjs') throw requireRefusal(fileURLToPath(url))
  return { ...found, shortCircuit: true }
}

type Next<Context> = (name: string, context: Context) => unknown

/** As `registerHooks` of `node:module` takes them, which Node has had since 22.15. */
export const syncHooks = {
  resolve(specifier: string, context: ResolveHookContext, nextResolve: Next<ResolveHookContext>): unknown {
    const url = findModule(specifier, context.parentURL)
    return url === undefined ? nextResolve(specifier, context) : { url, shortCircuit: true }
  },
  load(
    url: string,
    context: LoadHookContext,
    nextLoad: Next<LoadHookContext>,
  ): { format: string; source: ModuleSource; shortCircuit: true } | unknown {
    const found = loadModule(url)
    return found === undefined ? nextLoad(url, context) : { ...found, shortCircuit: true }
  },
}
