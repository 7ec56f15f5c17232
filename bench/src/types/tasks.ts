// Nothing in → what is measured: which operation, on which values, of which cases, out.
import type { Case } from './cases.ts'
import type { CaseName } from './shapes.ts'
import type { OperationName, System } from './system.ts'

export interface Task {
  readonly id: string
  readonly suite: 'validation' | 'serialisation'
  readonly title: string
  readonly operation: OperationName
  readonly values: 'valid' | 'invalid'
  /** Absent: all of them. */
  readonly cases?: readonly CaseName[]
}

export const TASKS: readonly Task[] = [
  {
    id: 'check-valid',
    suite: 'validation',
    title: 'check, valid input (assertLoose)',
    operation: 'check',
    values: 'valid',
  },
  {
    id: 'check-invalid',
    suite: 'validation',
    title: 'check, invalid input',
    operation: 'check',
    values: 'invalid',
  },
  {
    id: 'explain',
    suite: 'validation',
    title: 'explain a failure, all issues',
    operation: 'explain',
    values: 'invalid',
  },
  {
    id: 'decode',
    suite: 'validation',
    title: 'check and decode into a fresh value (parseSafe)',
    operation: 'decode',
    values: 'valid',
  },
  {
    id: 'check-strict',
    suite: 'validation',
    title: 'check, unknown properties refused (assertStrict)',
    operation: 'checkStrict',
    values: 'valid',
    cases: ['public'],
  },
  {
    id: 'decode-strict',
    suite: 'validation',
    title: 'check and decode, unknown properties refused (parseStrict)',
    operation: 'decodeStrict',
    values: 'valid',
    cases: ['public'],
  },
  {
    id: 'encode',
    suite: 'serialisation',
    title: 'value to JSON text',
    operation: 'encode',
    values: 'valid',
  },
  {
    id: 'check-encode',
    suite: 'serialisation',
    title: 'check, then value to JSON text',
    operation: 'checkAndEncode',
    values: 'valid',
  },
]

export function concerns(task: Task, name: CaseName): boolean {
  return task.cases === undefined || task.cases.includes(name)
}

/** The systems that have the operation for the case, ready to be measured. */
export function contendersOf(task: Task, { name }: Case, systems: readonly System[]) {
  return systems.flatMap(system => {
    const run = system.cases[name]?.[task.operation] as ((value: unknown) => unknown) | undefined
    if (run === undefined) return []
    return [{ name: system.name, run: task.suite === 'serialisation' ? joined(run) : run }]
  })
}

/** Text put together of pieces is joined when it is first read, as a socket does: that is part of the work. */
function joined(stringify: (value: unknown) => unknown): (value: unknown) => number {
  return value => {
    const text = stringify(value) as string
    return text.charCodeAt(text.length - 1)
  }
}
