// A suite's name in → its results, measured case by case in processes of their own, printed and written to results/, out.
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { requirePeers } from '../harness/compile-peers.ts'
import { endProgress, showProgress } from '../harness/progress.ts'
import { keep } from '../harness/results.ts'
import { createCases } from './cases.ts'
import { resultsToChart } from './results-to-chart.ts'
import { resultsToMarkdown } from './results-to-markdown.ts'
import type { CaseResult } from './run-case.ts'
import { loadSystems } from './systems.ts'
import { TASKS } from './tasks.ts'

const root = new URL('../../', import.meta.url)

export async function runTypes(
  suite: 'validation' | 'serialisation',
  args: readonly string[],
): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      short: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      ms: { type: 'string' },
      case: { type: 'string' },
      task: { type: 'string' },
    },
  })
  const { rounds = values.short ? '3' : '7', ms = values.short ? '20' : '60' } = values
  compilePeers()
  const results: CaseResult[] = []
  const cases = createCases().filter(({ name }) => values.case === undefined || values.case === name)
  for (const { name } of cases) {
    showProgress(`${suite}: ${name}`)
    results.push(...(await runCase([suite, name, rounds, ms, values.task ?? ''])))
  }
  endProgress()
  const systems = await loadSystems()
  const tasks = TASKS.filter(task => results.some(result => result.task === task.id))
  const text = resultsToMarkdown({ suite, systems, tasks, cases, results })
  console.log(text)
  // A part of it, or a quick look, is for reading only.
  if (values.short || values.case !== undefined || values.task !== undefined) return
  keep(`${suite}.md`, text)
  keep(`${suite}.svg`, resultsToChart({ systems, tasks, cases, results }))
}

function compilePeers(): void {
  requirePeers()
  for (const config of ['src/types/peers/tsconfig.json', 'src/types/peers/tsconfig.finite.json']) {
    execFileSync('tspc', ['-p', config], { cwd: fileURLToPath(root), stdio: 'inherit' })
  }
}

async function runCase(args: string[]): Promise<CaseResult[]> {
  const results: CaseResult[] = []
  const child = fork(new URL('run-case.js', import.meta.url), args, { execArgv: ['--expose-gc'] })
  child.on('message', message => results.push(message as CaseResult))
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`the case ${args[1]} ended with ${code}`)
  return results
}
