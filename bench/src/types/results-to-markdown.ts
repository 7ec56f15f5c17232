// The results of a suite in → tables of ratios, and what they were measured with, as Markdown out.
import { cpus, loadavg } from 'node:os'
import { isBusy } from '../harness/machine.ts'
import { toTable } from '../harness/markdown.ts'
import { geometricMean, median, ratioOf, ratioText } from '../harness/statistics.ts'
import type { Case } from './cases.ts'
import type { Timing } from './measure.ts'
import type { CaseResult } from './run-case.ts'
import type { System } from './system.ts'
import type { Task } from './tasks.ts'

/** Below it a run is to be repeated. */
const FAIR_SHARE = 0.9

export interface SuiteResults {
  readonly suite: string
  readonly systems: readonly System[]
  readonly tasks: readonly Task[]
  readonly cases: readonly Case[]
  readonly results: readonly CaseResult[]
}

export function resultsToMarkdown({ suite, systems, tasks, cases, results }: SuiteResults): string {
  const versions = systems
    .filter(({ version }) => version !== '-')
    .map(({ name, version }) => `${name} ${version}`)
  return [
    `# ${suite}`,
    `Node ${process.version}, ${cpus()[0]?.model.trim()}, ${cpus().length} processors. ${versions.join(', ')}.`,
    ...busyWarning(results),
    'How many times as fast as each system Alien RPC is: the median over rounds, and the least and greatest in parentheses. 1.00 is as fast; more is faster.',
    ...tasks.flatMap(task => [`## ${task.title}`, table(task, systems, cases, results)]),
    '',
  ].join('\n\n')
}

function busyWarning(results: readonly CaseResult[]): string[] {
  const share = Math.min(...results.map(result => result.share))
  const load = loadavg()[0] ?? 0
  const state = `load ${load.toFixed(2)}, least share of a processor ${share.toFixed(2)}`
  if (share >= FAIR_SHARE && !isBusy(load)) return [`Machine: ${state}.`]
  return [`**The machine was busy** (${state}): compare ratios only, and repeat what matters.`]
}

function table(
  task: Task,
  systems: readonly System[],
  cases: readonly Case[],
  results: readonly CaseResult[],
): string {
  const rows = cases.flatMap(({ name, title }) => {
    const result = results.find(candidate => candidate.task === task.id && candidate.case === name)
    return result ? [{ title, timings: result.timings }] : []
  })
  const [ours, ...others] = systems.filter(({ name }) =>
    rows.some(({ timings }) => timings.some(timing => timing.name === name)),
  )
  if (ours === undefined) return 'Nothing was measured.'
  const find = (timings: readonly Timing[], name: string) => timings.find(timing => timing.name === name)
  const lines = rows.map(({ title, timings }) => {
    const own = find(timings, ours.name)
    const cells = others.map(({ name }) => cell(own, find(timings, name)))
    return [title, own ? nanoseconds(median(own.rounds)) : '–', ...cells]
  })
  const means = others.map(({ name }) => {
    const ratios = rows.flatMap(({ timings }) => {
      const [own, other] = [find(timings, ours.name), find(timings, name)]
      return own && other ? [ratioOf(own.rounds, other.rounds).median] : []
    })
    return `**${geometricMean(ratios).toFixed(2)}**`
  })
  if (rows.length > 1) lines.push(['geometric mean', '', ...means])
  return toTable(['', ours.name, ...others.map(({ name }) => name)], lines)
}

function cell(own: Timing | undefined, other: Timing | undefined): string {
  return own === undefined || other === undefined ? '–' : ratioText(ratioOf(own.rounds, other.rounds))
}

function nanoseconds(time: number): string {
  return time >= 10_000
    ? `${(time / 1000).toFixed(1)} µs`
    : `${time >= 100 ? time.toFixed(0) : time.toFixed(1)} ns`
}
