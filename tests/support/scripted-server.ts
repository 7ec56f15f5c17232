// A script of raw answers in → a node:http server that speaks PROTOCOL.md by hand, and what reached it, out.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { asBody, inBody, inQuery } from '../../runtime/src/client/arguments-to-request.ts'
import type { ClientOptions, RpcStream } from '../../runtime/src/client/client-route.ts'
import type { ClientRoutes } from '../../runtime/src/client/client-table.ts'
import type { Clock } from '../../runtime/src/client/clock.ts'
import { createRpcClient } from '../../runtime/src/client/create-client.ts'
import { openCall, openResponse } from '../../runtime/src/client/open-call.ts'
import { openStream } from '../../runtime/src/client/open-stream.ts'

export const RS = '\x1e'
/** One json-seq record. */
export const rec = (value: unknown) => `${RS}${JSON.stringify(value)}\n`
export const item = (id: string, value: unknown) => rec({ $: 'item', id, value })
export const end = (value?: unknown) => rec({ $: 'end', value })

export interface Received {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: string
  /** True once the connection of this exchange has closed. */
  closed: boolean
}

export type Answer = (res: ServerResponse, request: Received, index: number) => unknown

export interface HandServer {
  readonly url: string
  readonly requests: Received[]
  close(): Promise<void>
}

/**
 * For a `describe`: starts servers within its tests and closes all of them after each. A server answers its first request
 * with the first script and so on; the last one answers all that follow.
 */
export function handServers(): (...answers: Answer[]) => Promise<HandServer> {
  const servers: HandServer[] = []
  afterEach(() => Promise.all(servers.splice(0).map(server => server.close())))
  return async (...answers) => {
    const server = await handServer(...answers)
    servers.push(server)
    return server
  }
}

async function handServer(...answers: Answer[]): Promise<HandServer> {
  const requests: Received[] = []
  const server = createServer(async (req, res) => {
    const request: Received = {
      method: req.method!,
      url: req.url!,
      headers: req.headers,
      body: '',
      closed: false,
    }
    const index = requests.push(request) - 1
    res.on('close', () => {
      request.closed = true
    })
    for await (const chunk of req) request.body += chunk
    await answers[Math.min(index, answers.length - 1)]!(res, request, index)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export const json =
  (value: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  res => {
    res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
  }

export const failure = (code: string, status: number, headers: Record<string, string> = {}): Answer =>
  json({ code, message: `scripted ${code}` }, status, headers)

/** The head of a stream, and the records given. The body stays open. */
export function open(res: ServerResponse, ...records: string[]): ServerResponse {
  res.writeHead(200, { 'content-type': 'application/json-seq' })
  res.flushHeaders()
  for (const text of records) res.write(text)
  return res
}

export const stream =
  (...records: string[]): Answer =>
  res => {
    open(res, ...records).end()
  }

/** Sends what it is given, and cuts the connection once that has left. */
export const cut =
  (...records: string[]): Answer =>
  res => {
    open(res)
    res.write(records.join(''), () => setImmediate(() => res.destroy()))
  }

export const destroy: Answer = res => {
  res.socket!.destroy()
}

interface Timer {
  at: number
  readonly ms: number
  readonly action: () => void
}

/** Time that passes only when it is told to. */
export class ManualClock implements Clock {
  time = 0
  chance = 1
  /** Every duration that was ever asked for, in order. */
  readonly asked: number[] = []
  readonly timers = new Set<Timer>()

  random = () => this.chance
  now = () => this.time
  after = (ms: number, action: () => void) => {
    if (ms === 0) return () => undefined
    const timer = { at: this.time + ms, ms, action }
    this.asked.push(ms)
    this.timers.add(timer)
    return () => void this.timers.delete(timer)
  }

  pass(ms: number): void {
    this.time += ms
    for (const timer of this.timers) {
      if (timer.at > this.time) continue
      this.timers.delete(timer)
      timer.action()
    }
  }
}

/** Time that stands still but for the pauses before retries, which take none: they are recorded and over at once. */
export class EagerClock extends ManualClock {
  readonly pauses: number[] = []
  override after = (ms: number, action: () => void) => {
    // The client's own timeouts are the long ones.
    if (ms < 30_000) {
      this.pauses.push(ms)
      setImmediate(action)
      return () => undefined
    }
    const timer = { at: this.time + ms, ms, action }
    this.timers.add(timer)
    return () => void this.timers.delete(timer)
  }
}

/** A signal that counts who listens to it. */
export function countingSignal() {
  const controller = new AbortController()
  const { signal } = controller
  const counted = { controller, signal, listeners: 0, most: 0 }
  const { addEventListener, removeEventListener } = signal
  const live = new Set<unknown>()
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    live.add(args[1])
    counted.most = Math.max(counted.most, live.size)
    counted.listeners = live.size
    addEventListener.apply(signal, args)
  }
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    live.delete(args[1])
    counted.listeners = live.size
    removeEventListener.apply(signal, args)
  }
  return counted
}

/** Resolves once `condition` holds; the test's own timeout is the bound. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setImmediate(resolve))
}

/** What a promise rejects with; fails the test if it does not. */
export async function rejection<E = import('../../runtime/src/errors.ts').RpcError>(
  promise: PromiseLike<unknown>,
): Promise<E> {
  return await Promise.resolve(promise).then(
    value => {
      throw new Error(`expected a rejection, got ${JSON.stringify(value)}`)
    },
    error => error as E,
  )
}

export async function collect(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const list: unknown[] = []
  for await (const value of items) list.push(value)
  return list
}

export const ROUTES = {
  getUser: [openCall, 'GET /users/:id', { put: inQuery }],
  getFile: [openCall, 'GET /files/*path'],
  createUser: [openCall, 'POST /users', { put: inBody }],
  renameUser: [openCall, 'PATCH /users/:id', { put: inBody }],
  putUser: [openCall, 'PUT /users/:id', { put: inBody }],
  deleteUser: [openCall, 'DELETE /users/:id'],
  importUsers: [openCall, 'POST /import', { put: asBody }],
  download: [openResponse, 'GET /download'],
  feed: [openStream, 'GET /feed', { put: inQuery }],
  replace: [openStream, 'PUT /replace', { put: inBody }],
  work: [openStream, 'POST /work', { put: inBody }],
} as const satisfies ClientRoutes

type Streams = 'feed' | 'replace' | 'work'
type Methods = {
  [K in keyof typeof ROUTES]: (
    args?: unknown,
    options?: import('../../runtime/src/client/client-route.ts').CallOptions,
  ) => K extends Streams ? RpcStream<unknown, unknown> : Promise<unknown>
}

/** As the emitted client loads it. */
export const loadPacking = () => import('../../runtime/src/client/packing.ts')

export function testClient(
  options: ClientOptions,
  clock: Clock = new EagerClock(),
  routes: ClientRoutes = ROUTES,
): Methods {
  return createRpcClient<Methods>(options, routes, loadPacking, clock)
}
