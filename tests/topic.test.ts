// Published values in → what each subscriber reads out: in order, within its bound, with nothing left behind.
import { expect } from 'chai'
import { createTopic, RpcError, type Topic, tracked } from '../runtime/src/index.ts'
import { isTracked } from '../runtime/src/tracked.ts'
import { TOPIC_LIMITS } from '../runtime/src/wire/limits.ts'
import { settled } from './support/stream-script.ts'

function publish(topic: Topic<number>, count: number, from = 1): void {
  for (let n = from; n < from + count; n++) topic.publish(n)
}

/** What is there to be read without another value being published. */
async function readable<T>(stream: AsyncIterableIterator<T, void>, most: number): Promise<T[]> {
  const items: T[] = []
  while (items.length < most) {
    const step = await stream.next()
    if (step.done) break
    items.push(step.value)
  }
  return items
}

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('should have thrown'),
    (error: unknown) => error,
  )
const over = { done: true, value: undefined }

describe('createTopic', () => {
  it('gives every subscriber all that is published after it has subscribed, in order', async () => {
    const topic = createTopic<number>()
    topic.publish(0)
    const early = topic.subscribe()
    topic.publish(1)
    const late = topic.subscribe()
    publish(topic, 2, 2)
    expect(await readable(early, 3)).to.deep.equal([1, 2, 3])
    expect(await readable(late, 2)).to.deep.equal([2, 3])
  })

  it('registers at the call of subscribe, not at the first next()', async () => {
    const topic = createTopic<string>()
    expect(topic.subscribers).to.equal(0)
    const stream = topic.subscribe()
    expect(topic.subscribers).to.equal(1)
    topic.publish('before the first next')
    expect((await stream.next()).value).to.equal('before the first next')
  })

  it('wakes a reader that waits, and those that call ahead in order', async () => {
    const topic = createTopic<number>()
    const stream = topic.subscribe()
    const steps = Promise.all([stream.next(), stream.next(), stream.next()])
    publish(topic, 2)
    await settled()
    publish(topic, 2, 3)
    expect((await steps).map(({ value }) => value)).to.deep.equal([1, 2, 3])
    expect((await stream.next()).value).to.equal(4)
  })

  it('carries falsy values and undefined as values', async () => {
    const topic = createTopic<unknown>()
    const stream = topic.subscribe()
    const values = [0, '', false, null, undefined]
    for (const value of values) topic.publish(value)
    expect(await readable(stream, values.length)).to.deep.equal(values)
  })

  it('passes tracked values on with their ids', async () => {
    const topic = createTopic<ReturnType<typeof tracked<string>>>()
    const stream = topic.subscribe()
    topic.publish(tracked('7', 'seven'))
    const { value } = await stream.next()
    expect(isTracked(value) && [value.id, value.value]).to.deep.equal(['7', 'seven'])
  })

  it('publishes to nobody without keeping anything', async () => {
    const topic = createTopic<number>()
    publish(topic, 10)
    const stream = topic.subscribe()
    topic.publish(11)
    expect(await readable(stream, 1)).to.deep.equal([11])
  })
})

describe('a topic whose subscriber falls behind', () => {
  it('fails its stream by default, says by how much, and unsubscribes it at once', async () => {
    const topic = createTopic<number>()
    const slow = topic.subscribe()
    const other = topic.subscribe({ buffer: TOPIC_LIMITS.buffer + 1 })
    publish(topic, TOPIC_LIMITS.buffer)
    expect(topic.subscribers, 'full').to.equal(2)
    topic.publish(-1)
    expect(topic.subscribers, 'beyond').to.equal(1)
    const error = await failureOf(slow.next())
    expect(error).to.be.instanceOf(RpcError)
    expect((error as RpcError).code).to.equal('UNAVAILABLE')
    expect((error as RpcError).message).to.include(`more than ${TOPIC_LIMITS.buffer} values behind`)
    expect(await slow.next(), 'after its error').to.deep.equal(over)
    expect(await readable(other, TOPIC_LIMITS.buffer + 1), 'the other').to.have.length(
      TOPIC_LIMITS.buffer + 1,
    )
  })

  it('takes as much as its buffer holds each time it has caught up', async () => {
    const topic = createTopic<number>()
    const stream = topic.subscribe({ buffer: 3 })
    for (let round = 0; round < 5; round++) {
      publish(topic, 3, round * 3)
      expect(await readable(stream, 3)).to.deep.equal([round * 3, round * 3 + 1, round * 3 + 2])
    }
  })

  it('drops the values that have waited longest where it was told so', async () => {
    const topic = createTopic<number>()
    const stream = topic.subscribe({ buffer: 3, overflow: 'drop-oldest' })
    publish(topic, 10)
    expect(await readable(stream, 3)).to.deep.equal([8, 9, 10])
    const waiting = stream.next()
    topic.publish(11)
    expect((await waiting).value).to.equal(11)
  })

  it('skips to the newest where it was told so, with a buffer of one unless told', async () => {
    const topic = createTopic<number>()
    const states = topic.subscribe({ overflow: 'latest' })
    const some = topic.subscribe({ overflow: 'latest', buffer: 3 })
    publish(topic, 3)
    expect(await readable(states, 1)).to.deep.equal([3])
    publish(topic, 2, 4)
    expect(await readable(states, 1)).to.deep.equal([5])
    expect(await readable(some, 2), 'at 4 the values 1, 2, 3 gave way').to.deep.equal([4, 5])
  })

  it('refuses a buffer that could hold nothing', () => {
    const topic = createTopic<number>()
    for (const buffer of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => topic.subscribe({ buffer })).to.throw(RangeError, `got ${buffer}`)
    }
    expect(topic.subscribers).to.equal(0)
  })

  it('keeps a value once, whoever has not read it, and nothing that has been read', async () => {
    const topic = createTopic<Uint8Array>()
    const streams = Array.from({ length: 1_000 }, () => topic.subscribe())
    const used = () => {
      global.gc!()
      return process.memoryUsage().heapUsed
    }
    const before = used()
    for (let n = 0; n < 1_000; n++) topic.publish(new Uint8Array(8))
    expect(used() - before, 'a million unread values').to.be.below(4_000_000)
    for (let n = 0; n < 20_000; n++) {
      topic.publish(new Uint8Array(8))
      for (const stream of streams.slice(0, 1)) await stream.next()
    }
    expect(topic.subscribers, 'those that did not read').to.equal(1)
    expect(used() - before, 'after all but one were dropped').to.be.below(4_000_000)
  }).timeout(60_000)
})

describe('the end of a topic’s subscription', () => {
  const endings: Record<string, (stream: AsyncIterableIterator<number, void>) => Promise<unknown>> = {
    'return()': stream => stream.return!(),
    'throw()': stream => failureOf(stream.throw!(new Error('mine'))),
  }
  for (const [name, end] of Object.entries(endings)) {
    it(`by ${name} unsubscribes, ends readers that wait and drops what is unread`, async () => {
      const topic = createTopic<number>()
      const [waits, unread] = [topic.subscribe(), topic.subscribe()]
      topic.publish(1)
      await waits.next()
      const readers = [waits.next(), waits.next()]
      await Promise.all([end(waits), end(unread)])
      expect(topic.subscribers).to.equal(0)
      expect(await Promise.all(readers)).to.deep.equal([over, over])
      topic.publish(2)
      expect(await Promise.all([waits.next(), unread.next()])).to.deep.equal([over, over])
    })
  }

  it('by throw() rejects with what was thrown', async () => {
    const mine = new Error('mine')
    expect(await failureOf(createTopic().subscribe().throw!(mine))).to.equal(mine)
  })

  it('comes when a for await loop is left', async () => {
    const topic = createTopic<number>()
    const stream = topic.subscribe()
    publish(topic, 3)
    for await (const value of stream) if (value === 2) break
    expect(topic.subscribers).to.equal(0)
  })

  it('comes with its signal, also for a generator that is parked in a loop over it', async () => {
    const topic = createTopic<number>()
    const controller = new AbortController()
    const ended: string[] = []
    const generator = (async function* () {
      try {
        yield* topic.subscribe({ signal: controller.signal })
      } finally {
        ended.push('finally')
      }
    })()
    const first = generator.next()
    await settled()
    topic.publish(1)
    expect((await first).value).to.equal(1)
    const parked = generator.next()
    await settled()
    controller.abort()
    expect(topic.subscribers, 'synchronously').to.equal(0)
    expect(await parked).to.deep.equal(over)
    expect(ended).to.deep.equal(['finally'])
  })

  it('is there from the beginning when the signal is aborted already', async () => {
    const topic = createTopic<number>()
    const stream = topic.subscribe({ signal: AbortSignal.abort() })
    topic.publish(1)
    expect(topic.subscribers).to.equal(0)
    expect(await stream.next()).to.deep.equal(over)
  })

  it('leaves no listener on a signal that outlives it', async () => {
    const topic = createTopic<number>()
    const signal = new CountedSignal()
    const [left, thrown, overflown] = [1, 2, 3].map(() => topic.subscribe({ signal, buffer: 1 }))
    expect(signal.listeners).to.equal(3)
    await left!.return!()
    await failureOf(thrown!.throw!(new Error('mine')))
    publish(topic, 2)
    expect(signal.listeners).to.equal(0)
    await failureOf(overflown!.next())
  })

  it('forgets the error of an overflow that came after the reader had left', async () => {
    const topic = createTopic<number>()
    const streams = [topic.subscribe({ buffer: 1 }), topic.subscribe({ buffer: 1 })] as const
    publish(topic, 2)
    await streams[0].return!()
    await failureOf(streams[1].throw!(new Error('mine')))
    for (const stream of streams) expect(await stream.next()).to.deep.equal(over)
  })

  it('takes nothing from the others', async () => {
    const topic = createTopic<number>()
    const streams = [topic.subscribe(), topic.subscribe(), topic.subscribe({ buffer: 1 })]
    topic.publish(1)
    await streams[0]!.return!()
    topic.publish(2)
    expect(await readable(streams[1]!, 2)).to.deep.equal([1, 2])
    expect(topic.subscribers).to.equal(1)
  })
})

/** An AbortSignal that counts who listens to it. */
class CountedSignal extends EventTarget implements AbortSignal {
  listeners = 0
  readonly aborted = false
  readonly reason = undefined
  readonly onabort = null

  override addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
    this.listeners++
    super.addEventListener(...args)
  }

  override removeEventListener(...args: Parameters<EventTarget['removeEventListener']>): void {
    this.listeners--
    super.removeEventListener(...args)
  }

  throwIfAborted(): void {}
}
