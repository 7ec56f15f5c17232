// The systems of a part in → a server and a client for each, in processes of their own, out; all stopped at the end.
import { existsSync } from 'node:fs'
import { type BenchProcess, startProcess } from './process.ts'

export interface SystemEntry {
  /** As the tables call it. */
  readonly name: string
  /** Exports `start(): Promise<string>`, which gives the address to connect to, and whatever else the part calls. */
  readonly server: URL
  /** Exports the functions that the part calls. Several systems may share one. */
  readonly client: URL
  /** Packages whose versions the results name. */
  readonly packages?: readonly string[]
  readonly serverArgv?: readonly string[]
  readonly clientArgv?: readonly string[]
}

export interface Contender {
  readonly name: string
  readonly server: BenchProcess
  readonly client: BenchProcess
  readonly url: string
}

/** Starts all of `entries`, hands them to `work`, and stops them whatever happens. */
export async function withSystems<Result>(
  entries: readonly SystemEntry[],
  work: (contenders: readonly Contender[]) => Promise<Result>,
): Promise<Result> {
  const processes: BenchProcess[] = []
  const start = async (module: URL, argv?: readonly string[]) => {
    if (!existsSync(module)) throw new Error(`${module.pathname} is missing: npm run bench compiles it`)
    const started = await startProcess(module, argv)
    processes.push(started)
    return started
  }
  try {
    const contenders: Contender[] = []
    for (const { name, server, client, serverArgv, clientArgv } of entries) {
      const serving = await start(server, serverArgv)
      const url = await serving.call<string>('start')
      contenders.push({ name, url, server: serving, client: await start(client, clientArgv) })
    }
    return await work(contenders)
  } finally {
    await Promise.all(processes.map(started => started.stop()))
  }
}
