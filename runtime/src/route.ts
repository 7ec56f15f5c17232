// A declaration (`route.get(path, handler)`) in → a route object that a server can run out.
import { CONTRACT_VERSION, type CompiledRoute, type CompiledSocket } from './compiled-route.ts'
import type {
  AnyMiddleware,
  HttpMethod,
  Route,
  RouteBuilder,
  RouteMethod,
  RouteOptions,
  SocketDefinition,
  SocketMethod,
  SocketRoute,
} from './route-types.ts'

/** What a server needs of a route; the author sees it as `Route`. */
export interface RouteDefinition extends Route {
  readonly middleware: readonly AnyMiddleware[]
  readonly handler: (args: never, context: never) => unknown
  /** Absent when no transformer ran over the declaration. */
  readonly compiled: CompiledRoute | undefined
  /** Where the route was declared, known only when it was not compiled. */
  readonly declaredAt: string | undefined
}

/** The same for a socket. */
export interface SocketRouteDefinition extends SocketRoute {
  readonly middleware: readonly AnyMiddleware[]
  readonly handlers: Omit<SocketDefinition<never>, 'middleware' | 'framing'>
  readonly compiled: CompiledSocket | undefined
  readonly declaredAt: string | undefined
}

const COMPILED = Symbol.for('alien-rpc.compiled')

/** Called by generated code around the spec it splices, so that a spec is never mistaken for an argument of the user's. */
export function compiledRoute<Spec extends CompiledRoute | CompiledSocket>(spec: Spec): Spec {
  return Object.assign(spec, { [COMPILED]: true })
}

function isCompiled(value: unknown): boolean {
  return typeof value === 'object' && value !== null && COMPILED in value
}

export function isRouteDefinition(value: unknown): value is RouteDefinition {
  return typeof value === 'object' && value !== null && (value as Partial<Route>)['~alienRpc'] === 'route'
}

export function isSocketDefinition(value: unknown): value is SocketRouteDefinition {
  return (
    typeof value === 'object' && value !== null && (value as Partial<SocketRoute>)['~alienRpc'] === 'socket'
  )
}

function createRouteBuilder(inherited: readonly AnyMiddleware[]): RouteBuilder<never> {
  const declare =
    (method: HttpMethod) =>
    (path: string, ...rest: unknown[]): RouteDefinition => {
      const compiled = isCompiled(rest.at(-1)) ? (rest.pop() as CompiledRoute) : undefined
      const handler = rest.pop()
      const options = (rest.pop() ?? {}) as RouteOptions
      if (typeof path !== 'string' || typeof handler !== 'function') {
        throw new TypeError(
          `route.${method.toLowerCase()}() takes a path, optional options and a handler function`,
        )
      }
      return {
        '~alienRpc': 'route',
        method,
        path,
        middleware: [...inherited, ...(options.middleware ?? [])],
        handler: handler as RouteDefinition['handler'],
        compiled,
        declaredAt: compiled ? undefined : callSite(),
      }
    }
  const declareSocket = (
    path: string,
    definition: SocketDefinition<never>,
    spec?: unknown,
  ): SocketRouteDefinition => {
    const compiled = isCompiled(spec) ? (spec as CompiledSocket) : undefined
    if (typeof path !== 'string' || typeof definition !== 'object' || definition === null) {
      throw new TypeError('route.ws() takes a path and an object of handlers')
    }
    const { middleware = [], framing: _, ...handlers } = definition
    return {
      '~alienRpc': 'socket',
      path,
      middleware: [...inherited, ...middleware],
      handlers,
      compiled,
      declaredAt: compiled ? undefined : callSite(),
    }
  }
  return {
    '~alienRpc': 'builder',
    get: declare('GET') as RouteMethod<never>,
    post: declare('POST') as RouteMethod<never>,
    put: declare('PUT') as RouteMethod<never>,
    patch: declare('PATCH') as RouteMethod<never>,
    delete: declare('DELETE') as RouteMethod<never>,
    ws: declareSocket as SocketMethod<never>,
    use: (...middleware) =>
      createRouteBuilder([...inherited, ...(middleware as unknown as readonly AnyMiddleware[])]),
  }
}

/**
 * Declares routes: `export const hello = route.get('/hello/:name', ({ name }: { name: string }) => …)`. Export them by name from the top level
 * of a module and compile that with the transformer; serve them with `serve` or a handler.
 */
export const route = createRouteBuilder([]) as unknown as RouteBuilder

/** The frame that called `route.get`, as the engine prints it (`file:///app/routes.js:3:26`), where stacks exist. */
function callSite(): string | undefined {
  const frame = new Error().stack?.split('\n')[3]?.trim()
  return frame?.match(/\(([^)]+)\)$/)?.[1] ?? frame?.replace(/^at /, '')
}

/** What is wrong with a route that cannot be served, or undefined. */
export function routeProblem(route: RouteDefinition | SocketRouteDefinition): string | undefined {
  const name = nameOfRoute(route)
  if (!route.compiled) {
    const place = route.declaredAt ? `, declared at ${route.declaredAt},` : ''
    return `${name}${place} was not compiled, so nothing would validate its arguments. Compile it with "tspc" (not "tsc") and this tsconfig entry: "plugins": [{ "transform": "@alien-rpc/transformer", "transformProgram": true }], or bundle it with a plugin of @alien-rpc/transformer. The route must be exported, and without errors.`
  }
  if (route.compiled.contract !== CONTRACT_VERSION) {
    return `${name} was compiled for contract ${route.compiled.contract}, this runtime has contract ${CONTRACT_VERSION}. Install matching versions of @alien-rpc/transformer and @alien-rpc/service, and compile again.`
  }
  return undefined
}

/** `GET /users/:id`, `WS /chat`. */
export function nameOfRoute(route: Route | SocketRoute): string {
  return `${'method' in route ? route.method : 'WS'} ${route.path}`
}
