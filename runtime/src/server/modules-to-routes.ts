// Module namespaces, objects and arrays of routes → the routes in them, or one error that names all that cannot be served.

import type { CompiledRoute } from '../compiled-route.ts'
import { isPathProblem, parsePath, pathKey } from '../path-grammar.ts'
import { isRouteDefinition, type RouteDefinition, routeProblem } from '../route.ts'
import { formatProblem } from '../validation/formats.ts'

/** A module namespace (`import * as routes`), an object of routes, or an array of routes and such objects. */
export type RoutesInput = object | readonly object[]

export type ServableRoute = RouteDefinition & { readonly compiled: CompiledRoute }

/**
 * Exports that are no routes are left alone; a route that is exported twice counts once.
 * Throws when there is no route at all, or when any cannot be served.
 */
export function modulesToRoutes(input: RoutesInput): ServableRoute[] {
  const routes = [...new Set(collect(input))]
  if (routes.length === 0) {
    throw new TypeError(
      'there is no route to serve: pass a module namespace ("import * as routes from \'./routes.ts\'"), an object or an array of routes',
    )
  }
  const problems = [...routes.map(problemOf), ...duplicates(routes), ...nested(input, routes)].filter(
    problem => problem !== undefined,
  )
  if (problems.length > 0) {
    throw new TypeError(
      `${problems.length} of the routes cannot be served:\n${problems.map(text => `- ${text}`).join('\n')}`,
    )
  }
  return routes as ServableRoute[]
}

function collect(input: unknown): RouteDefinition[] {
  if (isRouteDefinition(input)) return [input]
  if (Array.isArray(input)) return input.flatMap(collect)
  if (typeof input !== 'object' || input === null) return []
  return Object.values(input).filter(isRouteDefinition)
}

/** A module in a module (`export * as users from './users.ts'`) would not be served, and nobody would know. */
function nested(input: unknown, served: readonly RouteDefinition[]): string[] {
  if (Array.isArray(input)) return input.flatMap(part => nested(part, served))
  if (typeof input !== 'object' || input === null || isRouteDefinition(input)) return []
  return Object.entries(input).flatMap(([name, value]) =>
    isRouteDefinition(value) || collect(value).every(route => served.includes(route))
      ? []
      : `"${name}" is an object of routes within another: pass both in an array`,
  )
}

function problemOf(route: RouteDefinition): string | undefined {
  const path = parsePath(route.path)
  if (isPathProblem(path)) return `${route.method} ${route.path}: ${path.problem}`
  const problem = routeProblem(route)
  const unknown = problem === undefined ? formatProblem(route.compiled?.formats) : undefined
  return unknown === undefined ? problem : `${route.method} ${route.path} ${unknown}`
}

function duplicates(routes: readonly RouteDefinition[]): string[] {
  const seen = new Map<string, RouteDefinition>()
  const problems: string[] = []
  for (const route of routes) {
    const path = parsePath(route.path)
    if (isPathProblem(path)) continue
    const key = `${route.method} ${pathKey(path)}`
    const first = seen.get(key)
    if (first === undefined) seen.set(key, route)
    else
      problems.push(
        `${route.method} ${route.path} is declared twice: ${nameOf(first)} and ${nameOf(route)} answer the same requests`,
      )
  }
  return problems
}

function nameOf(route: RouteDefinition): string {
  return route.compiled === undefined ? route.path : `${route.compiled.name} (${route.path})`
}
