// Streams that are cut or fall silent in → resumed streams, within a budget, out.
import { expect } from 'chai'
import {
  collect,
  cut,
  destroy,
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

describe('client: streams that break', () => {
  const serve = handServers()

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

    it('repeats a PUT that got no head, and none that was cut after it', async () => {
      const { url, requests } = await serve(destroy, cut(RS), stream(end()))
      const error = await rejection(testClient({ prefixUrl: url }).replace({}).next())
      expect(error.code).to.equal('UNAVAILABLE')
      expect(requests).to.have.length(2)
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
      const values: unknown[] = []
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
      await eventually(() => requests.length === 1)
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
      await eventually(() => requests[0]!.closed)
      expect(clock.timers.size).to.equal(0)
    })

    it('resumes a silent GET', async () => {
      const { url, requests } = await serve(res => open(res, item('1', 1)), stream(item('2', 2), end()))
      const clock = new ManualClock()
      const items = testClient({ prefixUrl: url }, clock).feed()
      await items.next()
      const pending = items.next()
      clock.pass(45_000)
      await eventually(() => clock.asked.at(-1) === 200)
      clock.pass(200)
      expect(await pending).to.deep.equal({ done: false, value: 2 })
      expect(requests[1]!.headers['last-event-id']).to.equal('1')
      await items.return()
      await eventually(() => clock.timers.size === 0)
    })

    it('starts the silence anew at every byte, keep-alives too, with one timer at a time', async () => {
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
        await eventually(() => chunks === n)
        expect(clock.timers.size).to.equal(1)
        await new Promise(resolve => setImmediate(resolve))
      }
      write(`${rec(2).slice(1)}`)
      expect(await pending).to.deep.equal({ done: false, value: 2 })
      await items.return()
      expect(clock.timers.size).to.equal(0)
    })

    it('does not count the time the reader takes', async () => {
      let write: (text: string) => void = () => undefined
      const { url } = await serve(res => {
        open(res, rec(1))
        write = text => void res.write(text)
      })
      const clock = new ManualClock()
      const items = testClient({ prefixUrl: url }, clock).work({})
      await items.next()
      clock.pass(100_000)
      expect(clock.timers.size).to.equal(0)
      const pending = items.next()
      clock.pass(44_999)
      write(rec(2))
      expect(await pending).to.deep.equal({ done: false, value: 2 })
      await items.return()
    })
  })
})
