// A peer that goes away, or a server that breaks off, in every state of a stream → closed once, and nothing is held.
import { expect } from 'chai'
import { RpcError } from '../runtime/src/errors.ts'
import { pumpStream } from '../runtime/src/server/pump-stream.ts'
import { SERVER_LIMITS } from '../runtime/src/wire/limits.ts'
import {
  Feed,
  ScriptedLoop,
  ScriptedSink,
  scriptPump,
  settled,
  streamRoute,
} from './support/stream-script.ts'

const failure = new Error('could not close')

/** A generator that counts how often its `finally` ran. */
function watched(body: () => AsyncGenerator<unknown>): {
  generator: AsyncGenerator<unknown>
  finallyRuns: number
} {
  async function* watch() {
    try {
      yield* body()
    } finally {
      state.finallyRuns++
    }
  }
  const state = { finallyRuns: 0, generator: watch() }
  return state
}

async function* endless(): AsyncGenerator<number> {
  for (let n = 0; ; n++) yield n
}

describe('when the peer leaves', () => {
  it('a stream that is waiting for its turn runs finally once and pulls no more', async () => {
    const feed = watched(endless)
    const { sink, loop, errors, isOver } = scriptPump(feed.generator, {
      limits: { ...SERVER_LIMITS, streamBatchBytes: 100 },
    })
    await settled()
    expect(sink.writes).to.have.length(1)
    await sink.leave()
    expect(feed.finallyRuns).to.equal(1)
    expect(isOver()).to.equal(true)
    await loop.turn()
    expect(loop.tasks).to.have.length(0)
    expect(loop.timers.size).to.equal(0)
    expect(sink.writes).to.have.length(1)
    expect(errors).to.deep.equal([])
  })

  it('a stream whose reader was slow runs finally once and writes no more', async () => {
    const feed = watched(endless)
    const { sink, loop, isOver } = scriptPump(feed.generator, {
      limits: { ...SERVER_LIMITS, streamBatchBytes: 100 },
    })
    sink.full = true
    await settled()
    await loop.turn()
    await sink.leave()
    await loop.turn()
    expect(feed.finallyRuns).to.equal(1)
    expect(isOver()).to.equal(true)
    expect(sink.writes).to.have.length(1)
    expect(loop.timers.size).to.equal(0)
  })

  it('a stream with a batch that is not written yet drops it', async () => {
    const feed = new Feed<number>()
    const { sink, loop } = scriptPump(feed)
    await settled()
    await feed.push(1)
    await sink.leave()
    await loop.turn()
    expect(sink.writes).to.deep.equal([])
    expect(feed.returns).to.equal(1)
  })

  it('an iterator whose next() is pending is closed at once', async () => {
    const feed = new Feed<number>()
    const { sink, isOver, loop } = scriptPump(feed)
    await settled()
    expect(feed.isPulled).to.equal(true)
    await sink.leave()
    expect(feed.returns).to.equal(1)
    expect(isOver()).to.equal(true)
    // It comes round later all the same.
    await feed.push(1)
    expect(feed.pulls).to.equal(1)
    expect(feed.returns).to.equal(1)
    expect(sink.writes).to.deep.equal([])
    expect(loop.tasks).to.have.length(0)
  })

  it('a generator that is parked for ever holds neither timers nor tasks, and is over only when it wakes', async () => {
    let wake = () => {}
    const parked = new Promise<void>(resolve => {
      wake = resolve
    })
    const feed = watched(async function* () {
      yield 1
      await parked
      yield 2
      yield 3
    })
    const { sink, loop, isOver } = scriptPump(feed.generator)
    await settled()
    await loop.turn()
    expect(sink.writes).to.deep.equal(['1\n'])
    await sink.leave()
    expect(loop.timers.size).to.equal(0)
    expect(loop.tasks).to.have.length(0)
    expect(isOver()).to.equal(false)
    wake()
    await settled()
    expect(feed.finallyRuns).to.equal(1)
    expect(isOver()).to.equal(true)
    expect(sink.writes).to.deep.equal(['1\n'])
  })

  it('before the first item, nothing is pulled', async () => {
    const feed = new Feed<number>()
    const sink = new ScriptedSink()
    sink.onClose = listener => listener()
    sink.ending = 'left'
    const loop = new ScriptedLoop()
    const { isOver } = scriptPump(feed, { sink }, loop)
    await settled()
    expect(feed.pulls).to.equal(0)
    expect(feed.returns).to.equal(1)
    expect(isOver()).to.equal(true)
    expect(loop.timers.size).to.equal(0)
  })

  it('an iterator without return() is let go', async () => {
    const iterable = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) }
    const { sink, isOver, errors } = scriptPump(iterable)
    await settled()
    await sink.leave()
    expect(isOver()).to.equal(true)
    expect(errors).to.deep.equal([])
  })

  it('an error in finally reaches the log', async () => {
    const { sink, errors, isOver, loop } = scriptPump(
      (async function* () {
        try {
          yield* endless()
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: what is tested
          throw failure
        }
      })(),
    )
    await settled()
    await loop.turn()
    await sink.leave()
    expect(errors).to.deep.equal([failure])
    expect(isOver()).to.equal(true)
  })

  it('a return() that throws at once reaches the log', async () => {
    const { sink, errors, isOver } = scriptPump({
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => {}),
        return: () => {
          throw failure
        },
      }),
    })
    await settled()
    await sink.leave()
    expect(errors).to.deep.equal([failure])
    expect(isOver()).to.equal(true)
  })

  it('an error of a generator that was at work reaches the log, unless it says that it was cancelled', async () => {
    const controller = new AbortController()
    controller.abort()
    for (const [thrown, isLogged] of [
      [failure, true],
      [controller.signal.reason, false],
      [new RpcError('CANCELLED'), false],
      [new RpcError('NOT_FOUND'), true],
    ] as const) {
      const feed = new Feed<number>()
      const { sink, errors } = scriptPump(feed)
      await settled()
      await sink.leave()
      await feed.fail(thrown)
      expect(errors).to.deep.equal(isLogged ? [thrown] : [])
    }
  })

  it('after the end, nothing happens', async () => {
    const feed = new Feed<number>()
    const { sink } = scriptPump(feed)
    await settled()
    await feed.end()
    await sink.leave()
    expect(feed.returns).to.equal(0)
    expect(sink.writes).to.deep.equal(['{"$":"end"}\n'])
  })
})

describe('when the server breaks a stream off', () => {
  it('the body is aborted, so that the peer sees a cut, and the iterator is closed once', async () => {
    const feed = new Feed<number>()
    let breakOff = () => {}
    const { sink, loop, isOver } = scriptPump(feed, {
      onAbort: listener => {
        breakOff = listener
      },
    })
    await settled()
    await feed.push(1)
    breakOff()
    breakOff()
    expect(sink.ending).to.equal('aborted')
    await sink.leave()
    await loop.turn()
    expect(sink.writes).to.deep.equal([])
    expect(feed.returns).to.equal(1)
    expect(isOver()).to.equal(true)
    expect(loop.timers.size).to.equal(0)
  })

  it('with a sink that fails, the failure reaches the log and the iterator is closed once', async () => {
    for (const write of [
      () => {
        throw failure
      },
      () => Promise.reject(failure),
    ]) {
      const feed = new Feed<number>()
      const sink = Object.assign(new ScriptedSink(), { write })
      const { loop, errors, isOver } = scriptPump(feed, { sink })
      await settled()
      await feed.push(1)
      await loop.turn()
      expect(errors).to.deep.equal([failure])
      expect(sink.ending).to.equal('aborted')
      expect(feed.returns).to.equal(1)
      expect(isOver()).to.equal(true)
      expect(loop.timers.size).to.equal(0)
    }
  })

  it('with a sink that fails at an error record, the iterator is still closed once', async () => {
    const feed = new Feed<unknown>()
    const write = () => {
      throw failure
    }
    const { errors, isOver } = scriptPump(feed, { sink: Object.assign(new ScriptedSink(), { write }) })
    await settled()
    await feed.push(1n)
    expect(errors.map(String)).to.deep.equal([
      'TypeError: Do not know how to serialize a BigInt',
      String(failure),
    ])
    expect(feed.returns).to.equal(1)
    expect(isOver()).to.equal(true)
  })

  it('with a sink that fails at the last write, the failure reaches the log, and the promise resolves', async () => {
    for (const method of ['write', 'end'] as const) {
      const errors: unknown[] = []
      const sink = Object.assign(new ScriptedSink(), {
        [method]: () => {
          throw failure
        },
      })
      const loop = new ScriptedLoop()
      await pumpStream({
        iterable: (async function* () {
          yield 1
        })(),
        compiled: streamRoute(),
        form: { format: 'jsonSeq' },
        sink,
        limits: SERVER_LIMITS,
        onError: error => errors.push(error),
        eventLoop: loop,
      })
      expect(errors, method).to.deep.equal([failure])
      expect(loop.timers.size).to.equal(0)
    }
  })
})
