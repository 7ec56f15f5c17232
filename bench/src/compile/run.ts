// Arguments in → the processor time to compile 500 routes, first and again, beside tspc without plugins, tsc and typia, out.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Metric } from '../harness/markdown.ts'
import { readOptions } from '../harness/options.ts'
import { publish, type Section } from '../harness/results.ts'
import { interleave } from '../harness/rounds.ts'
import { type CompiledProject, copyClient, createProject } from './projects.ts'

const ROUNDS = 5
const PLAIN = 'tspc, no plugins'
const WITH_CLIENT = `${PLAIN}, client on disk`
const METRICS: readonly Metric[] = [
  { key: 'cpu', title: 'processor time', unit: 's', better: 'less' },
  { key: 'elapsed', title: 'elapsed', unit: 's', better: 'less' },
]
const require = createRequire(import.meta.url)
const TSPC = join(dirname(require.resolve('ts-patch')), 'bin/tspc.js')
const TSC = require.resolve('typescript/bin/tsc')

/** Loaded before a compiler: writes what it has used, when it ends. */
const PROBE = `data:text/javascript,${encodeURIComponent(
  "import { writeFileSync } from 'node:fs'; process.on('exit', () => { const { user, system } = process.cpuUsage(); writeFileSync(process.env.BENCH_CPU, String(user + system)) })",
)}`

interface Case {
  readonly name: string
  readonly title: string
  readonly about: string
  prepare(project: CompiledProject): void
}

const CASES: readonly Case[] = [
  {
    ...{ name: 'first', title: 'First build', about: 'No output is there, and no client.' },
    prepare: project => project.clean(),
  },
  {
    ...{ name: 'again', title: 'Again, nothing changed' },
    about:
      'The client is part of our program now, and most of its text. In one row it is there without a transformer too.',
    prepare: () => undefined,
  },
  {
    ...{ name: 'edited', title: 'Again, after an edit of a type on the wire' },
    about: 'The client changes with it.',
    prepare: project => project.editType(),
  },
]

interface Contender {
  readonly name: string
  readonly project: CompiledProject
  readonly compiler: string
}

export async function runCompile(args: readonly string[]): Promise<void> {
  const options = readOptions(args, ROUNDS)
  const load = loadavg()[0] ?? 0
  const [plain, withClient, ours, typia] = (['plain', 'with-client', 'ours', 'typia'] as const).map(
    createProject,
  )
  const all: readonly Contender[] = [
    { name: PLAIN, project: plain!, compiler: TSPC },
    { name: 'tsc', project: plain!, compiler: TSC },
    { name: 'alien-rpc', project: ours!, compiler: TSPC },
    { name: 'typia', project: typia!, compiler: TSPC },
  ]
  const contenders = all.filter(({ name }) => name === PLAIN || options.isWanted(name))
  const scratch = mkdtempSync(join(tmpdir(), 'bench-'))
  const measure = (contender: Contender) => compile(contender, join(scratch, 'cpu'))
  const sections: Section[] = []
  for (const { name, title, about, prepare } of CASES.filter(({ name }) => options.isWantedCase(name))) {
    if (name === 'again') {
      measure({ name, project: ours!, compiler: TSPC })
      copyClient(ours!, withClient!)
    }
    const others = name === 'again' ? [{ name: WITH_CLIENT, project: withClient!, compiler: TSPC }] : []
    const samples = await interleave(title, [...contenders, ...others], options.rounds, async contender => {
      prepare(contender.project)
      return measure(contender)
    })
    sections.push({ title, about, samples, metrics: METRICS, base: PLAIN })
  }
  rmSync(scratch, { recursive: true })
  publish({ part: 'compile', packages: ['typia'], load, sections, options })
}

function compile({ project, compiler }: Contender, cpuFile: string): { cpu: number; elapsed: number } {
  const started = performance.now()
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', PROBE, compiler, '-p', project.folder],
    {
      env: { ...process.env, BENCH_CPU: cpuFile },
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw new Error(`${compiler} failed: ${stdout}${stderr}`)
  const elapsed = (performance.now() - started) / 1000
  return { cpu: Number(readFileSync(cpuFile, 'utf8')) / 1e6, elapsed }
}
