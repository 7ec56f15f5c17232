// Samples in → tables of medians and of ratios to a base, as Markdown, out.
import type { Samples } from './rounds.ts'
import { median, ratioOf, ratioText } from './statistics.ts'

export interface Metric {
  readonly key: string
  readonly title: string
  readonly unit: string
  /** Which is better. Ratios are always "more is better". */
  readonly better: 'less' | 'more'
  /** False: the table shows the median alone. Default: true. */
  readonly hasRatio?: boolean
}

/** The first column to the left, the others to the right. */
export function toTable(header: readonly string[], lines: readonly (readonly string[])[]): string {
  const rule = header.map((_, index) => (index === 0 ? '---' : '--:'))
  return [header, rule, ...lines].map(line => `| ${line.join(' | ')} |`).join('\n')
}

/** A line for each system, two columns for each metric: its median, and its ratio to `base`, over rounds. */
export function samplesToTable(
  samples: readonly Samples[],
  metrics: readonly Metric[],
  base: string | undefined,
): string {
  const baseline = samples.find(({ name }) => name === base)
  const header = metrics.flatMap(metric => [
    `${metric.title}, ${metric.unit}`,
    ...(hasRatio(metric, baseline) ? [`× ${base}`] : []),
  ])
  const lines = samples.map(({ name, rounds }) => {
    const cells = metrics.flatMap(metric => {
      const own = rounds.map(sample => sample[metric.key] ?? Number.NaN)
      const value = number(median(own))
      if (!hasRatio(metric, baseline)) return [value]
      return [value, ratioText(ratioOfMetric(metric, { name, rounds }, baseline!))]
    })
    return [name, ...cells]
  })
  return toTable(['', ...header], lines)
}

function hasRatio({ hasRatio = true }: Metric, baseline: Samples | undefined): boolean {
  return hasRatio && baseline !== undefined
}

/** More is better, whatever the metric. */
export function ratioOfMetric({ key, better }: Metric, own: Samples, base: Samples) {
  const valuesOf = ({ rounds }: Samples) => rounds.map(sample => sample[key] ?? Number.NaN)
  return better === 'less' ? ratioOf(valuesOf(own), valuesOf(base)) : ratioOf(valuesOf(base), valuesOf(own))
}

/** Three digits that mean something. */
export function number(value: number): string {
  if (Number.isNaN(value)) return '–'
  const size = Math.abs(value)
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2)
}
