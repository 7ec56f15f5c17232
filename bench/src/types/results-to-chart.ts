// The results of a suite in → speeds of all systems, relative to ours, on a logarithmic scale, as an SVG chart out.
import { median } from './ratio.ts'
import type { SuiteResults } from './results-to-markdown.ts'
import type { CaseResult } from './run-case.ts'

const COLOURS = [
  '#0b7285',
  '#868e96',
  '#343a40',
  '#c92a2a',
  '#e67700',
  '#5c940d',
  '#862e9c',
  '#1864ab',
  '#a61e4d',
]
const LEFT = 250
const WIDTH = 640
const BAR = 9
const GAP = 14
const TITLE = 34
/** Speeds from 1/100 of ours to 4 times ours. */
const LEAST = Math.log10(0.01)
const MOST = Math.log10(4)

export function resultsToChart({ systems, tasks, cases, results }: Omit<SuiteResults, 'suite'>): string {
  const parts: string[] = []
  let y = 40
  for (const task of tasks) {
    parts.push(text(10, y + 16, task.title, 'font-weight="bold"'))
    y += TITLE
    for (const { name, title } of cases) {
      const result = results.find(candidate => candidate.task === task.id && candidate.case === name)
      if (result === undefined) continue
      parts.push(text(10, y + BAR, title))
      const bars = barsOf(
        result,
        systems.map(system => system.name),
        y,
      )
      parts.push(...bars)
      y += Math.max(bars.length, 1) * BAR + GAP
    }
  }
  const legend = systems.map(({ name }, index) => {
    const x = 10 + index * 108
    return `<rect x="${x}" y="12" width="10" height="10" fill="${COLOURS[index]}"/>${text(x + 14, 21, name)}`
  })
  const marks = [0.01, 0.1, 1].map(speed => {
    const x = toX(speed)
    return `<line x1="${x}" x2="${x}" y1="40" y2="${y}" stroke="#ced4da"/>${text(x + 3, y + 12, `${speed}×`)}`
  })
  const size = `width="${LEFT + WIDTH + 90}" height="${y + 24}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Speed of Alien RPC and its peers, case by case" ${size} font-family="sans-serif" font-size="11"><rect ${size} fill="white"/>${[...legend, ...marks, ...parts].join('\n')}</svg>\n`
}

function barsOf({ timings }: CaseResult, names: readonly string[], y: number): string[] {
  const ours = median(timings[0]?.rounds ?? [])
  return timings.map(({ name, rounds }, index) => {
    const speed = ours / median(rounds)
    const top = y + index * BAR
    const width = Math.max(toX(speed) - LEFT, 1)
    const colour = COLOURS[names.indexOf(name)]
    const bar = `<rect x="${LEFT}" y="${top}" width="${width.toFixed(1)}" height="${BAR - 1}" fill="${colour}"/>`
    return bar + text(LEFT + width + 4, top + BAR - 1, `${speed.toFixed(2)}`, 'font-size="8"')
  })
}

function toX(speed: number): number {
  const share = (Math.log10(speed) - LEAST) / (MOST - LEAST)
  return LEFT + Math.min(Math.max(share, 0), 1) * WIDTH
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${content}</text>`
}
