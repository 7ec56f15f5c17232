// Requests in → status, headers and body out, by node:http on real sockets and by curl, which knows nothing of this code.
import { spawn } from 'node:child_process'
import { Agent, type IncomingHttpHeaders, type RequestOptions, request } from 'node:http'
import { connect, type Socket } from 'node:net'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly text: string
  /** The body as JSON. Throws when it is none. */
  json(): unknown
}

/** One request on a connection of its own, or on the agent's. */
export function send(url: string, options: RequestOptions = {}, body?: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = request(url, { agent: false, ...options }, res => {
      const chunks: Buffer[] = []
      res.on('data', chunk => chunks.push(chunk))
      res.on('error', reject)
      res.on('end', () => {
        const bytes = Buffer.concat(chunks)
        const text = bytes.toString()
        const json = () => JSON.parse(text) as unknown
        resolve({ status: res.statusCode ?? 0, headers: res.headers, body: bytes, text, json })
      })
    })
    req.on('error', reject)
    req.end(body)
  })
}

export function sendJson(url: string, value: unknown, options: RequestOptions = {}): Promise<Answer> {
  const headers = { 'content-type': 'application/json', ...options.headers }
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return send(url, { method: 'POST', ...options, headers }, text)
}

/** An agent with exactly one connection, to see whether that is still usable. */
export function oneConnection(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 1 })
}

/** Runs curl. Resolves with what it printed and how it ended; `input` goes to its standard input. */
export function curl(
  args: readonly string[],
  input?: Buffer,
): Promise<{ stdout: string; code: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn('curl', ['-sS', '--max-time', '20', ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
    const chunks: Buffer[] = []
    child.stdout.on('data', chunk => chunks.push(chunk))
    // curl may have its answer before it has taken all of its input.
    child.stdin.on('error', () => child.stdin.destroy())
    child.on('error', reject)
    child.on('close', code => resolve({ stdout: Buffer.concat(chunks).toString('latin1'), code }))
    child.stdin.end(input)
  })
}

/** A bare connection: what is written is what leaves. */
export async function rawConnection(port: number): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', chunk => {
    text += chunk.toString('latin1')
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  return { socket, received: () => text }
}
