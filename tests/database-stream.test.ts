// 120,000 rows of a real PostgreSQL in → counts of the rows that a server holds on their way to its client out.
import { createServer, request, type Server } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { createNodeHandler, serve } from '@alien-rpc/service/node'
import { expect } from 'chai'
import type { RouteDefinition } from '../runtime/src/route.ts'
import { buildStreamingGuide, type GuideApp, type GuideClient } from './support/streaming-guide-app.ts'
import { settled, until } from './support/until.ts'

const ROWS = 120_000

/**
 * The windows that bytes can wait in between the cursor and the reader, each with room to spare: a batch of the server
 * (64 KiB), the buffers of Node's socket and response, those of the kernel for a Unix socket (208 KiB; TCP's would grow with
 * the pace of the reader), and the client's.
 */
const WINDOW_BYTES = 64 * 1024 + 128 * 1024 + 208 * 1024 + 112 * 1024

describe('streaming 120,000 rows from PostgreSQL', () => {
  let app: GuideApp
  let overTcp: Awaited<ReturnType<typeof serve>>
  let overUnixSocket: Server
  let tcpClient: GuideClient
  let client: GuideClient

  before(async function () {
    this.timeout(120_000)
    app = await buildStreamingGuide()
    overTcp = await serve(app.routes, { port: 0 })
    tcpClient = app.createClient({ prefixUrl: overTcp.url })

    const socketPath = join(app.directory, 'server.sock')
    overUnixSocket = createServer(createNodeHandler(app.routes)).listen(socketPath)
    client = app.createClient({ prefixUrl: 'http://localhost', fetch: unixSocketFetch(socketPath) })
  })

  beforeEach(() => {
    app.cursorCounters.rowsFetched = 0
  })

  afterEach(async () => {
    await until('every cursor to be closed', () => app.cursorCounters.open === 0)
    await until('PostgreSQL to have no cursor', async () => (await app.openCursors()).length === 0)
  })

  after(async () => {
    overUnixSocket?.close()
    await overTcp?.close({ deadline: 1000 })
    await app?.remove()
  })

  /** The most rows that may be on their way: what the windows hold, the batch being sent and the batch being fetched. */
  const mostRows = () => {
    const row = JSON.stringify({ id: 1, name: 'User 1', email: 'user.1@streaming-guide.example' })
    return Math.ceil(WINDOW_BYTES / row.length) + 2 * app.ROWS_PER_FETCH
  }

  it('delivers each row once and in order over TCP', async function () {
    this.timeout(60_000)
    let received = 0
    for await (const user of tcpClient.streamUsers()) {
      received++
      if (user.id !== received || user.name !== `User ${received}`)
        expect.fail(`row ${received} is ${JSON.stringify(user)}`)
    }
    expect(received).to.equal(ROWS)
    expect(app.cursorCounters.rowsFetched).to.equal(ROWS)
  })

  it('never holds more rows than fit its windows, however many pass', async function () {
    this.timeout(60_000)
    let received = 0
    let most = 0
    for await (const _ of client.streamUsers()) {
      received++
      most = Math.max(most, app.cursorCounters.rowsFetched - received)
    }
    expect(received).to.equal(ROWS)
    expect(most).to.be.below(mostRows())
  })

  it('stops fetching while its reader does not read, and goes on where it stopped', async () => {
    const users = client.streamUsers()[Symbol.asyncIterator]()
    const first = await users.next()
    expect(first.value).to.include({ id: 1 })

    const held = await settled('the rows fetched', () => app.cursorCounters.rowsFetched)
    expect(held).to.be.at.least(app.ROWS_PER_FETCH)
    expect(held).to.be.below(mostRows())

    for (let id = 2; id <= 20_000; id++) expect((await users.next()).value.id).to.equal(id)
    expect(app.cursorCounters.rowsFetched).to.be.at.least(20_000)
    expect(await settled('the rows fetched', () => app.cursorCounters.rowsFetched)).to.be.below(
      20_000 + mostRows(),
    )
    await users.return?.()
  })

  it('answers other calls while a reader of the same database does not read', async () => {
    const paused = client.streamUsers()[Symbol.asyncIterator]()
    await paused.next()
    await settled('the rows fetched', () => app.cursorCounters.rowsFetched)

    let readings = 0
    for await (const _ of client.memoryEfficientStream()) readings++
    expect(readings).to.equal(12_500)
    expect((await paused.next()).value).to.include({ id: 2 })
    await paused.return?.()
  })

  it('closes the cursor when the client leaves its loop', async () => {
    let names: string[] = []
    for await (const user of client.streamUsers()) {
      if (user.id < 1000) continue
      names = await app.openCursors()
      break
    }
    expect(names).to.have.length(1)
    await until('the cursor to be closed', () => app.cursorCounters.open === 0)
    expect(app.cursorCounters.rowsFetched).to.be.below(1000 + mostRows())
  })

  it('closes the cursor when a paused client is aborted, and leaves the other cursor open', async () => {
    const controller = new AbortController()
    const aborted = client.streamUsers({}, { signal: controller.signal })[Symbol.asyncIterator]()
    const other = client.streamUsers()[Symbol.asyncIterator]()
    await Promise.all([aborted.next(), other.next()])
    expect(app.cursorCounters.open).to.equal(2)

    await settled('the rows fetched', () => app.cursorCounters.rowsFetched)
    controller.abort()
    await until('one cursor to be closed', () => app.cursorCounters.open === 1)
    for (let id = 2; id <= 10_000; id++) expect((await other.next()).value.id).to.equal(id)
    await other.return?.()
  })

  it('is over, with its finally blocks, when the server that a client has left says that it has closed', async () => {
    let ending = false
    let over = false
    const server = await serve({
      streamUsers: endingWith(app.routes.streamUsers as RouteDefinition, async () => {
        ending = true
        await setTimeout(50)
        over = true
      }),
    })
    const users = app.createClient({ prefixUrl: server.url }).streamUsers()[Symbol.asyncIterator]()
    await users.next()
    await users.return?.()
    await until('the generator to be told', () => ending)
    await server.close({ deadline: 10_000 })
    expect(over).to.equal(true)
    expect(await app.openCursors()).to.deep.equal([])
  })
})

/** The same route, with a `finally` block of ours around its generator. */
function endingWith(route: RouteDefinition, end: () => Promise<void>): RouteDefinition {
  const handler = route.handler as () => AsyncGenerator
  return {
    ...route,
    async *handler() {
      try {
        return yield* handler()
      } finally {
        await end()
      }
    },
  }
}

/** `fetch` over a Unix socket, uncompressed and without a buffer of its own, so that what is on the way can be told. */
function unixSocketFetch(socketPath: string): typeof globalThis.fetch {
  return async (input, init) => {
    const { url, method, headers, signal } = new Request(input, init)
    const { pathname, search } = new URL(url)
    const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
      const options = {
        socketPath,
        path: pathname + search,
        method,
        headers: Object.fromEntries(headers),
        signal,
      }
      request(options, resolve).on('error', reject).end()
    })
    const body = Readable.toWeb(response, { strategy: { highWaterMark: 0 } }) as ReadableStream<Uint8Array>
    return new Response(body, {
      status: response.statusCode!,
      headers: response.headers as Record<string, string>,
    })
  }
}
