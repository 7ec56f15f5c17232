// Sockets that are lost at every point of an exchange, in a script → a session that goes on as if nothing had been.
import { expect } from 'chai'
import { RpcError } from '../runtime/src/errors.ts'
import type { SocketContext } from '../runtime/src/route-types.ts'
import { ResumingClient } from './support/resuming-client.ts'
import { declareSocket, type Handlers, scriptSocket } from './support/socket-script.ts'
import { Feed, settled } from './support/stream-script.ts'

const NO_COUNTS = { sessions: 0, parked: 0, calls: 0, subscriptions: 0 }

/** Everything that a session can do, with a log of what the server did. */
function createExchange() {
  const ran: string[] = []
  const feed = createQueue()
  let answer = (_: unknown) => {}
  const slow = new Promise(resolve => {
    answer = resolve
  })
  const handlers: Handlers = {
    onConnect: () => void ran.push('connect'),
    onMessage: (message: string) => void ran.push(`message ${message}`),
    onRequest(request: string) {
      ran.push(`request ${request}`)
      return request === 'slow' ? slow : request
    },
    onSubscribe(name: string) {
      ran.push(`subscribe ${name}`)
      return name === 'feed' ? feed.items : numbers()
    },
    onClose: (_: SocketContext, { code }: { code: number }) => void ran.push(`close ${code}`),
  }
  const script = scriptSocket(declareSocket('/chat', handlers))
  const client = new ResumingClient(script)
  const steps: (readonly [send: readonly [string, ...unknown[]]] | (() => unknown))[] = [
    [['notify', 'a']],
    [['request', 1, 'slow']],
    [['subscribe', 2, 3, null, 'numbers']],
    () => script.turn(),
    [['request', 3, 'quick']],
    [['subscribe', 4, 9, null, 'feed']],
    () => feed.push(41),
    () => script.turn(),
    () => feed.push(42),
    [['credit', 2, 2]],
    () => answer('slowly'),
    () => script.turn(),
    [['notify', 'b']],
    [['cancel', 2]],
    () => feed.push('over'),
    () => script.turn(),
  ]
  return { ran, script, client, steps }
}

/** What is pushed waits until it is pulled. */
function createQueue() {
  const waiting: (number | 'over')[] = []
  let wake = () => {}
  async function* items() {
    for (;;) {
      const next = waiting.shift()
      if (next === 'over') return next
      if (next !== undefined) yield next
      else
        await new Promise<void>(resolve => {
          wake = resolve
        })
    }
  }
  const push = (item: number | 'over') => {
    waiting.push(item)
    wake()
    return settled()
  }
  return { items: items(), push }
}

async function* numbers() {
  for (let n = 1; ; n++) yield n
}

type Loss = 'nothing' | 'what the client sent' | 'what the server sent' | 'both'

/** Cuts the connection before the step `at`. */
async function runExchange(at: number, loss: Loss, heard: 'at once' | 'never', reconnectAfter: number) {
  const { ran, script, client, steps } = createExchange()
  await client.open()
  let away = 0
  for (const [index, step] of steps.entries()) {
    if (index === at) {
      const [frame] = Array.isArray(step) ? step : []
      if (loss === 'nothing' || loss === 'what the client sent') client.read()
      if (frame !== undefined && loss !== 'nothing' && loss !== 'what the server sent')
        client.sendInVain(frame)
      else if (typeof step === 'function') await step()
      else if (frame !== undefined) await client.send(frame)
      await client.cut(heard)
      away = reconnectAfter
      if (away === 0) await client.open()
      continue
    }
    if (typeof step === 'function') await step()
    else if (away > 0) client.sendInVain(step[0])
    else await client.send(step[0])
    if (away > 0 && --away === 0) await client.open()
    else if (away === 0 && index % 2 === 0) client.read()
  }
  if (away > 0) await client.open()
  await script.turn()
  client.read()
  const byId = [0, 1, 2, 3, 4].map(id => mergeItems(client.frames.filter(frame => frame[1] === id)))
  const sockets = client.socket
  await sockets.cut(1000)
  return { ran, byId, script, client }
}

/** How items fall into frames depends on when they could leave; which they are does not. */
function mergeItems(frames: readonly (readonly unknown[])[]): unknown[] {
  return frames.flatMap(([kind, , value]) => (kind === 'items' ? (value as unknown[]) : [[kind, value]]))
}

describe('a session that loses its socket', () => {
  const { steps } = createExchange()

  for (const loss of ['nothing', 'what the client sent', 'what the server sent', 'both'] as const) {
    for (const heard of ['at once', 'never'] as const) {
      it(`goes on without gap or repetition, wherever it was cut, when ${loss} is lost and the server hears of it ${heard}`, async () => {
        const whole = await runExchange(-1, 'nothing', 'at once', 0)
        expect(whole.byId).to.deep.equal([
          [],
          [['response', 'slowly']],
          [1, 2, 3, 4, 5],
          [['response', 'quick']],
          [41, 42, ['end', 'over']],
        ])
        for (let at = 0; at < steps.length; at++) {
          for (const reconnectAfter of [0, 1, 3]) {
            const cut = await runExchange(at, loss, heard, reconnectAfter)
            const where = `cut at ${at}, reconnected after ${reconnectAfter}`
            expect(cut.client.resumed, where).to.equal(true)
            expect([...cut.ran].sort(), where).to.deep.equal([...whole.ran].sort())
            expect(withoutCancelled(cut.byId), where).to.deep.equal(withoutCancelled(whole.byId))
            expect([1, 2, 3, 4, 5].slice(0, cut.byId[2]?.length), where).to.deep.equal(cut.byId[2])
            expect(cut.script.engine.counts(), where).to.deep.equal(NO_COUNTS)
            expect(cut.script.loop.timers.size, where).to.equal(0)
            expect(cut.script.errors, where).to.deep.equal([])
          }
        }
      })
    }
  }

  /** Of a subscription that is cancelled while the client is away, items may be missing at the end, and only there. */
  function withoutCancelled(byId: readonly unknown[][]): unknown[] {
    return byId.filter((_, id) => id !== 2)
  }

  it('is parked with its handlers running, and what they send is kept', async () => {
    const feed = new Feed<number>()
    const script = scriptSocket(declareSocket('/chat', { onSubscribe: () => feed }))
    const socket = await script.open()
    await socket.send(['subscribe', 1, 3, null])
    await socket.cut()
    expect(script.engine.counts()).to.deep.equal({ sessions: 1, parked: 1, calls: 0, subscriptions: 1 })
    await feed.push(1)
    await script.turn()
    await feed.push(2)
    const back = await script.resume(socket)
    expect(back.frames()).to.deep.equal([
      ['ready', readyOf(back.token, true)],
      ['items', 1, [1]],
    ])
    await script.turn()
    expect(back.frames()).to.deep.equal([['items', 1, [2]]])
    expect(script.engine.counts()).to.include({ parked: 0 })
  })

  it('goes on within its credit and its bytes only while it is parked', async () => {
    let pulled = 0
    const script = scriptSocket(
      declareSocket('/chat', {
        async *onSubscribe() {
          for (;;) {
            pulled++
            yield 'x'.repeat(100)
          }
        },
      }),
      { limits: { maxUnacknowledgedBytes: 1_000, messageBatchBytes: 300 } },
    )
    const socket = await script.open()
    await socket.cut()
    const back = await script.resume(socket)
    await back.send(['subscribe', 1, 10_000, null])
    await back.cut()
    for (let n = 0; n < 30; n++) await script.turn()
    expect(pulled).to.be.within(10, 15)
  })

  it('is gone for good after close codes that say so, and parked after all others', async () => {
    const isParked = async (code: number) => {
      const script = scriptSocket(declareSocket('/chat', {}))
      const socket = await script.open()
      await socket.cut(code)
      const { sessions, parked } = script.engine.counts()
      expect(parked).to.equal(sessions)
      expect(script.loop.timers.size).to.equal(sessions)
      return sessions === 1
    }
    for (const code of [1000, 1001, 1002, 1003, 1005, 1007, 1009, 4000, 4401, 4500]) {
      expect(await isParked(code), String(code)).to.equal(false)
    }
    for (const code of [1006, 1011, 1012, 1013, 1014, 3000, 4408, 4429, 4503]) {
      expect(await isParked(code), String(code)).to.equal(true)
    }
  })

  it('ends when nobody resumes it in time, and its token opens a new session then', async () => {
    const feed = new Feed<number>()
    const closes: unknown[] = []
    let reason: unknown
    const script = scriptSocket(
      declareSocket('/chat', {
        onSubscribe(_, { signal }) {
          signal.addEventListener('abort', () => {
            reason = signal.reason
          })
          return feed
        },
        onClose: (_, close) => void closes.push(close),
      }),
      { limits: { resumeWindow: 500 } },
    )
    const socket = await script.open()
    await socket.send(['subscribe', 1, 3, null])
    await socket.cut()
    await script.loop.advance(499)
    expect(closes).to.deep.equal([])
    await script.loop.advance(1)
    expect(closes).to.deep.equal([{ code: 1006, reason: 'not resumed in time' }])
    expect(reason).to.be.instanceOf(RpcError)
    expect(feed.returns).to.equal(1)
    expect(script.engine.counts()).to.deep.equal(NO_COUNTS)
    const late = await script.resume(socket)
    const [[, ready] = []] = late.frames()
    expect(ready).to.have.property('resumed', false)
    expect(ready).to.have.property('session').that.does.not.equal(socket.token)
    expect(late.port.messages[0]?.[1]).to.equal(0)
  })

  it('is not parked at all where the window is 0', async () => {
    const script = scriptSocket(declareSocket('/chat', {}), { limits: { resumeWindow: 0 } })
    await (await script.open()).cut()
    expect(script.engine.counts()).to.deep.equal(NO_COUNTS)
    expect(script.loop.timers.size).to.equal(0)
  })

  it('gives its place to a new one when there are too many, the one parked for longest first', async () => {
    const script = scriptSocket(declareSocket('/chat', {}), { limits: { maxSockets: 2 } })
    const [first, second] = [await script.open(), await script.open()]
    await second.cut()
    await first.cut()
    await script.open()
    expect(script.engine.counts()).to.include({ sessions: 2, parked: 1 })
    const [[, resumed] = []] = (await script.resume(first)).frames()
    expect(resumed).to.have.property('resumed', true)
    expect(() => script.admit())
      .to.throw(RpcError)
      .with.property('code', 'UNAVAILABLE')
  })
})

describe('a session that is resumed', () => {
  it('over a second socket closes the first, which concerns it no more', async () => {
    const script = scriptSocket(declareSocket('/chat', { onRequest: request => request }))
    const socket = await script.open()
    const back = await script.resume(socket)
    expect(socket.frames()).to.have.nested.property('[0][1].code', 'CONFLICT')
    expect(socket.closeCode).to.equal(4409)
    await socket.raw('[1,0,["request",1,1]]')
    await socket.cut(1000)
    expect(script.engine.counts()).to.include({ sessions: 1, parked: 0 })
    back.frames()
    await back.send(['request', 1, 'here'])
    await script.turn()
    expect(back.frames()).to.deep.equal([['response', 1, 'here']])
    await back.cut(1000)
    expect(script.loop.timers.size).to.equal(0)
  })

  it('runs its middleware again, which may refuse, and leaves the session to another try', async () => {
    const ran: unknown[] = []
    let isLetIn = true
    const script = scriptSocket(
      declareSocket('/chat', {
        middleware: [
          context => {
            ran.push(context.headers.authorization)
            if (!isLetIn) throw new RpcError('UNAUTHORIZED')
          },
        ],
        onConnect: () => void ran.push('connect'),
      }),
    )
    const socket = await script.open({ headers: { authorization: 'first' } })
    await socket.cut()
    isLetIn = false
    const refused = script.connect()
    await refused.hello({ session: socket.token, headers: { authorization: 'second' } })
    expect(refused.closeCode).to.equal(4401)
    expect(script.engine.counts()).to.include({ sessions: 1, parked: 1 })
    isLetIn = true
    const back = await script.resume(socket)
    expect(back.frames()).to.have.nested.property('[0][1].resumed', true)
    expect(ran).to.deep.equal(['first', 'connect', 'second', undefined])
  })

  it('keeps its context; what middleware made of the new headers is released', async () => {
    const users: unknown[] = []
    const script = scriptSocket(
      declareSocket('/chat', {
        middleware: [
          ({ signal }) => {
            const user = { id: users.length, isGone: false }
            users.push(user)
            signal.addEventListener('abort', () => {
              user.isGone = true
            })
            return { user }
          },
        ],
        onRequest: (_, context) => context.user.id,
      }),
    )
    const socket = await script.open()
    await socket.cut()
    const back = await script.resume(socket)
    await back.send(['request', 1])
    await script.turn()
    expect(back.frames()[1]).to.deep.equal(['response', 1, 0])
    expect(users).to.deep.equal([
      { id: 0, isGone: false },
      { id: 1, isGone: true },
    ])
  })

  it('while middleware still runs may have ended: a new session is opened then', async () => {
    let goOn: (() => void) | undefined
    let isFirst = true
    const script = scriptSocket(
      declareSocket('/chat', {
        middleware: [
          () => {
            if (isFirst) return
            return new Promise<void>(resolve => {
              goOn = resolve
            })
          },
        ],
      }),
      { limits: { resumeWindow: 500 } },
    )
    const socket = await script.open()
    await socket.cut()
    isFirst = false
    const back = await script.resume(socket)
    await script.loop.advance(500)
    expect(script.engine.counts().sessions).to.equal(0)
    goOn?.()
    await settled()
    expect(back.frames()).to.have.nested.property('[0][1].resumed', false)
    expect(script.engine.counts()).to.include({ sessions: 1, parked: 0 })
  })

  it('with a token of another path is a new one', async () => {
    const script = scriptSocket([declareSocket('/rooms/:room', {}), declareSocket('/admin', {})])
    const open = async (target: string, hello: object) => {
      const socket = script.connect({ target })
      await socket.hello(hello)
      return socket.frames()[0]?.[1] as { session: string; resumed: boolean }
    }
    const { session } = await open('/rooms/a', {})
    expect((await open('/rooms/b', { session })).resumed).to.equal(false)
    expect((await open('/admin', { session })).resumed).to.equal(false)
    const admin = await open('/admin', {})
    expect((await open('/rooms/a', { session: admin.session })).resumed).to.equal(false)
    expect((await open('/rooms/a?again', { session })).resumed).to.equal(true)
    expect((await open('/rooms/a', { session: '__proto__' })).resumed).to.equal(false)
  })

  it('by a client that acknowledges what was never sent is over', async () => {
    const script = scriptSocket(declareSocket('/chat', {}))
    const socket = await script.open()
    await socket.cut()
    const back = script.connect()
    await back.raw(JSON.stringify([0, 7, ['hello', { session: socket.token }]]))
    expect(back.closeCode).to.equal(4400)
    expect(script.engine.counts()).to.deep.equal(NO_COUNTS)
    expect(script.loop.timers.size).to.equal(0)
  })

  it('is not read over the new socket either while too many notifications run', async () => {
    const end: (() => void)[] = []
    const script = scriptSocket(
      declareSocket('/chat', { onMessage: () => new Promise<void>(resolve => end.push(resolve)) }),
      { limits: { maxCallsInFlight: 1 } },
    )
    const socket = await script.open()
    await socket.send(['notify', 1], ['notify', 2])
    await socket.cut()
    const back = await script.resume(socket)
    expect(back.port.isPaused).to.equal(true)
    end[0]?.()
    await settled()
    expect(back.port.isPaused).to.equal(false)
    expect(end).to.have.length(2)
  })
})

function readyOf(session: string, resumed: boolean) {
  return { session, resumed, heartbeat: 25_000, resumeWindow: 30_000 }
}
