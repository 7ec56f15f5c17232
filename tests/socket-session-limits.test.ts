// Clients that break the rules or ask for too much, in a script → what they are told, and what it may cost the server.
import { expect } from 'chai'
import { declareSocket, scriptSocket } from './support/socket-script.ts'
import { Feed, settled } from './support/stream-script.ts'

const NO_COUNTS = { sessions: 0, parked: 0, calls: 0, subscriptions: 0 }

describe('a socket session: violations', () => {
  const cases: readonly [what: string, message: string][] = [
    ['no JSON', '[1,0,'],
    ['no message', '{"number":1}'],
    ['no frame in a message with a number', '[2,0]'],
    ['an unknown kind of frame', '[2,0,["shout",1]]'],
    ['a frame of a server', '[2,0,["response",1,1]]'],
    ['a wrong field', '[2,0,["request","1",1]]'],
    ['a missing field', '[2,0,["subscribe",5]]'],
    ['a field too many', '[2,0,["cancel",1,1]]'],
    ['a second hello', '[0,0,["hello",{}]]'],
    ['a number with a gap', '[3,0,["notify",1]]'],
    ['an acknowledgement of what was never sent', '[2,9,["notify",1]]'],
    ['a frame that takes a number in a message without', '[0,0,["notify",1]]'],
    ['an id that was used before', '[2,0,["request",2,1]]'],
    ['an id below the last', '[2,0,["request",1,1]]'],
    ['an id of 0', '[2,0,["request",0,1]]'],
    ['credit for an id that was not used yet', '[2,0,["credit",3,1]]'],
    ['a cancel of an id that was not used yet', '[2,0,["cancel",3]]'],
    ['credit for a request', '[2,0,["request",3,"wait"],["credit",3,1]]'],
    ['more credit than may be, at once', '[2,0,["subscribe",3,101,null,1]]'],
    ['more credit than may be, in sum', '[2,0,["credit",2,91]]'],
    ['no credit', '[2,0,["credit",2,0]]'],
    ['a value that is nested too deeply', `[2,0,["notify",${'['.repeat(9)}${']'.repeat(9)}]]`],
    ['too many frames', `[2,0${',["notify",1]'.repeat(21)}]`],
  ]
  for (const [what, message] of cases) {
    it(`such as ${what} end the session and everything in it`, async () => {
      const feed = new Feed<number>()
      const ended: unknown[] = []
      const script = scriptSocket(
        declareSocket('/chat', {
          onMessage: () => {},
          onRequest: (_, { signal }) => new Promise(resolve => signal.addEventListener('abort', resolve)),
          onSubscribe: () => feed,
          onClose: (_, close) => void ended.push(close.code),
        }),
        { limits: { maxCredit: 100, maxBodyDepth: 8, maxMessageFrames: 20 } },
      )
      const socket = await script.open()
      await socket.send(['notify', 1], ['subscribe', 2, 10, null, 1])
      await socket.raw(message)
      const [[kind, error] = []] = socket.frames()
      expect([kind, (error as { code?: string })?.code]).to.deep.equal(['fail', 'BAD_REQUEST'])
      expect(socket.port.closing).to.deep.equal({ code: 4400, reason: 'BAD_REQUEST' })
      expect(ended).to.deep.equal([4400])
      expect(feed.returns).to.equal(1)
      await script.engine.idle()
      expect(script.engine.counts()).to.deep.equal(NO_COUNTS)
      expect(script.loop.timers.size).to.equal(0)
      expect(script.errors).to.deep.equal([])
      await socket.cut(4400)
      expect(ended).to.have.length(1)
    })
  }

  it('are told apart from repetitions, which are dropped', async () => {
    let runs = 0
    const script = scriptSocket(declareSocket('/chat', { onMessage: () => void runs++ }))
    const socket = await script.open()
    for (const _ of [1, 2, 3]) await socket.raw('[1,0,["notify",1]]')
    expect(runs).to.equal(1)
    expect(socket.closeCode).to.equal(undefined)
  })

  it('leave nothing to be handled behind them', async () => {
    const got: unknown[] = []
    const script = scriptSocket(declareSocket('/chat', { onMessage: message => void got.push(message) }))
    const socket = await script.open()
    await socket.send(['notify', 1], ['cancel', 7], ['notify', 2])
    await socket.send(['notify', 3])
    expect(got).to.deep.equal([1])
  })
})

describe('a socket session: limits', () => {
  it('answers requests beyond maxCallsInFlight with TOO_MANY_REQUESTS, cancelled ones that still run counted', async () => {
    const end: (() => void)[] = []
    const script = scriptSocket(
      declareSocket('/chat', { onRequest: () => new Promise<void>(resolve => end.push(resolve)) }),
      { limits: { maxCallsInFlight: 2 } },
    )
    const socket = await script.open()
    await socket.send(['request', 1], ['request', 2], ['cancel', 2], ['request', 3])
    await script.turn()
    expect(
      socket.frames().map(([kind, id, error]) => [kind, id, (error as { code: string }).code]),
    ).to.deep.equal([['error', 3, 'TOO_MANY_REQUESTS']])
    end[1]?.()
    await settled()
    await socket.send(['request', 4])
    expect(end).to.have.length(3)
  })

  it('answers subscriptions beyond maxSubscriptions with TOO_MANY_REQUESTS, until the iterator of another is over', async () => {
    let finish = () => {}
    const script = scriptSocket(
      declareSocket('/chat', {
        async *onSubscribe() {
          try {
            yield 1
            yield 2
          } finally {
            await new Promise<void>(resolve => {
              finish = resolve
            })
          }
        },
      }),
      { limits: { maxSubscriptions: 1 } },
    )
    const socket = await script.open()
    await socket.send(['subscribe', 1, 1, null], ['subscribe', 2, 1, null])
    await socket.send(['cancel', 1], ['subscribe', 3, 1, null])
    await script.turn()
    const refused = socket.frames().filter(([kind]) => kind === 'error')
    expect(refused.map(([, id, error]) => [id, (error as { code: string }).code])).to.deep.equal([
      [2, 'TOO_MANY_REQUESTS'],
      [3, 'TOO_MANY_REQUESTS'],
    ])
    finish()
    await settled()
    await socket.send(['subscribe', 4, 1, null])
    await script.turn()
    expect(socket.frames()).to.deep.equal([['items', 4, [1]]])
  })

  it('does not read a socket that has maxCallsInFlight notifications running, and starts the rest in order', async () => {
    const got: unknown[] = []
    const end: (() => void)[] = []
    const script = scriptSocket(
      declareSocket('/chat', {
        onMessage(message) {
          got.push(message)
          return new Promise<void>(resolve => end.push(resolve))
        },
        onRequest: request => void got.push(request),
      }),
      { limits: { maxCallsInFlight: 2 } },
    )
    const socket = await script.open()
    await socket.send(...[1, 2, 3, 4].map(n => ['notify', n] as const), ['request', 1, 'request'])
    expect(got).to.deep.equal([1, 2])
    expect(socket.port.isPaused).to.equal(true)
    // A port may still deliver what it had read.
    await socket.send(['notify', 5])
    for (const index of [1, 0, 2, 3]) {
      end[index]?.()
      await settled()
    }
    expect(got).to.deep.equal([1, 2, 3, 4, 'request', 5])
    expect(socket.port.isPaused).to.equal(false)
    for (const resolve of end) resolve()
    await settled()
    expect(script.engine.counts().calls).to.equal(0)
  })

  it('ends a session that goes on sending while its messages wait', async () => {
    const script = scriptSocket(declareSocket('/chat', { onMessage: () => new Promise(() => {}) }), {
      limits: { maxCallsInFlight: 1, maxMessageBytes: 100 },
    })
    const socket = await script.open()
    await socket.send(['notify', 1], ['notify', 2])
    await socket.send(['notify', 'x'.repeat(60)])
    expect(socket.closeCode).to.equal(undefined)
    await socket.send(['notify', 'x'.repeat(60)])
    expect(socket.frames()).to.have.nested.property('[0][1].code', 'TOO_MANY_REQUESTS')
    expect(socket.closeCode).to.equal(4429)
    expect(script.engine.counts()).to.include({ sessions: 0, calls: 1 })
  })

  it('counts what waits anew once all of it has been handled', async () => {
    const end: (() => void)[] = []
    const script = scriptSocket(
      declareSocket('/chat', { onMessage: () => new Promise<void>(resolve => end.push(resolve)) }),
      { limits: { maxCallsInFlight: 1, maxMessageBytes: 100 } },
    )
    const socket = await script.open()
    for (let round = 0; round < 5; round++) {
      await socket.send(['notify', 1], ['notify', 2])
      await socket.send(['notify', 'x'.repeat(60)])
      for (let n = 0; n < 3; n++) {
        end.pop()?.()
        await settled()
      }
    }
    expect(socket.closeCode).to.equal(undefined)
  })

  it('starts no further requests while a client acknowledges nothing, asks it to, and goes on when it does', async () => {
    const got: unknown[] = []
    const script = scriptSocket(
      declareSocket('/chat', {
        async onRequest(request) {
          got.push(request)
          return 'x'.repeat(200)
        },
      }),
      { limits: { maxUnacknowledgedBytes: 100 } },
    )
    const socket = await script.open()
    await socket.send(['request', 1, 'a'])
    await script.turn()
    await socket.raw('[2,0,["request",2,"b"],["cancel",2],["request",3,"c"]]')
    expect(got).to.deep.equal(['a'])
    expect(socket.port.isPaused).to.equal(false)
    expect(socket.frames().map(([kind]) => kind)).to.deep.equal(['response', 'ping'])
    await socket.raw('[0,1,["pong"]]')
    expect(got).to.deep.equal(['a', 'b', 'c'])
  })

  it('asks for acknowledgements behind what they are wanted for', async () => {
    const script = scriptSocket(declareSocket('/chat', { onRequest: () => 'x'.repeat(200) }), {
      limits: { maxUnacknowledgedBytes: 100 },
    })
    const socket = await script.open()
    await socket.send(['request', 1])
    await socket.send(['request', 2])
    expect(socket.frames().map(([kind]) => kind)).to.deep.equal(['response', 'ping'])
  })

  it('takes cancels and credit at once all the same', async () => {
    const feed = new Feed<string>()
    const script = scriptSocket(declareSocket('/chat', { onSubscribe: () => feed }), {
      limits: { maxUnacknowledgedBytes: 100 },
    })
    const socket = await script.open()
    await socket.send(['subscribe', 1, 10, null])
    await feed.push('x'.repeat(200))
    await script.turn()
    await socket.raw('[2,0,["credit",1,1],["cancel",1]]')
    expect(feed.returns).to.equal(1)
  })

  it('reads on where acknowledgements are waited for, and not where notifications are', async () => {
    let answer = () => {}
    const end: (() => void)[] = []
    const script = scriptSocket(
      declareSocket('/chat', {
        onMessage: () => new Promise<void>(resolve => end.push(resolve)),
        onRequest: () =>
          new Promise(resolve => {
            answer = () => resolve('x'.repeat(200))
          }),
      }),
      { limits: { maxCallsInFlight: 1, maxUnacknowledgedBytes: 100 } },
    )
    const socket = await script.open()
    await socket.send(['request', 1], ['notify', 1], ['notify', 2])
    expect(socket.port.isPaused).to.equal(true)
    answer()
    await script.turn()
    expect(socket.port.isPaused).to.equal(false)
    await socket.raw('[0,1,["pong"]]')
    expect(socket.port.isPaused).to.equal(true)
    end[0]?.()
    await settled()
    expect(end).to.have.length(2)
    expect(socket.port.isPaused).to.equal(false)
  })
})
