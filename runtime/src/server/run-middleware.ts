// A chain of middleware and a context in → the context with what each of them added, or what one of them threw, out.
import type { AnyMiddleware } from '../route-types.ts'

/** In order. What a middleware returns is added to the context before the next one runs. */
export async function runMiddleware(chain: readonly AnyMiddleware[], context: object): Promise<void> {
  for (const middleware of chain) assignAdditions(context, await middleware(context))
}

/** Own properties only, and `__proto__` is left out: the context is looked up like any object. */
function assignAdditions(context: object, additions: unknown): void {
  if (typeof additions !== 'object' || additions === null) return
  for (const [key, value] of Object.entries(additions)) {
    if (key !== '__proto__') {
      Object.defineProperty(context, key, { value, enumerable: true, configurable: true, writable: true })
    }
  }
}
