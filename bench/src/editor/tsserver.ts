// Nothing in → TypeScript's own server as a child process, which answers requests and tells its processor time, out.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

export interface TsServer {
  /** Without an answer. */
  send(command: string, args: object): void
  /** Resolves with the answer's body. Rejects when the server says that it failed. */
  answer(command: string, args: object): Promise<unknown>
  /** Processor time since it was started, user and system, in µs. */
  cpu(): Promise<number>
  close(): Promise<void>
}

interface Answer {
  readonly request_seq?: number
  readonly success: boolean
  readonly message?: string
  readonly body?: unknown
}

/** Loaded before tsserver: answers every message over the channel that Node has for its children. */
const PROBE = `data:text/javascript,${encodeURIComponent(
  "process.on('message', () => { const { user, system } = process.cpuUsage(); process.send(user + system) }); process.channel.unref()",
)}`

/** Over stdio: requests are lines, answers are lines between headers. */
export function startTsServer(nodeOptions: readonly string[] = []): TsServer {
  const path = createRequire(import.meta.url).resolve('typescript/lib/tsserver.js')
  const child = spawn(
    process.execPath,
    [...nodeOptions, '--import', PROBE, path, '--disableAutomaticTypingAcquisition'],
    { stdio: ['pipe', 'pipe', 'inherit', 'ipc'] },
  )
  const waiting = new Map<number, (message: Answer) => void>()
  createInterface({ input: child.stdout! }).on('line', line => {
    const message: Answer | undefined = line.startsWith('{') ? JSON.parse(line) : undefined
    if (message?.request_seq !== undefined) waiting.get(message.request_seq)?.(message)
  })
  const ended = new Promise<void>(resolve => child.on('close', () => resolve()))
  let sequence = 0
  const send = (command: string, args: object): number => {
    child.stdin!.write(`${JSON.stringify({ seq: ++sequence, type: 'request', command, arguments: args })}\n`)
    return sequence
  }
  return {
    send,
    async answer(command, args) {
      const asked = send(command, args)
      const { success, message, body } = await new Promise<Answer>(resolve => waiting.set(asked, resolve))
      waiting.delete(asked)
      if (!success) throw new Error(message)
      return body
    },
    cpu: () =>
      new Promise(resolve => {
        child.once('message', time => resolve(Number(time)))
        child.send('cpu')
      }),
    async close() {
      send('exit', {})
      await ended
    },
  }
}
