// Bytes of json-seq, whole and broken, in → the items, return value or error of a stream out.

import type { Socket } from 'node:net'
import { expect } from 'chai'
import type { RpcStream } from '../runtime/src/client/client-route.ts'
import { createRpcClient } from '../runtime/src/client/create-client.ts'
import { openStream, RpcError } from '../runtime/src/client.ts'
import {
  collect,
  countingSignal,
  cut,
  EagerClock,
  end,
  eventually,
  failure,
  handServers,
  item,
  ManualClock,
  open,
  RS,
  rec,
  rejection,
  stream,
  testClient,
} from './support/scripted-server.ts'

const DONE = { done: true, value: undefined }

describe('client: streams', () => {
  const serve = handServers()

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
      expect(requests[0]!.headers.accept).to.equal('application/json-seq;items=together')
    })

    it('carry a body for POST', async () => {
      const { url, requests } = await serve(stream(rec(1), end()))
      expect(await collect(testClient({ prefixUrl: url }).work({ items: ['a'] }))).to.deep.equal([1])
      expect(requests[0]!.body).to.equal('{"items":["a"]}')
    })

    it('that do not have the declared shape are INTERNAL, after the items before them, and end the call', async () => {
      const { url, requests } = await serve(cut(item('1', { n: 1 }), item('2', null), item('3', { n: 3 })))
      const decode = (value: { n: number }) => value.n * 10
      const route = [openStream, 'GET /s', { decode }] as const
      const items = testClient({ prefixUrl: url }, new EagerClock(), { feed: route }).feed()
      expect(await items.next()).to.deep.equal({ done: false, value: 10 })
      const error = await rejection(items.next())
      expect(error).to.be.instanceOf(RpcError).and.to.include({
        code: 'INTERNAL',
        message: 'GET /s: unexpected answer: 200 application/json-seq',
      })
      expect(await items.next()).to.deep.equal({ done: true, value: undefined })
      await eventually(() => requests[0]!.closed)
      expect(requests).to.have.length(1)
    })

    it('may be followed by a return value that does not have the declared shape: INTERNAL', async () => {
      const { url } = await serve(stream(rec(1), end(null)))
      const decodeReturn = (value: { n: number }) => value.n
      const route = [openStream, 'GET /s', { decodeReturn }] as const
      const items = testClient({ prefixUrl: url }, new EagerClock(), { feed: route }).feed()
      expect(await items.next()).to.deep.equal({ done: false, value: 1 })
      expect(await rejection(items.next())).to.include({ code: 'INTERNAL' })
    })

    it('are decoded, and so is the return value', async () => {
      const { url } = await serve(stream(rec(1), end(2)))
      const client = createRpcClient<{ s(): RpcStream<number, number> }>(
        { prefixUrl: url },
        {
          s: [openStream, 'GET /', { decode: (n: number) => n * 10, decodeReturn: (n: number) => n * 100 }],
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

    it('leave the connection to the next call, though the body ends after its last record', async () => {
      const sockets = new Set<Socket>()
      let endBody: () => void = () => undefined
      const { url, requests } = await serve(res => {
        sockets.add(res.socket!)
        open(res, rec(1), end())
        endBody = () => void res.end()
      })
      const clock = new ManualClock()
      const client = testClient({ prefixUrl: url }, clock)
      for (let n = 0; n < 3; n++) {
        await collect(client.feed())
        endBody()
        await eventually(() => requests[n]!.closed && clock.timers.size === 0)
      }
      expect([...sockets].map(socket => socket.destroyed)).not.to.include(true)
    })

    it('are over at the end record: a server that goes on is left', async () => {
      let write: (text: string) => void = () => undefined
      const { url, requests } = await serve(res => {
        open(res, rec(1), end())
        write = text => void res.write(text)
      })
      expect(await collect(testClient({ prefixUrl: url }).feed())).to.deep.equal([1])
      expect(requests[0]!.closed).to.equal(false)
      write(rec(2))
      await eventually(() => requests[0]!.closed)
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
        message: 'GET /feed: unexpected answer: 200 text/html',
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
        await eventually(() => requests[0]!.closed)
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
    })

    it('of arguments reject the first next()', async () => {
      const error = await rejection(testClient({ prefixUrl: 'http://h' }).feed({ q: null }).next())
      expect(error).to.be.instanceOf(RpcError).and.to.include({ code: 'BAD_REQUEST' })
    })

    it('reject the first of several waiting calls; the others are done', async () => {
      const { url } = await serve(failure('FORBIDDEN', 403))
      const items = testClient({ prefixUrl: url }).feed()
      const [first, second] = await Promise.allSettled([items.next(), items.next()])
      expect(first!.status).to.equal('rejected')
      expect(second).to.deep.equal({ status: 'fulfilled', value: DONE })
    })
  })
})
