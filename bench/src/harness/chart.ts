// Speeds of systems, relative to one of them, in → bars on a logarithmic scale, as SVG, out.

export interface ChartGroup {
  readonly title: string
  readonly rows: readonly ChartRow[]
}

export interface ChartRow {
  readonly title: string
  readonly bars: readonly { readonly name: string; readonly speed: number }[]
}

export interface Chart {
  /** For those who cannot see it. */
  readonly label: string
  /** All systems, in the order of the legend. */
  readonly names: readonly string[]
  readonly groups: readonly ChartGroup[]
}

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
  '#2b8a3e',
  '#5f3dc4',
  '#d9480f',
]
const LEFT = 250
const WIDTH = 640
const BAR = 9
const GAP = 14
const TITLE = 34
const LEGEND_COLUMNS = 8
const LEGEND_LINE = 16
/** Speeds from 1/100 of the base. */
const LEAST = Math.log10(0.01)
const MARKS = [0.01, 0.1, 1, 10, 100]

export function toChart({ label, names, groups }: Chart): string {
  const fastest = Math.max(
    ...groups.flatMap(({ rows }) => rows.flatMap(({ bars }) => bars.map(bar => bar.speed))),
  )
  // At least to 4 times the base.
  const scale = createScale(Math.log10(Math.max(4, fastest)))
  const top = 24 + LEGEND_LINE * Math.ceil(names.length / LEGEND_COLUMNS)
  const parts: string[] = []
  let y = top
  for (const { title, rows } of groups) {
    parts.push(text(10, y + 16, title, 'font-weight="bold"'))
    y += TITLE
    for (const row of rows) {
      parts.push(text(10, y + BAR, row.title), ...barsOf(row, names, y, scale))
      y += Math.max(row.bars.length, 1) * BAR + GAP
    }
  }
  const marks = MARKS.filter(speed => speed <= Math.max(4, fastest)).map(speed => {
    const x = scale(speed)
    return `<line x1="${x}" x2="${x}" y1="${top}" y2="${y}" stroke="#ced4da"/>${text(x + 3, y + 12, `${speed}×`)}`
  })
  const size = `width="${LEFT + WIDTH + 90}" height="${y + 24}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${label}" ${size} font-family="sans-serif" font-size="11"><rect ${size} fill="white"/>${[...names.map(legend), ...marks, ...parts].join('\n')}</svg>\n`
}

function createScale(most: number): (speed: number) => number {
  return speed => {
    const share = (Math.log10(speed) - LEAST) / (most - LEAST)
    return LEFT + Math.min(Math.max(share, 0), 1) * WIDTH
  }
}

function legend(name: string, index: number): string {
  const x = 10 + (index % LEGEND_COLUMNS) * 118
  const y = 12 + LEGEND_LINE * Math.floor(index / LEGEND_COLUMNS)
  return `<rect x="${x}" y="${y}" width="10" height="10" fill="${colourOf(index)}"/>${text(x + 14, y + 9, name)}`
}

function barsOf(
  { bars }: ChartRow,
  names: readonly string[],
  y: number,
  scale: (speed: number) => number,
): string[] {
  return bars.map(({ name, speed }, index) => {
    const top = y + index * BAR
    const width = Math.max(scale(speed) - LEFT, 1)
    const colour = colourOf(names.indexOf(name))
    const bar = `<rect x="${LEFT}" y="${top}" width="${width.toFixed(1)}" height="${BAR - 1}" fill="${colour}"/>`
    return bar + text(LEFT + width + 4, top + BAR - 1, speed.toFixed(2), 'font-size="8"')
  })
}

function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length]!
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${content}</text>`
}
