// Iterables of every behaviour in → which records leave, in how many writes and at whose pace, under a scripted event loop.
import { createHook } from 'node:async_hooks'
import { expect } from 'chai'
import type { CompiledOutput } from '../runtime/src/compiled-route.ts'
import { RpcError } from '../runtime/src/errors.ts'
import { TurnQueue } from '../runtime/src/server/turn-queue.ts'
import { ResultMismatch } from '../runtime/src/server/value-to-json.ts'
import { tracked } from '../runtime/src/tracked.ts'
import { SERVER_LIMITS } from '../runtime/src/wire/limits.ts'
import { Feed, ScriptedLoop, scriptPump, settled, streamRoute } from './support/stream-script.ts'

const INTERNAL = '{"$":"error","error":{"code":"INTERNAL","message":"internal error"}}\n'

async function* count(items: number): AsyncGenerator<number> {
  for (let n = 0; n < items; n++) yield n
}

async function* repeat(value: string): AsyncGenerator<string> {
  for (;;) yield value
}

/** `{ n: number }`, sent with that key only. */
const NUMBERED: CompiledOutput = {
  check: (value: unknown) => typeof (value as { n?: unknown } | null)?.n === 'number',
  stringify: ({ n }: { n: number }) => JSON.stringify({ n }),
  table: () => ['object', { n: 'number' }],
}

describe('a stream', () => {
  it('leaves in one write with its end, when it is ready at once', async () => {
    const { sink, isOver, loop } = scriptPump(count(3))
    await settled()
    expect(sink.writes).to.deep.equal(['0\n1\n2\n{"$":"end"}\n'])
    expect(sink.ending).to.equal('ended')
    expect(isOver()).to.equal(true)
    expect(loop.timers.size).to.equal(0)
    await loop.turn()
    expect(sink.writes).to.have.length(1)
  })

  it('sends what the generator returned with its end', async () => {
    const { sink } = scriptPump(
      (async function* () {
        yield 1
        return { total: 1 }
      })(),
    )
    await settled()
    expect(sink.writes).to.deep.equal(['1\n{"$":"end","value":{"total":1}}\n'])
  })

  it('sends declared properties of items and return value only, and nothing where nothing is declared', async () => {
    async function* feed() {
      yield { n: 1, secret: 2 }
      return { n: 3, secret: 4 }
    }
    const declared = scriptPump(feed(), { compiled: streamRoute({ result: NUMBERED, returns: NUMBERED }) })
    const { result: _, returns: __, ...bare } = streamRoute()
    const undeclared = scriptPump(feed(), { compiled: bare })
    await settled()
    expect(declared.sink.writes).to.deep.equal(['{"n":1}\n{"$":"end","value":{"n":3}}\n'])
    expect(undeclared.sink.writes).to.deep.equal(['null\n{"$":"end"}\n'])
  })

  it('sends the id of a tracked item, and checks its value', async () => {
    const feed = new Feed<unknown>()
    const { sink, loop, errors } = scriptPump(feed, { compiled: streamRoute({ result: NUMBERED }) })
    await feed.push(tracked('41', { n: 41 }))
    await loop.turn()
    await feed.push(tracked('42', { n: 'x' }))
    expect(sink.writes).to.deep.equal(['{"$":"item","id":"41","value":{"n":41}}\n', INTERNAL])
    expect(errors).to.have.length(1)
  })

  it('sends items of one turn in one write, at the end of that turn', async () => {
    const feed = new Feed<number>()
    const { sink, loop } = scriptPump(feed)
    await settled()
    await feed.push(1)
    await feed.push(2)
    expect(sink.writes).to.deep.equal([])
    expect(loop.tasks).to.have.length(1)
    await loop.turn()
    expect(sink.writes).to.deep.equal(['1\n2\n'])
    await loop.turn()
    expect(loop.tasks).to.have.length(0)
    await feed.push(3)
    await loop.turn()
    expect(sink.writes).to.deep.equal(['1\n2\n', '3\n'])
  })

  it('waits for no timer: an item after a silence leaves with the turn that brought it', async () => {
    const feed = new Feed<number>()
    const { sink, loop } = scriptPump(feed)
    await loop.advance(1_000)
    const timers = [...loop.timers]
    await feed.push(1)
    expect([...loop.timers]).to.deep.equal(timers)
    await loop.turn()
    expect(sink.writes).to.deep.equal(['1\n'])
  })

  it('writes a batch that is large enough at once, and then lets the event loop run before it pulls on', async () => {
    const feed = new Feed<string>()
    const limits = { ...SERVER_LIMITS, streamBatchBytes: 100 }
    const { sink, loop } = scriptPump(feed, { limits })
    await settled()
    await feed.push('x'.repeat(96))
    expect(sink.writes).to.have.length(0)
    expect(feed.pulls).to.equal(2)
    await feed.push('y')
    expect(sink.writes).to.have.length(1)
    expect(feed.isPulled).to.equal(false)
    await loop.turn()
    expect(feed.isPulled).to.equal(true)
    expect(sink.writes).to.have.length(1)
  })

  it('gives everybody else a turn within streamTurnTime, though items are ready for ever', async () => {
    let items = 0
    const loop = new ScriptedLoop()
    const { sink } = scriptPump(
      (async function* () {
        for (;;) {
          // A millisecond for each ten items.
          if (items++ % 10 === 0) loop.time++
          yield 1
        }
      })(),
      { limits: { ...SERVER_LIMITS, streamTurnTime: 20 } },
      loop,
    )
    for (let turn = 1; turn <= 10; turn++) {
      await settled()
      expect(sink.writes).to.have.length(turn)
      expect(items).to.be.within(turn * 190, turn * (200 + 32))
      await loop.turn()
    }
    expect(loop.clockReadings).to.be.below(items / 4)
    await sink.leave()
  })

  it('lets one of many streams on in a turn, each in its turn, when all are always ready', async () => {
    const loop = new ScriptedLoop()
    const turns = new TurnQueue(loop)
    const limits = { ...SERVER_LIMITS, streamBatchBytes: 20 }
    const pumps = ['a', 'b', 'c'].map(name => scriptPump(repeat(name), { limits, turns }, loop))
    const writes = () => pumps.map(({ sink }) => sink.writes.length)
    await settled()
    expect(writes()).to.deep.equal([1, 1, 1])
    for (const expected of [
      [2, 1, 1],
      [2, 2, 1],
      [2, 2, 2],
      [3, 2, 2],
    ]) {
      await loop.turn()
      expect(writes()).to.deep.equal(expected)
    }
    // One that has left costs the others a turn and no more.
    await pumps[1]!.sink.leave()
    await loop.turn()
    await loop.turn()
    expect(writes()).to.deep.equal([3, 2, 3])
    for (const { sink } of pumps) if (!sink.closed) await sink.leave()
    while (loop.tasks.length > 0) await loop.turn()
    expect(writes()).to.deep.equal([3, 2, 3])
  })

  it('finds out after two items that each takes long', async () => {
    let items = 0
    const loop = new ScriptedLoop()
    const { sink } = scriptPump(
      (async function* () {
        for (;;) {
          loop.time += 20
          yield items++
        }
      })(),
      {},
      loop,
    )
    await settled()
    expect(sink.writes).to.deep.equal(['0\n1\n'])
    await sink.leave()
  })

  it('lets the first of many items leave early, and makes batches grow up to their limit', async () => {
    const { sink, loop } = scriptPump(count(50_000))
    for (let turns = 0; turns < 8; turns++) {
      await settled()
      await loop.turn()
    }
    const lengths = sink.writes.map(text => text.length)
    expect(lengths[0]).to.be.within(4_096, 4_106)
    expect(lengths[1]).to.be.within(16_384, 16_394)
    expect(lengths[2]).to.be.within(65_536, 65_546)
    expect(lengths[3]).to.be.within(65_536, 65_546)
  })

  it('makes no promise for an item that a bare loop over the generator would not make', async () => {
    const bare = await countPromises(async () => {
      const iterator = count(1_000)
      while (!(await iterator.next()).done);
    })
    const pumped = await countPromises(async () => {
      scriptPump(count(1_000))
      await settled()
    })
    expect(bare).to.be.above(1_000)
    // One more for each would be 1,000 more.
    expect(pumped - bare).to.be.below(500)
  })
})

/** The least of several runs: the whole process is counted, and what it does beside the work only adds. */
async function countPromises(work: () => Promise<void>): Promise<number> {
  const counts: number[] = []
  for (let run = 0; run < 5; run++) {
    let promises = 0
    const hook = createHook({
      init(_, type) {
        if (type === 'PROMISE') promises++
      },
    }).enable()
    await work()
    hook.disable()
    counts.push(promises)
  }
  return Math.min(...counts)
}

describe('a stream whose reader is slow', () => {
  it('is not pulled while the sink is full, and goes on when there is room', async () => {
    const feed = new Feed<number>()
    const { sink, loop } = scriptPump(feed)
    await settled()
    await feed.push(1)
    sink.full = true
    await loop.turn()
    expect(sink.writes).to.deep.equal(['1\n'])
    // One item was asked for before the sink said so.
    expect(feed.pulls).to.equal(2)
    await feed.push(2)
    await loop.turn()
    await loop.advance(60_000)
    expect(feed.pulls).to.equal(2)
    expect(sink.writes).to.deep.equal(['1\n'])
    await sink.drain()
    expect(feed.pulls).to.equal(3)
    await loop.turn()
    expect(sink.writes).to.deep.equal(['1\n', '2\n'])
  })

  it('is not pulled after a large batch that filled the sink', async () => {
    const feed = new Feed<number>()
    const { sink, loop } = scriptPump(feed, { limits: { ...SERVER_LIMITS, streamBatchBytes: 1 } })
    sink.full = true
    await settled()
    await feed.push(1)
    await loop.turn()
    expect(feed.pulls).to.equal(1)
    // Room may come in the middle of a turn: its end is waited for all the same.
    await sink.drain()
    expect(feed.pulls).to.equal(1)
    await loop.turn()
    expect(feed.pulls).to.equal(2)
  })

  for (const [how, finish, record] of [
    ['end', (feed: Feed<number>) => feed.end(), '{"$":"end"}\n'],
    [
      'error',
      (feed: Feed<number>) => feed.fail(new RpcError('CONFLICT')),
      '{"$":"error","error":{"code":"CONFLICT","message":"conflict"}}\n',
    ],
  ] as const) {
    it(`gets the ${how} record once there is room`, async () => {
      const feed = new Feed<number>()
      const { sink, loop, isOver } = scriptPump(feed)
      await settled()
      await feed.push(1)
      sink.full = true
      await loop.turn()
      await finish(feed)
      expect(sink.writes).to.have.length(1)
      expect(isOver()).to.equal(false)
      await sink.drain()
      expect(sink.writes).to.deep.equal(['1\n', record])
      expect(sink.ending).to.equal('ended')
      expect(isOver()).to.equal(true)
    })
  }
})

describe('a stream that fails', () => {
  const secret = new Error('the password is 123')

  it('ends with INTERNAL and tells the cause to the log only', async () => {
    const { sink, errors, isOver, loop } = scriptPump(
      (async function* () {
        yield 1
        throw secret
      })(),
    )
    await settled()
    expect(sink.writes).to.deep.equal([`1\n${INTERNAL}`])
    expect(sink.ending).to.equal('ended')
    expect(errors).to.deep.equal([secret])
    expect(isOver()).to.equal(true)
    expect(loop.timers.size).to.equal(0)
  })

  it('tells the log of an RpcError that has a cause', async () => {
    const feed = new Feed<number>()
    const { sink, errors } = scriptPump(feed)
    await settled()
    const error = new RpcError('CONFLICT', { message: 'taken', cause: secret })
    await feed.fail(error)
    expect(sink.writes).to.deep.equal(['{"$":"error","error":{"code":"CONFLICT","message":"taken"}}\n'])
    expect(errors).to.deep.equal([error])
  })

  it('ends with the RpcError that was thrown, which is no matter for the log', async () => {
    const feed = new Feed<number>()
    const { sink, errors } = scriptPump(feed)
    await settled()
    await feed.fail(new RpcError('NOT_FOUND', { message: 'no such room', data: { room: 7 } }))
    expect(sink.writes).to.deep.equal([
      '{"$":"error","error":{"code":"NOT_FOUND","message":"no such room","data":{"room":7}}}\n',
    ])
    expect(errors).to.deep.equal([])
    expect(feed.returns).to.equal(0)
  })

  it('ends with INTERNAL when the data of an RpcError is no JSON', async () => {
    const feed = new Feed<number>()
    const { sink, errors } = scriptPump(feed)
    await settled()
    await feed.fail(new RpcError('NOT_FOUND', { data: 1n }))
    expect(sink.writes).to.deep.equal([INTERNAL])
    expect(errors).to.have.length(1)
    expect(errors[0]).to.be.instanceOf(TypeError)
  })

  it('fails before its first item where the iterable cannot be opened', async () => {
    for (const iterable of [
      {
        [Symbol.asyncIterator]: (): never => {
          throw secret
        },
      },
      { [Symbol.asyncIterator]: () => undefined } as never,
      {
        [Symbol.asyncIterator]: () => ({
          next: (): never => {
            throw secret
          },
        }),
      },
      { [Symbol.asyncIterator]: () => ({ next: () => undefined }) } as never,
    ]) {
      const { sink, errors, isOver, loop } = scriptPump(iterable)
      await settled()
      expect(sink.writes).to.deep.equal([INTERNAL])
      expect(sink.ending).to.equal('ended')
      expect(errors).to.have.length(1)
      expect(isOver()).to.equal(true)
      expect(loop.timers.size).to.equal(0)
    }
  })

  it('closes the generator once when an item does not match, and says where to the log only', async () => {
    let closed = 0
    const { sink, errors, isOver } = scriptPump(
      (async function* () {
        try {
          yield { n: 1 }
          yield { n: 'password' }
          yield { n: 3 }
        } finally {
          closed++
        }
      })(),
      { compiled: streamRoute({ result: NUMBERED }) },
    )
    await settled()
    expect(sink.writes).to.deep.equal([`{"n":1}\n${INTERNAL}`])
    expect(closed).to.equal(1)
    expect(isOver()).to.equal(true)
    expect(errors).to.have.length(1)
    const mismatch = errors[0] as ResultMismatch
    expect(mismatch).to.be.instanceOf(ResultMismatch)
    expect(mismatch.issues).to.deep.equal([{ path: 'item.n', expected: 'number', received: '"password"' }])
    expect(mismatch.message).to.contain('feed').and.to.contain('item.n')
  })

  it('fails at a return value that does not match, and does not close what has ended', async () => {
    const feed = new Feed<unknown>()
    const { sink, errors } = scriptPump(feed, { compiled: streamRoute({ returns: NUMBERED }) })
    await settled()
    await feed.end({ n: 'x' })
    expect(sink.writes).to.deep.equal([INTERNAL])
    expect((errors[0] as ResultMismatch).issues).to.have.length(1)
    expect(feed.returns).to.equal(0)
  })

  it('fails at items that have no JSON text', async () => {
    const cycle: unknown[] = []
    cycle.push(cycle)
    for (const value of [1n, cycle, () => 1, Symbol('s')]) {
      const feed = new Feed<unknown>()
      const { sink, errors } = scriptPump(feed)
      await settled()
      await feed.push(value)
      expect(sink.writes).to.deep.equal([INTERNAL])
      expect(errors[0]).to.be.instanceOf(TypeError)
      expect(feed.returns).to.equal(1)
    }
  })

  it('reports an error in finally after a failed item as well', async () => {
    const { sink, errors } = scriptPump(
      (async function* () {
        try {
          yield 1n
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: what is tested
          throw secret
        }
      })(),
    )
    await settled()
    expect(sink.writes).to.deep.equal([INTERNAL])
    expect(errors).to.have.length(2)
    expect(errors[1]).to.equal(secret)
  })
})
