// A folder → the real tsserver working on it over stdio, asked and answered as an editor does.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

export interface EditorDiagnostic {
  readonly code: number
  readonly text: string
  readonly category: string
  readonly source?: string
  readonly start: Location
  readonly end: Location
  readonly relatedInformation?: readonly {
    readonly message: string
    readonly span?: { readonly file: string; readonly start: Location }
  }[]
}

/** Lines and columns from 1, as tsserver counts. */
export interface Location {
  readonly line: number
  readonly offset: number
}

export class Tsserver {
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  readonly #waiting = new Map<number, { resolve(body: unknown): void; reject(error: Error): void }>()
  #sequence = 0
  #text = ''

  /** `server` is a tsserver.js; plugins are found beside it. */
  constructor(
    options: readonly string[] = [],
    server: string = require.resolve('typescript/lib/tsserver.js'),
  ) {
    const all = ['--disableAutomaticTypingAcquisition', ...options]
    this.#child = spawn(process.execPath, [server, ...all], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#closed = once(this.#child, 'close').then(([code]) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`tsserver ended with code ${code}`))
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#receive(text))
  }

  open(file: string, fileContent?: string): void {
    this.#send('open', { file, ...(fileContent === undefined ? {} : { fileContent }) })
  }

  closeFile(file: string): void {
    this.#send('close', { file })
  }

  /** Replaces a range of an open file, unsaved. */
  edit(file: string, start: Location, end: Location, newText: string): void {
    this.#send('updateOpen', { changedFiles: [{ fileName: file, textChanges: [{ start, end, newText }] }] })
  }

  /** The body of the answer. Rejects with tsserver's message when it says that the request failed. */
  request<Body>(command: string, args: object): Promise<Body> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(this.#send(command, args), { resolve: body => resolve(body as Body), reject })
    })
  }

  diagnostics(file: string): Promise<EditorDiagnostic[]> {
    return this.request('semanticDiagnosticsSync', { file })
  }

  async close(): Promise<void> {
    this.#send('exit')
    await this.#closed
  }

  #send(command: string, args?: object): number {
    const seq = ++this.#sequence
    this.#child.stdin?.write(`${JSON.stringify({ seq, type: 'request', command, arguments: args })}\n`)
    return seq
  }

  /** tsserver prefixes each message with headers; its JSON is one line. */
  #receive(text: string): void {
    const lines = (this.#text + text).split('\n')
    this.#text = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('{')) this.#answer(JSON.parse(line))
  }

  #answer(message: {
    type: string
    request_seq: number
    success?: boolean
    message?: string
    body?: unknown
  }): void {
    const waiting = message.type === 'response' ? this.#waiting.get(message.request_seq) : undefined
    if (!waiting) return
    this.#waiting.delete(message.request_seq)
    if (message.success) waiting.resolve(message.body)
    else waiting.reject(new Error(message.message ?? 'tsserver refused the request'))
  }
}

/** The place of the `nth` occurrence of `text`, plus `shift` columns. */
export function locate(source: string, text: string, shift = 0, nth = 1): Location {
  let at = -1
  for (let count = 0; count < nth; count++) at = source.indexOf(text, at + 1)
  if (at < 0) throw new Error(`the source has no ${JSON.stringify(text)}`)
  const before = source.slice(0, at + shift).split('\n')
  return { line: before.length, offset: (before.at(-1)?.length ?? 0) + 1 }
}
