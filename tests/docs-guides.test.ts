// The code blocks of docs/http.md and docs/production.md in → programs that compile with tspc, and do what the pages say of them.
import { once } from 'node:events'
import { Agent, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import type { serve as Serve, Server } from '../runtime/src/node.ts'
import { GuideProject } from './support/guide-project.ts'
import { send } from './support/http-client.ts'
import { until } from './support/until.ts'

type Call = (args?: object, options?: object) => Promise<never>
type Generated = { createClient(options: { prefixUrl: string }): Readonly<Record<string, Call>> }

const JSON_BODY = { 'content-type': 'application/json' }
const MODULES = ['articles', 'accounts', 'orders', 'files', 'jobs']

function compiled(page: string): GuideProject {
  const project = new GuideProject(page)
  const named = project.blocks.every(({ language, info }) => language !== 'ts' || info !== '')
  expect({ named, complaints: project.compile() }).to.deep.equal({ named: true, complaints: '' })
  return project
}

describe('docs/http.md', function () {
  // The compile takes some seconds, more on a busy machine.
  this.timeout(120_000)
  let project: GuideProject
  let server: Server
  let client: Readonly<Record<string, Call>>

  before(async () => {
    project = compiled('docs/http.md')
    // Built, like what the compiled pages import: a class is one only within one copy of the runtime.
    const { serve } = (await import(new URL('../runtime/dist/node.js', import.meta.url).href)) as {
      serve: typeof Serve
    }
    server = await serve(await Promise.all(MODULES.map(name => project.load<object>(name))))
    client = (await project.load<Generated>('generated/client')).createClient({ prefixUrl: server.url })
  })

  after(async () => {
    await server?.close()
    project?.dispose()
  })

  const code = (call: Promise<unknown>) =>
    call.then(
      () => 'no error',
      (error: { code: string }) => error.code,
    )

  it('shows arguments from path, query and body, and results with a status', async () => {
    const body = '{"title":"tin","tags":["new","sale"],"undeclared":1}'
    const put = await send(`${server.url}/articles/A-1`, { method: 'PUT', headers: JSON_BODY }, body)
    expect([put.status, JSON.parse(put.text).undeclared]).to.deep.equal([201, undefined])
    const found = await send(`${server.url}/articles?tag=new&tag=sale&after=2020-01-31&limit=10`)
    expect(JSON.parse(found.text)).to.have.length(1)
    expect(await client.listArticles!({ tag: ['old'] })).to.deep.equal([])
    expect(await code(client.listArticles!({ limit: 1_000 }))).to.equal('BAD_REQUEST')
    expect((await send(`${server.url}/articles/A-1`, { method: 'DELETE' })).status).to.equal(204)
    expect(await code(client.removeArticle!({ sku: 'A-1' }))).to.equal('NOT_FOUND')
  })

  it('shows sessions in cookies, and roles', async () => {
    const signIn = async (name: string) => {
      const body = JSON.stringify({ name })
      const { headers } = await send(`${server.url}/session`, { method: 'POST', headers: JSON_BODY }, body)
      return { headers: { cookie: String(headers['set-cookie']).split(';')[0] } }
    }
    const [ada, grace] = [await signIn('ada'), await signIn('grace')]
    expect(await client.me!({}, grace)).to.deep.equal({ name: 'grace', role: 'member' })
    expect(await client.countSessions!({}, ada)).to.equal(2)
    expect(await code(client.countSessions!({}, grace))).to.equal('FORBIDDEN')
    expect(await code(client.me!())).to.equal('UNAUTHORIZED')
    const text = await send(`${server.url}/session`, { method: 'POST' }, '{"name":"ada"}')
    expect(text.status, 'a body that a form could send').to.equal(415)
  })

  it('shows errors, and outcomes that are none', async () => {
    const { placeOrder } = await project.load<{
      placeOrder(client: unknown, sku: string, count: number): Promise<string>
    }>('place-order')
    const said: string[] = []
    for (const [sku, count] of [
      ['A-1', 2],
      ['A-1', 2],
      ['B-9', 1],
      ['A-1', 0],
    ] as const) {
      said.push(await placeOrder(client, sku, count))
    }
    expect(said).to.deep.equal([
      'on its way',
      'only 1 left',
      'there is no article B-9',
      'args.count: number ≥ 1',
    ])
  })

  it('shows files that are sent and fetched', async () => {
    await client.putAvatar!({ user: 'ada', image: new Uint8Array([1, 2, 3]) })
    expect(await code(client.putAvatar!({ user: 'ada', image: new Uint8Array(100_001) }))).to.equal(
      'PAYLOAD_TOO_LARGE',
    )
    const avatar: Response = await client.getAvatar!({ user: 'ada' })
    expect(avatar.headers.get('content-type')).to.equal('image/png')
    expect([...new Uint8Array(await avatar.arrayBuffer())]).to.deep.equal([1, 2, 3])
    const none: Response = await client.getAvatar!({ user: 'nobody' })
    expect([none.status, none.ok]).to.deep.equal([404, false])
    expect((await send(`${server.url}/export.csv`)).text.trim().split('\n')).to.have.length(1_000)
  })

  it('shows a stream with a return value, and one that is resumed', async () => {
    const { followJob } = await project.load<{
      followJob(client: unknown, signal: AbortSignal): Promise<string>
    }>('follow-job')
    expect(await followJob(client, new AbortController().signal)).to.equal('done after 3 steps')
    const { text } = await send(`${server.url}/entries`, { headers: { 'last-event-id': '99' } })
    expect(text.trim().split('\n')[0]).to.equal('{"$":"item","id":"100","value":{"id":100}}')
  })

  it('shows a client whose headers are asked for at each call', async () => {
    const { connect } = await project.load<{
      connect(prefixUrl: string, token: () => Promise<string>): Readonly<Record<string, Call>>
    }>('api')
    let asked = 0
    const own = connect(server.url, async () => `token ${++asked}`)
    await own.listArticles!()
    await own.listArticles!()
    expect(asked).to.equal(2)
  })
})

describe('docs/production.md', function () {
  this.timeout(120_000)
  type Entry = Readonly<Record<string, unknown>>
  let project: GuideProject
  let server: HttpServer
  let stop: () => Promise<void>
  let url: string
  const entries: Entry[] = []

  before(async () => {
    project = compiled('docs/production.md')
    const { start } = await project.load<{
      start(port: number, log: (entry: Entry) => void): { server: HttpServer; stop(): Promise<void> }
    }>('server')
    ;({ server, stop } = start(0, entry => entries.push(entry)))
    if (!server.listening) await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })

  after(() => project?.dispose())

  it('shows an access log, and CORS for one origin', async () => {
    const { text, headers } = await send(`${url}/health`, { headers: { origin: 'https://app.example.com' } })
    expect([text, headers['access-control-allow-credentials']]).to.deep.equal(['"ok"', 'true'])
    await until('the entry', () => entries.length === 1)
    expect(entries[0]).to.include({
      level: 'info',
      method: 'GET',
      url: '/health',
      status: 200,
      complete: true,
    })
    const other = await send(`${url}/health`, { headers: { origin: 'https://evil.example' } })
    expect(other.headers).to.not.have.property('access-control-allow-origin')
  })

  it('shows a limit of calls for each address', async () => {
    const answers = await Promise.all(Array.from({ length: 101 }, () => send(`${url}/search?text=a`)))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.map(({ headers }) => headers['retry-after'])).to.deep.equal(['60'])
  })

  it('shows a server that stops, kept-alive connections and all', async () => {
    const agent = new Agent({ keepAlive: true })
    await send(`${url}/health`, { agent })
    const closed = once(server, 'close')
    await stop()
    await closed
    expect(await send(url).catch((error: NodeJS.ErrnoException) => error.code)).to.equal('ECONNREFUSED')
  })
})
