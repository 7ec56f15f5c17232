// A case's name and a suite's, as process arguments, in → the timings of all its tasks, as a message to the parent, out.
import { createCases } from './cases.ts'
import { type Effort, measure, type Timing } from './measure.ts'
import type { CaseName } from './shapes.ts'
import { loadSystems } from './systems.ts'
import { concerns, contendersOf, TASKS } from './tasks.ts'
import { verify } from './verify.ts'

export interface CaseResult {
  readonly case: CaseName
  readonly task: string
  readonly timings: readonly Timing[]
  /** CPU time over elapsed time: less than 1 if the process had to wait for a processor. */
  readonly share: number
}

const WARM_UP_CALLS = 50

const [suite, name, rounds, roundMs, only] = process.argv.slice(2)
const effort: Effort = { rounds: Number(rounds), roundMs: Number(roundMs) }
const systems = await loadSystems()
const cases = createCases()
const sample = cases.find(candidate => candidate.name === name)
if (sample === undefined) throw new Error(`no case is called ${name}`)

// On values of its own: comparing an array with another gives it the representation of an array of objects.
for (const system of systems) for (const candidate of createCases()) verify(system, candidate)
// What a library shares between types (a reporter, an interpreter) has seen several of them in any server.
for (const task of TASKS) {
  for (const candidate of cases) {
    if (!concerns(task, candidate.name)) continue
    for (const { run } of contendersOf(task, candidate, systems)) {
      for (let i = 0; i < WARM_UP_CALLS; i++) run(candidate[task.values][i % candidate[task.values].length])
    }
  }
}

for (const task of TASKS) {
  if (task.suite !== suite || !concerns(task, sample.name) || (only && only !== task.id)) continue
  const started = { cpu: process.cpuUsage(), at: performance.now() }
  const timings = measure(contendersOf(task, sample, systems), sample[task.values], effort)
  const { user, system } = process.cpuUsage(started.cpu)
  const share = (user + system) / 1000 / (performance.now() - started.at)
  const result: CaseResult = { case: sample.name, task: task.id, timings, share }
  process.send?.(result)
}
process.disconnect?.()
