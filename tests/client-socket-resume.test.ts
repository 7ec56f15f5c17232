// A client's socket that is cut at every point of an exchange → what it sends again, what it never repeats, and what it tells. Scripted.
import { expect } from 'chai'
import { collect, rejection } from './support/scripted-server.ts'
import { type AnySocket, ready, type ScriptedSocket, SocketScript, turn } from './support/scripted-socket.ts'

describe('a socket that is lost', () => {
  let script: SocketScript
  let client: AnySocket
  let socket: ScriptedSocket
  const start = async (websocket = {}) => {
    script = new SocketScript()
    ;({ client, socket } = await script.open(websocket))
  }
  /** The connection is cut, and the next one answered. */
  const cut = async (answer: unknown) => {
    socket.end(1006)
    socket = await script.reconnect(answer)
    await turn()
  }
  beforeEach(() => start())

  describe('and resumed', () => {
    it('asks for its session and acknowledges what it has received, and sends nothing before the answer', async () => {
      const stream = client.subscribe('x')
      stream.next()
      await turn()
      socket.say([1, 1, ['items', 1, []]])
      socket.say([2, 1, ['items', 1, []]])
      socket.end(1006)
      client.notify('while away')
      script.clock.pass(script.clock.asked.at(-1)!)
      socket = await script.socket(2)
      socket.accept()
      await turn()
      expect(socket.sent).to.deep.equal([[0, 2, ['hello', { session: 's1' }]]])
    })

    it('sends again what the server has not got, unchanged, then what has waited', async () => {
      client.notify('a')
      await turn()
      client.notify('b')
      const request = client.request('c')
      await turn()
      socket.end(1006)
      client.notify('d')
      socket = await script.reconnect(ready('s1', true, 1))
      expect(socket.sent.slice(1)).to.deep.equal([
        [2, 0, ['notify', 'b'], ['request', 1, 'c']],
        [3, 0, ['notify', 'd']],
      ])
      socket.say([1, 3, ['response', 1, 'C']])
      expect(await request).to.equal('C')
    })

    it('takes an answer once that was sent twice', async () => {
      const items = collect(client.subscribe('x'))
      await turn()
      socket.say([1, 1, ['items', 1, ['a']]])
      await cut(ready('s1', true, 1))
      socket.say([1, 1, ['items', 1, ['a']]])
      socket.say([2, 1, ['items', 1, ['b']], ['end', 1]])
      expect(await items).to.deep.equal(['a', 'b'])
    })

    it('tells "disconnect", "reconnecting" and "connect", in this order', async () => {
      const events: unknown[] = []
      client.on('disconnect', ({ code, error, willReconnect }) => {
        events.push(['disconnect', code, error?.code, willReconnect, client.connected])
      })
      client.on('reconnecting', detail => events.push(['reconnecting', detail]))
      client.on('error', error => events.push(error))
      script.clock.chance = 0.25
      socket.end(1006)
      client.on('connect', detail => events.push(['connect', detail, client.connected]))
      await script.reconnect(ready('s1', true))
      expect(events).to.deep.equal([
        ['disconnect', 1006, 'UNAVAILABLE', true, false],
        ['reconnecting', { attempt: 1, delay: 250 }],
        ['connect', { resumed: true }, true],
      ])
    })

    it('a cancel and credit that were on their way arrive', async () => {
      const stream = client.subscribe('x', { credit: 2 })
      const other = client.subscribe('y', { credit: 2 })
      const first = stream.next()
      const second = other.next()
      await turn()
      socket.say([1, 1, ['items', 1, [1]], ['items', 2, [1]]])
      await Promise.all([first, second])
      socket.end(1006)
      stream.next()
      await other.return()
      socket = await script.reconnect(ready('s1', true, 1))
      expect(socket.frames.slice(1)).to.deep.equal([
        ['credit', 1, 1],
        ['cancel', 2],
      ])
    })

    it('a request that was made while away and given up again is never sent', async () => {
      socket.end(1006)
      const controller = new AbortController()
      const request = client.request('a', { signal: controller.signal })
      const late = client.request('b', { timeout: 1 })
      controller.abort()
      script.clock.pass(1)
      expect((await rejection(request)).code).to.equal('CANCELLED')
      expect((await rejection(late)).code).to.equal('TIMEOUT')
      script.clock.pass(1000)
      socket = await script.accept(2, ready('s1', true))
      expect(socket.frames).to.have.length(1)
    })

    it('what is sent after the connection has gone, and before the platform says so, arrives', async () => {
      socket.readyState = 3
      client.notify('a')
      await turn()
      socket.say([0, 0, ['ping']])
      expect(socket.sent).to.have.length(1)
      await cut(ready('s1', true))
      expect(socket.frames.slice(1)).to.deep.equal([['notify', 'a']])
    })

    it('of a server that acknowledges what was never sent, closes with 4500', async () => {
      await cut(ready('s1', true, 5))
      expect(socket.closedWith).to.equal(4500)
    })
  })

  describe('and replaced by a new session', () => {
    it('rejects requests that were sent, for they may have run, and sends those that were not', async () => {
      const sent = rejection(client.request('sent'))
      await turn()
      socket.end(1006)
      const waiting = client.request('waiting')
      socket = await script.reconnect(ready('s2'))
      const error = await sent
      expect(error).to.include({
        code: 'UNAVAILABLE',
        message: 'WebSocket /chat: the session was lost; the request may have run',
      })
      expect(socket.sent.slice(1)).to.deep.equal([[1, 0, ['request', 2, 'waiting']]])
      socket.say([1, 1, ['response', 2, 'W']])
      expect(await waiting).to.equal('W')
    })

    it('drops notifications that were sent, and sends those that were not', async () => {
      client.notify('sent')
      await turn()
      socket.end(1006)
      client.notify('waiting')
      socket = await script.reconnect(ready('s2'))
      expect(socket.sent.slice(1)).to.deep.equal([[1, 0, ['notify', 'waiting']]])
    })

    it('starts subscriptions again, after their last ids and under new ones', async () => {
      const restarts: unknown[] = []
      const options = (name: string) => ({ onRestart: (id?: string) => restarts.push([name, id]), credit: 4 })
      const tracked = collect(client.subscribe('tracked', options('tracked')))
      const plain = collect(client.subscribe('plain', options('plain')))
      const given = client.subscribe('given', { ...options('given'), lastEventId: '0' })
      given.next()
      await turn()
      socket.say([1, 1, ['items', 1, ['a', 'b'], ['1', null]], ['items', 2, ['p']]])
      await turn()
      await cut(ready('s2'))
      expect(socket.sent.slice(1)).to.deep.equal([
        [
          1,
          0,
          ['subscribe', 4, 4, '1', 'tracked'],
          ['subscribe', 5, 4, null, 'plain'],
          ['subscribe', 6, 4, '0', 'given'],
        ],
      ])
      expect(restarts).to.deep.equal([
        ['tracked', '1'],
        ['plain', undefined],
        ['given', '0'],
      ])
      socket.say([1, 1, ['items', 4, ['c'], ['2']], ['end', 4], ['end', 5]])
      expect([await tracked, await plain]).to.deep.equal([['a', 'b', 'c'], ['p']])
    })

    it('grants a subscription only what its queue has room for', async () => {
      const stream = client.subscribe('x', { credit: 4 })
      const first = stream.next()
      await turn()
      socket.say([1, 1, ['items', 1, [1, 2, 3, 4]]])
      await first
      await cut(ready('s2'))
      expect(socket.frames.at(-1)).to.deep.equal(['subscribe', 2, 0, null, 'x'])
      for (const expected of [2, 3, 4]) expect((await stream.next()).value).to.equal(expected)
      await turn()
      expect(socket.frames.at(-1)).to.deep.equal(['credit', 2, 2])
      const next = stream.next()
      await turn()
      expect(socket.frames.at(-1)).to.deep.equal(['credit', 2, 2])
      socket.say([1, 2, ['items', 2, [5]]])
      expect((await next).value).to.equal(5)
    })

    it('gives back to it only what it has sent', async () => {
      const stream = client.subscribe('x', { credit: 8 })
      stream.next()
      stream.next()
      const third = stream.next()
      await turn()
      socket.say([1, 1, ['items', 1, [1, 2]]])
      await turn()
      await cut(ready('s2'))
      expect(socket.frames.at(-1)).to.deep.equal(['subscribe', 2, 8, null, 'x'])
      socket.say([1, 1, ['items', 2, [3, 4, 5, 6]]])
      await third
      for (let item = 4; item <= 6; item++) await stream.next()
      await turn()
      expect(socket.frames.at(-1)![0], 'the fourth is still being worked on').to.equal('subscribe')
      stream.next()
      await turn()
      expect(socket.frames.at(-1)).to.deep.equal(['credit', 2, 4])
    })

    it('drops cancels and credit of the old one', async () => {
      const stream = client.subscribe('x', { credit: 2 })
      const first = stream.next()
      const other = client.subscribe('y')
      const second = other.next()
      await turn()
      socket.say([1, 1, ['items', 1, [1]], ['items', 2, [1]]])
      await Promise.all([first, second])
      socket.end(1006)
      stream.next()
      await other.return()
      socket = await script.reconnect(ready('s2'))
      expect(socket.frames.slice(1)).to.deep.equal([['subscribe', 3, 2, null, 'x']])
    })

    it('counts from 1 in both directions, and answers of old ids are ignored', async () => {
      const items = collect(client.subscribe('x'))
      await turn()
      for (let number = 1; number < 5; number++) socket.say([number, 1, ['items', 1, [number]]])
      await cut(ready('s2'))
      expect(socket.sent[0]).to.deep.equal([0, 4, ['hello', { session: 's1' }]])
      socket.say([1, 1, ['items', 1, ['old']], ['items', 2, ['new']], ['end', 2]])
      expect(await items).to.deep.equal([1, 2, 3, 4, 'new'])
    })

    it('tells "connect" with resumed: false', async () => {
      const details: unknown[] = []
      client.on('connect', detail => details.push(detail))
      await turn()
      await cut(ready('s2'))
      expect(details).to.deep.equal([{ resumed: false }, { resumed: false }])
    })

    it('ends a subscription that can no longer be written, and the others go on', async () => {
      const request: { at: unknown } = { at: 1 }
      const next = rejection(client.subscribe(request).next())
      const other = client.subscribe('y').next()
      await turn()
      request.at = 1n
      await cut(ready('s2'))
      expect((await next).code).to.equal('BAD_REQUEST')
      const frame = socket.frames.at(-1)!
      expect(frame.slice(2)).to.deep.equal([1024, null, 'y'])
      socket.say([1, 1, ['items', frame[1], ['Y']]])
      expect((await other).value).to.equal('Y')
    })

    it('stays closed when onRestart closes it, and starts nothing further', async () => {
      let restarts = 0
      const onRestart = () => {
        restarts++
        client.close()
      }
      const ends = [client.subscribe('x', { onRestart }), client.subscribe('y', { onRestart })].map(s =>
        rejection(s.next()),
      )
      await turn()
      await cut(ready('s2'))
      for (const end of ends) expect((await end).code).to.equal('CANCELLED')
      expect([restarts, socket.closedWith]).to.deep.equal([1, 1000])
      expect(socket.frames).to.have.length(1)
      expect([client.connected, script.clock.timers.size]).to.deep.equal([false, 0])
    })
  })

  describe('at any point of an exchange', () => {
    /** What the server has of the client's three messages, and the client of the server's four. */
    for (let got = 0; got <= 2; got++) {
      for (let answered = 0; answered <= 4; answered++) {
        for (const resumed of [true, false]) {
          it(`goes on: ${got} messages out, ${answered} in, ${resumed ? 'resumed' : 'a new session'}`, async () => {
            const request = client.request('q').then(
              value => value,
              ({ code }) => code,
            )
            await turn()
            const items = collect(client.subscribe('x'))
            await turn()
            const answers = [
              ['response', 1, 'r'],
              ['items', 2, ['a'], ['1']],
              ['items', 2, ['b'], ['2']],
              ['end', 2],
            ]
            for (let n = 1; n <= answered; n++) socket.say([n, 2, answers[n - 1]])
            await cut(ready(resumed ? 's1' : 's2', resumed, got))
            const again = socket.frames.slice(1)
            if (resumed) {
              const acknowledged = answered > 0 ? 2 : got
              const sent = [
                ['request', 1, 'q'],
                ['subscribe', 2, 1024, null, 'x'],
              ]
              expect(again).to.deep.equal(sent.slice(acknowledged))
              for (let n = 1; n <= 4; n++) socket.say([n, 2, answers[n - 1]])
            } else if (answered < 4) {
              const last = [null, null, '1', '2'][answered]
              expect(again).to.deep.equal([['subscribe', 3, 1024, last, 'x']])
              const rest = ['a', 'b'].slice(Math.max(0, answered - 1))
              socket.say([1, 1, ['items', 3, rest], ['end', 3]])
            } else expect(again).to.deep.equal([])
            expect(await request).to.equal(resumed || answered > 0 ? 'r' : 'UNAVAILABLE')
            expect(await items).to.deep.equal(['a', 'b'])
          })
        }
      }
    }
  })

  describe('by a server that drains', () => {
    const drain = async () => {
      socket.say([1, 0, ['drain']])
      await turn()
    }

    it('sends nothing new over it, and all of it over the next one, in a new session', async () => {
      // The item is still being worked on, so it counts.
      const stream = client.subscribe('x')
      stream.next()
      await turn()
      socket.say([1, 1, ['items', 1, ['a'], ['7']], ['drain']])
      client.notify('n')
      const request = client.request('q')
      await turn()
      expect(socket.frames).to.have.length(2)
      socket.end(1001)
      socket = await script.reconnect(ready('s2'))
      expect(socket.sent).to.deep.equal([
        [0, 1, ['hello', {}]],
        [1, 0, ['subscribe', 2, 1023, '7', 'x'], ['notify', 'n'], ['request', 3, 'q']],
      ])
      socket.say([1, 1, ['response', 3, 'Q']])
      expect(await request).to.equal('Q')
    })

    it('is still connected, acknowledges and answers pings until it closes', async () => {
      await drain()
      expect(client.connected).to.equal(true)
      socket.say([0, 0, ['ping']])
      expect(socket.last).to.deep.equal([0, 1, ['pong']])
    })

    it('waits for the answers of requests in flight, and rejects at the close those that got none', async () => {
      const answered = client.request(1)
      const lost = client.request(2)
      await turn()
      socket.say([1, 1, ['drain']])
      socket.say([2, 1, ['response', 1, 'one']])
      expect(await answered).to.equal('one')
      socket.end(1001)
      expect((await rejection(lost)).code).to.equal('UNAVAILABLE')
    })

    it('cancels nothing there, for the session ends anyway', async () => {
      const controller = new AbortController()
      const request = client.request(1, { signal: controller.signal })
      await turn()
      await drain()
      controller.abort()
      expect((await rejection(request)).code).to.equal('CANCELLED')
      await turn()
      expect(socket.frames).to.have.length(2)
      socket.end(1001)
      socket = await script.reconnect(ready('s2'))
      expect(socket.frames).to.have.length(1)
    })

    it('ignores what it still says of subscriptions that have moved', async () => {
      const items = collect(client.subscribe('x'))
      await turn()
      await drain()
      socket.say([2, 1, ['items', 1, ['old']], ['error', 1, { code: 'UNAVAILABLE', message: '' }]])
      socket.end(1001)
      socket = await script.reconnect(ready('s2'))
      socket.say([1, 1, ['items', 2, ['new']], ['end', 2]])
      expect(await items).to.deep.equal(['new'])
    })

    it('loses nothing that was sent in the turn of the drain, and nothing at a second one', async () => {
      client.notify('before')
      socket.say([1, 0, ['drain']])
      expect(socket.frames.slice(1)).to.deep.equal([['notify', 'before']])
      client.notify('after')
      socket.say([2, 0, ['drain']])
      socket.end(1001)
      socket = await script.reconnect(ready('s2'))
      expect(socket.frames.slice(1)).to.deep.equal([['notify', 'after']])
    })

    it('takes a new session even from a server that claims to have resumed', async () => {
      await drain()
      socket.end(1001)
      client.notify('n')
      const details: unknown[] = []
      client.on('connect', detail => details.push(detail))
      socket = await script.reconnect(ready('s2', true, 9))
      expect(details).to.deep.equal([{ resumed: false }])
      expect(socket.frames.slice(1)).to.deep.equal([['notify', 'n']])
    })
  })

  describe('keeps no more than maxOutboxBytes', () => {
    beforeEach(() => start({ maxOutboxBytes: 100 }))
    const text = 'x'.repeat(40)

    it('while it is away: notify throws, requests and subscriptions reject', async () => {
      socket.end(1006)
      client.notify(text)
      const message = 'WebSocket /chat: more than 100 bytes wait to be sent'
      expect(() => client.notify(text))
        .to.throw(message)
        .with.property('code', 'UNAVAILABLE')
      expect((await rejection(client.request(text))).message).to.equal(message)
      expect((await rejection(client.subscribe(text).next())).message).to.equal(message)
      socket = await script.reconnect(ready('s1', true))
      expect(socket.frames.slice(1)).to.deep.equal([['notify', text]])
      expect(script.clock.timers.size, "only the heartbeat's").to.equal(1)
    })

    it('while the server does not acknowledge, and takes more once it has', async () => {
      client.notify(text)
      await turn()
      expect(() => client.notify(text))
        .to.throw()
        .with.property('code', 'UNAVAILABLE')
      socket.say([0, 1])
      client.notify(text)
    })

    it('of what was given up again', async () => {
      socket.end(1006)
      for (let count = 0; count < 5; count++) {
        const controller = new AbortController()
        const request = client.request(text, { signal: controller.signal })
        controller.abort()
        expect((await rejection(request)).code).to.equal('CANCELLED')
      }
    })

    it('but for what starts again', async () => {
      const next = client.subscribe(text).next()
      await turn()
      socket.say([0, 1])
      socket.end(1006)
      client.notify(text)
      socket = await script.reconnect(ready('s2'))
      expect(socket.frames.slice(1).map(([kind]) => kind)).to.deep.equal(['notify', 'subscribe'])
      socket.say([1, 1, ['items', 2, ['a']]])
      expect((await next).value).to.equal('a')
    })
  })
})
