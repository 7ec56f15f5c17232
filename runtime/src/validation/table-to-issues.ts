// A value that a compiled check refused, and its type's table → what is wrong with it, place by place.
import type { Fault, TypeTable } from '../compiled-route.ts'
import type { Issue } from '../errors.ts'
import { isDateText, isValidDate } from './generated-helpers.ts'
import { type IssuesOptions, NO_ISSUES, newReport, withIssue } from './report.ts'
import { isObject, type ValueDomain } from './table-parts.ts'
import {
  BY_TABLE,
  IS_ARRAY,
  IS_BOOLEAN,
  IS_DATE,
  IS_LITERAL,
  IS_NULL,
  IS_NUMBER,
  IS_OBJECT,
  IS_OBJECT_OR,
  IS_ONE_OF,
  IS_STRING,
  IS_TAGGED,
  IS_UNDEFINED,
  IS_UNKNOWN,
  LAST_LEAF,
  type Plan,
  type PlannedProperty,
  tableToPlan,
} from './table-to-plan.ts'
import { tableToText, valueToText } from './value-to-text.ts'
import { walk } from './walk-table.ts'

export type { IssuesOptions, ValueDomain }

/** How many steps from the root compiled checks are still asked: each would look at all that is below it again. */
const MAX_CHECKED_DEPTH = 8

/** A part of a compiled route that says what its values are, and keeps the plan of it once a value was refused. */
export interface Explained {
  table(): TypeTable
  plan?: unknown
}

type Issues = readonly Issue[]

/** At least one issue, at most `maxIssues`, in the order of the value. Runs only after a check has failed. */
export function tableToIssues(value: unknown, table: TypeTable, options: IssuesOptions): Issues {
  return planToIssues(value, tableToPlan(table), options)
}

/** The same, with a plan that is made once for each route. */
export function mismatchToIssues(value: unknown, part: Explained, options: IssuesOptions): Issues {
  part.plan ??= tableToPlan(part.table())
  return planToIssues(value, part.plan as Plan, options)
}

/**
 * As long as one property alone may be wrong it is followed down, without what several issues would take: most values that are
 * refused are wrong in one place, and that is found in two thirds of the time.
 */
function planToIssues(value: unknown, plan: Plan, options: IssuesOptions): Issues {
  let path = options.root
  let inside = value
  let place = plan
  for (let depth = 0; ; depth++) {
    if (place.how === IS_OBJECT ? !isObject(inside) : isPrimitive(place)) {
      const expected = place.expected ?? expectedOf(place, options.domain)
      return [{ path, expected, received: valueToText(inside) }]
    }
    const faults = depth < MAX_CHECKED_DEPTH ? place.faults?.(inside as never) : undefined
    if (faults === undefined) {
      return orRoot(look(inside, place, path, depth, NO_ISSUES, options), value, plan, options)
    }
    const property = place.properties[faults.at]!
    if (faults.next !== undefined || property.isOptional) {
      return orRoot(lookAtFaults(faults, place, path, depth, NO_ISSUES, options), value, plan, options)
    }
    path = depth === 0 ? fromRoot(property, path) : path + property.step
    inside = faults.value
    place = property.plan
  }
}

/** What a compiled check refused is wrong, even if nothing in it seems to be. */
function orRoot(issues: Issues, value: unknown, plan: Plan, options: IssuesOptions): Issues {
  return issues.length === 0 ? refuse(value, plan, options.root, issues, options) : issues
}

// What follows takes the issues so far and gives them back with its own: an object to collect them in would cost as much
// as an issue. `path` is where the value stands, `depth` how many steps that is from the root.

function look(
  value: unknown,
  plan: Plan,
  path: string,
  depth: number,
  issues: Issues,
  options: IssuesOptions,
): Issues {
  if (issues.length >= options.maxIssues) return issues
  switch (plan.how) {
    case IS_OBJECT:
      return lookAtObject(value, plan, path, depth, issues, options)
    case IS_ARRAY:
      return lookAtArray(value, plan, path, depth, issues, options)
    case IS_OBJECT_OR: {
      const [object, ...leaves] = plan.members
      if (isObject(value)) return lookAtObject(value, object!, path, depth, issues, options)
      return fitsOne(value, leaves, options.domain) ? issues : refuse(value, plan, path, issues, options)
    }
    case IS_TAGGED: {
      if (!isObject(value)) return refuse(value, plan, path, issues, options)
      const tag = (value as Record<string, unknown>)[plan.tag]
      const meant = plan.cases.get(tag)
      if (meant) return lookAtObject(value, meant, path, depth, issues, options)
      return withIssue(issues, path + plan.tagStep, plan.tags, valueToText(tag))
    }
    default:
      if (!isLeaf(plan)) return lookByTable(value, plan, path, issues, options)
      return fits(value, plan, options.domain) ? issues : refuse(value, plan, path, issues, options)
  }
}

function lookByTable(
  value: unknown,
  plan: Plan,
  path: string,
  issues: Issues,
  options: IssuesOptions,
): Issues {
  const report = newReport(options, path, issues)
  walk(value, plan.table, report)
  return report.issues
}

/** Of these there is a fault only if they are wrong. */
function isPrimitive({ how }: Plan): boolean {
  return how === IS_STRING || how === IS_NUMBER || how === IS_BOOLEAN
}

function isLeaf({ how }: Plan): boolean {
  return how !== BY_TABLE && how <= LAST_LEAF
}

/** Of leaves only. */
function fits(value: unknown, plan: Plan, domain: ValueDomain): boolean {
  switch (plan.how) {
    case IS_STRING:
      return typeof value === 'string'
    case IS_NUMBER:
      return Number.isFinite(value)
    case IS_BOOLEAN:
      return typeof value === 'boolean'
    case IS_NULL:
      return value === null
    case IS_UNDEFINED:
      return value === undefined
    case IS_LITERAL:
      return value === plan.literal
    case IS_ONE_OF:
      return fitsOne(value, plan.members, domain)
    case IS_DATE:
      return domain === 'json' ? isDateText(value) : isValidDate(value)
    default:
      return plan.how === IS_UNKNOWN
  }
}

// `some` would make a function for every value.
function fitsOne(value: unknown, members: readonly Plan[], domain: ValueDomain): boolean {
  for (let i = 0; i < members.length; i++) if (fits(value, members[i]!, domain)) return true
  return false
}

function lookAtArray(
  value: unknown,
  plan: Plan,
  path: string,
  depth: number,
  issues: Issues,
  options: IssuesOptions,
): Issues {
  if (!Array.isArray(value)) return refuse(value, plan, path, issues, options)
  const item = plan.members[0]!
  const find = depth < MAX_CHECKED_DEPTH ? plan.find : undefined
  let found = issues
  let at = find === undefined ? 0 : find(value, 0)
  while (at >= 0 && at < value.length && found.length < options.maxIssues) {
    if (find !== undefined || !isRight(value[at], item, options.domain)) {
      found = look(value[at], item, `${path}[${at}]`, depth + 1, found, options)
    }
    at = find === undefined ? at + 1 : find(value, at + 1)
  }
  return found
}

/** What it is not true of may be right all the same. It saves the path of an item, which is costly to make. */
function isRight(item: unknown, plan: Plan, domain: ValueDomain): boolean {
  if (plan.faults !== undefined) return isObject(item) && plan.faults(item as never) === undefined
  return isLeaf(plan) && fits(item, plan, domain)
}

function lookAtObject(
  value: unknown,
  plan: Plan,
  path: string,
  depth: number,
  issues: Issues,
  options: IssuesOptions,
): Issues {
  if (!isObject(value)) return refuse(value, plan, path, issues, options)
  let found = issues
  if (plan.faults === undefined || depth >= MAX_CHECKED_DEPTH) {
    for (const property of plan.properties) {
      const member = (value as Record<string, unknown>)[property.name]
      found = lookAtProperty(member, property, path, depth, found, options)
    }
    return found
  }
  return lookAtFaults(plan.faults(value as never), plan, path, depth, issues, options)
}

function lookAtFaults(
  faults: Fault | undefined,
  { properties }: Plan,
  path: string,
  depth: number,
  issues: Issues,
  options: IssuesOptions,
): Issues {
  let found = issues
  for (let fault = faults; fault !== undefined; fault = fault.next) {
    found = lookAtProperty(fault.value, properties[fault.at]!, path, depth, found, options)
  }
  return found
}

function lookAtProperty(
  value: unknown,
  property: PlannedProperty,
  path: string,
  depth: number,
  issues: Issues,
  options: IssuesOptions,
): Issues {
  if (issues.length >= options.maxIssues || (value === undefined && property.isOptional)) return issues
  const { plan } = property
  const isWhole = isLeaf(plan)
  if (isWhole && fits(value, plan, options.domain)) return issues
  const place = depth === 0 ? fromRoot(property, path) : path + property.step
  if (isWhole) return refuse(value, plan, place, issues, options)
  return look(value, plan, place, depth + 1, issues, options)
}

/** Made once, for a route has one root. */
function fromRoot(property: PlannedProperty, root: string): string {
  if (property.root !== root) {
    property.root = root
    property.path = root + property.step
  }
  return property.path
}

function refuse(value: unknown, plan: Plan, path: string, issues: Issues, { domain }: IssuesOptions): Issues {
  return withIssue(issues, path, expectedOf(plan, domain), valueToText(value))
}

function expectedOf(plan: Plan, domain: ValueDomain): string {
  plan.expected ??= tableToText(plan.table, domain)
  return plan.expected
}
