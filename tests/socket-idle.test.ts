// Many sessions that do nothing, over scripted sockets → what they share, and that nothing is left of them.
import { expect } from 'chai'
import type { SocketContext } from '../runtime/src/route-types.ts'
import { HeartbeatWheel } from '../runtime/src/server/heartbeat-wheel.ts'
import { SERVER_LIMITS } from '../runtime/src/wire/limits.ts'
import { declareSocket, scriptSocket } from './support/socket-script.ts'
import { ScriptedLoop } from './support/stream-script.ts'

describe('idle sessions', () => {
  it('have one timer for the heartbeats of all of them, and none when they have left', async () => {
    const script = scriptSocket(declareSocket('/chat', { onRequest: () => 1 }))
    const sockets = []
    for (let n = 0; n < 10; n++) {
      sockets.push(await script.open())
      await script.loop.advance(1_000)
    }
    expect(script.loop.timers.size).to.equal(1)
    for (const socket of sockets) await socket.cut(1000)
    expect(script.loop.timers.size).to.equal(0)
  })

  it('are each pinged after a silence of their own', async () => {
    const script = scriptSocket(declareSocket('/chat', { onRequest: () => 1 }))
    const first = await script.open()
    await script.loop.advance(5_000)
    const second = await script.open()
    await script.loop.advance(SERVER_LIMITS.heartbeatInterval - 5_000)
    expect(first.frames().map(([kind]) => kind)).to.deep.equal(['ping'])
    expect(second.frames()).to.deep.equal([])
    await script.loop.advance(5_000 + SERVER_LIMITS.heartbeatInterval / 100)
    expect(second.frames().map(([kind]) => kind)).to.deep.equal(['ping'])
  })

  it('know their request when somebody asks, as it was when they were opened', async () => {
    const seen: unknown[] = []
    const look = ({ headers, url, params, remoteAddress, id }: SocketContext) =>
      seen.push({ headers: { ...headers }, url: url.href, params: { ...params }, remoteAddress, id })
    const script = scriptSocket(
      declareSocket('/rooms/:room', {
        onConnect: context => void look(context),
        onRequest: (_: unknown, context: SocketContext) => {
          look(context)
          return 1
        },
      }),
    )
    const socket = script.connect({
      target: '/rooms/a%20b?x=1',
      headers: { 'x-tenant': 'ü', 'sec-websocket-protocol': 'alien-rpc.v1.json' },
    })
    await socket.hello({ headers: { authorization: 'Bearer 1' } })
    await socket.send(['request', 1, null])
    await script.turn()
    expect(seen).to.have.length(2)
    expect(seen[1]).to.deep.equal(seen[0])
    expect(seen[1]).to.deep.include({ params: { room: 'a b' }, remoteAddress: '192.0.2.1' })
    expect((seen[1] as { headers: object }).headers).to.include({
      authorization: 'Bearer 1',
      'x-tenant': 'ü',
    })
  })

  it('cannot change what others share of a path without parameters', async () => {
    const seen: unknown[] = []
    const script = scriptSocket(
      declareSocket('/chat', {
        onConnect: ({ params }) => {
          seen.push({ ...params })
          // Throws a TypeError in strict code.
          Reflect.set(params, 'room', 'mine')
        },
      }),
    )
    await script.open()
    await script.open()
    expect(seen).to.deep.equal([{}, {}])
  })
})

describe('a wheel of heartbeats', () => {
  const beat = (log: string[], name: string, onDue = () => {}) => ({
    slot: -1,
    onDue() {
      log.push(name)
      onDue()
    },
  })

  it('looks at each once, in order, never before its time and at most a hundredth of the interval after it', async () => {
    const loop = new ScriptedLoop()
    const wheel = new HeartbeatWheel(loop, 1_000)
    const log: string[] = []
    wheel.add(beat(log, 'late'), 995)
    wheel.add(beat(log, 'early'), 101)
    wheel.add(beat(log, 'with it'), 109)
    expect(loop.timers.size).to.equal(1)
    await loop.advance(100)
    expect(log).to.deep.equal([])
    await loop.advance(10)
    expect(log).to.deep.equal(['early', 'with it'])
    await loop.advance(890)
    expect(log).to.deep.equal(['early', 'with it', 'late'])
    await loop.advance(10_000)
    expect(log).to.have.length(3)
    expect(loop.timers.size).to.equal(0)
  })

  it('takes one back, also while it turns, and has no timer when nothing is left', async () => {
    const loop = new ScriptedLoop()
    const wheel = new HeartbeatWheel(loop, 1_000)
    const log: string[] = []
    const second = beat(log, 'second')
    wheel.add(
      beat(log, 'first', () => wheel.remove(second)),
      100,
    )
    wheel.add(second, 100)
    const third = beat(log, 'third')
    wheel.add(third, 200)
    await loop.advance(100)
    wheel.remove(third)
    wheel.remove(third)
    expect(loop.timers.size).to.equal(0)
    await loop.advance(1_000)
    expect(log).to.deep.equal(['first'])
  })

  it('takes one on while it turns', async () => {
    const loop = new ScriptedLoop()
    const wheel = new HeartbeatWheel(loop, 1_000)
    const log: string[] = []
    const again = beat(log, 'again', () => log.length < 3 && wheel.add(again, 100))
    wheel.add(again, 100)
    await loop.advance(300)
    expect(log).to.deep.equal(['again', 'again', 'again'])
    expect(loop.timers.size).to.equal(0)
  })
})
