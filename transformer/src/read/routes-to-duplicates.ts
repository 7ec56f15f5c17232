// All declared routes in → a finding on both ends of each clash out.
import type { Findings } from '../diagnostics/findings.ts'
import type { Place, RuleName } from '../model/finding.ts'

export interface DeclaredRoute {
  readonly name: string
  readonly place: Place
  /** Method and shape of the path: equal for routes that answer the same requests. Absent if the path is wrong. */
  readonly key?: string
}

/** Adds the findings and returns the routes that have one. */
export function findDuplicates<Route extends DeclaredRoute>(
  routes: readonly Route[],
  findings: Findings,
): Set<Route> {
  const clashing = new Set<Route>()
  const report = (rule: RuleName, group: readonly Route[], describe: (route: Route) => string) => {
    for (const route of group) {
      clashing.add(route)
      const others = group.filter(other => other !== route)
      const related = others.map(other => ({
        message: `"${other.name}" is declared here.`,
        place: other.place,
      }))
      findings.add(rule, route.place, describe(route), related)
    }
  }
  const keyed = routes.filter(route => route.key !== undefined)
  for (const group of groupsOf(keyed, route => route.key!)) {
    report('duplicate-route', group, route => {
      const others = group.filter(other => other !== route).map(other => `"${other.name}"`)
      return `${route.key} is declared by ${others.join(', ')} too, so only one of them could ever be called.`
    })
  }
  for (const group of groupsOf(routes, route => route.name)) {
    report('duplicate-name', group, route => {
      return `Another route is exported as "${route.name}" too, and the client can have one method of that name.`
    })
  }
  return clashing
}

function groupsOf<Route>(routes: readonly Route[], keyOf: (route: Route) => string): Route[][] {
  const groups = new Map<string, Route[]>()
  for (const route of routes) {
    const group = groups.get(keyOf(route))
    if (group) group.push(route)
    else groups.set(keyOf(route), [route])
  }
  return [...groups.values()].filter(group => group.length > 1)
}
