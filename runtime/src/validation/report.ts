// What is wrong with a value, place by place, in → a list of issues out: what all ways of looking at values write to.
import type { Issue } from '../errors.ts'
import type { Probe, ValueDomain } from './table-accepts.ts'
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

export class Report implements Probe {
  readonly domain: ValueDomain
  readonly root: string
  readonly maxIssues: number
  issues: readonly Issue[]
  /** Where the value stands that is being looked at; undefined at the root. */
  place: Step | undefined = undefined
  probes = 0

  constructor({ domain, root, maxIssues }: IssuesOptions, from = root, issues = NO_ISSUES) {
    this.domain = domain
    this.root = from
    this.maxIssues = maxIssues
    this.issues = issues
  }

  enter(step: string | number): void {
    this.place = { outer: this.place, step }
  }

  leave(): void {
    this.place = this.place?.outer
  }

  get isFull(): boolean {
    return this.issues.length >= this.maxIssues
  }

  add(path: string, expected: string, received: string): void {
    this.issues = withIssue(this.issues, path, expected, received)
  }
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
  report.add(pathText(report), expected, received)
}

export function addIssueAt(
  key: string | number,
  value: unknown,
  expected: string,
  report: Report,
  received = valueToText(value),
): void {
  if (report.isFull) return
  report.enter(typeof key === 'string' ? keyToStep(key) : key)
  addIssue(value, expected, report, received)
  report.leave()
}

export function pathText({ root, place }: Report): string {
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
