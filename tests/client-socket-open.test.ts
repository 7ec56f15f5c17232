// The method of a socket route against a WebSocket class that is driven by hand: what opens a socket, and what does not.
import { expect } from 'chai'
import { RpcError } from '../runtime/src/errors.ts'
import { countingSignal, rejection } from './support/scripted-server.ts'
import { CHAT, ready, SocketScript, turn } from './support/scripted-socket.ts'

describe('opening a socket from the client', () => {
  let script: SocketScript
  beforeEach(() => {
    script = new SocketScript()
  })

  it('asks for the route by ws, with the subprotocol, and sends "hello" alone', async () => {
    const opening = script.method()()
    const socket = await script.socket(1)
    expect(socket.url).to.equal('ws://example.test/api/chat')
    expect(socket.protocols).to.deep.equal(['alien-rpc.v1.json'])
    expect(socket.binaryType).to.equal('arraybuffer')
    expect(socket.sent).to.deep.equal([])
    socket.accept()
    expect(socket.sent).to.deep.equal([[0, 0, ['hello', {}]]])
    socket.say(ready('s1'))
    expect((await opening).connected).to.equal(true)
    expect(socket.sent).to.have.length(1)
  })

  it('takes wss for https', async () => {
    const method = script.method({}, CHAT, { prefixUrl: 'https://example.test' })
    method().catch(() => undefined)
    expect((await script.socket(1)).url).to.equal('wss://example.test/chat')
  })

  it('fills path parameters with the first argument, and takes options behind it', async () => {
    const route = { ...CHAT, path: '/rooms/:room/files/*path' }
    const { controller, signal } = countingSignal()
    const opening = script.method({}, route)({ room: 'a b', path: 'x/y' }, { signal })
    expect((await script.socket(1)).url).to.equal('ws://example.test/api/rooms/a%20b/files/x/y')
    controller.abort()
    expect((await rejection(opening)).code).to.equal('CANCELLED')
  })

  it('rejects path parameters that no URL can hold', async () => {
    const method = script.method({}, { ...CHAT, path: '/rooms/:room' })
    for (const args of [{ room: '..' }, {}, undefined, { room: null }]) {
      const error = await rejection(method(args))
      expect(error.code).to.equal('BAD_REQUEST')
      expect(error.message).to.match(/^WebSocket \/rooms\/:room: .*"room"/)
    }
    expect(script.sockets).to.have.length(0)
  })

  it("sends the client's headers and the call's, which are stronger, by lower-case name", async () => {
    const method = script.method({}, CHAT, {
      headers: async () => ({ Authorization: 'a', 'Accept-Language': 'de' }),
    })
    method({ headers: { AUTHORIZATION: 'b' } }).catch(() => undefined)
    const socket = await script.socket(1)
    socket.accept()
    const headers = { 'accept-language': 'de', authorization: 'b' }
    expect(socket.frames).to.deep.equal([['hello', { headers }]])
  })

  it('rejects with what the server refuses it for', async () => {
    const opening = script.method()()
    const error = { code: 'UNAUTHORIZED', message: 'no token', data: { a: 1 } }
    const socket = await script.accept(1, [0, 0, ['fail', error]])
    const failure = await rejection(opening)
    expect(failure)
      .to.be.instanceOf(RpcError)
      .and.include({ code: 'UNAUTHORIZED', message: 'no token', remote: true })
    expect(failure.data).to.deep.equal({ a: 1 })
    expect(socket.closedWith).to.equal(4401)
    expect(script.clock.timers.size).to.equal(0)
  })

  it('tries again after a refusal that may pass', async () => {
    const opening = script.method()()
    await script.accept(1, [0, 0, ['fail', { code: 'TOO_MANY_REQUESTS', message: 'later' }]])
    await script.reconnect(ready('s1'))
    expect((await opening).connected).to.equal(true)
  })

  it('rejects at the first failure without reconnect, and says what the platform said', async () => {
    const opening = script.method({ reconnect: false })()
    ;(await script.socket(1)).end(1006, 'connect ECONNREFUSED')
    const error = await rejection(opening)
    expect(error).to.include({
      code: 'UNAVAILABLE',
      message: 'WebSocket /chat: the connection was closed with 1006 (connect ECONNREFUSED)',
    })
  })

  it('rejects when the attempts are used up', async () => {
    const opening = script.method({ maxReconnectAttempts: 2 })()
    for (const count of [1, 2, 3]) {
      ;(await script.socket(count)).end(1006)
      if (count < 3) script.clock.pass(2 ** count * 1000)
    }
    const error = await rejection(opening)
    expect(error.message).to.equal('WebSocket /chat: given up after 2 attempts to reconnect')
    expect((error.cause as RpcError).code).to.equal('UNAVAILABLE')
    expect(script.clock.timers.size).to.equal(0)
  })

  it('rejects with TIMEOUT, and the last failure as its cause, when no attempt succeeds in time', async () => {
    const opening = script.method()({ timeout: 5_000 })
    ;(await script.socket(1)).end(1006)
    script.clock.pass(5_000)
    const error = await rejection(opening)
    expect(error).to.include({ code: 'TIMEOUT', message: 'WebSocket /chat: not open within 5000 ms' })
    expect((error.cause as RpcError).code).to.equal('UNAVAILABLE')
    expect(script.clock.timers.size).to.equal(0)
  })

  for (const [what, options, expected] of [
    ['30 s', {}, 30_000],
    ["the client's timeout", { timeout: 7_000 }, 7_000],
  ] as const) {
    it(`gives up after ${what} by default`, async () => {
      const opening = script.method({ connectTimeout: 60_000 }, CHAT, options)()
      await script.socket(1)
      script.clock.pass(expected - 1)
      await turn()
      expect(script.sockets[0]!.closedWith).to.equal(undefined)
      script.clock.pass(1)
      expect((await rejection(opening)).code).to.equal('TIMEOUT')
      expect(script.sockets[0]!.closedWith).to.equal(1000)
    })
  }

  it('waits for ever with a timeout of 0', async () => {
    const opening = script.method()({ timeout: 0 })
    for (let count = 1; count < 20; count++) {
      ;(await script.socket(count)).end(1006)
      script.clock.pass(30_000)
    }
    await script.accept(20, ready('s1'))
    expect((await opening).connected).to.equal(true)
  })

  it('gives up an attempt that is not answered within connectTimeout, and makes the next', async () => {
    const opening = script.method({ connectTimeout: 2_000 })()
    const first = await script.socket(1)
    first.accept()
    script.clock.pass(2_000)
    expect(first.closedWith).to.equal(4408)
    script.clock.pass(1_000)
    const second = await script.socket(2)
    second.accept()
    second.say(ready('s1'))
    const client = await opening
    first.accept()
    first.say(ready('late'))
    first.end(1006)
    client.notify('n')
    await turn()
    expect(first.frames).to.deep.equal([['hello', {}]])
    expect(second.frames).to.deep.equal([
      ['hello', {}],
      ['notify', 'n'],
    ])
  })

  it('opens nothing for a signal that is aborted', async () => {
    const error = await rejection(script.method()({ signal: AbortSignal.abort('gone') }))
    expect(error).to.include({ code: 'CANCELLED', cause: 'gone' })
    await turn()
    expect(script.sockets).to.have.length(0)
    expect(script.clock.timers.size).to.equal(0)
  })

  it('closes the socket when its signal is aborted later, and lets go of the signal at the end', async () => {
    const counted = countingSignal()
    const opening = script.method()({ signal: counted.signal })
    const socket = await script.accept(1, ready('s1'))
    const client = await opening
    const request = client.request(1)
    expect(counted.listeners).to.equal(1)
    counted.controller.abort('done')
    expect(await rejection(request)).to.include({ code: 'CANCELLED', cause: 'done' })
    expect(socket.closedWith).to.equal(1000)
    expect(client.connected).to.equal(false)
    expect(counted.listeners).to.equal(0)
  })

  it('aborted between the attempts, leaves no timer', async () => {
    const { controller, signal } = countingSignal()
    const opening = script.method()({ signal })
    ;(await script.socket(1)).end(1006)
    controller.abort()
    expect((await rejection(opening)).code).to.equal('CANCELLED')
    expect(script.clock.timers.size).to.equal(0)
  })

  it('opens no socket when it was aborted while the headers were made', async () => {
    const { controller, signal } = countingSignal()
    let give = (_: Record<string, string>) => {}
    const headers = () => new Promise<Record<string, string>>(resolve => (give = resolve))
    const opening = script.method({}, CHAT, { headers })({ signal })
    controller.abort()
    give({})
    expect((await rejection(opening)).code).to.equal('CANCELLED')
    await turn()
    expect(script.sockets).to.have.length(0)
  })

  it('heeds no headers of an attempt that was given up, made or failed', async () => {
    const settle: { resolve(headers: Record<string, string>): void; reject(error: unknown): void }[] = []
    const headers = () =>
      new Promise<Record<string, string>>((resolve, reject) => settle.push({ resolve, reject }))
    const opening = script.method({ connectTimeout: 100 }, CHAT, { headers })()
    for (const delay of [100, 1_000, 100, 2_000]) script.clock.pass(delay)
    await turn()
    settle[0]!.reject(new RpcError('UNAUTHORIZED'))
    settle[1]!.resolve({})
    await turn()
    expect(script.sockets).to.have.length(0)
    settle[2]!.resolve({})
    await script.accept(1, ready('s1'))
    expect((await opening).connected).to.equal(true)
  })

  it('takes options that are undefined for absent', async () => {
    const undefinedOptions = { maxReconnectAttempts: undefined, reconnectDelay: undefined, credit: undefined }
    const opening = script.method(undefinedOptions as never)()
    ;(await script.socket(1)).end(1006)
    await script.reconnect(ready('s1'))
    expect((await opening).connected).to.equal(true)
  })

  it('asks a function for headers at each attempt, and tries again when it fails', async () => {
    let count = 0
    const headers = () => {
      if (++count === 1) throw new Error('no network')
      return { authorization: `${count}` }
    }
    const opening = script.method({}, CHAT, { headers })()
    await turn()
    const socket = await script.reconnect(ready('s1'))
    await opening
    expect(socket.frames).to.deep.equal([['hello', { headers: { authorization: '2' } }]])
  })

  it('does not try again when a headers function throws an RpcError that is final', async () => {
    const headers = () => {
      throw new RpcError('UNAUTHORIZED', { message: 'signed out' })
    }
    const error = await rejection(script.method({}, CHAT, { headers })())
    expect(error).to.include({ code: 'UNAUTHORIZED', message: 'signed out' })
  })

  it('rejects at once when the WebSocket class refuses the URL', async () => {
    class Refusing {
      constructor() {
        throw new SyntaxError('mixed content')
      }
    }
    const error = await rejection(script.method({ WebSocket: Refusing as never })())
    expect(error.code).to.equal('NOT_IMPLEMENTED')
    expect((error.cause as Error).message).to.equal('mixed content')
    expect(script.clock.timers.size).to.equal(0)
  })

  it('closes with 4500 when "hello" is answered by anything but "ready" or "fail"', async () => {
    for (const answer of [
      'no JSON',
      new ArrayBuffer(3),
      [0, 0],
      [0, 0, ['ping']],
      [1, 0, ['response', 1]],
      [0, 0, ['ready', { session: 's' }]],
    ]) {
      const attempt = new SocketScript()
      const opening = attempt.method()()
      const socket = await attempt.accept(1, answer)
      const error = await rejection(opening)
      expect(error.code, JSON.stringify(answer)).to.equal('INTERNAL')
      expect(error.message).to.match(/^WebSocket \/chat: the server broke the protocol: /)
      expect(socket.closedWith).to.equal(4500)
    }
  })

  it("takes the platform's WebSocket when none is given", async () => {
    const { WebSocket } = globalThis
    try {
      globalThis.WebSocket = script.WebSocket as never
      const opening = script.method({ WebSocket: undefined as never })()
      await script.accept(1, ready('s1'))
      expect((await opening).connected).to.equal(true)
    } finally {
      globalThis.WebSocket = WebSocket
    }
  })

  it('opens sockets that have nothing to do with each other', async () => {
    const method = script.method()
    const openings = [method(), method()]
    await script.accept(1, ready('s1'))
    await script.accept(2, ready('s2'))
    const [first, second] = await Promise.all(openings)
    first!.close()
    expect([first!.connected, second!.connected]).to.deep.equal([false, true])
  })
})
