// docs/streaming.md in → proof that its examples are the modules of fixtures/streaming-guide, and that each works as it says.
import { readFileSync } from 'node:fs'
import type { RpcError } from '@alien-rpc/service'
import { serve } from '@alien-rpc/service/node'
import { expect } from 'chai'
import type { RouteDefinition } from '../runtime/src/route.ts'
import { buildStreamingGuide, type GuideApp, type GuideClient } from './support/streaming-guide-app.ts'
import { until } from './support/until.ts'

const root = new URL('../', import.meta.url)

/** Examples by heading, and what their module has besides imports. */
const EXAMPLES: Readonly<Record<string, { readonly folder: string; readonly after?: string }>> = {
  'Basic JSON Streaming': { folder: 'routes' },
  'Streaming Database Results': { folder: 'routes' },
  'Stream Error Handling': { folder: 'routes' },
  'Progress Tracking': { folder: 'routes' },
  'Conditional Streaming': { folder: 'routes' },
  'Stream Transformation': { folder: 'routes' },
  'Multiplexed Streams': { folder: 'routes' },
  'Backpressure Handling': { folder: 'routes' },
  'Memory Management': { folder: 'routes' },
  'Stream Error Recovery': { folder: 'routes' },
  'Basic WebSocket Route': { folder: 'routes' },
  'WebSocket Middleware': { folder: 'routes' },
  'WebSocket Client Usage': { folder: '.' },
  'WebSocket Connection Management': { folder: '.' },
  'Client-Side JSON Streaming': { folder: '.' },
  'Client Error Handling': { folder: '.', after: '\nexport { consumeStreamWithRetry }\n' },
}

/** Examples of a test runner, which have fixtures of their own. */
const ELSEWHERE = /^Testing /

describe('the text of the streaming guide', () => {
  const snippets = snippetsByHeading(readFileSync(new URL('docs/streaming.md', root), 'utf8'))

  it('has an example under each of the sixteen headings, and no other', () => {
    const headings = [...snippets.keys()].filter(heading => !ELSEWHERE.test(heading))
    expect(headings.sort()).to.deep.equal(Object.keys(EXAMPLES).sort())
  })

  for (const [heading, { folder, after = '' }] of Object.entries(EXAMPLES)) {
    const module = `fixtures/streaming-guide/src/${folder}/${kebab(heading)}.ts`.replace('/./', '/')

    it(`"${heading}" is ${module}, character for character, below added imports`, () => {
      const text = readFileSync(new URL(module, root), 'utf8')
      const snippet = snippets.get(heading)!
      expect(text.endsWith(snippet + after), 'the module ends with the snippet').to.equal(true)
      const added = text.slice(0, text.length - snippet.length - after.length)
      for (const line of added.split('\n')) expect(line).to.match(/^(?:import \{ [\w, ]+ \} from '[^']+')?$/)
    })
  }
})

describe('the streaming guide, compiled by tspc and called by its own client', () => {
  let app: GuideApp
  let client: GuideClient
  let server: Awaited<ReturnType<typeof serve>>
  let guideClient: ReturnType<GuideApp['runClient']>
  const ended: string[] = []
  const thrown: unknown[] = []

  before(async function () {
    this.timeout(120_000)
    app = await buildStreamingGuide()
    const routes = Object.entries(app.routes).map(([name, route]) => [
      name,
      reportingItsEnd(route as RouteDefinition, () => ended.push(name)),
    ])
    const onError = (error: unknown) => thrown.push(error)
    server = await serve(Object.fromEntries(routes), { port: 0, onError })
    client = app.createClient({ prefixUrl: server.url })
    // Ten seconds of guide: 100 items with 100 ms between them. It runs beside the tests and is looked at in the last one.
    guideClient = app.runClient('client-side-json-streaming', server.url)
    // A failure counts there, and not as an unhandled rejection while other tests run.
    guideClient.catch(() => undefined)
  })

  after(async () => {
    await server?.close({ deadline: 1000 })
    await app?.remove()
    expect(thrown, 'errors that no test expected').to.deep.equal([])
  })

  it('has one client method a route, with the types that the guide relies on', () => {
    const emitted = readFileSync(`${app.directory}/src/generated/client.ts`, 'utf8')
    const types = emitted.slice(emitted.indexOf('export interface Client '))
    const methods = [...types.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name)
    expect(methods).to.deep.equal(Object.keys(app.routes).sort())
    expect(types).to.match(/streamData\(.*RpcStream<\{ count: number; timestamp: number \}>/)
    expect(types).to.match(/streamUsers\(.*RpcStream<\{ id: number; name: string; email: string \}>/)
    expect(types).to.match(/conditionalStream\(args: \{ type: ["']fast["'] \| ["']slow["'] \},/)
    expect(types).to.contain('  chatSocket(options?: CallOptions): Promise<ChatSocket>\n')
    expect(types).to.contain('  secureChat(options?: CallOptions): Promise<SecureChatSocket>\n')
    expect(types).to.match(/processWithProgress\(args: \{ items: string\[\] \},/)
  })

  it('types what the sockets of the guide take and answer', () => {
    const emitted = readFileSync(`${app.directory}/src/generated/client.ts`, 'utf8')
    const membersOf = (name: string) => {
      const body = emitted.split(`export interface ${name} extends RpcSocket {\n`)[1] ?? ''
      return body
        .slice(0, body.indexOf('\n}'))
        .split('\n')
        .map(line => line.trim())
    }
    const room = "{ type: 'room-updates'; room: string }"
    expect(membersOf('ChatSocket')).to.deep.equal([
      'notify(message: { text: string; user: string }): void',
      "request(request: { type: 'join'; room: string }, options?: RequestOptions): Promise<{ success: boolean; room: string }>",
      `subscribe(subscription: ${room}, options?: SubscribeOptions): RpcStream<{ room: string; update: number }>`,
    ])
    expect(membersOf('SecureChatSocket')).to.deep.equal(['notify(message: { text: string }): void'])
  })

  it('streams data in order as it is yielded, and ends the generator when the client leaves the loop', async () => {
    const counts: number[] = []
    for await (const { count, timestamp } of client.streamData()) {
      expect(timestamp).to.be.closeTo(Date.now(), 5000)
      counts.push(count)
      if (counts.length === 5) break
    }
    expect(counts).to.deep.equal([0, 1, 2, 3, 4])
    await until('the generator to end', () => ended.includes('streamData'))
  })

  it('streams users out of the database with the selected columns only', async () => {
    const users = await take(client.streamUsers(), 3)
    expect(users).to.deep.equal([
      { id: 1, name: 'User 1', email: 'user.1@streaming-guide.example' },
      { id: 2, name: 'User 2', email: 'user.2@streaming-guide.example' },
      { id: 3, name: 'User 3', email: 'user.3@streaming-guide.example' },
    ])
  })

  it('sends what a generator yields from its own catch block', async () => {
    const items = await take(client.streamWithErrors())
    expect(items).to.deep.equal([
      { value: 0 },
      { value: 1 },
      { value: 2 },
      { value: 3 },
      { value: 4 },
      { error: 'Simulated error' },
    ])
  })

  it('reports progress on the items of a body', async () => {
    const items = await take(client.processWithProgress({ items: ['a', 'bb', 'ccc'] }))
    expect(items).to.deep.equal([
      { progress: { current: 1, total: 3, percentage: 33 }, result: { item: 'a', length: 1 } },
      { progress: { current: 2, total: 3, percentage: 67 }, result: { item: 'bb', length: 2 } },
      { progress: { current: 3, total: 3, percentage: 100 }, result: { item: 'ccc', length: 3 } },
    ])
  })

  it('takes a path parameter that is one of its literals', async () => {
    const items = await take(client.conditionalStream({ type: 'fast' }))
    expect(items.map(({ index, type }) => `${type} ${index}`)).to.deep.equal(
      Array.from({ length: 20 }, (_, index) => `fast ${index}`),
    )
    expect(await take(client.conditionalStream({ type: 'slow' }), 1)).to.have.nested.property(
      '[0].type',
      'slow',
    )
  })

  it('answers any other path parameter with BAD_REQUEST and the place of the mismatch', async () => {
    const error = await failure(take(client.conditionalStream({ type: 'medium' })))
    expect(error).to.be.instanceOf(app.RpcError)
    expect(error).to.include({ code: 'BAD_REQUEST', status: 400 })
    expect((error as RpcError).issues).to.have.length(1)
    expect((error as RpcError).issues[0]).to.include({ path: 'args.type', received: '"medium"' })
    expect((error as RpcError).issues[0]!.expected).to.match(/fast.*slow/)
  })

  it('transforms each item of a source', async () => {
    const items = await take(client.transformedStream())
    expect(items.map(({ processedAt, ...rest }) => ({ ...rest, stamped: processedAt > 0 }))).to.deep.equal(
      [1, 2, 3, 4, 5].map(id => ({ id, label: `raw ${id}`, processed: true, stamped: true })),
    )
  })

  it('merges two sources, each in its own order', async () => {
    const items = await take(client.multiplexedStream())
    const dataOf = (source: string) => items.filter(item => item.source === source).map(item => item.data)
    expect(items).to.have.length(6)
    expect(dataOf('orders')).to.deep.equal([{ total: 10 }, { total: 20 }, { total: 30 }])
    expect(dataOf('visits')).to.deep.equal([{ page: '/' }, { page: '/about' }, { page: '/contact' }])
  })

  it('empties a queue and ends with it', async () => {
    const jobs = await take(client.backpressureStream())
    expect(jobs.map(({ job }) => job)).to.deep.equal(Array.from({ length: 25 }, (_, index) => index + 1))
  })

  it('pages through a table without a gap', async () => {
    const readings = await take(client.memoryEfficientStream())
    expect(readings).to.have.length(12_500)
    expect(readings.every(({ id }, index) => id === index + 1)).to.equal(true)
    expect(readings[99]).to.deep.equal({ id: 100, celsius: 20 })
  })

  it('recovers on the server from a source that fails once', async () => {
    app.externalService.failuresAhead = 1
    expect(await take(client.resilientStream())).to.deep.equal([
      { city: 'Vienna', celsius: 21.5 },
      { city: 'Oslo', celsius: 14 },
    ])
  })

  it("runs the guide's client with error recovery against a source that keeps failing", async () => {
    app.externalService.failuresAhead = 3
    const { stdout, stderr } = await app.runClient(
      'client-error-handling',
      server.url,
      'consumeStreamWithRetry',
    )
    expect(stderr.trim()).to.equal('Stream error: Max retries exceeded')
    expect(stdout).to.equal('')
    expect(app.externalService.failuresAhead).to.equal(0)
  })

  it("runs the guide's client with error recovery against a source that works", async () => {
    const { stdout } = await app.runClient('client-error-handling', server.url, 'consumeStreamWithRetry')
    expect(stdout.trim().split('\n')).to.deep.equal([
      "Received: { city: 'Vienna', celsius: 21.5 }",
      "Received: { city: 'Oslo', celsius: 14 }",
    ])
  })

  it('notifies, requests and subscribes over a socket', async () => {
    const chat = await client.chatSocket()
    const lines = await printed(
      all => all.length === 2,
      () => {
        chat.notify({ text: 'Hello everyone!', user: 'Alice' })
        chat.notify({ text: 'Bye!', user: 'Alice' })
      },
    )
    expect(lines).to.deep.equal(['Alice: Hello everyone!', 'Alice: Bye!'])
    expect(await chat.request({ type: 'join', room: 'test' })).to.deep.equal({ success: true, room: 'test' })
    const updates = take(chat.subscribe({ type: 'room-updates', room: 'own' }), 2)
    expect(await failure(chat.request({ type: 'leave', room: 'test' }))).to.include({ code: 'BAD_REQUEST' })
    expect(await updates).to.deep.equal([
      { room: 'own', update: 1 },
      { room: 'own', update: 2 },
    ])
    chat.close()
    expect(chat.connected).to.equal(false)
  })

  it('lets middleware refuse a socket, and give its handlers a user', async () => {
    const refused = await failure(client.secureChat())
    expect(refused).to.be.instanceOf(app.RpcError)
    expect(refused).to.include({ code: 'INTERNAL', message: 'internal error' })
    expect(thrown.splice(0).map(String)).to.deep.equal(['Error: Authentication required'])
    const chat = await client.secureChat({ headers: { authorization: 'Bearer alice' } })
    const lines = await printed(
      all => all.length === 1,
      () => chat.notify({ text: 'hi' }),
    )
    expect(lines).to.deep.equal(['alice: hi'])
    chat.close()
  })

  it("runs the guide's client of a socket as printed", async () => {
    const isEnough = (stdout: string) => stdout.split('\n').length > 3
    let client: Promise<string> | undefined
    const lines = await printed(
      all => all.length === 1,
      () => {
        client = app.runClientUntil('websocket-client-usage', server.url, isEnough)
      },
    )
    expect(lines).to.deep.equal(['Alice: Hello everyone!'])
    const stdout = await client!
    expect(stdout.split('\n').slice(0, 3)).to.deep.equal([
      "Join response: { success: true, room: 'general' }",
      "Room update: { room: 'general', update: 1 }",
      "Room update: { room: 'general', update: 2 }",
    ])
  })

  it("runs the guide's management of a connection as printed, to its end", async () => {
    const { stdout, stderr } = await app.runClient('websocket-connection-management', server.url)
    expect(stderr).to.equal('')
    expect(stdout.trim().split('\n')).to.deep.equal(['Connected: true', 'Connected', 'Disconnected'])
  })

  it("runs the guide's first client as printed: all 100 items, then all 120,000 users", async function () {
    this.timeout(90_000)
    const { stdout, stderr } = await guideClient
    const lines = stdout.trim().split('\n')
    expect(stderr).to.equal('')
    expect(lines).to.have.length(100 + 120_000)
    expect(
      lines.slice(0, 100).every((line, i) => line.startsWith(`Received: { count: ${i}, timestamp: `)),
    ).to.equal(true)
    expect(lines.slice(100).every((line, i) => line === `User: User ${i + 1}`)).to.equal(true)
  })
})

/** TypeScript blocks by the heading above them. */
function snippetsByHeading(markdown: string): ReadonlyMap<string, string> {
  const snippets = new Map<string, string>()
  let heading = ''
  for (const [, title, code] of markdown.matchAll(/^#+ ([^\n]*)$|^```typescript\n([\s\S]*?)^```$/gm)) {
    if (title !== undefined) heading = title
    else snippets.set(heading, code!)
  }
  return snippets
}

function kebab(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
}

/** The same route, a socket as it is, whose generator reports when it has ended, however it ended. */
function reportingItsEnd(route: RouteDefinition, report: () => void): RouteDefinition {
  if (!('handler' in route)) return route
  const handler = route.handler as (...args: unknown[]) => AsyncGenerator
  return {
    ...route,
    async *handler(...args: unknown[]) {
      try {
        return yield* handler(...args)
      } finally {
        report()
      }
    },
  }
}

/** What handlers print in the meantime. */
async function printed(isEnough: (lines: readonly string[]) => boolean, act: () => void): Promise<string[]> {
  const { log } = console
  const lines: string[] = []
  console.log = (...values) => lines.push(values.join(' '))
  try {
    act()
    await until('the handler to print', () => isEnough(lines))
  } finally {
    console.log = log
  }
  return lines
}

async function take<Item>(stream: AsyncIterable<Item>, limit = Number.POSITIVE_INFINITY): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of stream) {
    items.push(item)
    if (items.length >= limit) break
  }
  return items
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    value => expect.fail(`expected a failure, got ${JSON.stringify(value)}`),
    error => error,
  )
}
