// Streams that their reader leaves in → closed connections, and nothing left behind, out.

import { createServer, type Socket } from 'node:net'
import { expect } from 'chai'
import {
  type Answer,
  collect,
  countingSignal,
  cut,
  destroy,
  EagerClock,
  end,
  eventually,
  handServers,
  item,
  ManualClock,
  open,
  rec,
  rejection,
  stream,
  testClient,
} from './support/scripted-server.ts'

const DONE = { done: true, value: undefined }

describe('client: leaving a stream', () => {
  const serve = handServers()

  const endless: Answer = res => {
    open(res, rec(1))
  }

  it('aborting after all of it has come throws CANCELLED, and asks for nothing again', async () => {
    const { url, requests } = await serve(stream(item('1', 'a') + item('2', 'b') + end('all')))
    const controller = new AbortController()
    const feed = testClient({ prefixUrl: url }, new EagerClock()).feed({}, { signal: controller.signal })
    expect(await feed.next()).to.deep.equal({ done: false, value: 'a' })
    controller.abort('enough')
    expect(await rejection(feed.next())).to.include({ code: 'CANCELLED', cause: 'enough' })
    expect(requests).to.have.length(1)
  })

  it('breaking out of the loop closes the connection', async () => {
    const { url, requests } = await serve(endless)
    const clock = new ManualClock()
    const counted = countingSignal()
    for await (const value of testClient({ prefixUrl: url }, clock).feed({}, { signal: counted.signal })) {
      expect(value).to.equal(1)
      expect(counted.listeners).to.equal(1)
      break
    }
    await eventually(() => requests[0]!.closed)
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
    await eventually(() => requests[0]!.closed)
  })

  it('return() ends a request whose head has not come', async () => {
    const { url, requests } = await serve(() => undefined)
    const clock = new ManualClock()
    const items = testClient({ prefixUrl: url }, clock).feed()
    const pending = items.next()
    await eventually(() => requests.length === 1)
    await items.return()
    expect(await pending).to.deep.equal(DONE)
    await eventually(() => requests[0]!.closed && clock.timers.size === 0)
  })

  it('return() ends the pause before a retry', async () => {
    const { url, requests } = await serve(destroy)
    const clock = new ManualClock()
    const items = testClient({ prefixUrl: url }, clock).feed()
    const pending = items.next()
    await eventually(() => clock.asked.at(-1) === 200)
    await items.return()
    expect(await pending).to.deep.equal(DONE)
    await eventually(() => clock.timers.size === 0)
    expect(requests).to.have.length(1)
  })

  it('throw() rejects with its argument and closes the connection', async () => {
    const { url, requests } = await serve(endless)
    const items = testClient({ prefixUrl: url }).feed()
    await items.next()
    const thrown = new Error('mine')
    expect(await rejection(items.throw(thrown))).to.equal(thrown)
    expect(await items.next()).to.deep.equal(DONE)
    await eventually(() => requests[0]!.closed)
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
    await eventually(() => requests[0]!.closed)
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
    await eventually(() => requests[0]!.closed)
    expect((await rejection(items.next())).code).to.equal('CANCELLED')
    expect(await items.next()).to.deep.equal(DONE)
  })

  it('aborting is CANCELLED for a body that is not the network, too', async () => {
    const body = new ReadableStream({
      start: controller => controller.enqueue(new TextEncoder().encode(rec(1) + rec(2))),
    })
    const fetch = async () => new Response(body, { headers: { 'content-type': 'application/json-seq' } })
    const controller = new AbortController()
    const items = testClient({ prefixUrl: 'http://h', fetch }).work({}, { signal: controller.signal })
    await items.next()
    controller.abort()
    expect((await rejection(items.next())).code).to.equal('CANCELLED')
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
    await eventually(() => clock.timers.size === 0)
    expect([counted.most, counted.listeners]).to.deep.equal([1, 0])
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
      await eventually(() => sockets[0]!.closed)
      expect(clock.timers.size).to.equal(0)
    } finally {
      for (const socket of sockets) socket.destroy()
      raw.close()
    }
  })
})
