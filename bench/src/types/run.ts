// A suite's name in → its results, measured case by case in processes of their own, printed and written to results/, out.
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
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
      rounds: { type: 'string', default: '7' },
      ms: { type: 'string', default: '60' },
      case: { type: 'string' },
      task: { type: 'string' },
    },
  })
  compilePeers()
  const results: CaseResult[] = []
  const cases = createCases().filter(({ name }) => values.case === undefined || values.case === name)
  for (const { name } of cases) {
    process.stderr.write(`${name} …\n`)
    results.push(...(await runCase([suite, name, values.rounds, values.ms, values.task ?? ''])))
  }
  const systems = await loadSystems()
  const tasks = TASKS.filter(task => results.some(result => result.task === task.id))
  const text = resultsToMarkdown({ suite, systems, tasks, cases, results })
  console.log(text)
  // A part of it is for reading only.
  if (values.case !== undefined || values.task !== undefined) return
  const folder = new URL('results/', root)
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(`${suite}.md`, folder), text)
  writeFileSync(new URL(`${suite}.svg`, folder), resultsToChart({ systems, tasks, cases, results }))
}

function compilePeers(): void {
  if (!existsSync(new URL('node_modules/typia/package.json', root))) {
    throw new Error('The peers are not installed: npm --prefix bench ci')
  }
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
