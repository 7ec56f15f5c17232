// The command of a language server and a folder → an LSP client of it over stdio, as editors are.
import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** Lines and characters from 0, as LSP counts. */
export interface Position {
  readonly line: number
  readonly character: number
}
export interface Range {
  readonly start: Position
  readonly end: Position
}
export interface LspDiagnostic {
  readonly range: Range
  readonly severity: number
  readonly code: number
  readonly source: string
  readonly message: string
}
interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

export class LspClient {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>()
  readonly #published = new Map<string, readonly LspDiagnostic[]>()
  readonly #events = new EventEmitter()
  readonly #versions = new Map<string, number>()
  #sequence = 0
  #bytes = Buffer.alloc(0)

  constructor(command: readonly [string, ...string[]]) {
    const [program, ...args] = command
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#child.stdout?.on('data', (bytes: Buffer) => this.#receive(bytes))
  }

  async start(folder: string, initializationOptions: object): Promise<void> {
    const uri = pathToFileURL(folder).href
    await this.request('initialize', {
      processId: process.pid,
      rootUri: uri,
      workspaceFolders: [{ uri, name: 'project' }],
      initializationOptions,
      capabilities: {
        textDocument: {
          codeAction: {
            codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'refactor'] } },
          },
          publishDiagnostics: { relatedInformation: true },
        },
      },
    })
    this.#notify('initialized', {})
  }

  open(file: string): void {
    const [uri, text] = [pathToFileURL(file).href, readFileSync(file, 'utf8')]
    this.#notify('textDocument/didOpen', {
      textDocument: { uri, languageId: 'typescript', version: 1, text },
    })
  }

  /** The whole new text, unsaved. */
  change(file: string, text: string): void {
    const uri = pathToFileURL(file).href
    const version = (this.#versions.get(uri) ?? 1) + 1
    this.#versions.set(uri, version)
    this.#notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ text }] })
  }

  request<Result>(method: string, params: object): Promise<Result> {
    const id = ++this.#sequence
    this.#send({ id, method, params })
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: result => resolve(result as Result), reject })
    })
  }

  /** The first diagnostics of the file, from now on or already there, that `isMeant` accepts: a server publishes them in parts. */
  async diagnostics(
    file: string,
    isMeant: (all: readonly LspDiagnostic[]) => boolean,
  ): Promise<readonly LspDiagnostic[]> {
    const uri = pathToFileURL(file).href
    for (;;) {
      const all = this.#published.get(uri)
      if (all && isMeant(all)) return all
      await once(this.#events, uri)
    }
  }

  async close(): Promise<void> {
    const closed = once(this.#child, 'close')
    await this.request('shutdown', {})
    this.#notify('exit', {})
    await closed
  }

  #notify(method: string, params: object): void {
    this.#send({ method, params })
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message })
    this.#child.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  }

  #receive(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    for (let message = this.#next(); message; message = this.#next()) this.#take(message)
  }

  #next(): Message | undefined {
    const head = this.#bytes.indexOf('\r\n\r\n')
    if (head < 0) return undefined
    const length = Number(/Content-Length: (\d+)/i.exec(this.#bytes.toString('latin1', 0, head))?.[1])
    const end = head + 4 + length
    if (this.#bytes.length < end) return undefined
    const message = JSON.parse(this.#bytes.toString('utf8', head + 4, end)) as Message
    this.#bytes = this.#bytes.subarray(end)
    return message
  }

  #take({ id, method, params, result, error }: Message): void {
    if (method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = params as { uri: string; diagnostics: LspDiagnostic[] }
      this.#published.set(uri, diagnostics)
      this.#events.emit(uri)
    } else if (method !== undefined && id !== undefined) {
      // What a server asks of its client (progress, configuration) needs an answer, and no more.
      this.#send({ id, result: null })
    } else if (id !== undefined) {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (error) waiting?.reject(new Error(error.message))
      else waiting?.resolve(result)
    }
  }
}
