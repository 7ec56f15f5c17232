// A server's address and a number of requests in → all of them answered, over connections that are kept alive, and how long each took, out.
import { connect, type Socket } from 'node:net'
import { quantile } from '../harness/statistics.ts'

export interface LoadWork {
  readonly body: string
  readonly connections: number
  readonly requests: number
}

export interface LoadResult {
  readonly elapsed: number
  /** In ms. */
  readonly p50: number
  readonly p99: number
}

const END_OF_HEAD = '\r\n\r\n'
const END_OF_CHUNKS = '0\r\n\r\n'
const OK = 'HTTP/1.1 200 '
/** Larger than any answer. */
const BUFFER_BYTES = 65_536

/**
 * Every connection sends its next request when it has the answer to the one before. Anything but 200 is an error. Takes less time than any
 * server, so that the server always has requests waiting: one that waits for them instead is woken for each.
 */
export async function drive(url: string, { body, connections, requests }: LoadWork): Promise<LoadResult> {
  const request = Buffer.from(toRequest(new URL(url), body))
  const latencies = new Float64Array(requests)
  const queue = { left: requests, latencies, answered: 0 }
  const started = performance.now()
  await Promise.all(Array.from({ length: connections }, () => runConnection(new URL(url), request, queue)))
  const elapsed = performance.now() - started
  const all = [...latencies]
  return { elapsed, p50: quantile(all, 0.5), p99: quantile(all, 0.99) }
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

interface Queue {
  /** Requests that nobody has sent. */
  left: number
  answered: number
  /** In ms, of as many as are answered. */
  readonly latencies: Float64Array
}

function runConnection({ hostname, port }: URL, request: Buffer, queue: Queue): Promise<void> {
  return new Promise((resolve, reject) => {
    let sent = 0
    const answer = new AnswerReader()
    const send = () => {
      queue.left--
      sent = performance.now()
      socket.write(request)
    }
    const onAnswer = () => {
      queue.latencies[queue.answered++] = performance.now() - sent
      if (queue.left > 0) return send()
      socket.removeAllListeners('close').end()
      resolve()
    }
    // One buffer for all that comes: nothing is allocated for an answer.
    const onread = {
      buffer: Buffer.allocUnsafe(BUFFER_BYTES),
      callback: (size: number, bytes: Uint8Array) => {
        const problem = answer.add(bytes as Buffer, size)
        if (problem !== undefined) socket.destroy(new Error(problem))
        else if (answer.isWhole()) onAnswer()
        return true
      },
    }
    const socket: Socket = connect({ host: hostname, port: Number(port), onread }, send)
    socket.setNoDelay(true)
    socket.on('error', reject).on('close', () => reject(new Error('the server closed a connection')))
  })
}

/** Reads the head of the first answer. Those after it are as long, if they have a length. */
class AnswerReader {
  #text = ''
  #length: number | undefined
  #received = 0

  /** What is wrong with the answer, if anything is. */
  add(buffer: Buffer, size: number): string | undefined {
    if (this.#received === 0 && buffer.toString('latin1', 0, OK.length) !== OK)
      return buffer.toString('latin1', 0, size)
    this.#received += size
    if (this.#length === undefined) this.#read(buffer.toString('latin1', 0, size))
    else if (this.#received > this.#length) return 'an answer is longer than the one before'
    return undefined
  }

  /** True once an answer is complete: the next one begins. */
  isWhole(): boolean {
    const isWhole =
      this.#length === undefined ? this.#text.endsWith(END_OF_CHUNKS) : this.#received === this.#length
    if (isWhole) {
      this.#received = 0
      this.#text = ''
    }
    return isWhole
  }

  #read(text: string): void {
    this.#text += text
    const head = this.#text.indexOf(END_OF_HEAD)
    if (head < 0) return
    const length = /^content-length: *(\d+)/im.exec(this.#text.slice(0, head))?.[1]
    if (length !== undefined) this.#length = head + END_OF_HEAD.length + Number(length)
  }
}
