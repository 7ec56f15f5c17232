// A module in → the same in a process of its own, whose functions the parent calls, out.
import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { AnswerMessage, CallMessage, Usage } from './child.ts'
import type { Stall } from './stall-meter.ts'

export interface BenchProcess {
  readonly pid: number
  /** Calls an exported function. Arguments and result are cloned. Rejects with what it has thrown, or when the process ends. */
  call<Result = void>(name: string, ...args: unknown[]): Promise<Result>
  /**
   * Collects garbage first, where it is asked to: for memory only. A full collection takes the shapes of short-lived objects with it, on which V8 then
   * drops optimised code: it cost us half of our speed, and those who make fewer objects less.
   */
  usage(collect?: boolean): Promise<Usage>
  /** Measures stalls of its event loop until `endStall`, which gives the longest. Costs a twentieth of the time: not while time is measured. */
  startStall(): Promise<void>
  endStall(): Promise<Stall>
  /** Leaves one processor to all its threads, where the system can (`taskset`) and has as many; the last one where it has fewer. */
  pin(processor: number): void
  /** Stops the whole process for a while, as a laptop that is closed does. */
  freeze(): void
  thaw(): void
  stop(): Promise<void>
}

interface Waiter {
  resolve(result: unknown): void
  reject(error: Error): void
}

/** `BENCH_PROF=<folder>` writes a profile of every child into it, when it ends. */
const PROFILE = process.env.BENCH_PROF

export async function startProcess(module: URL, execArgv: readonly string[] = []): Promise<BenchProcess> {
  const name = fileURLToPath(module)
  const profile = PROFILE === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${PROFILE}`]
  const child = fork(fileURLToPath(new URL('child.js', import.meta.url)), [module.href], {
    execArgv: ['--expose-gc', ...profile, ...execArgv],
    serialization: 'advanced',
  })
  const waiting = new Map<number, Waiter>()
  let lastId = 0
  child.on('message', (answer: AnswerMessage) => {
    const waiter = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('error' in answer) waiter?.reject(new Error(`${name}: ${answer.error}`))
    else waiter?.resolve(answer.result)
  })
  child.on('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`${name} ended with ${code ?? signal}`))
    waiting.clear()
  })

  const answered = (id: number) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.set(id, { resolve, reject })
    })
  const call = async <Result>(called: string, ...args: unknown[]): Promise<Result> => {
    const id = ++lastId
    const answer = answered(id)
    child.send({ id, name: called, args } satisfies CallMessage)
    return (await answer) as Result
  }

  // Its first message says that the module is loaded.
  await answered(0)
  return {
    pid: child.pid!,
    call,
    usage: (collect = false) => call<Usage>('usage', collect),
    startStall: () => call('startStall'),
    endStall: () => call<Stall>('endStall'),
    pin: processor => pinProcess(child.pid!, processor),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGCONT')
      child.disconnect()
      await exit
    },
  }
}

function pinProcess(pid: number, processor: number): void {
  const last = availableParallelism() - 1
  // Only Linux has it. Elsewhere the system places processes as it likes, and figures spread more.
  spawnSync('taskset', ['-a', '-c', '-p', String(Math.min(processor, last)), String(pid)])
}
