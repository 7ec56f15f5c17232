// Records that hold several items, from a server by hand, in → single items out, and resumes, failures and leaves in their middle.
import { expect } from 'chai'
import { openStream } from '../runtime/src/client.ts'
import {
  collect,
  countingSignal,
  cut,
  EagerClock,
  end,
  eventually,
  handServers,
  item,
  open,
  rec,
  rejection,
  stream,
  testClient,
} from './support/scripted-server.ts'

const items = (values: unknown, ids?: unknown) => rec({ $: 'items', values, ids })

describe('client: items that share a record', () => {
  const serve = handServers()

  it('come one by one, between others, in order', async () => {
    const { url, requests } = await serve(
      stream(
        rec(1) + items([2, { $: 'end' }]),
        items([4, null], ['a', 'b']) + item('c', 6),
        items([]),
        end(7),
      ),
    )
    const feed = testClient({ prefixUrl: url }).feed()
    expect(await collect(feed)).to.deep.equal([1, 2, { $: 'end' }, 4, null, 6])
    expect(requests[0]!.headers.accept).to.equal('application/json-seq;items=together')
  })

  it('survive cuts at every byte, in the middle of a character too', async () => {
    const bytes = Buffer.from(items(['é€😀', 1]) + items(['ü'], ['x']) + end('ñ'))
    for (let at = 1; at < bytes.length; at++) {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new Uint8Array(bytes.subarray(0, at)))
          controller.enqueue(new Uint8Array())
          controller.enqueue(new Uint8Array(bytes.subarray(at)))
          controller.close()
        },
      })
      const fetch = async () => new Response(body, { headers: { 'content-type': 'application/json-seq' } })
      const feed = testClient({ prefixUrl: 'http://h', fetch }).feed()
      const values = []
      for (let n = 0; n < 4; n++) values.push((await feed.next()).value)
      expect(values, `cut at ${at}`).to.deep.equal(['é€😀', 1, 'ü', 'ñ'])
    }
  })

  it('resume after the last of them once all are delivered, and after none that was cut', async () => {
    const { url, requests } = await serve(
      cut(items([1, 2], ['41', '42']) + items([3, 4], ['43', '44']).slice(0, -1)),
      cut(item('43', 3)),
      stream(items([4, 5], ['44', '45']), end()),
    )
    const feed = testClient({ prefixUrl: url }).feed()
    expect((await feed.next()).value).to.equal(1)
    expect((await feed.next()).value).to.equal(2)
    expect(requests).to.have.length(1)
    expect(await collect(feed)).to.deep.equal([3, 4, 5])
    expect(requests.map(r => r.headers['last-event-id'])).to.deep.equal([undefined, '42', '43'])
  })

  it('are all delivered once, wherever the connection is cut', async () => {
    const feedFrom = (last: number) => {
      const ids = [1, 2, 3, 4, 5].filter(id => id > last)
      const record = (some: number[]) => items(some, some.map(String))
      return record(ids.slice(0, 2)) + record(ids.slice(2)) + end('all')
    }
    for (let at = 1; at < feedFrom(0).length; at++) {
      const seen: (string | null)[] = []
      const fetch = async (_: unknown, init?: RequestInit) => {
        const last = new Headers(init?.headers).get('last-event-id')
        const isFirst = seen.push(last) === 1
        const text = feedFrom(Number(last))
        return new Response(isFirst ? text.slice(0, at) : text, {
          headers: { 'content-type': 'application/json-seq' },
        })
      }
      const feed = testClient({ prefixUrl: 'http://h', fetch }).feed()
      expect(await collect(feed), `cut at ${at}`).to.deep.equal([1, 2, 3, 4, 5])
      expect(seen, `cut at ${at}`).to.have.length(2)
    }
  })

  it('are not repeated when they have no ids', async () => {
    const { url, requests } = await serve(cut(items([1, 2])))
    const feed = testClient({ prefixUrl: url }).feed()
    expect([(await feed.next()).value, (await feed.next()).value]).to.deep.equal([1, 2])
    expect((await rejection(feed.next())).code).to.equal('UNAVAILABLE')
    expect(requests).to.have.length(1)
  })

  it('are good before one that does not have the declared shape, and before an error', async () => {
    const { url } = await serve(
      stream(items([{ n: 1 }, { n: 2 }, null, { n: 4 }])),
      stream(items([{ n: 1 }, { n: 2 }]) + rec({ $: 'error', error: { code: 'CONFLICT', message: 'no' } })),
      stream(rec({ n: 1 }) + items([{ n: 2 }]) + items('ab')),
    )
    const decode = (value: { n: number }) => value.n
    const routes = { feed: [openStream, 'GET /s', { decode }] as const }
    for (const code of ['INTERNAL', 'CONFLICT', 'INTERNAL']) {
      const feed = testClient({ prefixUrl: url }, new EagerClock(), routes).feed()
      expect([(await feed.next()).value, (await feed.next()).value]).to.deep.equal([1, 2])
      expect((await rejection(feed.next())).code).to.equal(code)
      expect((await feed.next()).done).to.equal(true)
    }
  })

  it('are left in their middle by break and by abort, which end the request', async () => {
    const { url, requests } = await serve(res => open(res, items([1, 2, 3])))
    for await (const value of testClient({ prefixUrl: url }).feed()) if (value === 2) break
    await eventually(() => requests[0]!.closed)
    const counted = countingSignal()
    const feed = testClient({ prefixUrl: url }).feed({}, { signal: counted.signal })
    expect((await feed.next()).value).to.equal(1)
    counted.controller.abort()
    expect((await rejection(feed.next())).code).to.equal('CANCELLED')
    expect((await feed.next()).done).to.equal(true)
    await eventually(() => requests[1]!.closed)
    expect(counted.listeners).to.equal(0)
  })

  it('answer concurrent calls of next() in order, over the edges of records', async () => {
    const { url } = await serve(stream(items([1, 2]), items([3, 4]), end('all')))
    const feed = testClient({ prefixUrl: url }).feed()
    expect((await feed.next()).value).to.equal(1)
    const results = await Promise.all([feed.next(), feed.next(), feed.next(), feed.next(), feed.next()])
    expect(results.map(({ value }) => value)).to.deep.equal([2, 3, 4, 'all', undefined])
    expect(results.map(({ done }) => done)).to.deep.equal([false, false, false, true, true])
  })

  it('are not taken by a call of next() that is made while earlier ones still wait', async () => {
    const { url } = await serve(stream(items([1, 2, 3, 4]), end()))
    const feed = testClient({ prefixUrl: url }).feed()
    const first = feed.next()
    const later = first.then(() => feed.next())
    const results = await Promise.all([first, feed.next(), feed.next(), later])
    expect(results.map(({ value }) => value)).to.deep.equal([1, 2, 3, 4])
  })

  it('are not given any more after return() and throw(), though they are here', async () => {
    const { url } = await serve(stream(items([1, 2, 3]), end('all')))
    for (const leave of ['return', 'throw'] as const) {
      const feed = testClient({ prefixUrl: url }).feed()
      expect((await feed.next()).value).to.equal(1)
      await feed[leave](new Error('enough')).catch(() => undefined)
      expect(await feed.next()).to.deep.equal({ done: true, value: undefined })
    }
  })
})
