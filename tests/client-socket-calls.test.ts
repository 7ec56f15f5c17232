// Notifications, requests and subscriptions of an open socket → their frames, and what answers make of them. Scripted.
import { expect } from 'chai'
import type { SocketDetails } from '../runtime/src/client/client-route.ts'
import {
  chooseAnswer,
  socketNotify,
  socketRequest,
  socketSubscribe,
} from '../runtime/src/client/socket-methods.ts'
import { collect, countingSignal, rejection } from './support/scripted-server.ts'
import { type AnySocket, CHAT, type ScriptedSocket, SocketScript, turn } from './support/scripted-socket.ts'

const toDate = { encode: (date: Date) => +date, decode: (ms: number) => new Date(ms) }

describe('calls over a socket', () => {
  let script: SocketScript
  let client: AnySocket
  let socket: ScriptedSocket
  const start = async (route: Partial<SocketDetails> = {}, websocket = {}) => {
    script = new SocketScript()
    ;({ client, socket } = await script.open(websocket, { ...CHAT, ...route }))
  }
  /** Frames that left after `hello`. */
  const frames = async () => {
    await turn()
    return socket.frames.slice(1)
  }
  beforeEach(() => start())

  it('of one turn leave in one message', async () => {
    client.notify({ text: 'a' })
    client.notify()
    client.request({ type: 'join' }).catch(() => undefined)
    client.subscribe('x', { credit: 10, lastEventId: '7' }).next()
    await turn()
    expect(socket.sent.slice(1)).to.deep.equal([
      [
        1,
        0,
        ['notify', { text: 'a' }],
        ['notify'],
        ['request', 1, { type: 'join' }],
        ['subscribe', 2, 10, '7', 'x'],
      ],
    ])
  })

  it('are refused where JSON would lose a value', async () => {
    for (const value of [Number.NaN, [new Date(Number.NaN)], { n: 1n }]) {
      expect(() => client.notify(value))
        .to.throw()
        .with.property('code', 'BAD_REQUEST')
      expect((await rejection(client.request(value))).code).to.equal('BAD_REQUEST')
      expect((await rejection(client.subscribe(value).next())).code).to.equal('BAD_REQUEST')
    }
    expect(await frames()).to.deep.equal([])
    expect(script.clock.timers.size, "only the heartbeat's").to.equal(1)
  })

  describe('a request', () => {
    it('resolves with its response, whatever the order of the answers', async () => {
      const answers = Promise.all([client.request('a'), client.request('b'), client.request('c')])
      await turn()
      socket.say([1, 1, ['response', 2, { b: 1 }], ['response', 3]])
      socket.say([2, 1, ['response', 1, null]])
      expect(await answers).to.deep.equal([null, { b: 1 }, undefined])
    })

    it('rejects with the error that answers it', async () => {
      const request = client.request('a')
      await turn()
      const issues = [{ path: 'request.n', expected: 'number', received: '"1"' }]
      socket.say([1, 1, ['error', 1, { code: 'BAD_REQUEST', message: 'no', issues }]])
      const error = await rejection(request)
      expect(error).to.include({ code: 'BAD_REQUEST', message: 'no', remote: true })
      expect(error.issues).to.deep.equal(issues)
    })

    it('encodes and decodes by its codec', async () => {
      await start({ methods: { notify: [socketNotify, toDate], request: [socketRequest, toDate] } })
      client.notify(new Date(1))
      client.notify()
      const request = client.request(new Date(5))
      expect(await frames()).to.deep.equal([['notify', 1], ['notify'], ['request', 1, 5]])
      socket.say([1, 1, ['response', 1, 9]])
      expect(await request).to.deep.equal(new Date(9))
    })

    it('decodes by the variant that was sent, and as the others where there is none', async () => {
      const variants = { key: 'type', answers: { join: toDate, 7: {} } }
      const request = [socketRequest, { decode: (n: number) => -n, variants, choose: chooseAnswer }] as const
      await start({ methods: { request } })
      const sent = [{ type: 'join' }, { type: 7 }, { type: 'leave' }, { type: 'constructor' }, {}, null]
      const answers = Promise.all(sent.map(value => client.request(value)))
      await turn()
      socket.say([1, 1, ...sent.map((_, index) => ['response', index + 1, 3])])
      expect(await answers).to.deep.equal([new Date(3), 3, -3, -3, -3, -3])
    })

    it('rejects with INTERNAL when the answer cannot be decoded, and the others go on', async () => {
      const decode = (value: number[]) => value.map(n => n)
      await start({ methods: { request: [socketRequest, { decode }] } })
      const requests = [client.request(1), client.request(2)]
      await turn()
      socket.say([1, 1, ['response', 1, 'text'], ['response', 2, [1]]])
      expect((await rejection(requests[0]!)).message).to.equal(
        'WebSocket /chat: the answer does not have the declared shape',
      )
      expect(await requests[1]!).to.deep.equal([1])
      expect(await frames(), 'no cancel of what has ended').to.have.length(2)
    })

    it('rejects with TIMEOUT, cancels, and ignores a late answer', async () => {
      const request = client.request(1, { timeout: 100 })
      await turn()
      script.clock.pass(100)
      const error = await rejection(request)
      expect(error).to.include({ code: 'TIMEOUT', message: 'WebSocket /chat: no answer within 100 ms' })
      expect((await frames()).at(-1)).to.deep.equal(['cancel', 1])
      socket.say([1, 2, ['response', 1, 'late']])
      expect(client.connected).to.equal(true)
    })

    it('has 30 s by default, and no end with 0', async () => {
      const requests = [client.request(1), client.request(2, { timeout: 0 })]
      await turn()
      script.clock.pass(20_000)
      socket.say([0, 1, ['ping']])
      script.clock.pass(10_000)
      expect((await rejection(requests[0]!)).code).to.equal('TIMEOUT')
      socket.say([1, 1, ['response', 2, 'b']])
      expect(await requests[1]).to.equal('b')
    })

    it('rejects with CANCELLED and the reason when its signal is aborted', async () => {
      const counted = countingSignal()
      const request = client.request(1, { signal: counted.signal })
      await turn()
      counted.controller.abort('enough')
      expect(await rejection(request)).to.include({ code: 'CANCELLED', cause: 'enough' })
      expect((await frames()).at(-1)).to.deep.equal(['cancel', 1])
    })

    it('that is cancelled in the turn it was sent in never leaves', async () => {
      const { controller, signal } = countingSignal()
      const request = client.request(1, { signal })
      client.notify('n')
      controller.abort()
      expect((await rejection(request)).code).to.equal('CANCELLED')
      expect(await frames()).to.deep.equal([['notify', 'n']])
    })

    it('is not sent for a signal that is aborted already', async () => {
      expect((await rejection(client.request(1, { signal: AbortSignal.abort() }))).code).to.equal('CANCELLED')
      expect(await frames()).to.deep.equal([])
    })

    it('lets go of its signal, however it ends, and shares a timer that ends with the socket', async () => {
      const { clock } = script
      const idle = clock.timers.size
      for (const end of ['response', 'error', 'abort', 'timeout']) {
        const counted = countingSignal()
        const request = client.request(1, { signal: counted.signal, timeout: 10 }).catch(() => undefined)
        await turn()
        expect(clock.timers.size, end).to.equal(idle + 1)
        const id = (socket.frames.at(-1) as unknown[])[1]
        if (end === 'response') socket.say([1, 1, ['response', id, 1]])
        else if (end === 'error') socket.say([2, 1, ['error', id, { code: 'CONFLICT', message: '' }]])
        else if (end === 'abort') counted.controller.abort()
        else clock.pass(10)
        await request
        expect([counted.listeners, counted.most], end).to.deep.equal([0, 1])
      }
      expect(clock.timers.size, 'after the last deadline').to.equal(idle)
      client.request(1).catch(() => undefined)
      client.close()
      expect(clock.timers.size, 'of a socket that was closed').to.equal(0)
    })

    it('ends each request at its own deadline, in whatever order they were made', async () => {
      const { clock } = script
      const ended: unknown[] = []
      for (const timeout of [30, 10, 20, 10, 0]) {
        client.request(timeout, { timeout }).catch(error => ended.push([timeout, clock.time, error.code]))
      }
      for (const _ of [1, 2, 3, 4]) {
        clock.pass(10)
        await turn()
      }
      expect(ended).to.deep.equal([
        [10, 10, 'TIMEOUT'],
        [10, 10, 'TIMEOUT'],
        [20, 20, 'TIMEOUT'],
        [30, 30, 'TIMEOUT'],
      ])
    })
  })

  describe('a subscription', () => {
    it('starts at the first next(), with the credit of the client', async () => {
      const stream = client.subscribe({ room: 'a' })
      expect(await frames()).to.deep.equal([])
      stream.next()
      expect(await frames()).to.deep.equal([['subscribe', 1, 1024, null, { room: 'a' }]])
    })

    it('gives its items in order, then its return value', async () => {
      const stream = client.subscribe('x')
      const first = stream.next()
      await turn()
      socket.say([1, 1, ['items', 1, ['a', 'b'], ['1', null]], ['items', 1, ['c']], ['end', 1, 'done']])
      expect(await first).to.deep.equal({ done: false, value: 'a' })
      expect(await collect(stream)).to.deep.equal(['b', 'c'])
    })

    it('decodes items and return value, by the variant that was sent', async () => {
      const answers = { days: { ...toDate, decodeReturn: (n: number) => `${n}!` } }
      const codec = { variants: { key: 'type', answers }, choose: chooseAnswer }
      await start({ methods: { subscribe: [socketSubscribe, codec] } })
      const stream = client.subscribe({ type: 'days' })
      const results = [stream.next(), stream.next()]
      await turn()
      socket.say([1, 1, ['items', 1, [4]], ['end', 1, 5]])
      expect(await Promise.all(results)).to.deep.equal([
        { done: false, value: new Date(4) },
        { done: true, value: '5!' },
      ])
    })

    it('throws the error that ends it, after the items before it', async () => {
      const stream = client.subscribe('x')
      const first = stream.next()
      await turn()
      socket.say([1, 1, ['items', 1, [1, 2]], ['error', 1, { code: 'CONFLICT', message: 'broke' }]])
      expect([await first, await stream.next()].map(({ value }) => value)).to.deep.equal([1, 2])
      expect((await rejection(stream.next())).message).to.equal('broke')
      expect(await stream.next()).to.deep.equal({ done: true, value: undefined })
      expect(await frames()).to.have.length(1)
    })

    it('ends with INTERNAL and a cancel at an item that cannot be decoded, after those before it', async () => {
      const decode = (value: number[]) => value.map(n => n)
      await start({ methods: { subscribe: [socketSubscribe, { decode }] } })
      const stream = client.subscribe('x')
      const first = stream.next()
      await turn()
      socket.say([1, 1, ['items', 1, [[1], [2], 'text', [3]]]])
      expect([await first, await stream.next()].map(({ value }) => value)).to.deep.equal([[1], [2]])
      expect((await rejection(stream.next())).code).to.equal('INTERNAL')
      expect((await frames()).at(-1)).to.deep.equal(['cancel', 1])
    })

    it('is cancelled by leaving the loop, once', async () => {
      const stream = client.subscribe('x')
      const loop = (async () => {
        for await (const item of stream) return item
      })()
      await turn()
      socket.say([1, 1, ['items', 1, ['a', 'b']]])
      expect(await loop).to.equal('a')
      await stream.return()
      expect(await frames()).to.deep.equal([
        ['subscribe', 1, 1024, null, 'x'],
        ['cancel', 1],
      ])
      socket.say([2, 2, ['items', 1, ['late']], ['end', 1]])
      expect(client.connected).to.equal(true)
    })

    it('is not cancelled once it has ended', async () => {
      const stream = client.subscribe('x')
      const items = collect(stream)
      await turn()
      socket.say([1, 1, ['end', 1]])
      expect(await items).to.deep.equal([])
      await stream.return()
      expect(await frames()).to.have.length(1)
    })

    it('throws CANCELLED at once when its signal is aborted, whatever is here', async () => {
      const counted = countingSignal()
      const stream = client.subscribe('x', { signal: counted.signal })
      const first = stream.next()
      await turn()
      socket.say([1, 1, ['items', 1, ['a', 'b', 'c']]])
      await first
      counted.controller.abort('enough')
      expect((await frames()).at(-1)).to.deep.equal(['cancel', 1])
      expect(await rejection(stream.next())).to.include({ code: 'CANCELLED', cause: 'enough' })
      expect(counted.listeners).to.equal(0)
    })

    it('throws CANCELLED to a reader that waits when its signal is aborted', async () => {
      const { controller, signal } = countingSignal()
      const next = client.subscribe('x', { signal }).next()
      await turn()
      controller.abort()
      expect((await rejection(next)).code).to.equal('CANCELLED')
    })

    it('throws CANCELLED also when all has come before its signal is aborted', async () => {
      for (const answer of [
        ['end', 1],
        ['error', 1, { code: 'CONFLICT', message: '' }],
      ]) {
        await start()
        const controller = new AbortController()
        const stream = client.subscribe('x', { signal: controller.signal })
        const first = stream.next()
        await turn()
        socket.say([1, 1, ['items', 1, ['a', 'b']], answer])
        await first
        controller.abort('enough')
        expect(await rejection(stream.next())).to.include({ code: 'CANCELLED', cause: 'enough' })
        expect((await stream.next()).done).to.equal(true)
      }
    })

    it('lets go of its signal when the server ends it, read or not', async () => {
      for (const answer of [
        ['end', 1],
        ['error', 1, { code: 'CONFLICT', message: '' }],
      ]) {
        await start()
        const counted = countingSignal()
        client
          .subscribe('x', { signal: counted.signal })
          .next()
          .catch(() => undefined)
        await turn()
        expect(counted.listeners).to.equal(1)
        socket.say([1, 1, answer])
        expect(counted.listeners).to.equal(0)
      }
    })

    it('refuses a lastEventId that no item can have, which the server would take for the end of the session', async () => {
      for (const lastEventId of ['', 'two words', '$end', 'x'.repeat(257)]) {
        expect((await rejection(client.subscribe('x', { lastEventId }).next())).message).to.equal(
          `WebSocket /chat: lastEventId must be the id of an item, got "${lastEventId}"`,
        )
      }
      expect(await frames()).to.deep.equal([])
    })

    it('refuses a credit that is no whole number of 1 or more', async () => {
      for (const credit of [0, -1, Number.NaN, 1.5, Number.POSITIVE_INFINITY]) {
        expect((await rejection(client.subscribe('x', { credit }).next())).message).to.equal(
          `WebSocket /chat: credit must be 1 or more, got ${credit}`,
        )
      }
    })

    it('gives back what its consumer has taken once that is half of the credit', async () => {
      await start({}, { credit: 8 })
      const stream = client.subscribe('x')
      const first = stream.next()
      await turn()
      socket.say([1, 1, ['items', 1, [1, 2, 3, 4, 5, 6, 7, 8]]])
      await first
      for (let taken = 2; taken <= 4; taken++) await stream.next()
      expect(await frames(), 'the fourth is still being worked on').to.have.length(1)
      await stream.next()
      expect((await frames()).at(-1)).to.deep.equal(['credit', 1, 4])
      for (let taken = 6; taken <= 8; taken++) await stream.next()
      stream.next()
      expect((await frames()).slice(2)).to.deep.equal([['credit', 1, 4]])
    })

    it('works with a credit of 1', async () => {
      const stream = client.subscribe('x', { credit: 1 })
      for (const number of [1, 2, 3]) {
        const next = stream.next()
        await turn()
        socket.say([number, 0, ['items', 1, [number]]])
        expect((await next).value).to.equal(number)
      }
      expect((await frames()).slice(1)).to.deep.equal([
        ['credit', 1, 1],
        ['credit', 1, 1],
      ])
    })

    it('gives nothing back once it has ended', async () => {
      const items = collect(client.subscribe('x', { credit: 2 }))
      await turn()
      socket.say([1, 1, ['items', 1, [1, 2]], ['end', 1]])
      expect(await items).to.deep.equal([1, 2])
      expect(await frames()).to.have.length(1)
    })

    it('never allows more than its credit, at whatever pace it is read', async () => {
      await start({}, { credit: 10 })
      const stream = client.subscribe('x')
      stream.next()
      await turn()
      let granted = 10
      let sent = 0
      let taken = 1
      for (let number = 1; number < 60; number++) {
        const count = Math.min((number * 7) % 5, granted - sent)
        if (count > 0) {
          socket.say([number, 0, ['items', 1, Array.from({ length: count }, () => sent++)]])
        } else socket.say([number, 0, ['items', 1, []]])
        for (let reads = (number * 3) % 4; reads > 0 && taken < sent; reads--, taken++) await stream.next()
        granted =
          10 + (await frames()).reduce((sum, f) => sum + (f[0] === 'credit' ? (f[2] as number) : 0), 0)
        expect(granted - taken).to.be.within(4, 11)
      }
      expect(sent).to.be.greaterThan(50)
    })
  })

  describe('a violation of the server', () => {
    const violations: Record<string, unknown> = {
      'text that is no JSON': '{',
      'bytes in place of text': new ArrayBuffer(2),
      'an unknown kind': [1, 0, ['hail', 1]],
      'a missing field': [1, 0, ['response']],
      'an answer to an id that was never used': [1, 0, ['response', 9]],
      'an error of the id that was never used': [1, 0, ['error', 9, { code: 'CONFLICT', message: '' }]],
      'items of a request': [1, 0, ['items', 1, []]],
      'a response to a subscription': [1, 0, ['response', 2]],
      'the end of a request': [1, 0, ['end', 1]],
      'more items than there is credit': [1, 0, ['items', 2, [1, 2, 3]]],
      'a gap in the numbers': [3, 0, ['response', 1]],
      'an acknowledgement of what was never sent': [0, 44],
      'a second ready': [0, 0, ['ready', { session: 's', resumed: false, heartbeat: 1, resumeWindow: 1 }]],
    }
    for (const [what, message] of Object.entries(violations)) {
      it(`closes with 4500 and ends all calls with INTERNAL: ${what}`, async () => {
        const events: unknown[] = []
        client.on('error', error => events.push(error.code))
        client.on('disconnect', ({ code, willReconnect }) => events.push([code, willReconnect]))
        const request = client.request(1)
        const next = client.subscribe('x', { credit: 2 }).next()
        await turn()
        socket.say(message)
        for (const call of [request, next]) {
          const error = await rejection(call)
          expect(error.code).to.equal('INTERNAL')
          expect(error.message).to.match(/^WebSocket \/chat: the server broke the protocol: ./)
        }
        expect(socket.closedWith).to.equal(4500)
        expect(events).to.deep.equal([[4500, false], 'INTERNAL'])
        expect((await rejection(client.request(1))).code).to.equal('INTERNAL')
        expect(script.clock.timers.size).to.equal(0)
      })
    }
  })

  it('tells the error listeners of a notification that failed', async () => {
    const errors: unknown[] = []
    client.on('error', ({ code, message, remote }) => errors.push([code, message, remote]))
    client.notify({ text: 1 })
    await turn()
    socket.say([1, 1, ['error', 0, { code: 'BAD_REQUEST', message: 'message.text: expected string' }]])
    expect(errors).to.deep.equal([['BAD_REQUEST', 'message.text: expected string', true]])
    expect(client.connected).to.equal(true)
  })

  it('heeds no further frame of a message once a listener has closed the socket', async () => {
    let told = 0
    client.on('error', () => {
      told++
      client.close()
    })
    const error = ['error', 0, { code: 'CONFLICT', message: '' }]
    socket.say([1, 0, error, error, ['drain']])
    expect(told).to.equal(1)
  })

  it('answers a ping at once', () => {
    socket.say([0, 0, ['ping']])
    expect(socket.last).to.deep.equal([0, 0, ['pong']])
  })

  it('acknowledges with what it sends, and by itself after 64 messages', async () => {
    const stream = client.subscribe('x')
    stream.next()
    await turn()
    const before = socket.sent.length
    for (let number = 1; number < 64; number++) socket.say([number, 1, ['items', 1, []]])
    expect(socket.sent).to.have.length(before)
    socket.say([64, 1, ['items', 1, []]])
    expect(socket.sent.slice(before)).to.deep.equal([[0, 64]])
    client.notify('n')
    await turn()
    expect(socket.last).to.deep.equal([2, 64, ['notify', 'n']])
  })
})
