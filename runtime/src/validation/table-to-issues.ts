// A value that a compiled check refused, and its type's table → what is wrong with it, place by place.
import type { TypeTable } from '../compiled-route.ts'
import type { Issue } from '../errors.ts'
import { isDateText, isValidDate } from './generated-helpers.ts'
import { isObject, type ValueDomain } from './table-accepts.ts'
import {
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
  tableToPlan,
} from './table-to-plan.ts'
import { tableToText } from './value-to-text.ts'
import { addIssue, type IssuesOptions, type Report, walk } from './walk-table.ts'

export type { IssuesOptions, ValueDomain }

/** A part of a compiled route that says what its values are, and keeps the plan of it once a value was refused. */
export interface Explained {
  table(): TypeTable
  plan?: unknown
}

/** At least one issue, at most `maxIssues`, in the order of the value. Runs only after a check has failed. */
export function tableToIssues(value: unknown, table: TypeTable, options: IssuesOptions): Issue[] {
  return planToIssues(value, tableToPlan(table), options)
}

/** The same, with a plan that is made once for each route. */
export function mismatchToIssues(value: unknown, part: Explained, options: IssuesOptions): Issue[] {
  part.plan ??= tableToPlan(part.table())
  return planToIssues(value, part.plan as Plan, options)
}

function planToIssues(value: unknown, plan: Plan, options: IssuesOptions): Issue[] {
  const report: Report = { options, domain: options.domain, path: [], issues: [], probes: 0 }
  look(value, plan, report)
  if (report.issues.length === 0) refuse(value, plan, report)
  return report.issues
}

function look(value: unknown, plan: Plan, report: Report): void {
  if (report.issues.length >= report.options.maxIssues) return
  switch (plan.how) {
    case IS_OBJECT:
      return lookAtObject(value, plan, report)
    case IS_ARRAY:
      return lookAtArray(value, plan, report)
    case IS_OBJECT_OR: {
      const [object, ...leaves] = plan.members
      if (isObject(value)) lookAtObject(value, object!, report)
      else if (!leaves.some(leaf => fits(value, leaf, report.domain))) refuse(value, plan, report)
      return
    }
    case IS_TAGGED: {
      const tag = isObject(value) ? (value as Record<string, unknown>)[plan.tag] : undefined
      const meant = plan.cases.get(tag)
      return meant ? lookAtObject(value, meant, report) : walk(value, plan.table, report)
    }
    default:
      if (plan.how > LAST_LEAF || plan.how === 0) walk(value, plan.table, report)
      else if (!fits(value, plan, report.domain)) refuse(value, plan, report)
  }
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
      return plan.members.some(member => fits(value, member, domain))
    case IS_DATE:
      return domain === 'json' ? isDateText(value) : isValidDate(value)
    default:
      return plan.how === IS_UNKNOWN
  }
}

function lookAtArray(value: unknown, plan: Plan, report: Report): void {
  if (!Array.isArray(value)) return refuse(value, plan, report)
  const item = plan.members[0]!
  if (item.how === IS_STRING) return lookAtStrings(value, item, report)
  if (item.how === IS_NUMBER) return lookAtNumbers(value, item, report)
  for (let index = 0; index < value.length; index++) lookAt(index, value[index], item, report)
}

// A loop of their own each: long arrays of primitives cost no more than their check did.
function lookAtStrings(value: readonly unknown[], item: Plan, report: Report): void {
  for (let index = 0; index < value.length; index++)
    if (typeof value[index] !== 'string') lookAt(index, value[index], item, report)
}

function lookAtNumbers(value: readonly unknown[], item: Plan, report: Report): void {
  for (let index = 0; index < value.length; index++)
    if (!Number.isFinite(value[index])) lookAt(index, value[index], item, report)
}

/**
 * Most objects hold what is declared, in the declared order. Reading them in their own order takes a quarter of the time
 * that reading by a name that differs from turn to turn takes; from the first key that is another one on it is the latter.
 */
function lookAtObject(value: unknown, plan: Plan, report: Report): void {
  if (!isObject(value)) return refuse(value, plan, report)
  const object = value as Record<string, unknown>
  const { names, steps, members, isOptional } = plan
  let index = 0
  for (const key in object) {
    if (key !== names[index]) break
    const property = object[key]
    const member = members[index]!
    const { how } = member
    // The two most frequent kinds cost no call.
    const isRight =
      how === IS_STRING ? typeof property === 'string' : how === IS_NUMBER && Number.isFinite(property)
    if (!isRight && !(isOptional[index] && property === undefined))
      lookAt(steps[index]!, property, member, report)
    index++
  }
  for (; index < names.length; index++) {
    const property = object[names[index]!]
    if (property === undefined && isOptional[index]) continue
    lookAt(steps[index]!, property, members[index]!, report)
  }
}

function lookAt(step: string | number, value: unknown, plan: Plan, report: Report): void {
  if (plan.how !== 0 && plan.how <= LAST_LEAF && fits(value, plan, report.domain)) return
  report.path.push(step)
  look(value, plan, report)
  report.path.pop()
}

function refuse(value: unknown, plan: Plan, report: Report): void {
  plan.expected ??= tableToText(plan.table, report.domain)
  addIssue(value, plan.expected, report)
}
