// The results of a suite in → speeds of all systems, relative to ours, as a chart out.
import { type ChartRow, toChart } from '../harness/chart.ts'
import { median } from '../harness/statistics.ts'
import type { SuiteResults } from './results-to-markdown.ts'
import type { CaseResult } from './run-case.ts'

export function resultsToChart({ systems, tasks, cases, results }: Omit<SuiteResults, 'suite'>): string {
  const groups = tasks.map(task => {
    const rows = cases.flatMap(({ name, title }) => {
      const result = results.find(candidate => candidate.task === task.id && candidate.case === name)
      return result === undefined ? [] : [toRow(title, result)]
    })
    return { title: task.title, rows }
  })
  const names = systems.map(({ name }) => name)
  return toChart({ label: 'Speed of Alien RPC and its peers, case by case', names, groups })
}

function toRow(title: string, { timings }: CaseResult): ChartRow {
  const ours = median(timings[0]?.rounds ?? [])
  return { title, bars: timings.map(({ name, rounds }) => ({ name, speed: ours / median(rounds) })) }
}
