import { createServer, type Socket } from 'node:net'
import { expect } from 'chai'
import type { RpcStream } from '../runtime/src/client/client-route.ts'
import { createRpcClientWith } from '../runtime/src/client/create-client.ts'
import { RpcError } from '../runtime/src/client.ts'
import {
  type Answer,
  collect,
  countingSignal,
  cut,
  destroy,
  EagerClock,
  end,
  failure,
  type HandServer,
  handServer,
  item,
  ManualClock,
  open,
  RS,
  rec,
  rejection,
  stream,
  testClient,
  until,
} from './support/scripted-server.ts'

const DONE = { done: true, value: undefined }

describe('client: streams', () => {
  let server: HandServer
  const serve = async (...answers: Answer[]) => {
    server = await handServer(...answers)
    return server
  }
  afterEach(() => server?.close())

  describe('items', () => {
    it('come in order, and the return value comes with done', async () => {
      const { url, requests } = await serve(stream(rec({ n: 0 }), rec(null) + rec('x'), end({ total: 2 })))
      const items = testClient({ prefixUrl: url }).feed({ q: 1 })
      const results = []
      for (let n = 0; n < 5; n++) results.push(await items.next())
      expect(results).to.deep.equal([
        { done: false, value: { n: 0 } },
        { done: false, value: null },
        { done: false, value: 'x' },
        { done: true, value: { total: 2 } },
        DONE,
      ])
      expect(requests[0]).to.include({ method: 'GET', url: '/feed?q=1' })
      expect(requests[0]!.headers.accept).to.equal('application/json-seq')
    })

    it('carry a body for POST', async () => {
      const { url, requests } = await serve(stream(rec(1), end()))
      expect(await collect(testClient({ prefixUrl: url }).work({ items: ['a'] }))).to.deep.equal([1])
      expect(requests[0]!.body).to.equal('{"items":["a"]}')
    })

    it('are decoded, and so is the return value', async () => {
      const { url } = await serve(stream(rec(1), end(2)))
      const client = createRpcClientWith<{ s(): RpcStream<number, number> }>(
        new EagerClock(),
        { prefixUrl: url },
        {
          s: {
            method: 'GET',
            path: '/',
            output: 'stream',
            source: 'none',
            decode: (n: number) => n * 10,
            decodeReturn: (n: number) => n * 100,
          },
        },
      )
      const items = client.s()
      expect([(await items.next()).value, (await items.next()).value]).to.deep.equal([10, 200])
    })

    it('are the wrapped values where records are wrapped', async () => {
      const { url } = await serve(stream(rec({ $: 'item', value: { $: 'end' } }), item('7', 'x'), end()))
      expect(await collect(testClient({ prefixUrl: url }).feed())).to.deep.equal([{ $: 'end' }, 'x'])
    })

    it('survive cuts at every byte, in the middle of a character too', async () => {
      const bytes = Buffer.from(rec({ text: 'é€😀' }) + RS + rec('ü') + end('ñ'))
      for (let at = 1; at < bytes.length; at++) {
        const body = new ReadableStream({
          start(controller) {
            controller.enqueue(new Uint8Array(bytes.subarray(0, at)))
            controller.enqueue(new Uint8Array(bytes.subarray(at)))
            controller.close()
          },
        })
        const headers = { 'content-type': 'application/json-seq; x=y' }
        const fetch = async () => new Response(body, { headers })
        const items = testClient({ prefixUrl: 'http://h', fetch }).feed()
        const results = [await items.next(), await items.next(), await items.next()]
        expect(results.map(r => r.value)).to.deep.equal([{ text: 'é€😀' }, 'ü', 'ñ'])
      }
    })

    it('arrive while the stream goes on, and keep-alives are silent', async () => {
      const { url } = await serve(async (res, _, _index) => {
        open(res, rec(1))
        res.write(RS)
        res.write(RS + rec(2).slice(1))
      })
      const items = testClient({ prefixUrl: url }).feed()
      expect(await items.next()).to.deep.equal({ done: false, value: 1 })
      expect(await items.next()).to.deep.equal({ done: false, value: 2 })
      await items.return()
    })

    it('are not asked for before the first next()', async () => {
      const { url, requests } = await serve(stream(end()))
      const counted = countingSignal()
      const items = testClient({ prefixUrl: url }).feed({}, { signal: counted.signal })
      expect([requests.length, counted.listeners]).to.deep.equal([0, 0])
      await items.return()
      expect(await items.next()).to.deep.equal(DONE)
      expect(requests).to.have.length(0)
    })

    it('are read from the connection only when the ones before are used up', async () => {
      let pulled = 0
      const body = new ReadableStream(
        {
          pull(controller) {
            controller.enqueue(new TextEncoder().encode(rec(`${++pulled}a`) + rec(`${pulled}b`)))
          },
        },
        { highWaterMark: 0 },
      )
      const headers = { 'content-type': 'application/json-seq' }
      const fetch = async () => new Response(body, { headers })
      const items = testClient({ prefixUrl: 'http://h', fetch }).feed()
      expect((await items.next()).value).to.equal('1a')
      expect((await items.next()).value).to.equal('1b')
      expect(pulled).to.equal(1)
      expect((await items.next()).value).to.equal('2a')
      expect(pulled).to.equal(2)
      await items.return()
    })

    it('answer concurrent calls of next() in order', async () => {
      const { url } = await serve(stream(rec(1), rec(2), end('ret')))
      const items = testClient({ prefixUrl: url }).feed()
      const results = await Promise.all([1, 2, 3, 4, 5].map(() => items.next()))
      expect(results).to.deep.equal([
        { done: false, value: 1 },
        { done: false, value: 2 },
        { done: true, value: 'ret' },
        DONE,
        DONE,
      ])
    })

    it('leave the connection to the next call once the stream is complete', async () => {
      const sockets = new Set<Socket>()
      const { url } = await serve(res => {
        sockets.add(res.socket!)
        open(res, rec(1), end()).end()
      })
      const client = testClient({ prefixUrl: url })
      for (let n = 0; n < 3; n++) {
        await collect(client.feed())
        // The body's last bytes may come after its last record.
        await new Promise(resolve => setImmediate(resolve))
      }
      expect(sockets.size).to.be.lessThan(3)
    })
  })

  describe('failures', () => {
    it('are the RpcError of an error record, after the items before it, and then the stream is over', async () => {
      const { url, requests } = await serve(
        stream(item('1', 1), rec({ $: 'error', error: { code: 'UNAVAILABLE', message: 'db', data: 5 } })),
      )
      const items = testClient({ prefixUrl: url }).feed()
      expect((await items.next()).value).to.equal(1)
      const error = await rejection(items.next())
      expect(error).to.be.instanceOf(RpcError)
      expect(error).to.include({ code: 'UNAVAILABLE', message: 'db', data: 5 })
      expect(await items.next()).to.deep.equal(DONE)
      expect(requests).to.have.length(1)
    })

    it('are the RpcError of an answer that is no stream', async () => {
      const { url } = await serve(failure('FORBIDDEN', 403), res =>
        res.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
      )
      const client = testClient({ prefixUrl: url })
      expect(await rejection(client.feed().next())).to.include({ code: 'FORBIDDEN' })
      expect(await rejection(client.feed().next())).to.include({
        code: 'INTERNAL',
        message: 'GET /feed: expected application/json-seq, got 200, text/html',
      })
    })

    for (const [title, answer] of [
      ['ends without a terminal record', stream(rec(1))],
      ['ends inside a record', stream(rec(1), '\x1e{"$":"end"')],
      ['loses its connection', cut(rec(1))],
    ] as const) {
      it(`are UNAVAILABLE when the body ${title}, and POST is never repeated`, async () => {
        const { url, requests } = await serve(answer)
        const items = testClient({ prefixUrl: url }).work({})
        expect((await items.next()).value).to.equal(1)
        expect((await rejection(items.next())).code).to.equal('UNAVAILABLE')
        expect(await items.next()).to.deep.equal(DONE)
        expect(requests).to.have.length(1)
      })
    }

    for (const [title, bytes] of [
      ['a record that is no JSON', Buffer.from('\x1e{oops\n')],
      ['an unknown control record', Buffer.from(rec({ $: 'mystery' }))],
      ['bytes that are not UTF-8', Buffer.from([0x1e, 0x22, 0xff, 0x22, 0x0a])],
    ] as const) {
      it(`are INTERNAL for ${title}, and end the call`, async () => {
        const { url, requests } = await serve(res => {
          open(res).end(bytes)
        })
        expect((await rejection(testClient({ prefixUrl: url }).feed().next())).code).to.equal('INTERNAL')
        expect(requests).to.have.length(1)
        await until(() => requests[0]!.closed)
      })
    }

    it('say so when the given fetch has no readable body', async () => {
      const fetch = async () =>
        ({
          ok: true,
          status: 200,
          headers: new Headers({ 'content-type': 'application/json-seq' }),
        }) as Response
      const error = await rejection(testClient({ prefixUrl: 'http://h', fetch }).feed().next())
      expect(error.code).to.equal('INTERNAL')
      expect(error.message).to.match(/response\.body/)
    })

    it('of arguments reject the first next()', async () => {
      const error = await rejection(testClient({ prefixUrl: 'http://h' }).feed({ q: null }).next())
      expect(error).to.be.instanceOf(TypeError)
    })

    it('reject the first of several waiting calls; the others are done', async () => {
      const { url } = await serve(failure('FORBIDDEN', 403))
      const items = testClient({ prefixUrl: url }).feed()
      const [first, second] = await Promise.allSettled([items.next(), items.next()])
      expect(first!.status).to.equal('rejected')
      expect(second).to.deep.equal({ status: 'fulfilled', value: DONE })
    })
  })

  describe('resuming', () => {
    it('repeats a GET after a cut with the last id, as PROTOCOL.md shows', async () => {
      const { url, requests } = await serve(cut(item('41', { n: 41 })), stream(item('42', { n: 42 }), end()))
      expect(await collect(testClient({ prefixUrl: url }).feed())).to.deep.equal([{ n: 41 }, { n: 42 }])
      expect(requests.map(r => r.headers['last-event-id'])).to.deep.equal([undefined, '41'])
    })

    it('starts after the id that the caller gives', async () => {
      const { url, requests } = await serve(destroy, stream(item('8', 8), end()))
      await collect(testClient({ prefixUrl: url }).feed({}, { lastEventId: '7' }))
      expect(requests.map(r => r.headers['last-event-id'])).to.deep.equal(['7', '7'])
    })

    it('repeats a GET that failed before its first item', async () => {
      const { url, requests } = await serve(
        destroy,
        failure('UNAVAILABLE', 503),
        cut(RS),
        stream(rec(1), end()),
      )
      const retry = { attempts: 3 }
      expect(await collect(testClient({ prefixUrl: url, retry }).feed())).to.deep.equal([1])
      expect(requests).to.have.length(4)
    })

    it('does not repeat after an item without an id', async () => {
      const { url, requests } = await serve(cut(item('1', 1), rec(2)), stream(end()))
      const items = testClient({ prefixUrl: url }).feed()
      expect([(await items.next()).value, (await items.next()).value]).to.deep.equal([1, 2])
      expect((await rejection(items.next())).code).to.equal('UNAVAILABLE')
      expect(requests).to.have.length(1)
    })

    it('spends a budget that every item renews', async () => {
      const { url, requests } = await serve(
        cut(item('1', 1)),
        destroy,
        cut(item('2', 2)),
        destroy,
        cut(item('3', 3)),
        destroy,
        destroy,
      )
      const clock = new EagerClock()
      const items = testClient({ prefixUrl: url }, clock).feed()
      const values = []
      const error = await rejection(
        (async () => {
          for await (const value of items) values.push(value)
        })(),
      )
      expect(values).to.deep.equal([1, 2, 3])
      expect(error.code).to.equal('UNAVAILABLE')
      expect(clock.pauses).to.deep.equal([200, 400, 200, 400, 200, 400])
      expect(requests).to.have.length(7)
    })

    it('stops at an answer that cannot succeed later', async () => {
      const { url, requests } = await serve(cut(item('1', 1)), failure('NOT_FOUND', 404))
      const items = testClient({ prefixUrl: url }).feed()
      await items.next()
      expect((await rejection(items.next())).code).to.equal('NOT_FOUND')
      expect(requests).to.have.length(2)
    })
  })

  describe('time', () => {
    it('limits the wait for the head only', async () => {
      const { url, requests } = await serve(
        () => undefined,
        res => {
          open(res, rec(1))
        },
      )
      const clock = new ManualClock()
      const client = testClient({ prefixUrl: url, timeout: 50, streamSilence: 0 }, clock)
      const late = rejection(client.work({}).next())
      await until(() => requests.length === 1)
      clock.pass(50)
      expect((await late).code).to.equal('TIMEOUT')
      const items = client.work({})
      await items.next()
      expect(clock.timers.size).to.equal(0)
      await items.return()
    })

    it('counts a silent stream as cut', async () => {
      const { url, requests } = await serve(res => {
        open(res, rec(1))
      })
      const clock = new ManualClock()
      const items = testClient({ prefixUrl: url }, clock).work({})
      await items.next()
      const pending = rejection(items.next())
      clock.pass(45_000)
      const error = await pending
      expect(error).to.include({
        code: 'UNAVAILABLE',
        message: 'POST /work: the stream was silent for 45000 ms',
      })
      await until(() => requests[0]!.closed)
      expect(clock.timers.size).to.equal(0)
    })

    it('resumes a silent GET', async () => {
      const { url, requests } = await serve(res => open(res, item('1', 1)), stream(item('2', 2), end()))
      const clock = new ManualClock()
      const items = testClient({ prefixUrl: url }, clock).feed()
      await items.next()
      const pending = items.next()
      clock.pass(45_000)
      await until(() => clock.asked.at(-1) === 200)
      clock.pass(200)
      expect(await pending).to.deep.equal({ done: false, value: 2 })
      expect(requests[1]!.headers['last-event-id']).to.equal('1')
      await items.return()
      await until(() => clock.timers.size === 0)
    })

    it('starts the silence anew at every byte, keep-alives too, with one timer', async () => {
      let write: (text: string) => void = () => undefined
      const { url } = await serve(res => {
        open(res, rec(1))
        write = text => void res.write(text)
      })
      const clock = new ManualClock()
      let chunks = 0
      const counting: typeof fetch = async (input, init) => {
        const response = await fetch(input, init)
        const count = new TransformStream({
          transform(chunk, controller) {
            chunks++
            controller.enqueue(chunk)
          },
        })
        return new Response(response.body!.pipeThrough(count), response)
      }
      const items = testClient({ prefixUrl: url, fetch: counting }, clock).work({})
      await items.next()
      const pending = items.next()
      for (let n = 2; n < 8; n++) {
        clock.pass(30_000)
        write(RS)
        await until(() => chunks === n)
        await new Promise(resolve => setImmediate(resolve))
      }
      write(`${rec(2).slice(1)}`)
      expect(await pending).to.deep.equal({ done: false, value: 2 })
      // 180 s passed: the head's timer, and no more watches than silences that fitted into it.
      expect(clock.asked.length).to.be.at.most(8)
      await items.return()
      expect(clock.timers.size).to.equal(0)
    })

    it('does not count the time the reader takes', async () => {
      const { url } = await serve(async (res, request) => {
        open(res, rec(1))
        await until(() => request.url.length > 0)
      })
      const clock = new ManualClock()
      const items = testClient({ prefixUrl: url }, clock).work({})
      await items.next()
      clock.pass(100_000)
      expect(clock.timers.size).to.equal(0)
      const pending = items.next()
      clock.pass(44_999)
      expect(await Promise.race([pending.catch(() => 'failed'), Promise.resolve('waits')])).to.equal('waits')
      await items.return()
    })
  })

  describe('leaving', () => {
    const endless: Answer = res => {
      open(res, rec(1))
    }

    it('breaking out of the loop closes the connection', async () => {
      const { url, requests } = await serve(endless)
      const clock = new ManualClock()
      const counted = countingSignal()
      for await (const value of testClient({ prefixUrl: url }, clock).feed({}, { signal: counted.signal })) {
        expect(value).to.equal(1)
        expect(counted.listeners).to.equal(1)
        break
      }
      await until(() => requests[0]!.closed)
      expect([counted.listeners, clock.timers.size]).to.deep.equal([0, 0])
    })

    it('return() ends a pending next() at once', async () => {
      const { url, requests } = await serve(endless)
      const items = testClient({ prefixUrl: url }).feed()
      await items.next()
      const pending = items.next()
      expect(await items.return('mine')).to.deep.equal({ done: true, value: 'mine' })
      expect(await pending).to.deep.equal(DONE)
      expect(await items.next()).to.deep.equal(DONE)
      await until(() => requests[0]!.closed)
    })

    it('return() ends a request whose head has not come', async () => {
      const { url, requests } = await serve(() => undefined)
      const clock = new ManualClock()
      const items = testClient({ prefixUrl: url }, clock).feed()
      const pending = items.next()
      await until(() => requests.length === 1)
      await items.return()
      expect(await pending).to.deep.equal(DONE)
      await until(() => requests[0]!.closed && clock.timers.size === 0)
    })

    it('return() ends the pause before a retry', async () => {
      const { url, requests } = await serve(destroy)
      const clock = new ManualClock()
      const items = testClient({ prefixUrl: url }, clock).feed()
      const pending = items.next()
      await until(() => clock.asked.at(-1) === 200)
      await items.return()
      expect(await pending).to.deep.equal(DONE)
      await until(() => clock.timers.size === 0)
      expect(requests).to.have.length(1)
    })

    it('throw() rejects with its argument and closes the connection', async () => {
      const { url, requests } = await serve(endless)
      const items = testClient({ prefixUrl: url }).feed()
      await items.next()
      const thrown = new Error('mine')
      expect(await rejection(items.throw(thrown))).to.equal(thrown)
      expect(await items.next()).to.deep.equal(DONE)
      await until(() => requests[0]!.closed)
    })

    it('tells a body that is not the network', async () => {
      let cancelled = false
      const body = new ReadableStream({
        start: controller => controller.enqueue(new TextEncoder().encode(rec(1))),
        cancel() {
          cancelled = true
        },
      })
      const fetch = async () => new Response(body, { headers: { 'content-type': 'application/json-seq' } })
      for await (const _ of testClient({ prefixUrl: 'http://h', fetch }).feed()) break
      expect(cancelled).to.equal(true)
    })

    it('aborting rejects a pending next() with CANCELLED and the reason', async () => {
      const { url, requests } = await serve(endless)
      const clock = new ManualClock()
      const counted = countingSignal()
      const items = testClient({ prefixUrl: url }, clock).feed({}, { signal: counted.signal })
      await items.next()
      const pending = rejection(items.next())
      const reason = new Error('left')
      counted.controller.abort(reason)
      const error = await pending
      expect(error.code).to.equal('CANCELLED')
      expect(error.cause).to.equal(reason)
      expect(await items.next()).to.deep.equal(DONE)
      await until(() => requests[0]!.closed)
      expect([counted.listeners, clock.timers.size]).to.deep.equal([0, 0])
    })

    it('aborting rejects the next call of next(), even if items are here', async () => {
      const { url, requests } = await serve(res => {
        open(res, rec(1) + rec(2) + rec(3))
      })
      const controller = new AbortController()
      const items = testClient({ prefixUrl: url }).feed({}, { signal: controller.signal })
      await items.next()
      controller.abort()
      await until(() => requests[0]!.closed)
      expect((await rejection(items.next())).code).to.equal('CANCELLED')
      expect(await items.next()).to.deep.equal(DONE)
    })

    it('a signal that was aborted before sends nothing', async () => {
      const { url, requests } = await serve(endless)
      const items = testClient({ prefixUrl: url }).feed({}, { signal: AbortSignal.abort('early') })
      expect(await rejection(items.next())).to.include({ code: 'CANCELLED', cause: 'early' })
      expect(requests).to.have.length(0)
    })

    it('leaves nothing behind after the end, an error record and resumes', async () => {
      const { url } = await serve(
        cut(item('1', 1)),
        cut(item('2', 2)),
        stream(end()),
        stream(rec({ $: 'error', error: { code: 'CONFLICT', message: 'x' } })),
      )
      const counted = countingSignal()
      const clock = new EagerClock()
      const client = testClient({ prefixUrl: url }, clock)
      await collect(client.feed({}, { signal: counted.signal }))
      await rejection(collect(client.feed({}, { signal: counted.signal })))
      await until(() => clock.timers.size === 0)
      expect([counted.most, counted.listeners]).to.deep.equal([1, 0])
    })
  })

  it('a server that says nothing after the terminal record is left after the silence', async () => {
    const sockets: Socket[] = []
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json-seq\r\ntransfer-encoding: chunked\r\n\r\n'
    const text = rec(1) + end()
    const raw = createServer(socket => {
      sockets.push(socket)
      socket.on('error', () => undefined)
      socket.once('data', () => socket.write(`${head}${text.length.toString(16)}\r\n${text}\r\n`))
    })
    await new Promise<void>(resolve => raw.listen(0, '127.0.0.1', resolve))
    const { port } = raw.address() as { port: number }
    try {
      const clock = new ManualClock()
      expect(
        await collect(testClient({ prefixUrl: `http://127.0.0.1:${port}` }, clock).work({})),
      ).to.deep.equal([1])
      expect(sockets[0]!.closed).to.equal(false)
      clock.pass(45_000)
      await until(() => sockets[0]!.closed)
      expect(clock.timers.size).to.equal(0)
    } finally {
      for (const socket of sockets) socket.destroy()
      raw.close()
    }
  })
})
