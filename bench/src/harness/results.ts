// The sections of a part in → Markdown and a chart, printed, and kept in results/ where the run was whole, out.
import { mkdirSync, writeFileSync } from 'node:fs'
import { type ChartGroup, toChart } from './chart.ts'
import { machineHeader } from './machine.ts'
import { type Metric, ratioOfMetric, samplesToTable } from './markdown.ts'
import { type BenchOptions, RAW } from './options.ts'
import { endProgress } from './progress.ts'
import type { Samples } from './rounds.ts'

export interface Section {
  readonly title: string
  /** What is done, and how often. */
  readonly about: string
  readonly samples: readonly Samples[]
  readonly metrics: readonly Metric[]
  /** The system that ratios are to. Default: raw. */
  readonly base?: string
  /** The metric that the chart shows. Default: the first one. None: the section is not in the chart. */
  readonly charted?: Metric | null
}

export interface PartResults {
  readonly part: string
  readonly packages: readonly string[]
  /** The load average when the part started. */
  readonly load: number
  readonly sections: readonly Section[]
  readonly options: BenchOptions
}

export function publish({ part, packages, load, sections, options }: PartResults): void {
  endProgress()
  const text = [
    `# ${part}`,
    machineHeader(packages, load),
    `Medians of ${options.rounds} rounds, systems in turn. "×" is a ratio within a round to ${RAW} (more is better): its median, and the least and greatest in parentheses.`,
    ...sections.flatMap(({ title, about, samples, metrics, base = RAW }) => [
      `## ${title}`,
      about,
      samplesToTable(samples, metrics, base),
    ]),
    '',
  ].join('\n\n')
  console.log(text)
  if (!options.isWhole) return
  keep(`${part}.md`, text)
  keep(`${part}.svg`, chartOf(part, sections))
}

/** Writes a file of results/. */
export function keep(name: string, text: string): void {
  const folder = new URL('../../results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(name, folder), text)
}

function chartOf(part: string, sections: readonly Section[]): string {
  const groups: ChartGroup[] = sections.flatMap(
    ({ title, samples, metrics, base = RAW, charted = metrics[0] }) => {
      const baseline = samples.find(({ name }) => name === base)
      if (!charted || baseline === undefined) return []
      const bars = samples.map(own => ({
        name: own.name,
        speed: ratioOfMetric(charted, own, baseline).median,
      }))
      return [{ title, rows: [{ title: `${charted.title}, × ${base}`, bars }] }]
    },
  )
  const names = [...new Set(sections.flatMap(({ samples }) => samples.map(({ name }) => name)))]
  return toChart({ label: `${part}: speed of each system relative to ${RAW}`, names, groups })
}
