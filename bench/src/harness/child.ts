// A module's URL, as a process argument, and calls of its functions, as messages of the parent, in → their results, as messages, out.
import { type Stall, startStallMeter } from './stall-meter.ts'

export interface CallMessage {
  readonly id: number
  readonly name: string
  readonly args: readonly unknown[]
}

export type AnswerMessage =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }

/** What a process has used so far. */
export interface Usage {
  /** Processor time, user and system, in µs. */
  readonly cpu: number
  /** After a collection, where the process was started with `--expose-gc`; in bytes. */
  readonly heap: number
  readonly rss: number
  /** What is held outside of the heap: buffers; in bytes. */
  readonly external: number
}

/** Runs only while it is asked for: ticks of idle children would take time from those that are measured. */
let endStall = (): Stall => ({ elapsed: 0, cpu: 0 })

/** Every child has these beside its own functions. */
const OWN_CALLS: Record<string, (...args: never[]) => unknown> = {
  usage(collect: boolean): Usage {
    if (collect) globalThis.gc?.()
    const { user, system } = process.cpuUsage()
    const { heapUsed, rss, external } = process.memoryUsage()
    return { cpu: user + system, heap: heapUsed, rss, external }
  },
  startStall() {
    endStall()
    endStall = startStallMeter()
  },
  endStall: () => endStall(),
}

const [, , address] = process.argv
if (address === undefined) throw new Error('the URL of a module is expected')
const functions = { ...OWN_CALLS, ...((await import(address)) as typeof OWN_CALLS) }

process.on('message', ({ id, name, args }: CallMessage) => {
  const send = (answer: AnswerMessage) => void process.send?.(answer)
  new Promise((resolve, reject) => {
    const called = functions[name]
    if (called === undefined) reject(new Error(`${address} exports no "${name}"`))
    else resolve(called(...(args as never[])))
  }).then(
    result => send({ id, result }),
    (error: unknown) =>
      send({ id, error: error instanceof Error ? (error.stack ?? error.message) : `${error}` }),
  )
})
// A parent that goes takes its children with it.
process.on('disconnect', () => process.exit())
process.send?.({ id: 0, result: undefined } satisfies AnswerMessage)
