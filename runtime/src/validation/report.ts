// What is wrong with a value, place by place, in → a list of issues out: what all ways of looking at values write to.
import type { Issue } from '../errors.ts'
import type { Probe } from './table-accepts.ts'
import type { ValueDomain } from './table-parts.ts'
import { quote, valueToText } from './value-to-text.ts'

export interface IssuesOptions {
  readonly domain: ValueDomain
  /** What paths start with: `args`, `result`, `item`. */
  readonly root: string
  readonly maxIssues: number
}

/** One step of a path, linked to the one before: nothing is put together until there is an issue. */
interface Step {
  readonly outer: Step | undefined
  /** An index, or the name of a property as `keyToStep` writes it. */
  readonly step: string | number
}

export interface Report extends Probe {
  readonly root: string
  readonly maxIssues: number
  issues: readonly Issue[]
  /** Where the value stands that is being looked at; undefined at the root. */
  place: Step | undefined
}

/**
 * No class: V8 forgets the shape of its instances in a collection that finds none, and drops all code that relies on it. That of
 * a literal stays as long as its code.
 */
export function newReport(options: IssuesOptions, root = options.root, issues = NO_ISSUES): Report {
  const { domain, maxIssues } = options
  return { domain, root, maxIssues, issues, place: undefined, probes: 0, known: undefined }
}

export function enter(step: string | number, report: Report): void {
  report.place = { outer: report.place, step }
}

export function leave(report: Report): void {
  report.place = report.place?.outer
}

export function isFull({ issues, maxIssues }: Report): boolean {
  return issues.length >= maxIssues
}

export const NO_ISSUES: readonly Issue[] = []

/** The same list with one issue more, but for a list of none. */
export function withIssue(
  issues: readonly Issue[],
  path: string,
  expected: string,
  received: string,
): readonly Issue[] {
  const issue = { path, expected, received }
  // Most have one. An array of one is made in half of the time that pushing it to an empty one takes.
  if (issues.length === 0) return [issue]
  ;(issues as Issue[]).push(issue)
  return issues
}

export function addIssue(
  value: unknown,
  expected: string,
  report: Report,
  received = valueToText(value),
): void {
  report.issues = withIssue(report.issues, pathText(report), expected, received)
}

export function addIssueAt(
  key: string | number,
  value: unknown,
  expected: string,
  report: Report,
  received = valueToText(value),
): void {
  if (isFull(report)) return
  enter(typeof key === 'string' ? keyToStep(key) : key, report)
  addIssue(value, expected, report, received)
  leave(report)
}

function pathText({ root, place }: Report): string {
  let steps = ''
  for (let at = place; at !== undefined; at = at.outer) {
    steps = (typeof at.step === 'number' ? `[${at.step}]` : at.step) + steps
  }
  return root + steps
}

/** `.name`, or `["any text"]`. */
export function keyToStep(key: string): string {
  return /^[A-Za-z_$][\w$]{0,63}$/.test(key) ? `.${key}` : `[${quote(key)}]`
}
