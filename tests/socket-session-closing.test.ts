// Silence, and servers that close, in a script → pings, lost sockets, calls that are answered or aborted, and nothing left.
import { expect } from 'chai'
import type { SocketContext } from '../runtime/src/route-types.ts'
import { declareSocket, scriptSocket, upgrade } from './support/socket-script.ts'
import { Feed, settled } from './support/stream-script.ts'

const NO_COUNTS = { sessions: 0, parked: 0, calls: 0, subscriptions: 0 }
const quiet = declareSocket('/chat', {})
const LIMITS = { heartbeatInterval: 1_000, heartbeatTimeout: 400, resumeWindow: 5_000 }

describe('a socket’s heartbeat', () => {
  const echo = declareSocket('/chat', { onRequest: request => request })

  it('pings after silence, each time anew, as long as the client answers', async () => {
    const script = scriptSocket(quiet, { limits: LIMITS })
    const socket = await script.open()
    for (let round = 0; round < 5; round++) {
      await script.loop.advance(999)
      expect(socket.frames()).to.deep.equal([])
      await script.loop.advance(1)
      expect(socket.frames()).to.deep.equal([['ping']])
      await socket.sendNow(['pong'])
    }
    expect(script.loop.timers.size).to.equal(1)
  })

  it('does not ping while both sides are heard, and pings as soon as either is not', async () => {
    const script = scriptSocket(echo, { limits: LIMITS })
    const socket = await script.open()
    for (let id = 1; id <= 5; id++) {
      await script.loop.advance(600)
      await socket.send(['request', id, 1])
      await script.turn()
    }
    expect(socket.frames().map(([kind]) => kind)).to.deep.equal(Array(5).fill('response'))
    // The client goes on, but has nothing that is answered.
    await script.loop.advance(600)
    await socket.sendNow()
    await script.loop.advance(400)
    expect(socket.frames()).to.deep.equal([['ping']])
  })

  it('pings a client that is sent much and says nothing', async () => {
    const feed = new Feed<number>()
    const script = scriptSocket(declareSocket('/chat', { onSubscribe: () => feed }), { limits: LIMITS })
    const socket = await script.open()
    await socket.send(['subscribe', 1, 100, null])
    for (const item of [1, 2]) {
      await script.loop.advance(450)
      await feed.push(item)
      await script.turn()
    }
    await script.loop.advance(100)
    expect(socket.frames().map(([kind]) => kind)).to.deep.equal(['items', 'items', 'ping'])
  })

  it('loses a client that does not answer, and parks its session', async () => {
    const script = scriptSocket(quiet, { limits: LIMITS })
    const socket = await script.open()
    await script.loop.advance(1_399)
    expect(socket.closeCode).to.equal(undefined)
    await script.loop.advance(1)
    await script.turn()
    expect(socket.frames()).to.deep.equal([
      ['ping'],
      ['fail', { code: 'TIMEOUT', message: 'the client does not answer' }],
    ])
    expect(socket.closeCode).to.equal(4408)
    expect(script.engine.counts()).to.include({ sessions: 1, parked: 1 })
    await socket.cut(1006)
    const back = await script.resume(socket)
    expect(back.frames()).to.have.nested.property('[0][1].resumed', true)
    expect(script.loop.timers.size).to.equal(1)
  })

  it('takes whatever comes for a sign of life', async () => {
    const script = scriptSocket(echo, { limits: LIMITS })
    const socket = await script.open()
    await script.loop.advance(1_000)
    await script.loop.advance(399)
    await socket.send(['request', 1, 1])
    await script.loop.advance(600)
    expect(socket.closeCode).to.equal(undefined)
  })

  it('does not judge a client that it does not read', async () => {
    const script = scriptSocket(declareSocket('/chat', { onMessage: () => new Promise(() => {}) }), {
      limits: { ...LIMITS, maxCallsInFlight: 1 },
    })
    const socket = await script.open()
    await socket.send(['notify', 1], ['notify', 2])
    expect(socket.port.isPaused).to.equal(true)
    await script.loop.advance(10_000)
    expect(socket.closeCode).to.equal(undefined)
    // It still shows the client that it lives.
    expect(socket.frames().filter(([kind]) => kind === 'ping')).to.have.length.above(4)
  })

  it('is off where its interval is 0, and the client is told so', async () => {
    const script = scriptSocket(quiet, { limits: { ...LIMITS, heartbeatInterval: 0 } })
    const socket = script.connect()
    await socket.hello()
    expect(socket.frames()).to.have.nested.property('[0][1].heartbeat', 0)
    expect(script.loop.timers.size).to.equal(0)
  })
})

describe('a server of sockets that closes', () => {
  it('refuses upgrades, and sockets whose session is not open yet', async () => {
    let aborted = 0
    const script = scriptSocket(
      declareSocket('/chat', {
        middleware: [
          ({ signal }) =>
            new Promise(resolve => signal.addEventListener('abort', () => resolve({ aborted: ++aborted }))),
        ],
        onConnect: () => expect.fail('connected'),
      }),
    )
    const [silent, checking] = [script.connect(), script.connect()]
    const admission = script.admit()
    await checking.hello()
    script.engine.drain()
    const late = script.connectTo(admission)
    for (const socket of [silent, checking, late]) {
      expect(socket.frames()).to.deep.equal([
        ['fail', { code: 'UNAVAILABLE', message: 'the server is closing' }],
      ])
      expect(socket.closeCode).to.equal(4503)
    }
    expect(aborted).to.equal(1)
    const refused = script.engine.admit(upgrade())
    expect(refused).to.have.nested.property('refused.code', 'UNAVAILABLE')
    expect(script.engine.admit(upgrade({ target: '/other' }))).to.have.nested.property(
      'refused.code',
      'NOT_FOUND',
    )
    await script.engine.idle()
    expect(script.loop.timers.size).to.equal(0)
  })

  it('closes sockets that wait for nothing at once, with 1001', async () => {
    const closes: unknown[] = []
    const script = scriptSocket(declareSocket('/chat', { onClose: (_, close) => void closes.push(close) }))
    const socket = await script.open()
    script.engine.drain()
    expect(socket.frames()).to.deep.equal([['drain']])
    expect(socket.port.closing).to.deep.equal({ code: 1001, reason: 'the server is closing' })
    expect(closes).to.deep.equal([{ code: 1001, reason: 'the server is closing' }])
    await script.engine.idle()
    expect(script.engine.counts()).to.deep.equal(NO_COUNTS)
    expect(script.loop.timers.size).to.equal(0)
    await socket.cut(1001)
  })

  it('ends subscriptions, answers requests that run, refuses new ones, and closes when all is answered', async () => {
    const feed = new Feed<number>()
    const answers: (() => void)[] = []
    let reason: unknown
    const script = scriptSocket(
      declareSocket('/chat', {
        onMessage: () => new Promise<void>(resolve => answers.push(resolve)),
        onRequest: () => new Promise<string>(resolve => answers.push(() => resolve('done'))),
        onSubscribe(_, { signal }) {
          signal.addEventListener('abort', () => {
            reason = signal.reason
          })
          return feed
        },
      }),
    )
    const socket = await script.open()
    await socket.send(['request', 1], ['subscribe', 2, 9, null], ['notify', 1], ['request', 3], ['cancel', 3])
    script.engine.drain()
    script.engine.drain()
    await socket.send(['request', 4], ['subscribe', 5, 1, null])
    await script.turn()
    expect(reason).to.have.property('code', 'UNAVAILABLE')
    expect(feed.returns).to.equal(1)
    const [drain, ...refused] = socket.frames()
    expect(drain).to.deep.equal(['drain'])
    expect(refused.map(([kind, id, error]) => [kind, id, (error as { code: string }).code])).to.deep.equal([
      ['error', 4, 'UNAVAILABLE'],
      ['error', 5, 'UNAVAILABLE'],
    ])
    answers[0]?.()
    await script.turn()
    expect(socket.frames()).to.deep.equal([['response', 1, 'done']])
    expect(socket.closeCode).to.equal(undefined)
    answers[1]?.()
    await settled()
    expect(socket.closeCode).to.equal(1001)
    expect(script.engine.counts()).to.deep.equal({ ...NO_COUNTS, calls: 1 })
    answers[2]?.()
    await script.engine.idle()
    expect(script.errors).to.deep.equal([])
  })

  it('answers what had come and was held back too', async () => {
    const end: (() => void)[] = []
    const script = scriptSocket(
      declareSocket('/chat', { onMessage: () => new Promise<void>(resolve => end.push(resolve)) }),
      { limits: { maxCallsInFlight: 1 } },
    )
    const socket = await script.open()
    await socket.send(['notify', 1], ['notify', 2], ['request', 1])
    script.engine.drain()
    end[0]?.()
    await settled()
    end[1]?.()
    await settled()
    const kinds = socket.frames().map(([kind, id]) => [kind, id])
    expect(kinds).to.deep.equal([
      ['drain', undefined],
      ['error', 1],
    ])
    expect(socket.closeCode).to.equal(1001)
  })

  it('starts nothing more of a message in which a handler has ended it all', async () => {
    const got: unknown[] = []
    const script = scriptSocket(
      declareSocket('/chat', {
        onMessage(message) {
          got.push(message)
          script.engine.abortAll()
        },
      }),
    )
    const socket = await script.open()
    await socket.send(['notify', 1], ['notify', 2])
    expect(got).to.deep.equal([1])
  })

  it('sends the last answer before it closes', async () => {
    let answer = () => {}
    const script = scriptSocket(
      declareSocket('/chat', {
        onRequest: () =>
          new Promise(resolve => {
            answer = () => resolve('done')
          }),
      }),
    )
    const socket = await script.open()
    await socket.send(['request', 1])
    script.engine.drain()
    answer()
    await settled()
    expect(socket.frames()).to.deep.equal([['drain'], ['response', 1, 'done']])
    expect(socket.closeCode).to.equal(1001)
  })

  it('ends parked sessions, and those that lose their socket now', async () => {
    const closes: number[] = []
    const script = scriptSocket(
      declareSocket('/chat', {
        onRequest: (_, { signal }) => new Promise(resolve => signal.addEventListener('abort', resolve)),
        onClose: (_, { code }) => void closes.push(code),
      }),
    )
    const [parked, busy] = [await script.open(), await script.open()]
    for (const socket of [parked, busy]) await socket.send(['request', 1])
    await parked.cut()
    script.engine.drain()
    expect(closes).to.deep.equal([1001])
    await busy.cut()
    expect(closes).to.deep.equal([1001, 1006])
    await script.engine.idle()
    expect(script.engine.counts()).to.deep.equal(NO_COUNTS)
    expect(script.loop.timers.size).to.equal(0)
  })

  it('aborts everything that still runs when it is told to, and waits for what heeds that', async () => {
    const script = scriptSocket(
      declareSocket('/chat', {
        onRequest: (_, { signal }) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        async *onSubscribe(_: unknown, { signal }: SocketContext) {
          try {
            yield await new Promise((_, reject) =>
              signal.addEventListener('abort', () => reject(signal.reason)),
            )
          } finally {
            await settled()
          }
        },
        onClose: () => settled(),
      }),
    )
    const socket = await script.open()
    await socket.send(['request', 1], ['subscribe', 2, 1, null])
    let isIdle = false
    script.engine.abortAll()
    const idle = script.engine.idle().then(() => {
      isIdle = true
    })
    expect(socket.closeCode).to.equal(1001)
    expect(script.engine.counts().sessions).to.equal(0)
    expect(isIdle).to.equal(false)
    await idle
    expect(script.engine.counts()).to.deep.equal(NO_COUNTS)
    expect(script.errors).to.deep.equal([])
    expect(script.loop.timers.size).to.equal(0)
  })

  it('is not idle before onClose has run', async () => {
    let isOver = false
    const script = scriptSocket(
      declareSocket('/chat', {
        async onClose() {
          await settled()
          isOver = true
        },
      }),
    )
    await script.open()
    const idle = script.engine.idle()
    script.engine.drain()
    await idle
    expect(isOver).to.equal(true)
  })

  it('is idle as soon as its last session has ended, and not before', async () => {
    const script = scriptSocket(quiet)
    const socket = await script.open()
    let isIdle = false
    void script.engine.idle().then(() => {
      isIdle = true
    })
    await settled()
    expect(isIdle).to.equal(false)
    await socket.cut(1000)
    expect(isIdle).to.equal(true)
  })

  it('is idle at once when nothing was ever opened', async () => {
    const script = scriptSocket(quiet)
    script.engine.drain()
    await script.engine.idle()
  })
})
