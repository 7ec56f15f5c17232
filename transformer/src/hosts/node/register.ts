// `node --import @alien-rpc/transformer/register` → TypeScript modules that run with their routes compiled.
import * as nodeModule from 'node:module'
import type { syncHooks } from './register-hooks.ts'
import { requireRefusal } from './require-refusal.ts'

/** Since Node 22.15: hooks that `require()` heeds, too. */
interface WithRegisterHooks {
  registerHooks?(hooks: typeof syncHooks): void
}

const HOOKS = './register-hooks.mjs'
const { registerHooks } = nodeModule as WithRegisterHooks

if (registerHooks !== undefined) {
  const hooks = (await import(new URL(HOOKS, import.meta.url).href)) as { syncHooks: typeof syncHooks }
  registerHooks(hooks.syncHooks)
} else {
  nodeModule.register(HOOKS, import.meta.url)
  refuseRequire()
}
// Stack traces show the user's lines.
process.setSourceMapsEnabled(true)

/** `require()` would take TypeScript for JavaScript: it is told so in the words of a syntax error, or runs routes that nothing has compiled. */
function refuseRequire(): void {
  const { extensions } = nodeModule.createRequire(import.meta.url)
  for (const extension of ['.ts', '.cts', '.mts', '.tsx']) {
    // Another tool that compiles them is not in the way.
    extensions[extension] ??= (_module, file) => {
      throw requireRefusal(file)
    }
  }
}
