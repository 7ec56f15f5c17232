// Nothing in → processor time to load 500 routes, and to call each once, in a fresh process of each system, as Markdown and a chart, out.
import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { requirePeers } from '../harness/compile-peers.ts'
import type { Metric } from '../harness/markdown.ts'
import { readOptions } from '../harness/options.ts'
import { showProgress } from '../harness/progress.ts'
import { publish } from '../harness/results.ts'
import { interleave } from '../harness/rounds.ts'
import { generate } from './generate.ts'
import { SOURCES } from './sources.ts'

const ROUTES = 500
const METRICS: readonly Metric[] = [
  { key: 'load', title: 'loaded', unit: 'ms', better: 'less' },
  { key: 'call', title: 'and each called once', unit: 'ms', better: 'less' },
  { key: 'serve', title: 'or served', unit: 'ms', better: 'less', hasRatio: false },
  { key: 'kilobytes', title: 'JavaScript', unit: 'kB', better: 'less', hasRatio: false },
]

export async function runStartUp(args: readonly string[]): Promise<void> {
  const options = readOptions(args, 5)
  const load = loadavg()[0]!
  requirePeers()
  const wanted = SOURCES.filter(({ name }) => options.isWanted(name))
  const contenders = wanted.map(source => {
    showProgress(`start-up: compiling ${source.name}`)
    const folder = new URL(`../../.build/start-up/${source.name}/`, import.meta.url)
    const main = fileURLToPath(generate(source, folder, ROUTES))
    return {
      name: source.name,
      main,
      isServable: source.isServable ?? false,
      kilobytes: sizeOf(new URL('dist/', folder)),
    }
  })
  const samples = await interleave(
    'start-up',
    contenders,
    options.rounds,
    async ({ main, isServable, kilobytes }) => ({
      load: timeOf(main, 'load'),
      call: timeOf(main, 'call'),
      serve: isServable ? timeOf(main, 'serve') : Number.NaN,
      kilobytes,
    }),
  )
  publish({
    part: 'start-up',
    packages: wanted.flatMap(({ packages }) => packages),
    load,
    options,
    sections: [
      {
        title: `${ROUTES} routes in files of ten`,
        about:
          'Processor time of a fresh process: the import of all files, with what each system makes of its types when it is loaded; the same and the first call of every route; for ours, the same and a handler that serves them, with the libraries that any server of HTTP and sockets needs. Raw is the same handlers without any check. JavaScript is that of the route files, not of the libraries.',
        samples,
        metrics: METRICS,
      },
    ],
  })
}

function timeOf(main: string, mode: 'load' | 'call' | 'serve'): number {
  return Number(execFileSync(process.execPath, [main, mode], { encoding: 'utf8' }))
}

function sizeOf(folder: URL): number {
  const files = readdirSync(folder).filter(name => name.startsWith('routes-'))
  return files.reduce((sum, name) => sum + statSync(new URL(name, folder)).size, 0) / 1_000
}
