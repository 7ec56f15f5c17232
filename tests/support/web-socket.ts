// A URL → a WebSocket of `ws` with everything it was told, or a bare connection that has been upgraded by hand.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type ClientOptions, WebSocket } from 'ws'
import { rawConnection } from './http-client.ts'
import { until } from './until.ts'

export const SUBPROTOCOL = 'alien-rpc.v1.json'

/** What the peer closed with. */
export interface Closed {
  readonly code: number
  readonly reason: string
}

export interface TestSocket {
  readonly ws: WebSocket
  /** Text as string, bytes as Buffer. */
  readonly messages: (string | Buffer)[]
  readonly closed: Promise<Closed>
}

/** Resolves once it is open. Rejects with the status where the server refuses. */
export async function openSocket(url: string, options: ClientOptions = {}): Promise<TestSocket> {
  const ws = new WebSocket(url.replace(/^http/, 'ws'), SUBPROTOCOL, options)
  const messages: (string | Buffer)[] = []
  ws.on('message', (data: Buffer, isBinary) => messages.push(isBinary ? data : data.toString()))
  const closed = new Promise<Closed>(resolve => {
    ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  await once(ws, 'open')
  // A connection that is cut is told by `closed`.
  ws.on('error', () => undefined)
  return { ws, messages, closed }
}

export interface Refusal {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

/** The answer of a server that does not open the socket. */
export async function refusal(
  url: string,
  options: ClientOptions = {},
  protocols: string | string[] = SUBPROTOCOL,
): Promise<Refusal> {
  const ws = new WebSocket(url.replace(/^http/, 'ws'), protocols, options)
  const [, res] = (await once(ws, 'unexpected-response')) as [unknown, IncomingMessage]
  let text = ''
  for await (const chunk of res) text += chunk
  // It was never open: that is what it complains about.
  ws.on('error', () => undefined)
  ws.terminate()
  return { status: res.statusCode ?? 0, headers: res.headers, body: JSON.parse(text) }
}

/** The head of a request for a WebSocket, with the lines of `extra`. */
export function upgradeRequest(path: string, extra: readonly string[] = []): string {
  const key = randomBytes(16).toString('base64')
  return [
    `GET ${path} HTTP/1.1`,
    'Host: x',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    `Sec-WebSocket-Protocol: ${SUBPROTOCOL}`,
    ...extra,
    '\r\n',
  ].join('\r\n')
}

/** Open, and read by nobody but who calls `received`. */
export async function rawWebSocket(
  port: number,
  path: string,
): Promise<{ socket: Socket; received: () => string }> {
  const connection = await rawConnection(port)
  connection.socket.write(upgradeRequest(path))
  await until('the upgrade', () => connection.received().includes('\r\n\r\n'))
  return connection
}

/** One unfragmented frame of a client (RFC 6455, section 5.2) of up to 65,535 bytes. The mask is zero, which changes nothing. */
export function rawFrame(opcode: number, payload: Buffer | string = ''): Buffer {
  const bytes = Buffer.from(payload as string)
  const length = bytes.length < 126 ? [bytes.length] : [126, bytes.length >> 8, bytes.length & 0xff]
  return Buffer.concat([
    Buffer.from([0x80 | opcode, 0x80 | length[0]!, ...length.slice(1), 0, 0, 0, 0]),
    bytes,
  ])
}

type Frame = readonly [kind: string, ...unknown[]]

/** A client written from PROTOCOL.md alone: it counts messages, and leaves everything else to the test. */
export class WireClient {
  readonly socket: TestSocket
  /** All frames, in order. */
  readonly frames: Frame[] = []
  #sent = 0
  #received = 0

  private constructor(socket: TestSocket) {
    this.socket = socket
    for (const message of socket.messages.splice(0)) this.#take(String(message))
    socket.ws.on('message', data => this.#take(String(data)))
  }

  /** Resolves once the server is `ready`, or has closed. */
  static async open(url: string, hello: object = {}, options: ClientOptions = {}): Promise<WireClient> {
    const client = new WireClient(await openSocket(url, options))
    client.now(['hello', hello])
    await Promise.race([until('ready', () => client.frames.length > 0), client.socket.closed])
    return client
  }

  /** What was received and not dropped; the content of `ready`. */
  get ready(): { session: string; resumed: boolean; heartbeat: number } {
    return this.frames[0]?.[1] as never
  }

  /** Goes on with the session over another connection. */
  async resume(url: string): Promise<WireClient> {
    const next = new WireClient(await openSocket(url))
    next.#sent = this.#sent
    next.#received = this.#received
    next.now(['hello', { session: this.ready.session }])
    await until('ready', () => next.frames.length > 0)
    return next
  }

  send(...frames: Frame[]): void {
    this.socket.ws.send(JSON.stringify([++this.#sent, this.#received, ...frames]))
  }

  now(...frames: Frame[]): void {
    this.socket.ws.send(JSON.stringify([0, this.#received, ...frames]))
  }

  /** Waits for a frame of this kind. */
  async frame(kind: string): Promise<Frame> {
    await until(`the frame "${kind}"`, () => this.frames.some(frame => frame[0] === kind))
    return this.frames.find(frame => frame[0] === kind) as Frame
  }

  #take(text: string): void {
    const [number, , ...frames] = JSON.parse(text) as [number, number, ...Frame[]]
    if (number > this.#received + 1) throw new Error(`message ${number} came after ${this.#received}`)
    if (number > 0 && number <= this.#received) return
    if (number > 0) this.#received = number
    this.frames.push(...frames)
  }
}
