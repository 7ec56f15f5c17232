// Upgrade requests and first messages in a script → which sessions are opened, with what context, and which are refused.
import { expect } from 'chai'
import { RpcError } from '../runtime/src/errors.ts'
import type { SocketContext } from '../runtime/src/route-types.ts'
import type { ServableSocket } from '../runtime/src/server/modules-to-routes.ts'
import type { ServerOptions } from '../runtime/src/server/server-options.ts'
import type { UpgradeRequest } from '../runtime/src/server/socket-engine.ts'
import { declareSocket, type Handlers, scriptSocket, upgrade } from './support/socket-script.ts'
import { settled } from './support/stream-script.ts'

type Context = SocketContext & Record<string, unknown>

const quiet = declareSocket('/chat', {})

describe('a socket upgrade', () => {
  function admit(
    request: Partial<UpgradeRequest>,
    options: Omit<ServerOptions, 'onError'> = {},
    routes: readonly ServableSocket[] = [quiet],
  ) {
    const script = scriptSocket(routes, options)
    const admission = script.engine.admit(upgrade(request))
    return { script, admission, refused: 'refused' in admission ? admission.refused : undefined }
  }

  it('is refused with NOT_FOUND exactly where there is no socket route, whatever else is wrong', () => {
    for (const target of ['/', '/chat/more', '/CHAT', '*', '']) {
      expect(admit({ target, headers: { origin: 'https://evil.example' } }).refused?.code).to.equal(
        'NOT_FOUND',
      )
    }
    expect(admit({ target: '/chat?x=1' }).refused).to.equal(undefined)
    expect(admit({ target: '/chat' }, { prefix: '/api' }).refused?.code).to.equal('NOT_FOUND')
    expect(admit({ target: '/api/chat' }, { prefix: '/api' }).refused).to.equal(undefined)
  })

  it('is refused with BAD_REQUEST for a URL that is too long or wrongly encoded', () => {
    const room = declareSocket('/rooms/:room', {})
    expect(admit({ target: '/rooms/%ff' }, {}, [room]).refused?.code).to.equal('BAD_REQUEST')
    expect(admit({ target: '/chat' }, { limits: { maxUrlLength: 4 } }).refused?.code).to.equal('BAD_REQUEST')
  })

  it('takes the first subprotocol it knows of those that are offered, and none that it does not', () => {
    const offer = (offered: string | undefined) => admit({ headers: { 'sec-websocket-protocol': offered } })
    const { admission } = offer('chat, alien-rpc.v1.json,alien-rpc.v9.json')
    expect('subprotocol' in admission && admission.subprotocol).to.equal('alien-rpc.v1.json')
    for (const offered of [undefined, '', 'chat', 'ALIEN-RPC.V1.JSON']) {
      expect(offer(offered).refused?.code, offered).to.equal('BAD_REQUEST')
      expect(offer(offered).refused?.message).to.include('alien-rpc.v1.json')
    }
  })

  it('of a page is allowed for the host it was loaded from, and no other', () => {
    const allowed = (origin: string | undefined, host = 'api.example') =>
      admit({ headers: { origin, host } }).refused === undefined
    expect(allowed(undefined)).to.equal(true)
    expect(allowed('https://api.example')).to.equal(true)
    expect(allowed('https://api.example:443')).to.equal(true)
    expect(allowed('https://api.example', 'api.example:443')).to.equal(true)
    expect(allowed('http://localhost:3000', 'localhost:3000')).to.equal(true)
    expect(allowed('http://localhost:3000', 'localhost:4000')).to.equal(false)
    for (const origin of [
      'https://evil.example',
      'null',
      'file://',
      'chrome-extension://api.example',
      'https://api.example.evil.example',
      '//api.example',
    ]) {
      const { refused } = admit({ headers: { origin } })
      expect(refused?.code, origin).to.equal('FORBIDDEN')
    }
  })

  it('of another page is allowed by the cors setting, without what browsers add unless that says so', () => {
    const headers = { origin: 'https://app.example', cookie: 'a=1', authorization: 'Basic x', accept: '*/*' }
    const seen = (cors: ServerOptions['cors']) => {
      const { admission } = admit({ headers }, cors ? { cors } : {})
      return 'refused' in admission ? admission.refused.code : admission.request.headers
    }
    expect(seen(undefined)).to.equal('FORBIDDEN')
    expect(seen({ origin: ['https://other.example'] })).to.equal('FORBIDDEN')
    for (const origin of ['*', ['https://app.example'], () => true] as const) {
      expect(seen({ origin })).to.include({ accept: '*/*' }).and.not.have.any.keys('cookie', 'authorization')
    }
    const trusted = { origin: ['https://app.example'], credentials: true }
    expect(seen(trusted)).to.include({ cookie: 'a=1', authorization: 'Basic x' })
  })

  it('is refused, and the log is told, when the cors setting’s own function fails', () => {
    const failure = new Error('secret')
    const origin = () => {
      throw failure
    }
    const { refused, script } = admit({ headers: { origin: 'https://app.example' } }, { cors: { origin } })
    expect(refused?.code).to.equal('FORBIDDEN')
    expect(script.errors).to.deep.equal([failure])
  })

  it('is refused with UNAVAILABLE while there are as many sockets as may be, until one has gone', async () => {
    const script = scriptSocket(quiet, { limits: { maxSockets: 2 } })
    const first = await script.open()
    script.connect()
    expect(() => script.admit())
      .to.throw(RpcError)
      .with.property('code', 'UNAVAILABLE')
    await first.cut(1000)
    script.admit()
  })

  it('that was admitted when there was still a place is refused by its socket', async () => {
    const script = scriptSocket(quiet, { limits: { maxSockets: 1 } })
    const admission = script.admit()
    await script.open()
    const late = script.connectTo(admission)
    expect(late.frames()).to.deep.equal([
      ['fail', { code: 'UNAVAILABLE', message: 'the server has no room for more sockets' }],
    ])
    expect(late.closeCode).to.equal(4503)
  })
})

describe('a socket’s first message', () => {
  it('is answered with a token, and with the times that the client needs', async () => {
    const limits = { heartbeatInterval: 7_000, heartbeatTimeout: 3_000, resumeWindow: 5_000 }
    const script = scriptSocket(quiet, { limits })
    const [one, other] = [script.connect(), script.connect()]
    await one.hello()
    await other.hello()
    const [, ready] = one.frames()[0] as unknown as [string, Record<string, unknown>]
    expect(ready).to.include({ resumed: false, heartbeat: 10_000, resumeWindow: 5_000 })
    expect(ready?.session).to.match(/^[0-9a-f]{32}$/)
    expect(other.frames()[0]?.[1]).to.have.property('session').that.does.not.equal(ready?.session)
  })

  it('brings headers that the option names, which do not replace those of the request', async () => {
    let seen: Context | undefined
    const route = declareSocket('/chat', {
      onConnect(context: Context) {
        seen = context
      },
    })
    const script = scriptSocket(route, { socketHeaders: ['Authorization', 'x-tenant'] })
    const socket = script.connect({ headers: { authorization: 'from the request' } })
    await socket.hello({ headers: { authorization: 'from the client', 'x-tenant': 'a' } })
    expect(seen?.headers).to.include({ authorization: 'from the request', 'x-tenant': 'a' })
  })

  it('that brings another header is refused, and no handler runs', async () => {
    let runs = 0
    const route = declareSocket('/chat', { middleware: [() => runs++], onConnect: () => runs++ })
    for (const name of ['x-forwarded-for', 'cookie', 'origin']) {
      const socket = scriptSocket(route).connect()
      await socket.hello({ headers: { [name]: 'x' } })
      const [frame] = socket.frames()
      expect(frame).to.have.nested.property('[1].code', 'BAD_REQUEST')
      expect(frame).to.have.nested.property('[1].message').that.includes(name)
      expect(socket.closeCode).to.equal(4400)
    }
    const socket = scriptSocket(route).connect()
    await socket.raw('[0,0,["hello",{"headers":{"__proto__":"x"}}]]')
    expect(socket.closeCode).to.equal(4400)
    expect(runs).to.equal(0)
  })

  it('must be one hello and nothing else', async () => {
    const wrong = [
      '',
      'hello',
      '{}',
      '[]',
      '[0,0]',
      '[0,0,["pong"]]',
      '[1,0,["request",1,1]]',
      '[0,0,["hello",{}],["hello",{}]]',
      '[1,0,["hello",{}]]',
      '[0,0,["hello"]]',
      '[0,0,["hello",{"session":5}]]',
      '[0,0,["nonsense",{}]]',
    ]
    for (const text of wrong) {
      const script = scriptSocket(declareSocket('/chat', { onConnect: () => expect.fail('connected') }))
      const socket = script.connect()
      await socket.raw(text)
      expect(socket.frames()[0], text).to.have.nested.property('[1].code', 'BAD_REQUEST')
      expect(socket.closeCode, text).to.equal(4400)
      expect(script.loop.timers.size, text).to.equal(0)
      expect(script.errors).to.deep.equal([])
    }
  })

  it('in bytes, where the subprotocol has text, closes with 1003', async () => {
    const script = scriptSocket(quiet)
    const socket = script.connect()
    await socket.raw(new TextEncoder().encode('[0,0,["hello",{}]]'))
    expect(socket.frames()).to.deep.equal([])
    expect(socket.closeCode).to.equal(1003)
    const open = await script.open()
    await open.raw(new Uint8Array(1))
    expect(open.closeCode).to.equal(1003)
    expect(script.engine.counts().sessions).to.equal(0)
  })

  it('is waited for only so long, and so is what it starts', async () => {
    const reasons: unknown[] = []
    const route = declareSocket('/chat', {
      onConnect: ({ signal }: Context) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      onClose: () => reasons.push('closed'),
    })
    const script = scriptSocket(route, { limits: { openTimeout: 500 } })
    const silent = script.connect()
    const slow = script.connect()
    await slow.hello()
    await script.loop.advance(499)
    expect([silent.closeCode, slow.closeCode]).to.deep.equal([undefined, undefined])
    await script.loop.advance(1)
    for (const socket of [silent, slow]) {
      expect(socket.frames()).to.have.nested.property('[0][1].code', 'TIMEOUT')
      expect(socket.closeCode).to.equal(4408)
    }
    await script.engine.idle()
    expect(script.loop.timers.size).to.equal(0)
    expect(script.errors).to.deep.equal([])
    expect(reasons).to.deep.equal([])
  })

  it('must be answered before another one comes', async () => {
    let aborted: unknown
    const route = declareSocket('/chat', {
      middleware: [
        ({ signal }: Context) => {
          signal.addEventListener('abort', () => {
            aborted = signal.reason
          })
          return new Promise(() => {})
        },
      ],
    })
    const socket = scriptSocket(route).connect()
    await socket.hello()
    await socket.send(['request', 1, 1])
    expect(socket.closeCode).to.equal(4400)
    expect(aborted).to.have.property('code', 'BAD_REQUEST')
  })
})

describe('a socket’s middleware', () => {
  it('runs in order before onConnect, and what it adds is there in every handler', async () => {
    const order: unknown[] = []
    const handlers: Handlers = {
      middleware: [
        async () => {
          order.push('first')
          return { user: 'ann' }
        },
        (context: Context) => {
          order.push(context.user)
          context.role = 'admin'
        },
      ],
      onConnect: (context: Context) => void order.push(['connect', context.user, context.role]),
      onMessage: (_: unknown, context: Context) => void order.push(['message', context.user]),
      onRequest: (_: unknown, context: Context) => context.role,
      async *onSubscribe(_: unknown, context: Context) {
        yield context.user
      },
      onClose: (context: Context) => void order.push(['close', context.user]),
    }
    const script = scriptSocket(declareSocket('/chat', handlers))
    const socket = await script.open()
    await socket.send(['notify', 1], ['request', 1, 1], ['subscribe', 2, 9, null])
    await script.turn()
    await socket.cut(1000)
    expect(order).to.deep.equal([
      'first',
      'ann',
      ['connect', 'ann', 'admin'],
      ['message', 'ann'],
      ['close', 'ann'],
    ])
    expect(socket.frames()).to.deep.equal([
      ['response', 1, 'admin'],
      ['items', 2, ['ann']],
      ['end', 2],
    ])
  })

  it('that throws refuses the socket, and no handler runs', async () => {
    const failure = new Error('secret')
    const ran: string[] = []
    const refuse = (thrown: unknown) =>
      declareSocket('/chat', {
        middleware: [
          () => {
            throw thrown
          },
        ],
        onConnect: () => ran.push('onConnect'),
        onClose: () => ran.push('onClose'),
      })
    const cases = [
      [new RpcError('UNAUTHORIZED', { message: 'who?', data: { realm: 'x' } }), 4401],
      [failure, 4500],
      [new RpcError('UNAVAILABLE', { remote: true, message: 'secret' }), 4500],
      [new RpcError('FORBIDDEN', { data: 1n }), 4500],
    ] as const
    for (const [thrown, closeCode] of cases) {
      const script = scriptSocket(refuse(thrown))
      const socket = script.connect()
      await socket.hello()
      const [frame] = socket.frames()
      expect(socket.closeCode).to.equal(closeCode)
      expect(JSON.stringify(frame)).not.to.include('secret')
      if (closeCode === 4401) {
        expect(frame).to.deep.equal(['fail', { code: 'UNAUTHORIZED', message: 'who?', data: { realm: 'x' } }])
      }
      expect(script.errors).to.have.length(closeCode === 4500 ? 1 : 0)
      expect(script.loop.timers.size).to.equal(0)
      expect(script.engine.counts().sessions).to.equal(0)
    }
    expect(ran).to.deep.equal([])
  })

  it('is told by its signal that its client has left, and opens nothing when it ends after that', async () => {
    const ran: string[] = []
    let signal: AbortSignal | undefined
    let goOn = () => {}
    const route = declareSocket('/chat', {
      middleware: [
        (context: Context) => {
          signal = context.signal
          return new Promise<void>(resolve => {
            goOn = resolve
          })
        },
      ],
      onConnect: () => ran.push('onConnect'),
      onClose: () => ran.push('onClose'),
    })
    const script = scriptSocket(route)
    const socket = script.connect()
    await socket.hello()
    await socket.cut()
    expect(signal?.reason).to.have.property('code', 'CANCELLED')
    goOn()
    await script.engine.idle()
    expect(ran).to.deep.equal([])
    expect(script.engine.counts().sessions).to.equal(0)
    expect(script.loop.timers.size).to.equal(0)
  })
})

describe('a socket’s context', () => {
  it('has what the request told, and the path’s parameters', async () => {
    let seen: Context | undefined
    const route = declareSocket('/rooms/:room/*rest', {
      onConnect(context: Context) {
        seen = context
      },
    })
    const script = scriptSocket(route)
    await script.connect({ target: '/rooms/a%20b/c/d?x=1', headers: { 'user-agent': 'test' } }).hello()
    expect(seen?.params).to.deep.equal({ room: 'a b', rest: 'c/d' })
    expect(seen?.url.href).to.equal('http://api.example/rooms/a%20b/c/d?x=1')
    expect(seen?.method).to.equal('GET')
    expect(seen?.remoteAddress).to.equal('192.0.2.1')
    expect(seen?.headers['user-agent']).to.equal('test')
    expect(seen?.id).to.be.a('string').with.length.above(10)
    expect(seen?.lastEventId).to.equal(undefined)
    expect(seen?.url).to.equal(seen?.url)
  })

  it('tells its id to handlers, but never the token', async () => {
    let seen: Context | undefined
    const script = scriptSocket(
      declareSocket('/chat', {
        onConnect(context: Context) {
          seen = context
        },
      }),
    )
    const { token } = await script.open()
    expect(JSON.stringify({ ...seen, url: null, signal: null })).not.to.include(token)
  })

  it('keeps what a handler assigned for the calls that follow, but gives each a signal and an event id of its own', async () => {
    const signals = new Set<AbortSignal>()
    const script = scriptSocket(
      declareSocket('/chat', {
        onRequest(request: string, context: Context) {
          signals.add(context.signal)
          expect(context.signal).to.equal(context.signal)
          context.room ??= request
          return [context.room, 'room' in context, { ...context }.room]
        },
        async *onSubscribe(_: unknown, context: Context) {
          yield [context.room, context.lastEventId]
        },
      }),
    )
    const socket = await script.open()
    await socket.send(['request', 1, 'a'], ['request', 2, 'b'], ['subscribe', 3, 1, '41'])
    await script.turn()
    expect(socket.frames()).to.deep.equal([
      ['response', 1, ['a', true, 'a']],
      ['response', 2, ['a', true, 'a']],
      ['items', 3, [['a', '41']]],
    ])
    expect(signals.size).to.equal(2)
  })
})

describe('onConnect and onClose', () => {
  it('come in a pair, with the code and the reason of the end', async () => {
    const told: unknown[] = []
    const route = declareSocket('/chat', {
      onConnect: () => void told.push('connect'),
      onClose: (context: Context, close: unknown) => void told.push([context.signal.aborted, close]),
    })
    const script = scriptSocket(route)
    const socket = await script.open()
    await socket.cut(1000, 'bye')
    expect(told).to.deep.equal(['connect', [true, { code: 1000, reason: 'bye' }]])
  })

  it('come in a pair also when the client leaves while onConnect runs', async () => {
    const told: unknown[] = []
    let goOn = () => {}
    const script = scriptSocket(
      declareSocket('/chat', {
        onConnect: () => new Promise<void>(resolve => (goOn = resolve)),
        onClose: (_: unknown, close: unknown) => void told.push(close),
      }),
    )
    const socket = script.connect()
    await socket.hello()
    await socket.cut(1001, 'gone')
    expect(told).to.deep.equal([])
    goOn()
    await settled()
    expect(told).to.deep.equal([{ code: 1001, reason: 'gone' }])
    await script.engine.idle()
    expect(script.engine.counts().sessions).to.equal(0)
  })

  it('do not come in a pair when onConnect refuses', async () => {
    const script = scriptSocket(
      declareSocket('/chat', {
        onConnect: () => Promise.reject(new RpcError('FORBIDDEN')),
        onClose: () => expect.fail('closed'),
      }),
    )
    const socket = script.connect()
    await socket.hello()
    expect(socket.closeCode).to.equal(4403)
    expect(script.errors).to.deep.equal([])
  })

  it('that fail are told to the log, and keep nothing from ending', async () => {
    const failure = new Error('in onClose')
    const script = scriptSocket(
      declareSocket('/chat', {
        onClose: () => Promise.reject(failure),
      }),
    )
    const socket = await script.open()
    await socket.cut(1000)
    await script.engine.idle()
    expect(script.errors).to.deep.equal([failure])
    expect(script.engine.counts().sessions).to.equal(0)
  })
})
