// A server's address and a request in → as many of them as it answers in a time, over connections that are kept alive, out.
import { connect, type Socket } from 'node:net'
import { quantile } from '../harness/statistics.ts'

export interface LoadWork {
  readonly body: string
  readonly connections: number
  readonly milliseconds: number
}

export interface LoadResult {
  readonly requests: number
  readonly elapsed: number
  /** In ms. */
  readonly p50: number
  readonly p99: number
}

const END_OF_HEAD = '\r\n\r\n'
const END_OF_CHUNKS = '0\r\n\r\n'

/** Every connection sends its next request when it has the answer to the one before. Anything but 200 is an error. */
export async function drive(url: string, { body, connections, milliseconds }: LoadWork): Promise<LoadResult> {
  const request = toRequest(new URL(url), body)
  const latencies: number[] = []
  const started = performance.now()
  const end = started + milliseconds
  const runs = Array.from({ length: connections }, () => runConnection(new URL(url), request, end, latencies))
  await Promise.all(runs)
  return {
    requests: latencies.length,
    elapsed: performance.now() - started,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  }
}

function toRequest({ host, pathname }: URL, body: string): string {
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: application/json',
    'Accept: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  return head.join('\r\n') + END_OF_HEAD + body
}

function runConnection(
  { hostname, port }: URL,
  request: string,
  end: number,
  latencies: number[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(Number(port), hostname)
    let sent = 0
    let answer = ''
    const send = () => {
      sent = performance.now()
      socket.write(request)
    }
    socket.setNoDelay(true).setEncoding('latin1')
    socket.on('error', reject).on('close', () => reject(new Error('the server closed a connection')))
    socket.on('connect', send)
    socket.on('data', (text: string) => {
      answer += text
      if (!isWhole(answer)) return
      if (!answer.startsWith('HTTP/1.1 200')) return void socket.destroy(new Error(answer))
      const now = performance.now()
      latencies.push(now - sent)
      answer = ''
      if (now < end) return send()
      socket.removeAllListeners('close').end()
      resolve()
    })
  })
}

function isWhole(answer: string): boolean {
  const head = answer.indexOf(END_OF_HEAD)
  if (head < 0) return false
  const length = /^content-length: *(\d+)/im.exec(answer.slice(0, head))?.[1]
  if (length === undefined) return answer.endsWith(END_OF_CHUNKS)
  return answer.length >= head + END_OF_HEAD.length + Number(length)
}
