// Silence of a stream, measured by a scripted clock, in → keep-alives out, in every format, and no timer left.
import { expect } from 'chai'
import { platformEventLoop, postTask } from '../runtime/src/server/event-loop.ts'
import { STREAM_FORMATS } from '../runtime/src/wire/http-names.ts'
import { SERVER_LIMITS } from '../runtime/src/wire/limits.ts'
import { Feed, ScriptedLoop, scriptPump, settled } from './support/stream-script.ts'
import { until } from './support/until.ts'

const limits = { ...SERVER_LIMITS, keepAliveInterval: 1_000 }

describe('a silent stream', () => {
  const msgpack = Uint8Array.of(0xc7, 0, 4)
  const marks = { jsonSeq: '\x1e', ndjson: '\n', eventStream: ':\n\n', msgpack }
  for (const format of STREAM_FORMATS) {
    it(`sends a keep-alive after each interval, also before its first item: ${format}`, async () => {
      const { sink, loop } = scriptPump(new Feed(), { limits, form: { format } })
      await loop.advance(999)
      expect(sink.writes).to.deep.equal([])
      await loop.advance(1)
      expect(sink.writes).to.deep.equal([marks[format]])
      await loop.advance(2_000)
      expect(sink.writes).to.deep.equal([marks[format], marks[format], marks[format]])
      expect(loop.timers.size).to.equal(1)
    })
  }

  it('counts silence from its last write, without a new timer for each', async () => {
    const feed = new Feed<number>()
    const { sink, loop } = scriptPump(feed, { limits })
    await settled()
    const [timer] = loop.timers
    for (let n = 0; n < 9; n++) {
      await loop.advance(100)
      await feed.push(n)
      await loop.turn()
    }
    expect([...loop.timers]).to.deep.equal([timer])
    // The last write was at 900.
    await loop.advance(999)
    expect(sink.writes).to.have.length(9)
    await loop.advance(1)
    expect(loop.time).to.equal(1_900)
    expect(sink.writes.at(-1)).to.equal('\n')
    expect(loop.timers.size).to.equal(1)
  })

  it('sends none while its reader is slow, and again after that', async () => {
    const feed = new Feed<number>()
    const { sink, loop } = scriptPump(feed, { limits })
    await settled()
    await feed.push(1)
    sink.full = true
    await loop.turn()
    await loop.advance(10_000)
    expect(sink.writes).to.deep.equal(['1\n'])
    await sink.drain()
    await loop.advance(1_000)
    expect(sink.writes).to.deep.equal(['1\n', '\n'])
  })

  it('sends none beside items that leave in the same turn', async () => {
    const feed = new Feed<number>()
    const { sink, loop } = scriptPump(feed, { limits })
    await settled()
    await feed.push(1)
    await loop.advance(1_000)
    await loop.turn()
    expect(sink.writes).to.deep.equal(['1\n'])
  })

  it('holds back when a keep-alive fills the sink', async () => {
    const feed = new Feed<number>()
    const { sink, loop } = scriptPump(feed, { limits })
    await settled()
    sink.full = true
    await loop.advance(1_000)
    await feed.push(1)
    await loop.turn()
    expect(sink.writes).to.deep.equal(['\n'])
    await sink.drain()
    await loop.turn()
    expect(sink.writes).to.deep.equal(['\n', '1\n'])
  })

  it('has no timer after its end, and none at all where keep-alives are off', async () => {
    const feed = new Feed<number>()
    const { loop } = scriptPump(feed, { limits })
    await loop.advance(1_500)
    await feed.end()
    expect(loop.timers.size).to.equal(0)
    const off = scriptPump(new Feed(), { limits: { ...limits, keepAliveInterval: 0 } })
    await settled()
    expect(off.loop.timers.size).to.equal(0)
  })

  it('stops when a keep-alive finds the peer gone', async () => {
    const feed = new Feed<number>()
    const loop = new ScriptedLoop()
    const { sink, isOver } = scriptPump(feed, { limits }, loop)
    await settled()
    sink.write = () => {
      sink.ending = 'left'
      throw new Error('gone')
    }
    await loop.advance(1_000)
    expect(loop.timers.size).to.equal(0)
    expect(feed.returns).to.equal(1)
    expect(isOver()).to.equal(true)
  })
})

describe('the event loop of the platform', () => {
  it('ends a turn after everything that is ready, and before any timer', async () => {
    const order: string[] = []
    await new Promise<void>(resolve => {
      platformEventLoop.timer(() => {
        order.push('timer')
        resolve()
      }, 20)
      platformEventLoop.endTurn(() => order.push('turn'))
      void Promise.resolve()
        .then(() => order.push('microtask'))
        .then(() => order.push('microtask'))
    })
    expect(order).to.deep.equal(['microtask', 'microtask', 'turn', 'timer'])
  })

  it('cancels timers, and a delay beyond 2^31 ms does not fire at once', async () => {
    let fired = 0
    platformEventLoop.timer(() => fired++, 1)()
    const cancel = platformEventLoop.timer(() => fired++, 2 ** 40)
    await new Promise<void>(resolve => void platformEventLoop.timer(resolve, 10))
    cancel()
    expect(fired).to.equal(0)
  })

  it('has a substitute where setImmediate is missing, which closes what it opens', async () => {
    const order: string[] = []
    const openPorts = () => process.getActiveResourcesInfo().filter(name => name === 'MessagePort').length
    const before = openPorts()
    await new Promise<void>(resolve => {
      postTask(() => {
        order.push('turn')
        resolve()
      })
      void Promise.resolve().then(() => order.push('microtask'))
    })
    expect(order).to.deep.equal(['microtask', 'turn'])
    await until('the channel to close', () => openPorts() === before)
  })
})
