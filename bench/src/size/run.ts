// Nothing in → bytes of JavaScript a route of a project of 500 routes, as Markdown out.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { generateProject } from './generate-project.ts'

const ROUTES = 500
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
  const outputs = PLUGINS.map(plugins => {
    generateProject(project, ROUTES, plugins)
    execFileSync('tspc', ['-p', fileURLToPath(project)], { stdio: 'inherit' })
    return outputOf()
  })
  const text = toMarkdown(outputs)
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

function toMarkdown(outputs: readonly Output[]): string {
  const [plain, ours] = outputs
  const perRoute = (name: keyof Output) => ((ours![name] - plain![name]) / ROUTES).toFixed(0)
  return [
    '# size',
    `Node ${process.version}, ${cpus()[0]?.model.trim()}. ${ROUTES} routes in files of ten, each file with nine types of its own (src/size/generate-project.ts).`,
    `Emitted code: ${perRoute('bytes')} bytes a route, ${perRoute('compressed')} compressed with brotli file by file.`,
    '',
  ].join('\n\n')
}
