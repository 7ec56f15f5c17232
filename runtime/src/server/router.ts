// Routes in → a function that finds the route of a method and an encoded path, with its raw path parameters.
import { addRoute, createRouter as createTree, findRoute } from 'rou3'
import { isPathProblem, type PathPattern, type PathSegment, parsePath } from '../path-grammar.ts'
import type { HttpMethod } from '../route-types.ts'
import type { ServableRoute, ServableSocket } from './modules-to-routes.ts'

/** Where no method could mean anything: a router of sockets has all its routes under this one. */
export const SOCKET_METHOD = 'WS'

type AnyServable = ServableRoute | ServableSocket

export interface RouteMatch<Servable extends AnyServable = ServableRoute> {
  readonly route: Servable
  /** Parameters of the pattern, in its order. */
  readonly params: readonly Exclude<PathSegment, { kind: 'static' }>[]
  /** Their texts, still percent-encoded. */
  readonly texts: readonly string[]
}

export interface Router<Servable extends AnyServable = ServableRoute> {
  /** Percent-encoded path, without the query. What does not start with "/" (the `*` of OPTIONS) is no path. */
  find(method: string, path: string): RouteMatch<Servable> | undefined
  /** The methods that the path has routes for; empty when it is unknown. */
  methods(path: string): HttpMethod[]
}

const METHODS: readonly HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** The match of a path without parameters is always the same. */
type Entry<Servable extends AnyServable> = RouteMatch<Servable>

const NO_TEXTS: readonly string[] = []

/** The paths of the routes are known to be valid and distinct. */
export function createRouter<Servable extends AnyServable>(
  routes: readonly Servable[],
  prefix: string,
): Router<Servable> {
  const tree = createTree<Entry<Servable>>()
  for (const route of routes) {
    const pattern = parsePath(prefix + (route.path === '/' && prefix !== '' ? '' : route.path))
    if (isPathProblem(pattern))
      throw new TypeError(`the prefix ${JSON.stringify(prefix)}: ${pattern.problem}`)
    const params = pattern.segments.filter(segment => segment.kind !== 'static')
    const method = 'method' in route ? route.method : SOCKET_METHOD
    addRoute(tree, method, toTreePattern(pattern), { route, params, texts: NO_TEXTS })
  }
  return {
    find(method, path) {
      if (!path.startsWith('/')) return undefined
      const found = findRoute(tree, method, upperCaseTriplets(path))
      if (!found) return undefined
      const { route, params } = found.data
      if (params.length === 0) return found.data
      return { route, params, texts: params.map((_, index) => found.params?.[`p${index}`] ?? '') }
    },
    methods: path =>
      !path.startsWith('/')
        ? []
        : METHODS.filter(method => findRoute(tree, method, upperCaseTriplets(path), { params: false })),
  }
}

/** Parameters are numbered, so that no name can mean anything to the tree; its own syntax in static text is escaped. */
function toTreePattern({ segments }: PathPattern): string {
  let count = 0
  const texts = segments.map(segment => {
    if (segment.kind === 'static') return upperCaseTriplets(segment.text).replace(/[(){}\\]/g, '\\$&')
    return segment.kind === 'param' ? `:p${count++}` : `**:p${count++}`
  })
  return `/${texts.join('/')}`
}

/** RFC 3986, section 6.2.2.1: `%c3` and `%C3` are the same. */
function upperCaseTriplets(path: string): string {
  return path.includes('%') ? path.replace(/%[0-9a-f]{2}/gi, triplet => triplet.toUpperCase()) : path
}
