// A client's socket over its whole life → its pauses, events, close codes and heartbeats, and what is left behind. Scripted.
import { expect } from 'chai'
import type { RpcError } from '../runtime/src/errors.ts'
import { CLOSE_CODES } from '../runtime/src/wire/socket-frames.ts'
import { rejection } from './support/scripted-server.ts'
import { type AnySocket, ready, type ScriptedSocket, SocketScript, turn } from './support/scripted-socket.ts'

describe('the life of a socket', () => {
  let script: SocketScript
  let client: AnySocket
  let socket: ScriptedSocket
  const start = async (websocket = {}) => {
    script = new SocketScript()
    ;({ client, socket } = await script.open(websocket))
  }
  /** Everything it tells, in order. */
  const record = (): unknown[] => {
    const events: unknown[] = []
    const off = client.on('connect', ({ resumed }) => events.push(`connect ${resumed}`))
    off()
    client.on('disconnect', ({ code, error, willReconnect }) => {
      events.push(`disconnect ${code} ${error?.code} ${willReconnect}`)
    })
    client.on('reconnecting', ({ attempt, delay }) => events.push(`reconnecting ${attempt} ${delay}`))
    client.on('error', ({ code }) => events.push(`error ${code}`))
    return events
  }
  beforeEach(() => start())

  describe('reconnecting', () => {
    it('pauses for a random part of a time that doubles up to its longest, and starts anew after "ready"', async () => {
      await start({ reconnectDelay: 100, maxReconnectDelay: 500 })
      const delays: number[] = []
      client.on('reconnecting', ({ delay }) => delays.push(delay))
      for (const count of [1, 2, 3, 4, 5]) {
        const current = await script.socket(count)
        current.end(1006)
        script.clock.pass(500)
      }
      script.clock.chance = 0.5
      ;(await script.socket(6)).end(1006)
      script.clock.chance = 0
      await script.reconnect(ready('s1', true))
      ;(await script.socket(7)).end(1006)
      expect(delays).to.deep.equal([100, 200, 400, 500, 500, 250, 0])
    })

    it('makes the next attempt not before its pause is over', async () => {
      socket.end(1006)
      script.clock.pass(999)
      await turn()
      expect(script.sockets).to.have.length(1)
      script.clock.pass(1)
      await script.socket(2)
    })

    it('ends when the attempts in a row are used up, with what failed last', async () => {
      await start({ maxReconnectAttempts: 1 })
      const events = record()
      const request = rejection<RpcError>(client.request(1))
      socket.end(1006)
      script.clock.pass(1000)
      ;(await script.socket(2)).end(1011, 'no')
      const error = await request
      expect(error).to.include({
        code: 'UNAVAILABLE',
        message: 'WebSocket /chat: given up after 1 attempts to reconnect',
      })
      expect((error.cause as Error).message).to.equal(
        'WebSocket /chat: the connection was closed with 1011 (no)',
      )
      expect(events).to.deep.equal([
        'disconnect 1006 UNAVAILABLE true',
        'reconnecting 1 1000',
        'error UNAVAILABLE',
      ])
      expect(() => client.notify(1)).to.throw('given up after 1 attempts')
      expect(script.clock.timers.size).to.equal(0)
    })

    it('counts attempts anew after a "ready"', async () => {
      await start({ maxReconnectAttempts: 1 })
      for (const count of [1, 2, 3]) {
        ;(await script.socket(count)).end(1006)
        await script.reconnect(ready('s1', true))
      }
      await turn()
      expect(client.connected).to.equal(true)
    })

    it('does not happen with reconnect: false', async () => {
      await start({ reconnect: false })
      const events = record()
      const request = rejection<RpcError>(client.request(1))
      socket.end(1006)
      expect((await request).message).to.equal('WebSocket /chat: the connection was closed with 1006')
      expect(events).to.deep.equal(['disconnect 1006 UNAVAILABLE false', 'error UNAVAILABLE'])
    })

    it('tells of each attempt that has failed', async () => {
      const events = record()
      socket.end(1006)
      script.clock.pass(1000)
      ;(await script.socket(2)).end(1006)
      script.clock.pass(2000)
      await script.accept(3, [0, 0, ['fail', { code: 'FORBIDDEN', message: 'banned' }]])
      expect(events).to.deep.equal([
        'disconnect 1006 UNAVAILABLE true',
        'reconnecting 1 1000',
        'error UNAVAILABLE',
        'reconnecting 2 2000',
        'error FORBIDDEN',
      ])
      expect((await rejection(client.request(1))).message).to.equal('banned')
    })

    it('tells of an attempt that was closed without a code, as of any that failed', async () => {
      const events = record()
      socket.end(1006)
      script.clock.pass(1000)
      ;(await script.socket(2)).end(1005)
      expect(events.at(-1)).to.equal('error UNAVAILABLE')
    })

    it('happens at once when the browser is online again, and only then listens', async () => {
      const target = new EventTarget()
      const listening = new Set<string>()
      const { addEventListener, removeEventListener } = globalThis
      try {
        Object.assign(globalThis, {
          addEventListener(type: string, listener: () => void) {
            listening.add(type)
            target.addEventListener(type, listener)
          },
          removeEventListener(type: string, listener: () => void) {
            listening.delete(type)
            target.removeEventListener(type, listener)
          },
        })
        expect([...listening]).to.deep.equal([])
        socket.end(1006)
        expect([...listening]).to.deep.equal(['online'])
        target.dispatchEvent(new Event('online'))
        await script.accept(2, ready('s1', true))
        expect([...listening]).to.deep.equal([])
        script.sockets[1]!.end(1006)
        client.close()
        expect([...listening]).to.deep.equal([])
        expect(script.clock.timers.size).to.equal(0)
      } finally {
        Object.assign(globalThis, { addEventListener, removeEventListener })
      }
    })
  })

  describe('closed by the server', () => {
    for (const [code, retries] of Object.entries(CLOSE_CODES)) {
      it(`with ${code} ${retries ? 'connects again' : 'is closed for good'}`, async () => {
        const events = record()
        const request = rejection<RpcError>(client.request(1))
        socket.end(Number(code))
        const isOnPurpose = code === '1000' || code === '1005'
        expect(events[0]).to.match(
          new RegExp(`^disconnect ${code} ${isOnPurpose ? 'undefined' : '[A-Z]'}.*${retries}$`),
        )
        expect(events.length).to.equal(isOnPurpose ? 1 : 2)
        expect(script.clock.timers.size > 0).to.equal(retries)
        client.close()
        expect((await request).code).to.equal(
          retries
            ? 'CANCELLED'
            : isOnPurpose
              ? 'UNAVAILABLE'
              : code === '1009'
                ? 'PAYLOAD_TOO_LARGE'
                : 'INTERNAL',
        )
      })
    }

    for (const [code, expected] of [
      [4408, 'UNAVAILABLE true'],
      [3999, 'UNAVAILABLE true'],
      [4503, 'UNAVAILABLE true'],
      [4429, 'TOO_MANY_REQUESTS true'],
      [4401, 'UNAUTHORIZED false'],
      [4409, 'CONFLICT false'],
      [4500, 'INTERNAL false'],
      [4502, 'UNAVAILABLE false'],
      [4900, 'UNAVAILABLE false'],
    ] as const) {
      it(`with ${code} tells ${expected}`, () => {
        const events = record()
        socket.end(code)
        expect(events[0]).to.equal(`disconnect ${code} ${code === 4408 ? 'TIMEOUT true' : expected}`)
      })
    }

    it('tells what "fail" said, ends its calls with that, and answers with the same close code', async () => {
      const events = record()
      const next = rejection<RpcError>(client.subscribe('x').next())
      await turn()
      socket.say([0, 0, ['fail', { code: 'BAD_REQUEST', message: 'unknown kind', data: 1 }]])
      socket.end(4400)
      expect(await next).to.include({ code: 'BAD_REQUEST', message: 'unknown kind', data: 1 })
      expect(events).to.deep.equal(['disconnect 4400 BAD_REQUEST false', 'error BAD_REQUEST'])
      expect(socket.closedWith).to.equal(4400)
    })
  })

  describe('heartbeats', () => {
    it('count any message: after the silence that "ready" names it reconnects and resumes', async () => {
      const events = record()
      script.clock.pass(20_000)
      socket.say([0, 0])
      script.clock.pass(24_999)
      expect(events).to.deep.equal([])
      script.clock.pass(1)
      expect(events).to.deep.equal(['disconnect 4408 UNAVAILABLE true', 'reconnecting 1 1000'])
      expect(socket.closedWith).to.equal(4408)
      const next = await script.reconnect(ready('s1', true))
      expect(next.sent[0]).to.deep.equal([0, 0, ['hello', { session: 's1' }]])
      socket.say([1, 0, ['drain']])
      await turn()
      expect(next.sent).to.have.length(1)
    })

    it('are not missed where the server has switched them off', async () => {
      const other = new SocketScript()
      const opening = other.method()()
      await other.accept(1, [
        0,
        0,
        ['ready', { session: 's', resumed: false, heartbeat: 0, resumeWindow: 0 }],
      ])
      await opening
      expect(other.clock.timers.size).to.equal(0)
    })
  })

  describe('close()', () => {
    it('sends what this turn has brought, closes with 1000 and ends all calls with CANCELLED', async () => {
      const events = record()
      const request = rejection<RpcError>(client.request(1))
      const next = rejection<RpcError>(client.subscribe('x').next())
      await turn()
      client.notify('last')
      client.close()
      expect(socket.frames.at(-1)).to.deep.equal(['notify', 'last'])
      expect(socket.closedWith).to.equal(1000)
      for (const error of [await request, await next]) {
        expect(error).to.include({ code: 'CANCELLED', message: 'WebSocket /chat: the socket was closed' })
      }
      expect(events).to.deep.equal(['disconnect 1000 undefined false'])
      expect(client.connected).to.equal(false)
    })

    it('is final: later calls are CANCELLED, later messages and closes are nothing', async () => {
      const events = record()
      client.close()
      client.close()
      socket.say([1, 0, ['drain']])
      socket.end(1000)
      expect(() => client.notify(1))
        .to.throw()
        .with.property('code', 'CANCELLED')
      expect((await rejection(client.request(1))).code).to.equal('CANCELLED')
      expect((await rejection(client.subscribe(1).next())).code).to.equal('CANCELLED')
      expect(events).to.deep.equal(['disconnect 1000 undefined false'])
    })

    it('while it is away ends the pause and tells nothing more', async () => {
      socket.end(1006)
      const events = record()
      client.close()
      script.clock.pass(60_000)
      await turn()
      expect(events).to.deep.equal([])
      expect(script.sockets).to.have.length(1)
    })

    it('while it connects again gives that socket up', async () => {
      socket.end(1006)
      script.clock.pass(1000)
      const second = await script.socket(2)
      client.close()
      expect(second.closedWith).to.equal(1000)
      second.accept()
      second.say(ready('s1', true))
      second.end(1006)
      expect([second.sent.length, client.connected, second.listenerCount]).to.deep.equal([0, false, 0])
    })

    for (const event of ['connect', 'disconnect', 'reconnecting', 'error'] as const) {
      it(`works within a listener of "${event}"`, async () => {
        client.on(event, () => client.close())
        await turn()
        socket.end(1006)
        if (event === 'error') {
          script.clock.pass(1000)
          ;(await script.socket(2)).end(1006)
        }
        await turn()
        expect(script.clock.timers.size).to.equal(0)
        expect((await rejection(client.request(1))).code).to.equal('CANCELLED')
      })
    }

    it('leaves no timer, and no listener once the platform has closed the connection', async () => {
      client.request(1).catch(() => undefined)
      client
        .subscribe(1)
        .next()
        .catch(() => undefined)
      await turn()
      client.close()
      expect(script.clock.timers.size).to.equal(0)
      socket.end(1000)
      expect(socket.listenerCount).to.equal(0)
    })
  })

  describe('on()', () => {
    it('tells a listener that comes later of the connection that is there, once', async () => {
      const details: unknown[] = []
      client.on('connect', detail => details.push(detail))
      expect(details).to.deep.equal([])
      await turn()
      expect(details).to.deep.equal([{ resumed: false }])
      socket.end(1006)
      client.on('connect', detail => details.push(['away', detail]))
      await turn()
      await script.reconnect(ready('s1', true))
      expect(details.slice(1)).to.deep.equal([{ resumed: true }, ['away', { resumed: true }]])
    })

    it('tells it so before it hears that the connection was closed in the same turn', async () => {
      const events: unknown[] = []
      client.on('connect', detail => events.push(detail))
      client.on('disconnect', ({ code }) => events.push(code))
      client.close()
      await turn()
      expect(events).to.deep.equal([{ resumed: false }, 1000])
    })

    it('tells a listener once that comes in the turn of the connection', async () => {
      socket.end(1006)
      script.clock.pass(1000)
      const next = await script.socket(2)
      next.accept()
      const details: unknown[] = []
      client.on('connect', detail => details.push(detail))
      next.say(ready('s1', true))
      await turn()
      expect(details).to.deep.equal([{ resumed: true }])
    })

    it('tells a listener nothing that was removed, also within the turn', async () => {
      const details: unknown[] = []
      client.on('connect', detail => details.push(detail))()
      const second = () => details.push('second')
      client.on('disconnect', () => off())
      const off = client.on('disconnect', second)
      socket.end(1006)
      await turn()
      expect(details).to.deep.equal([])
    })

    it('throws the error of a listener as an uncaught one, and goes on', async () => {
      const told: unknown[] = []
      client.on('disconnect', () => {
        throw new Error('of a listener')
      })
      client.on('disconnect', () => told.push('second'))
      const listeners = process.rawListeners('uncaughtException')
      process.removeAllListeners('uncaughtException')
      const uncaught = new Promise<Error>(resolve => process.once('uncaughtException', resolve))
      try {
        socket.end(1006)
        expect((await uncaught).message).to.equal('of a listener')
      } finally {
        for (const listener of listeners) process.on('uncaughtException', listener as never)
      }
      expect(told).to.deep.equal(['second'])
      await script.reconnect(ready('s1', true))
      expect(client.connected).to.equal(true)
    })
  })

  it('calls functions of the platform as methods of none: browsers refuse another `this`', async () => {
    const { queueMicrotask } = globalThis
    try {
      globalThis.queueMicrotask = function (this: unknown, task) {
        if (this !== undefined && this !== globalThis) throw new TypeError('Illegal invocation')
        queueMicrotask(task)
      }
      await start()
      client.notify('n')
      await turn()
      expect(socket.frames.at(-1)).to.deep.equal(['notify', 'n'])
    } finally {
      globalThis.queueMicrotask = queueMicrotask
    }
  })

  it('has its methods and nothing else: no promise takes it for one of its own', async () => {
    expect(Object.keys(client).sort()).to.deep.equal([
      'close',
      'connected',
      'notify',
      'on',
      'request',
      'subscribe',
    ])
  })
})
