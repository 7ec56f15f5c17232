// Iterables of every behaviour and subscribers of every pace in a script → which items leave, when, and what is left behind.
import { expect } from 'chai'
import { RpcError } from '../runtime/src/errors.ts'
import type { SocketContext } from '../runtime/src/route-types.ts'
import { tracked } from '../runtime/src/tracked.ts'
import type { ServerLimits } from '../runtime/src/wire/limits.ts'
import {
  ANY_INPUT,
  declareSocket,
  type ScriptedSocket,
  type SocketScript,
  scriptSocket,
} from './support/socket-script.ts'
import { ANYTHING, Feed, settled } from './support/stream-script.ts'

const INTERNAL = { code: 'INTERNAL', message: 'internal error' }

interface Subscribed extends SocketScript {
  readonly socket: ScriptedSocket
}

/** A session in which `made` is what every subscription gets: the first, with the id 1, is subscribed already. */
async function subscribe(
  made: (subscription: unknown, context: SocketContext) => unknown,
  credit = 100,
  limits: Partial<ServerLimits> = {},
): Promise<Subscribed> {
  const script = scriptSocket(declareSocket('/chat', { onSubscribe: made }), { limits })
  const socket = await script.open()
  await socket.send(['subscribe', 1, credit, null, 'topic'])
  return { ...script, socket }
}

async function* numbers(): AsyncGenerator<number> {
  for (let n = 1; ; n++) yield n
}

function itemsOf(socket: ScriptedSocket, id = 1): unknown[] {
  return socket
    .frames()
    .flatMap(([kind, of, items]) => (kind === 'items' && of === id ? (items as unknown[]) : []))
}

describe('a subscription', () => {
  it('may be an iterable, a function that returns one, and a promise of either', async () => {
    async function* feed() {
      yield 'item'
    }
    for (const made of [feed(), feed, Promise.resolve(feed()), Promise.resolve(feed), async () => feed()]) {
      const { socket, turn } = await subscribe(() => made)
      await turn()
      expect(socket.frames()).to.deep.equal([
        ['items', 1, ['item']],
        ['end', 1],
      ])
    }
  })

  it('of nothing ends at once: the handler knows of nothing to send', async () => {
    for (const made of [undefined, Promise.resolve(undefined), () => undefined]) {
      const { socket, turn, errors } = await subscribe(() => made)
      await turn()
      expect(socket.frames()).to.deep.equal([['end', 1]])
      expect(errors).to.deep.equal([])
    }
  })

  it('of anything else is the server’s fault, and so is a handler that throws', async () => {
    const failure = new Error('secret')
    const throws = () => {
      throw failure
    }
    const iterator = { [Symbol.asyncIterator]: throws }
    const rejects = () => Promise.reject(failure)
    for (const made of [
      () => 5,
      () => null,
      () => [1, 2],
      () => () => 5,
      throws,
      () => throws,
      rejects,
      () => iterator,
    ]) {
      const { socket, turn, errors, engine } = await subscribe(made)
      await turn()
      expect(socket.frames()).to.deep.equal([['error', 1, INTERNAL]])
      expect(errors).to.have.length(1)
      expect(engine.counts().subscriptions).to.equal(0)
    }
    const { socket, turn } = await subscribe(() =>
      Promise.reject(new RpcError('FORBIDDEN', { message: 'no' })),
    )
    await turn()
    expect(socket.frames()).to.deep.equal([['error', 1, { code: 'FORBIDDEN', message: 'no' }]])
  })

  it('sends the items of a turn in one frame, at its end, and those of all subscriptions in one message', async () => {
    const feeds = [new Feed<number>(), new Feed<number>()]
    let made = 0
    const { socket, turn } = await subscribe(() => feeds[made++])
    await socket.send(['subscribe', 2, 100, null])
    await feeds[0]?.push(1)
    await feeds[1]?.push(10)
    await feeds[0]?.push(2)
    expect(socket.unread).to.equal(0)
    await turn()
    expect(socket.port.messages.slice(1)).to.deep.equal([[1, 2, ['items', 1, [1, 2]], ['items', 2, [10]]]])
    await feeds[0]?.push(3)
    await turn()
    expect(socket.port.messages.slice(2)).to.deep.equal([[2, 2, ['items', 1, [3]]]])
  })

  it('sends ids where items have them, null where they do not, and none where no item of the frame has one', async () => {
    const feed = new Feed<unknown>()
    const { socket, turn } = await subscribe(() => feed)
    for (const item of [1, tracked('b', 2), 3]) await feed.push(item)
    await turn()
    await feed.push(4)
    await turn()
    expect(socket.frames()).to.deep.equal([
      ['items', 1, [1, 2, 3], [null, 'b', null]],
      ['items', 1, [4]],
    ])
  })

  it('sends declared properties only, of items and of the return value, by its variant', async () => {
    const numbered = {
      check: (value: unknown) => typeof (value as { n?: unknown } | null)?.n === 'number',
      stringify: ({ n }: { n: number }) => JSON.stringify({ n }),
      table: () => ['object', { n: 'number' }] as const,
    }
    async function* onSubscribe({ type }: { type: string }) {
      yield tracked('a', { n: 1, secret: 2 })
      return type === 'wrong' ? { n: 'x' } : { n: 3, secret: 4 }
    }
    const answers = {
      cut: { result: numbered, returns: numbered },
      wrong: { result: numbered, returns: numbered },
    }
    const call = { input: ANY_INPUT, variants: { key: 'type', answers } }
    const script = scriptSocket(declareSocket('/chat', { onSubscribe }, { subscribe: call }))
    const socket = await script.open()
    for (const [index, type] of ['cut', 'wrong', 'other'].entries()) {
      await socket.send(['subscribe', index + 1, 9, null, { type }])
      await script.turn()
    }
    expect(socket.frames()).to.deep.equal([
      ['items', 1, [{ n: 1 }], ['a']],
      ['end', 1, { n: 3 }],
      ['items', 2, [{ n: 1 }], ['a']],
      ['error', 2, INTERNAL],
      ['items', 3, [null], ['a']],
      ['end', 3],
    ])
    expect(String(script.errors)).to.include('tested: the returned does not match its declared type')
  })

  it('that yields what its type does not have fails after the items before, and its iterator is closed', async () => {
    const feed = new Feed<unknown>()
    const result = { ...ANYTHING, check: (value: unknown) => value !== 'wrong' }
    const spec = { subscribe: { input: ANY_INPUT, result } }
    const script = scriptSocket(declareSocket('/chat', { onSubscribe: () => feed }, spec))
    const socket = await script.open()
    await socket.send(['subscribe', 1, 9, null])
    await feed.push('right')
    await feed.push('wrong')
    await script.turn()
    expect(socket.frames()).to.deep.equal([
      ['items', 1, ['right']],
      ['error', 1, INTERNAL],
    ])
    expect(feed.returns).to.equal(1)
    expect(script.engine.counts().subscriptions).to.equal(0)
  })

  it('whose iterator throws is not closed as well: it is over', async () => {
    const feed = new Feed<number>()
    const { engine } = await subscribe(() => feed)
    await feed.fail(new RpcError('CONFLICT'))
    expect(feed.returns).to.equal(0)
    expect(engine.counts().subscriptions).to.equal(0)
  })

  it('that throws ends with its error, after the items before', async () => {
    async function* feed() {
      yield 1
      throw new RpcError('CONFLICT', { message: 'enough' })
    }
    const { socket, turn, errors } = await subscribe(feed)
    await turn()
    expect(socket.frames()).to.deep.equal([
      ['items', 1, [1]],
      ['error', 1, { code: 'CONFLICT', message: 'enough' }],
    ])
    expect(errors).to.deep.equal([])
  })
})

describe('a subscription’s credit', () => {
  it('is never exceeded, however slowly it is given back', async () => {
    let pulled = 0
    async function* onSubscribe() {
      for (;;) yield ++pulled
    }
    const { socket, turn } = await subscribe(onSubscribe, 5)
    await turn()
    expect(itemsOf(socket)).to.deep.equal([1, 2, 3, 4, 5])
    await turn()
    expect([pulled, socket.unread]).to.deep.equal([5, 0])
    for (let round = 1; round <= 50; round++) {
      await socket.send(['credit', 1, 2])
      await turn()
      expect(itemsOf(socket)).to.deep.equal([4 + 2 * round, 5 + 2 * round])
      expect(pulled).to.equal(5 + 2 * round)
    }
  })

  it('is waited for before the end too: a generator is not pulled without', async () => {
    const feed = new Feed<number>()
    const { socket, turn } = await subscribe(() => feed, 1)
    await feed.push(1)
    expect(feed.isPulled).to.equal(false)
    await socket.send(['credit', 1, 1])
    expect(feed.isPulled).to.equal(true)
    await feed.end('over')
    await turn()
    expect(socket.frames()).to.deep.equal([
      ['items', 1, [1]],
      ['end', 1, 'over'],
    ])
  })

  it('of one subscription is not that of its neighbours', async () => {
    const { socket, turn } = await subscribe(numbers, 2)
    await socket.send(['subscribe', 2, 4, null])
    await turn()
    const frames = socket.frames()
    expect(frames).to.deep.equal([
      ['items', 1, [1, 2]],
      ['items', 2, [1, 2, 3, 4]],
    ])
    await socket.send(['credit', 2, 1])
    await turn()
    expect(socket.frames()).to.deep.equal([['items', 2, [5]]])
  })

  it('that comes after the end is ignored', async () => {
    const { socket, turn } = await subscribe(async function* () {
      yield 1
    }, 2)
    await socket.send(['credit', 1, 1])
    await turn()
    await socket.send(['credit', 1, 1])
    expect(socket.closeCode).to.equal(undefined)
  })
})

describe('a subscription’s pace', () => {
  it('stops while more is unacknowledged than may be, and goes on when it is acknowledged', async () => {
    let pulled = 0
    async function* onSubscribe() {
      for (;;) {
        pulled++
        yield 'x'.repeat(100)
      }
    }
    const limits = { maxUnacknowledgedBytes: 1_000, messageBatchBytes: 200 }
    const { socket, turn, loop } = await subscribe(onSubscribe, 10_000, limits)
    for (let n = 0; n < 50; n++) await turn()
    expect(pulled).to.be.within(10, 14)
    const [kind] = socket.frames().at(-1) ?? []
    expect(kind).to.equal('ping')
    await socket.sendNow(['pong'])
    for (let n = 0; n < 50; n++) await turn()
    expect(pulled).to.be.within(20, 28)
    expect(loop.tasks).to.have.length(0)
  })

  it('stops while the socket’s own buffer is full, and goes on when it has drained', async () => {
    const feed = new Feed<number>()
    const { socket } = await subscribe(() => feed, 100, { maxUnacknowledgedBytes: 1_000 })
    socket.port.bufferedBytes = 1_001
    await feed.push(1)
    expect(feed.isPulled).to.equal(false)
    expect(socket.port.drainListeners).to.have.length(1)
    socket.port.bufferedBytes = 500
    socket.port.drainListeners[0]?.()
    await settled()
    expect(feed.isPulled).to.equal(true)
  })

  it('goes on over another socket, whatever the first one still had to send', async () => {
    const feed = new Feed<number>()
    const script = scriptSocket(declareSocket('/chat', { onSubscribe: () => feed }), {
      limits: { maxUnacknowledgedBytes: 1_000 },
    })
    const socket = await script.open()
    await socket.send(['subscribe', 1, 9, null])
    socket.port.bufferedBytes = 1_001
    await feed.push(1)
    await script.resume(socket)
    expect(feed.isPulled).to.equal(true)
  })

  it('is one item at a time where nothing may be unacknowledged', async () => {
    const { socket, turn } = await subscribe(numbers, 100, {
      maxUnacknowledgedBytes: 0,
      messageBatchBytes: 1,
    })
    for (let n = 1; n <= 3; n++) {
      await turn()
      await turn()
      expect(itemsOf(socket)).to.deep.equal([n])
      await socket.sendNow(['pong'])
    }
  })

  it('lets its neighbours and the event loop run, however much it has ready', async () => {
    const { socket, turn, loop } = await subscribe(numbers, 60_000, {
      streamTurnTime: 5,
      messageBatchBytes: 1_000,
    })
    await socket.send(['subscribe', 2, 60_000, null])
    const counts = [0, 0]
    for (let n = 0; n < 20; n++) {
      await turn()
      for (const [, id, items] of socket.frames()) counts[Number(id) - 1]! += (items as unknown[]).length
    }
    expect(loop.tasks.length).to.be.above(0)
    expect(counts[0]).to.be.above(1_000)
    expect(Math.abs(counts[0]! - counts[1]!)).to.be.below(1_000)
    await socket.cut(1000)
  })

  it('gives the loop back after streamTurnTime', async () => {
    let time = () => 0
    async function* onSubscribe() {
      for (let n = 0; ; n++) {
        time()
        yield n
      }
    }
    const script = scriptSocket(declareSocket('/chat', { onSubscribe }), { limits: { streamTurnTime: 5 } })
    time = () => (script.loop.time += 20)
    const socket = await script.open()
    await socket.send(['subscribe', 1, 1_000, null])
    await script.turn()
    expect(itemsOf(socket)).to.have.length.within(1, 4)
    await socket.cut(1000)
  })
})

describe('a subscription that is left', () => {
  /** What is known of one that a test leaves. */
  interface Watched {
    readonly reasons: unknown[]
    finallyRuns: number
  }

  function watch(body: (context: SocketContext) => AsyncIterable<unknown>): [Watched, typeof onSubscribe] {
    const watched: Watched = { reasons: [], finallyRuns: 0 }
    async function* onSubscribe(_: unknown, context: SocketContext) {
      context.signal.addEventListener('abort', () => watched.reasons.push(context.signal.reason))
      try {
        yield* body(context)
      } finally {
        watched.finallyRuns++
      }
    }
    return [watched, onSubscribe]
  }

  const parkedUntilAborted = ({ signal }: SocketContext) =>
    (async function* () {
      yield 1
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    })()

  const leavings: readonly [how: string, leave: (socket: ScriptedSocket) => Promise<void>][] = [
    ['cancelled', socket => socket.send(['cancel', 1])],
    ['gone with its session', socket => socket.cut(1000)],
    ['ended by a violation', socket => socket.raw('nonsense')],
  ]
  for (const [how, leave] of leavings) {
    it(`because it was ${how} has its signal aborted, runs its finally blocks and sends nothing more`, async () => {
      const [watched, onSubscribe] = watch(parkedUntilAborted)
      const script = await subscribe(onSubscribe)
      await leave(script.socket)
      expect(watched.reasons).to.have.length(1)
      expect(watched.finallyRuns).to.equal(1)
      expect(script.socket.frames().filter(([kind]) => kind !== 'fail')).to.deep.equal([])
      await script.turn()
      expect(script.engine.counts().subscriptions).to.equal(0)
      expect(script.errors).to.deep.equal([])
    })

    it(`because it was ${how} runs its finally blocks also when it waits for credit`, async () => {
      const [watched, onSubscribe] = watch(numbers)
      const script = await subscribe(onSubscribe, 1)
      await script.turn()
      await leave(script.socket)
      expect(watched.finallyRuns).to.equal(1)
      expect(script.engine.counts().subscriptions).to.equal(0)
    })
  }

  it('while it is parked on something else runs its finally blocks when that is over', async () => {
    let goOn = () => {}
    const [watched, onSubscribe] = watch(async function* () {
      yield 1
      await new Promise<void>(resolve => {
        goOn = resolve
      })
      yield 2
    })
    const { socket, engine, turn, errors } = await subscribe(onSubscribe)
    await socket.send(['cancel', 1])
    expect(watched.finallyRuns).to.equal(0)
    expect(engine.counts().subscriptions).to.equal(1)
    goOn()
    await turn()
    expect(watched.finallyRuns).to.equal(1)
    expect(engine.counts().subscriptions).to.equal(0)
    expect(socket.frames()).to.deep.equal([])
    expect(errors).to.deep.equal([])
  })

  it('has return() called at once, also while a next() is pending, and only once', async () => {
    const feed = new Feed<number>()
    const { socket, engine } = await subscribe(() => feed)
    expect(feed.isPulled).to.equal(true)
    await socket.send(['cancel', 1], ['cancel', 1])
    expect(feed.returns).to.equal(1)
    expect(engine.counts().subscriptions).to.equal(0)
    await feed.push(5)
    await socket.cut(1000)
    expect(feed.returns).to.equal(1)
  })

  it('before its handler has answered: the iterable is released when it comes, and a function is not called', async () => {
    for (const how of ['cancel', 'cut'] as const) {
      let resolve = (_: unknown) => {}
      const made = () =>
        new Promise(answer => {
          resolve = answer
        })
      const leave = (socket: ScriptedSocket) =>
        how === 'cut' ? socket.cut(1000) : socket.send(['cancel', 1])
      const feed = new Feed<number>()
      const late = await subscribe(made)
      await leave(late.socket)
      expect(late.engine.counts().subscriptions).to.equal(1)
      resolve(feed)
      await settled()
      expect([feed.pulls, feed.returns]).to.deep.equal([0, 1])
      expect(late.engine.counts().subscriptions).to.equal(0)

      const lazy = await subscribe(made)
      await leave(lazy.socket)
      resolve(() => expect.fail('called'))
      await settled()
      expect(lazy.engine.counts().subscriptions).to.equal(0)
      expect([...late.errors, ...lazy.errors]).to.deep.equal([])
    }
  })

  it('before its handler has failed: nothing is sent, and only an error of its own is told to the log', async () => {
    const failure = new Error('late')
    let fail = (_: unknown) => {}
    const made = (_: unknown, { signal }: SocketContext) =>
      new Promise((_, reject) => {
        fail = () => reject(signal.aborted ? failure : undefined)
      })
    const { socket, turn, errors, engine } = await subscribe(made)
    await socket.send(['cancel', 1])
    fail(failure)
    await turn()
    expect(socket.frames()).to.deep.equal([])
    expect(errors).to.deep.equal([failure])
    expect(engine.counts().subscriptions).to.equal(0)
  })

  it('sends nothing more of the turn in which it was cancelled', async () => {
    const feed = new Feed<number>()
    const { socket, turn } = await subscribe(() => feed)
    await feed.push(1)
    await socket.send(['cancel', 1])
    await turn()
    expect(socket.frames()).to.deep.equal([])
  })

  it('after it had ended by itself: the cancel crossed the end', async () => {
    const feed = new Feed<number>()
    const { socket, turn } = await subscribe(() => feed)
    await feed.end('over')
    await socket.send(['cancel', 1])
    await turn()
    expect(socket.frames()).to.deep.equal([['end', 1, 'over']])
    expect(feed.returns).to.equal(0)
  })

  it('after it has failed has its signal aborted, so that its finally blocks can end', async () => {
    async function* onSubscribe(_: unknown, { signal }: SocketContext) {
      try {
        yield 'wrong'
      } finally {
        await new Promise(resolve => signal.addEventListener('abort', resolve))
      }
    }
    const result = { ...ANYTHING, check: () => false }
    const spec = { subscribe: { input: ANY_INPUT, result } }
    const script = scriptSocket(declareSocket('/chat', { onSubscribe }, spec))
    const socket = await script.open()
    await socket.send(['subscribe', 1, 9, null])
    expect(script.engine.counts().subscriptions).to.equal(1)
    await socket.cut(1000)
    expect(script.engine.counts().subscriptions).to.equal(0)
    await script.engine.idle()
  })

  it('and says so by an error of its own is no news for the log', async () => {
    const { socket, errors, engine } = await subscribe(async function* (_, { signal }) {
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      yield* []
      throw new RpcError('CANCELLED')
    })
    await socket.send(['cancel', 1])
    expect(errors).to.deep.equal([])
    expect(engine.counts().subscriptions).to.equal(0)
  })

  it('whose finally block fails is told to the log, and harms nobody', async () => {
    const failure = new Error('in finally')
    const { socket, errors, engine, turn } = await subscribe(async function* () {
      try {
        for (;;) yield 1
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: that it throws is what is tested
        throw failure
      }
    }, 1)
    await turn()
    await socket.send(['cancel', 1])
    expect(errors).to.deep.equal([failure])
    expect(engine.counts().subscriptions).to.equal(0)
    expect(socket.closeCode).to.equal(undefined)
  })
})
