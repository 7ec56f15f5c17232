// A value that a compiled check refused, and its type's table → what is wrong with it, place by place.
import type { TypeTable } from '../compiled-route.ts'
import type { Issue } from '../errors.ts'
import { isDateText, isValidDate } from './generated-helpers.ts'
import { skipNumbers, skipStrings } from './list-checks.ts'
import { addIssue, addIssueAt, type IssuesOptions, pathText, Report } from './report.ts'
import { isObject, type ValueDomain } from './table-accepts.ts'
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
  tableToPlan,
} from './table-to-plan.ts'
import { tableToText, valueToText } from './value-to-text.ts'
import { walk } from './walk-table.ts'

export type { IssuesOptions, ValueDomain }

/** How many steps from the root items are still checked before they are walked. */
const MAX_CHECKED_DEPTH = 8

/** A part of a compiled route that says what its values are, and keeps the plan of it once a value was refused. */
export interface Explained {
  table(): TypeTable
  plan?: unknown
}

/** At least one issue, at most `maxIssues`, in the order of the value. Runs only after a check has failed. */
export function tableToIssues(value: unknown, table: TypeTable, options: IssuesOptions): readonly Issue[] {
  return planToIssues(value, tableToPlan(table), options)
}

/** The same, with a plan that is made once for each route. */
export function mismatchToIssues(value: unknown, part: Explained, options: IssuesOptions): readonly Issue[] {
  part.plan ??= tableToPlan(part.table())
  return planToIssues(value, part.plan as Plan, options)
}

function planToIssues(value: unknown, plan: Plan, options: IssuesOptions): readonly Issue[] {
  const report = new Report(options)
  // Objects first, here and below: most are, and so they take no turn through what looks at all kinds.
  if (plan.how === IS_OBJECT) lookAtObject(value, plan, report)
  else look(value, plan, report)
  if (report.issues.length === 0) refuse(value, plan, report)
  return report.issues
}

function look(value: unknown, plan: Plan, report: Report): void {
  if (report.isFull) return
  switch (plan.how) {
    case IS_OBJECT:
      return lookAtObject(value, plan, report)
    case IS_ARRAY:
      return lookAtArray(value, plan, report)
    case IS_OBJECT_OR: {
      const [object, ...leaves] = plan.members
      if (isObject(value)) lookAtObject(value, object!, report)
      else if (!fitsOne(value, leaves, report.domain)) refuse(value, plan, report)
      return
    }
    case IS_TAGGED: {
      if (!isObject(value)) return refuse(value, plan, report)
      const tag = (value as Record<string, unknown>)[plan.tag]
      const meant = plan.cases.get(tag)
      return meant ? lookAtObject(value, meant, report) : addIssueAt(plan.tag, tag, plan.tags, report)
    }
    default:
      if (plan.how > LAST_LEAF || plan.how === BY_TABLE) walk(value, plan.table, report)
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

function lookAtArray(value: unknown, plan: Plan, report: Report): void {
  if (!Array.isArray(value)) return refuse(value, plan, report)
  const item = plan.members[0]!
  if (item.how === IS_STRING) return lookAtOthers(value, item, skipStrings, report)
  if (item.how === IS_NUMBER) return lookAtOthers(value, item, skipNumbers, report)
  // In the upper levels only: an item of a recursive type would be checked again for each level that it is in.
  const check = report.depth < MAX_CHECKED_DEPTH ? plan.check : undefined
  for (let index = 0; index < value.length && !report.isFull; index++) {
    if (check === undefined || !check(value[index])) lookAt(index, value[index], item, report)
  }
}

/** Long arrays of primitives cost no more than their check did. */
function lookAtOthers(
  list: readonly unknown[],
  item: Plan,
  skip: (list: readonly unknown[], start: number) => number,
  report: Report,
): void {
  for (let i = skip(list, 0); i < list.length && !report.isFull; i = skip(list, i + 1)) {
    lookAt(i, list[i], item, report)
  }
}

function lookAtObject(value: unknown, plan: Plan, report: Report): void {
  if (!isObject(value)) return refuse(value, plan, report)
  const { kinds } = plan
  const values = plan.values(value as never)
  for (let index = 0; index < kinds.length; index++) {
    const property = values[index]
    // The most frequent kinds cost no call.
    switch (kinds[index]) {
      case IS_STRING:
        if (typeof property !== 'string') refuseProperty(index, property, plan, report)
        break
      case IS_NUMBER:
        if (!Number.isFinite(property)) refuseProperty(index, property, plan, report)
        break
      case IS_BOOLEAN:
        if (typeof property !== 'boolean') refuseProperty(index, property, plan, report)
        break
      default:
        lookAtProperty(index, property, plan, report)
    }
  }
}

function lookAtProperty(index: number, value: unknown, plan: Plan, report: Report): void {
  if (value === undefined && plan.isOptional[index]) return
  const member = plan.members[index]!
  if (!isLeaf(member)) lookAt(plan.steps[index]!, value, member, report)
  else if (!fits(value, member, report.domain)) refuseProperty(index, value, plan, report)
}

function refuseProperty(index: number, value: unknown, plan: Plan, report: Report): void {
  if (report.isFull || (value === undefined && plan.isOptional[index])) return
  const member = plan.members[index]!
  report.add(propertyPath(index, plan, report), expectedOf(member, report), valueToText(value))
}

/** Those from the root are made once. */
function propertyPath(index: number, plan: Plan, report: Report): string {
  if (report.place !== undefined) return pathText(report) + plan.steps[index]
  if (plan.root !== report.root) {
    plan.root = report.root
    plan.paths = plan.steps.map(step => report.root + step)
  }
  return plan.paths[index]!
}

function isLeaf({ how }: Plan): boolean {
  return how !== BY_TABLE && how <= LAST_LEAF
}

function lookAt(step: string | number, value: unknown, plan: Plan, report: Report): void {
  const isWhole = isLeaf(plan)
  if (report.isFull || (isWhole && fits(value, plan, report.domain))) return
  report.enter(step)
  if (isWhole) refuse(value, plan, report)
  else if (plan.how === IS_OBJECT) lookAtObject(value, plan, report)
  else look(value, plan, report)
  report.leave()
}

function refuse(value: unknown, plan: Plan, report: Report): void {
  addIssue(value, expectedOf(plan, report), report)
}

function expectedOf(plan: Plan, report: Report): string {
  plan.expected ??= tableToText(plan.table, report.domain)
  return plan.expected
}
