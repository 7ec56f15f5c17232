// Hand-written compiled specs, as the transformer would splice them, so that the server is tested without a compiler.

import {
  type CompiledArgs,
  type CompiledOutput,
  type CompiledRoute,
  MISMATCH,
} from '../../runtime/src/compiled-route.ts'
import { compiledRoute } from '../../runtime/src/generated.ts'
import { route } from '../../runtime/src/route.ts'
import type { Middleware, Route, RouteContext } from '../../runtime/src/route-types.ts'

export type Context = RouteContext & Record<string, unknown>
// biome-ignore lint/suspicious/noExplicitAny: tests pass handlers of every shape
type AnyHandler = (args: any, context: Context) => unknown
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** Declares a route as compiled code does: with the spec as the last argument. */
export function declare(
  method: Method,
  path: string,
  handler: AnyHandler,
  spec: Partial<CompiledRoute> = {},
  middleware: readonly Middleware<Context>[] = [],
): Route {
  const compiled = compiledRoute({ contract: 1, name: 'tested', output: 'value', result: anything, ...spec })
  const call = route[method] as unknown as (...args: unknown[]) => Route
  return call(path, { middleware }, handler, compiled)
}

/** Accepts and sends everything: for tests that are not about types. */
export const anything: CompiledOutput = {
  check: () => true,
  stringify: JSON.stringify,
  table: () => 'unknown',
}

/** `{ id: number }` as a result. */
export const numericId: CompiledOutput = {
  check: value => isObject(value) && Number.isFinite(value.id),
  stringify: ({ id }: { id: number }) => JSON.stringify({ id }),
  table: () => ['object', { id: 'number' }],
}

/** `{ name: string, count?: number }`, from a body or a query. */
export function nameAndCount(source: 'query' | 'body'): CompiledArgs {
  return {
    source,
    text: { name: 'string', count: 'number' },
    read: reader(
      value =>
        isObject(value) &&
        typeof value.name === 'string' &&
        (value.count === undefined || Number.isFinite(value.count)),
      ({ name, count }: { name: string; count?: number }) =>
        count === undefined ? { name } : { name, count },
    ),
    table: () => ['object', { name: 'string', 'count?': 'number' }],
  }
}

/** `{ id: string }`, from the path. */
export const idFromPath: CompiledArgs = {
  source: 'none',
  text: { id: 'string' },
  read: reader(
    value => isObject(value) && typeof value.id === 'string',
    ({ id }: { id: string }) => ({ id }),
  ),
  table: () => ['object', { id: 'string' }],
}

/** `read` of arguments: a check, and then a copy. */
export function reader<Value>(
  check: (value: unknown) => boolean,
  copy: (value: Value) => unknown,
): CompiledArgs['read'] {
  return value => (check(value) ? copy(value as Value) : MISMATCH)
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
