// docs/mounting.md's worker, and routes that watch themselves, in the runtime of Cloudflare's Workers → what the emitted client gets, and what is left when it has gone.
import { writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { WebSocket } from 'ws'
import { type CuttingProxy, cuttingProxy } from './support/cutting-proxy.ts'
import { GuideProject } from './support/guide-project.ts'
import { until } from './support/until.ts'
import { startWorker, type Worker } from './support/workers-runtime.ts'

/** Beside the page's routes: what no page would show. */
const WATCHED = `import { createFetchHandler, type FetchInfo } from '@alien-rpc/service/fetch'
import { route, tracked } from '@alien-rpc/service'
import * as shown from './routes.js'

const ended: Record<string, number> = {}
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

export const endings = route.get('/endings', () => ended)
export const at = route.post('/at', ({ time }: { time: Date }) => ({ time }))
export const waiting = route.get('/waiting', async function* (_args: {}, { signal }) {
  try {
    yield 'first'
    await new Promise(resolve => signal.addEventListener('abort', resolve))
  } finally {
    ended.waiting = (ended.waiting ?? 0) + 1
  }
})
export const endless = route.get('/endless', async function* () {
  try {
    // alien-rpc-ignore loop-without-wait: its client leaves
    for (let n = 0; ; n++) yield n
  } finally {
    ended.endless = (ended.endless ?? 0) + 1
  }
})
export const feed = route.get('/feed/:to', async function* ({ to }: { to: number }, { lastEventId }) {
  for (let n = Number(lastEventId ?? 0) + 1; n <= to; n++) {
    if (n % 10 === 0) await pause(1)
    yield tracked(String(n), n)
  }
})
export const live = route.ws('/live', {
  onRequest: ({ text }: { text: string }) => ({ text }),
  async *onSubscribe({ to }: { to: number }, { lastEventId }) {
    try {
      for (let n = Number(lastEventId ?? 0) + 1; n <= to; n++) {
        if (n % 10 === 0) await pause(1)
        yield tracked(String(n), n)
      }
    } finally {
      ended.live = (ended.live ?? 0) + 1
    }
  },
})

const api = createFetchHandler(
  { ...shown, endings, at, waiting, endless, feed, live },
  { prefix: '/api', limits: { maxBodyBytes: 1_000, maxMessageBytes: 2_000, keepAliveInterval: 50 } },
)

export default { fetch: (request: Request, _env: unknown, ctx: FetchInfo) => api(request, ctx) }
`

interface Client {
  greet(args: object): Promise<string>
  at(args: object, options?: object): Promise<{ time: Date }>
  endings(): Promise<Record<string, number>>
  count(args: object, options?: object): AsyncIterable<number>
  feed(args: object): AsyncIterable<number>
  waiting(): AsyncIterable<string>
  endless(): AsyncIterable<number>
  live(options?: object): Promise<Socket>
}

interface Socket {
  request(value: object): Promise<unknown>
  subscribe(value: object): AsyncIterable<number>
  close(): void
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

/** Takes so many items and leaves. */
async function take(items: AsyncIterable<unknown>, count: number): Promise<void> {
  let taken = 0
  for await (const _ of items) if (++taken === count) break
}

describe("the fetch handler on Cloudflare's Workers", function () {
  // The compile takes some seconds, more on a busy machine.
  this.timeout(120_000)
  let project: GuideProject
  let worker: Worker
  let proxy: CuttingProxy
  let client: Client

  before(async () => {
    project = new GuideProject('docs/mounting.md')
    writeFileSync(project.path('src/watched.ts'), WATCHED)
    expect(project.compile()).to.equal('')
    const toml = project.blocks.find(({ info }) => info === 'wrangler.toml')?.text ?? ''
    const [, date = ''] = /^compatibility_date = "(.+)"$/m.exec(toml) ?? []
    const [, flags = ''] = /^compatibility_flags = (.+)$/m.exec(toml) ?? []
    worker = await startWorker(project.folder, 'dist/watched.js', date, JSON.parse(flags))
    proxy = await cuttingProxy(worker.port)
    const { createClient } = await project.load<{ createClient(options: object): Client }>('generated/client')
    client = createClient({
      prefixUrl: `${proxy.url}/api`,
      retry: { delay: 1 },
      websocket: { WebSocket, reconnectDelay: 1 },
    })
  })

  after(async () => {
    await proxy?.close()
    await worker?.stop()
    project.dispose()
  })

  /** All of them, of a connection that is cut after the hundredth. */
  async function allOverCut(source: AsyncIterable<number>): Promise<number[]> {
    const items: number[] = []
    for await (const item of source) {
      if (items.push(item) !== 100) continue
      proxy.cut()
      proxy.restore()
    }
    return items
  }

  const endings = async (name: string) => (await client.endings())[name] ?? 0
  const refusal = (call: Promise<unknown>) =>
    call.then(
      () => 'no error',
      error => error.code,
    )

  it("serves the page's example", async () => {
    const shown = await startWorker(project.folder, 'dist/worker.js', '2026-07-01', [])
    const lines: unknown[] = []
    const { use } = await project.load<{ use(origin: string, log: (line: unknown) => void): Promise<void> }>(
      'use',
    )
    await use(shown.url, line => lines.push(line)).finally(() => shown.stop())
    expect(lines).to.deep.equal(['hello ada', 1, 2, 3, 'an empty note is there already'])
  })

  it('answers in every framing and format', async () => {
    for (const framing of ['json', 'msgpack']) {
      expect(await client.at({ time: new Date(5) }, { framing })).to.deep.equal({ time: new Date(5) })
      expect(await all(client.count({ to: 2_000 }, { framing }))).to.deep.equal(upTo(2_000))
    }
    const events = await fetch(`${worker.url}/api/count/1`, { headers: { accept: 'text/event-stream' } })
    expect(await events.text()).to.contain('data: 1\n\nevent: end')
  })

  it('keeps its limits, and says what is wrong with a call', async () => {
    const post = (body: string) =>
      fetch(`${worker.url}/api/at`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    expect((await post(' '.repeat(1_001))).status).to.equal(413)
    expect(await refusal(client.at({ time: 'never' }))).to.equal('BAD_REQUEST')
    expect((await fetch(`${worker.url}/api/none`)).status).to.equal(404)
  })

  it('writes items together that are ready together', async () => {
    const headers = { accept: 'application/json-seq;items=together' }
    const text = await (await fetch(`${worker.url}/api/count/1000`, { headers })).text()
    expect(text.split('\x1e').length).to.be.below(100)
  })

  it('runs the "finally" block of a generator whose reader has left, at the next keep-alive if it waits', async () => {
    const before = await endings('waiting')
    await take(client.waiting(), 1)
    await until('the generator to end', async () => (await endings('waiting')) === before + 1)
  })

  it('goes on with streams beside others whose readers leave', async () => {
    const before = await endings('endless')
    const whole = upTo(8).map(() => all(client.count({ to: 20_000 })))
    await Promise.all(upTo(8).map(() => take(client.endless(), 10_000)))
    expect((await Promise.all(whole)).map(({ length }) => length)).to.deep.equal(upTo(8).map(() => 20_000))
    await until('the generators to end', async () => (await endings('endless')) === before + 8)
    expect((await all(client.count({ to: 20_000 }))).length).to.equal(20_000)
  })

  it('resumes a stream that was cut', async () => {
    expect(await allOverCut(client.feed({ to: 300 }))).to.deep.equal(upTo(300))
  })

  for (const framing of ['json', 'msgpack']) {
    it(`opens sockets that speak ${framing}`, async () => {
      const sockets = await Promise.all(upTo(5).map(() => client.live({ framing })))
      const answers = await Promise.all(sockets.map(it => it.request({ text: framing })))
      expect(answers).to.deep.equal(sockets.map(() => ({ text: framing })))
      const items = await Promise.all(sockets.map(it => all(it.subscribe({ to: 300 }))))
      for (const list of items) expect(list).to.deep.equal(upTo(300))
      for (const socket of sockets) socket.close()
    })
  }

  it('goes on with a subscription over another socket, and ends what a socket has left', async () => {
    const before = await endings('live')
    const socket = await client.live()
    expect(await allOverCut(socket.subscribe({ to: 300 }))).to.deep.equal(upTo(300))
    await take(socket.subscribe({ to: 1e9 }), 1)
    const unread = socket.subscribe({ to: 1e9 })[Symbol.asyncIterator]()
    await unread.next()
    socket.close()
    // That of the lost socket, the one that went on for it, and the two that were left.
    await until('the subscriptions to end', async () => (await endings('live')) === before + 4)
  })

  it('refuses sockets as any server does', async () => {
    const url = `${worker.url.replace('http', 'ws')}/api/live`
    const told = (path: string, protocols: string[], options = {}) =>
      new Promise(resolve => {
        const socket = new WebSocket(path, protocols, options)
        socket.on('close', (code, reason) => resolve([code, String(reason)]))
        socket.on('error', ({ message }) => resolve(/\d+$/.exec(message)?.[0]))
      })
    const protocols = ['alien-rpc.v1.json']
    expect(await told(url, protocols, { origin: 'https://else.where' })).to.deep.equal([4403, 'FORBIDDEN'])
    expect(await told(url, [])).to.equal('400')
    expect(await told(`${url}/none`, protocols)).to.equal('404')
  })

  it('closes a socket whose message is too large', async () => {
    const socket = new WebSocket(`${worker.url.replace('http', 'ws')}/api/live`, ['alien-rpc.v1.json'])
    socket.on('open', () => socket.send('x'.repeat(2_001)))
    const code = await new Promise(resolve => socket.on('close', resolve))
    expect(code).to.equal(1009)
  })
})
