// Module namespaces, objects and arrays of routes → the routes in them, or one error that names all that cannot be served.

import type { CompiledRoute, CompiledSocket } from '../compiled-route.ts'
import { isPathProblem, parsePath, pathKey } from '../path-grammar.ts'
import {
  isRouteDefinition,
  isSocketDefinition,
  nameOfRoute,
  type RouteDefinition,
  routeProblem,
  type SocketRouteDefinition,
} from '../route.ts'
import { formatProblem } from '../validation/formats.ts'

/** A module namespace (`import * as routes`), an object of routes, or an array of routes and such objects. */
export type RoutesInput = object | readonly object[]

export type ServableRoute = RouteDefinition & { readonly compiled: CompiledRoute }
export type ServableSocket = SocketRouteDefinition & { readonly compiled: CompiledSocket }

export interface ServableRoutes {
  readonly routes: readonly ServableRoute[]
  readonly sockets: readonly ServableSocket[]
}

type AnyDefinition = RouteDefinition | SocketRouteDefinition

/**
 * Exports that are no routes are left alone; a route that is exported twice counts once.
 * Throws when there is no route at all, or when any cannot be served.
 */
export function modulesToRoutes(input: RoutesInput): ServableRoutes {
  const found = [...new Set(collect(input))]
  if (found.length === 0) {
    throw new TypeError(
      'there are no routes to serve: pass a module namespace ("import * as routes from \'./routes.ts\'"), an object or an array of routes',
    )
  }
  const problems = [...found.map(problemOf), ...duplicates(found), ...nested(input, found)].filter(
    problem => problem !== undefined,
  )
  if (problems.length > 0) {
    throw new TypeError(
      `${problems.length} of the routes cannot be served:\n${problems.map(text => `- ${text}`).join('\n')}`,
    )
  }
  return {
    routes: found.filter(isRouteDefinition) as ServableRoute[],
    sockets: found.filter(isSocketDefinition) as ServableSocket[],
  }
}

function isDefinition(value: unknown): value is AnyDefinition {
  return isRouteDefinition(value) || isSocketDefinition(value)
}

function collect(input: unknown): AnyDefinition[] {
  if (isDefinition(input)) return [input]
  if (Array.isArray(input)) return input.flatMap(collect)
  if (typeof input !== 'object' || input === null) return []
  return Object.values(input).filter(isDefinition)
}

/** A module in a module (`export * as users from './users.ts'`) would not be served, and nobody would know. */
function nested(input: unknown, served: readonly AnyDefinition[]): string[] {
  if (Array.isArray(input)) return input.flatMap(part => nested(part, served))
  if (typeof input !== 'object' || input === null || isDefinition(input)) return []
  return Object.entries(input).flatMap(([name, value]) =>
    isDefinition(value) || collect(value).every(route => served.includes(route))
      ? []
      : `"${name}" is an object of routes within another: pass both in an array`,
  )
}

function problemOf(route: AnyDefinition): string | undefined {
  const name = nameOfRoute(route)
  const path = parsePath(route.path)
  if (isPathProblem(path)) return `${name}: ${path.problem}`
  const problem = routeProblem(route) ?? (isSocketDefinition(route) ? handlersProblem(route) : undefined)
  const unknown = problem === undefined ? formatProblem(route.compiled?.formats) : undefined
  return unknown === undefined ? problem : `${name} ${unknown}`
}

const COMPILED_HANDLERS = { onMessage: 'message', onRequest: 'request', onSubscribe: 'subscribe' } as const

/** A handler that the compiler did not see would get values that nothing has checked. */
function handlersProblem(route: SocketRouteDefinition): string | undefined {
  for (const [handler, part] of Object.entries(COMPILED_HANDLERS)) {
    const given = route.handlers[handler as keyof typeof COMPILED_HANDLERS]
    if (given !== undefined && route.compiled?.[part] === undefined) {
      return `${nameOfRoute(route)}: ${handler} was not compiled, so nothing would validate what it gets. Write it in the object that route.ws() is given.`
    }
  }
  return undefined
}

/** A socket may have the path of a GET route: an upgrade is no plain request. */
function duplicates(routes: readonly AnyDefinition[]): string[] {
  const seen = new Map<string, AnyDefinition>()
  const problems: string[] = []
  for (const route of routes) {
    const path = parsePath(route.path)
    if (isPathProblem(path)) continue
    const key = `${isRouteDefinition(route) ? route.method : 'WS'} ${pathKey(path)}`
    const first = seen.get(key)
    if (first === undefined) seen.set(key, route)
    else
      problems.push(
        `${nameOfRoute(route)} is declared twice: ${exportOf(first)} and ${exportOf(route)} answer the same requests`,
      )
  }
  return problems
}

function exportOf(route: AnyDefinition): string {
  return route.compiled === undefined ? route.path : `${route.compiled.name} (${route.path})`
}
