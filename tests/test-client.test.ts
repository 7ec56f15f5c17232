// Routes and a client in → proof that `createTestClient` joins them without a port as a network would, and leaves nothing behind.
import { expect } from 'chai'
import { createMemoryServer } from '../runtime/src/adapters/memory-server.ts'
import {
  type CallOptions,
  type ClientOptions,
  type ClientRoutes,
  createRpcClient,
  inBody,
  inQuery,
  openCall,
  openResponse,
  openSocket,
  openStream,
  type RpcSocket,
  type RpcStream,
  type SubscribeOptions,
  socketNotify,
  socketRequest,
  socketSubscribe,
} from '../runtime/src/client.ts'
import { RpcError } from '../runtime/src/errors.ts'
import { createTestClient, type TestClientOptions } from '../runtime/src/testing.ts'
import { tracked } from '../runtime/src/tracked.ts'
import { anything, type Context, declare, nameAndCount } from './support/compiled-routes.ts'
import { gate } from './support/gate.ts'
import { declareSocket } from './support/socket-script.ts'
import { until } from './support/until.ts'

interface Socket extends RpcSocket {
  notify(message: unknown): void
  request(request: unknown): Promise<unknown>
  subscribe(subscription: unknown, options?: SubscribeOptions): RpcStream<number, string>
}

interface Client {
  greet(args?: object, options?: CallOptions): Promise<{ hello: string | undefined }>
  add(args: object): Promise<unknown>
  count(args?: object, options?: CallOptions): RpcStream<number>
  feed(): RpcStream<number>
  chat(options?: CallOptions): Promise<Socket>
  hang(): Promise<unknown>
  raw(): Promise<Response>
}

const TABLE: ClientRoutes = {
  greet: [openCall, 'GET /greet', { put: inQuery }],
  add: [openCall, 'POST /add', { put: inBody }],
  count: [openStream, 'GET /count'],
  feed: [openStream, 'GET /feed'],
  chat: [
    openSocket,
    '/chat',
    { methods: { notify: [socketNotify], request: [socketRequest], subscribe: [socketSubscribe] } },
  ],
  hang: [openCall, 'POST /hang'],
  raw: [openResponse, 'GET /raw'],
}

/** The emitted module's function. */
const createClient = (options: ClientOptions) => createRpcClient<Client>(options, TABLE)

/** What handlers have done. */
class Log {
  readonly calls: string[] = []
  readonly contexts: Context[] = []
  yielded = 0
  running = 0
}

function routesOf(log: Log): object {
  const stream = { output: 'stream', item: anything } as const
  async function* numbers(from = 0): AsyncGenerator<number, string> {
    log.running++
    try {
      for (let n = from; ; n++) {
        log.yielded++
        yield n
      }
    } finally {
      log.running--
    }
  }
  return {
    greet: declare('get', '/greet', (_args, context) => ({ hello: context.user }), {}, [
      context => {
        log.calls.push('greet')
        log.contexts.push(context)
        if (context.headers.authorization === 'no') throw new RpcError('UNAUTHORIZED')
        return { user: context.headers.authorization }
      },
    ]),
    add: declare('post', '/add', () => void log.calls.push('add'), { args: nameAndCount('body') }),
    count: declare('get', '/count', () => numbers(), stream),
    feed: declare(
      'get',
      '/feed',
      async function* (_args, { lastEventId }) {
        log.calls.push(`feed after ${lastEventId}`)
        for (let n = Number(lastEventId ?? 0) + 1; n <= 7; n++) yield tracked(String(n), n)
      },
      stream,
    ),
    hang: declare('post', '/hang', async (_args, { signal }) => {
      log.running++
      await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()))
      log.running--
    }),
    raw: declare('get', '/raw', () => new Response('as it is', { status: 203 }), { output: 'response' }),
    chat: declareSocket('/chat', {
      onConnect: () => void log.calls.push('connect'),
      onClose: () => void log.calls.push('close'),
      onMessage: message => void log.calls.push(`message ${message}`),
      onRequest: request => ({ echo: request }),
      onSubscribe: (from: number) => numbers(from),
    }),
  }
}

describe('a test client', () => {
  let log: Log
  let client: ReturnType<typeof open>
  const open = (options?: TestClientOptions) => createTestClient(createClient, routesOf(log), options)

  beforeEach(() => {
    log = new Log()
  })

  afterEach(async () => {
    await client?.close()
    expect(log.running, 'generators and handlers that still run').to.equal(0)
  })

  it('calls through middleware, with headers, and gives handlers a context like that of a network', async () => {
    client = open({ headers: () => ({ authorization: 'ada' }), server: { prefix: '/api' } })
    expect(await client.greet({ q: 1 })).to.deep.equal({ hello: 'ada' })
    const [context] = log.contexts
    expect(context?.url.href).to.equal('http://test.localhost/api/greet?q=1')
    expect(context?.headers).to.include({ host: 'test.localhost', accept: 'application/json' })
    expect(context?.remoteAddress).to.equal('127.0.0.1')
    const refused = await failure(client.greet({}, { headers: { authorization: 'no' } }))
    expect(refused).to.include({ code: 'UNAUTHORIZED', remote: true })
  })

  it('passes a Response through', async () => {
    client = open()
    const response = await client.raw()
    expect([response.status, await response.text()]).to.deep.equal([203, 'as it is'])
  })

  for (const framing of ['json', 'msgpack'] as const) {
    it(`streams in ${framing}, makes the generator wait for its reader, and ends it when that leaves`, async () => {
      client = open({ framing, server: { limits: { streamBatchBytes: 64 } } })
      const taken: number[] = []
      for await (const n of client.count()) {
        taken.push(n)
        if (taken.length === 3) {
          const before = await settledCount(() => log.yielded)
          expect(before, 'items ahead of the reader').to.be.below(300)
        }
        if (n === 400) break
      }
      expect(taken).to.deep.equal(Array.from({ length: 401 }, (_, n) => n))
      await until('the generator to end', () => log.running === 0)
    })

    it(`speaks over sockets in ${framing}: notifications, requests, subscriptions with credit`, async () => {
      client = open({ framing })
      const socket = await client.chat()
      socket.notify('a')
      expect(await socket.request({ n: 1 })).to.deep.equal({ echo: { n: 1 } })
      expect(log.calls).to.deep.equal(['connect', 'message a'])
      const taken: number[] = []
      for await (const n of socket.subscribe(5, { credit: 8 })) {
        taken.push(n)
        if (taken.length === 1) expect(await settledCount(() => log.yielded)).to.be.at.most(17)
        if (n === 40) break
      }
      expect(taken).to.deep.equal(Array.from({ length: 36 }, (_, n) => n + 5))
      await until('the generator to end', () => log.running === 0)
      socket.close()
      await until('onClose', () => log.calls.at(-1) === 'close')
    })
  }

  it('cancels a call by its signal', async () => {
    client = open()
    const controller = new AbortController()
    const stream = client.count({}, { signal: controller.signal })
    await stream.next()
    controller.abort()
    expect(await failure(drain(stream))).to.include({ code: 'CANCELLED' })
    await until('the generator to end', () => log.running === 0)
  })

  it('enforces the limits of the server, those of messages too', async () => {
    client = open({ server: { limits: { maxBodyBytes: 10, maxMessageBytes: 200 } } })
    expect(await failure(client.add({ name: 'x'.repeat(20) }))).to.include({ code: 'PAYLOAD_TOO_LARGE' })
    const socket = await client.chat()
    expect(await socket.request('x'.repeat(100))).to.deep.equal({ echo: 'x'.repeat(100) })
    expect(await failure(socket.request('\u{1f600}'.repeat(50)))).to.include({ code: 'PAYLOAD_TOO_LARGE' })
  })

  it('tells at once that a path has no socket, where a network would be tried again and again', async () => {
    client = createTestClient(createClient, [declare('get', '/greet', () => undefined)]) as typeof client
    const refused = await failure(client.chat())
    expect(refused.code).to.equal('NOT_FOUND')
  })

  it('refuses routes that were not compiled, and what is no fault', () => {
    client = open()
    expect(() => createTestClient(createClient, {})).to.throw(TypeError, 'there are no routes to serve')
    expect(() => open({ faults: { drop: -1 } })).to.throw(
      TypeError,
      'faults.drop is a number of 0 or more, got -1',
    )
    expect(() => open({ faults: { lose: 1 } as object })).to.throw(
      TypeError,
      'there is no "lose"; there are drop, delay',
    )
  })

  describe('with faults', () => {
    it('drops attempts before the server sees them: a read is repeated, a write fails', async () => {
      client = open({ faults: { drop: 2 } })
      expect(await client.greet()).to.deep.equal({})
      expect(log.calls).to.deep.equal(['greet'])
      await client.close()

      client = open({ faults: { drop: 1 } })
      const lost = await failure(client.add({ name: 'a' }))
      expect(lost).to.include({ code: 'UNAVAILABLE', message: 'POST /add: the connection failed' })
      expect(String(lost.cause)).to.equal('TypeError: the request was dropped by a fault of the test')
      expect(log.calls).to.deep.equal(['greet'])
      await client.add({ name: 'a' })
      expect(log.calls).to.deep.equal(['greet', 'add'])
    })

    it('drops sockets: the client connects again, or gives up as it was told', async () => {
      client = open({ faults: { drop: 3 } })
      expect((await client.chat()).connected).to.equal(true)
      await client.close()

      client = open({ faults: { drop: 3 }, websocket: { maxReconnectAttempts: 2 } })
      expect(await failure(client.chat())).to.include({ code: 'UNAVAILABLE' })
    })

    it('cuts a stream after so many items: an error, never an end', async () => {
      for (const framing of ['json', 'msgpack'] as const) {
        client = open({ framing, faults: { cutAfter: 3 } })
        const items: number[] = []
        const cut = await failure(drain(client.count(), items))
        expect(cut).to.include({ code: 'UNAVAILABLE', message: 'GET /count: the stream was cut' })
        expect(items).to.deep.equal([0, 1, 2])
        await until('the generator to end', () => log.running === 0)
        await client.close()
      }
    })

    it('cuts a stream whose items have ids so that it resumes, again and again', async () => {
      client = open({ faults: { cutAfter: 3 } })
      const items: number[] = []
      await drain(client.feed(), items)
      expect(items).to.deep.equal([1, 2, 3, 4, 5, 6, 7])
      expect(log.calls).to.deep.equal(['feed after undefined', 'feed after 3', 'feed after 6'])
    })

    it('cuts as many as it is told, and leaves results alone', async () => {
      client = open({ faults: { cutAfter: 1, cuts: 1 } })
      await client.greet()
      expect(await failure(drain(client.count()))).to.include({ code: 'UNAVAILABLE' })
      for await (const n of client.count()) if (n === 5) break
    })

    it('cuts sockets, whose sessions go on without a gap or a duplicate', async () => {
      client = open({ faults: { cutAfter: 4 } })
      const socket = await client.chat()
      const resumed: boolean[] = []
      socket.on('connect', detail => resumed.push(detail.resumed))
      const items: number[] = []
      for await (const n of socket.subscribe(0, { credit: 4 })) if (items.push(n) === 60) break
      expect(items).to.deep.equal(Array.from({ length: 60 }, (_, n) => n))
      expect(resumed.slice(1)).to.include(true).and.not.include(false)
      expect(log.calls.filter(call => call === 'connect')).to.have.length(1)
    })

    it('delays requests, and messages in order', async () => {
      client = open({ faults: { delay: 4 } })
      const started = performance.now()
      await client.greet()
      const socket = await client.chat()
      for (const n of [1, 2, 3]) socket.notify(n)
      await socket.request(4)
      // A timer may fire up to one ms early.
      expect(performance.now() - started).to.be.at.least(4 + 4 * 4 - 1)
      expect(log.calls.slice(1)).to.deep.equal(['connect', 'message 1', 'message 2', 'message 3'])
    })
  })

  describe('closed', () => {
    it('ends calls, streams, sockets and their handlers, and refuses what comes later', async () => {
      client = open()
      const socket = await client.chat()
      const subscription = socket.subscribe(0)
      const stream = client.count()
      const hanging = failure(client.hang())
      await Promise.all([subscription.next(), stream.next(), until('the call', () => log.running === 3)])
      await client.close()
      expect(log.running).to.equal(0)
      expect(log.calls.at(-1)).to.equal('close')
      expect(await hanging).to.include({ code: 'UNAVAILABLE' })
      expect((await failure(drain(stream))).code).to.equal('UNAVAILABLE')
      await failure(drain(subscription))
      expect(await failure(socket.request(1))).to.have.property('code')
      const late = await failure(client.greet())
      expect(late).to.include({ code: 'UNAVAILABLE' })
      expect(String(late.cause)).to.contain('the test client is closed')
      expect(await failure(client.chat())).to.include({ code: 'CANCELLED' })
      await client.close()
    })

    it('lets calls end by themselves within a deadline', async () => {
      const { opened, open: go } = gate()
      const started = gate()
      const slow = declare('post', '/add', () => {
        started.open()
        return opened
      })
      const other = createTestClient(createClient, [slow])
      const answer = other.add({})
      await started.opened
      const closing = other.close({ deadline: 10_000 })
      go()
      await closing
      expect(await answer).to.equal(undefined)
      client = open()
    })

    it('leaves no socket, session, call or subscription in the server', async () => {
      const server = createMemoryServer(routesOf(log), {}, { cutAfter: 2 })
      const other = createClient({
        prefixUrl: 'http://test.localhost',
        fetch: server.fetch,
        websocket: { WebSocket: server.WebSocket, reconnectDelay: 1 },
      })
      const socket = await other.chat()
      const items = socket.subscribe(0, { credit: 2 })
      for (let n = 0; n < 8; n++) await items.next()
      expect(server.counts()).to.include({ sessions: 1, subscriptions: 1 })
      await server.close(0)
      expect(server.counts()).to.deep.equal({
        sessions: 0,
        parked: 0,
        calls: 0,
        subscriptions: 0,
        sockets: 0,
      })
      client = open()
    })

    it('by `await using`, also where a route is called close', async () => {
      const table = { close: [openCall, 'GET /greet'] } as const
      const routes = [declare('get', '/greet', () => 'closed by a route')]
      const other = createTestClient(
        (options: ClientOptions) => createRpcClient<{ close(): Promise<string> }>(options, table),
        routes,
      )
      expect(await other.close()).to.equal('closed by a route')
      await other[Symbol.asyncDispose]()
      expect(await failure(other.close())).to.include({ code: 'UNAVAILABLE' })
      client = open()
    })
  })
})

async function failure(work: Promise<unknown>): Promise<RpcError> {
  try {
    await work
  } catch (error) {
    return error as RpcError
  }
  throw new Error('it has not failed')
}

async function drain<T>(stream: AsyncIterable<T>, into: T[] = []): Promise<void> {
  for await (const item of stream) into.push(item)
}

/** Waits until a count stands still. */
async function settledCount(read: () => number): Promise<number> {
  let last = -1
  for (let same = 0; same < 20; same++) {
    await new Promise(setImmediate)
    if (read() !== last) same = 0
    last = read()
  }
  return last
}
