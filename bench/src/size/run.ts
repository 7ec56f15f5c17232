// Nothing in → bytes of JavaScript a route, and the time to compile, of a project of 500 routes, as Markdown out.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { median } from '../harness/statistics.ts'
import { generateProject } from './generate-project.ts'

const ROUTES = 500
const ROUNDS = 3
const root = new URL('../../', import.meta.url)
const project = new URL('.build/500-routes/', root)

const PLUGINS = [
  [],
  [{ transform: '@alien-rpc/transformer', transformProgram: true, client: 'src/generated/client.ts' }],
] as const

interface Output {
  readonly bytes: number
  readonly compressed: number
}

export function runSize(): void {
  const times: number[][] = PLUGINS.map(() => [])
  const outputs: Output[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, plugins] of PLUGINS.entries()) {
      generateProject(project, ROUTES, plugins)
      const started = performance.now()
      execFileSync('tspc', ['-p', fileURLToPath(project)], { stdio: 'inherit' })
      times[index]!.push(performance.now() - started)
      outputs[index] = outputOf()
    }
  }
  const text = toMarkdown(times, outputs)
  console.log(text)
  mkdirSync(new URL('results/', root), { recursive: true })
  writeFileSync(new URL('results/size.md', root), text)
}

/** The route files only: the client goes to other programs. */
function outputOf(): Output {
  const folder = new URL('dist/', project)
  const files = readdirSync(folder).filter(name => name.endsWith('.js'))
  const texts = files.map(name => readFileSync(new URL(name, folder)))
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  return {
    bytes: sum(texts.map(text => text.length)),
    compressed: sum(texts.map(text => brotliCompressSync(text).length)),
  }
}

function toMarkdown(times: readonly (readonly number[])[], outputs: readonly Output[]): string {
  const [plain, ours] = outputs
  const ratios = times[1]!.map((time, round) => time / times[0]![round]!)
  const perRoute = (name: keyof Output) => ((ours![name] - plain![name]) / ROUTES).toFixed(0)
  return [
    '# size',
    `Node ${process.version}, ${cpus()[0]?.model.trim()}. ${ROUTES} routes in files of ten, each file with nine types of its own (src/size/generate-project.ts).`,
    `Emitted code: ${perRoute('bytes')} bytes a route, ${perRoute('compressed')} compressed with brotli file by file.`,
    `First build with the client written: ${median(ratios).toFixed(2)} × the time of tspc without plugins (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}), medians ${seconds(times[1]!)} and ${seconds(times[0]!)}.`,
    '',
  ].join('\n\n')
}

function seconds(times: readonly number[]): string {
  return `${(median(times) / 1000).toFixed(1)} s`
}
