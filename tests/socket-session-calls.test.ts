// Frames of a client in a script → which handlers run, what they are answered with, and what it does to their neighbours.
import { expect } from 'chai'
import type { CompiledInput, CompiledOutput } from '../runtime/src/compiled-route.ts'
import { RpcError } from '../runtime/src/errors.ts'
import type { SocketContext } from '../runtime/src/route-types.ts'
import { reader } from './support/compiled-routes.ts'
import { ANY_INPUT, declareSocket, type Handlers, scriptSocket } from './support/socket-script.ts'
import { ANYTHING, settled } from './support/stream-script.ts'

const isNumbered = (value: unknown) => typeof (value as { n?: unknown } | null)?.n === 'number'

/** `{ n: number }` */
const NUMBERED: CompiledInput = {
  read: reader(isNumbered, ({ n }: { n: number }) => ({ n })),
  table: () => ['object', { n: 'number' }],
}
const NUMBERED_RESULT: CompiledOutput = {
  check: isNumbered,
  stringify: ({ n }: { n: number }) => JSON.stringify({ n }),
  table: () => ['object', { n: 'number' }],
}

describe('a socket session: calls', () => {
  it('opens, answers a request and streams a subscription', async () => {
    const script = scriptSocket(
      declareSocket('/chat', {
        onRequest: async (request: { type: string }) => ({ success: true, type: request.type }),
        onSubscribe: async () =>
          async function* () {
            yield 1
            yield 2
            return 'over'
          },
      }),
    )
    const socket = await script.open()
    await socket.send(['request', 1, { type: 'join' }], ['subscribe', 2, 10, null, { room: 'a' }])
    await script.turn()
    expect(socket.frames()).to.deep.equal([
      ['response', 1, { success: true, type: 'join' }],
      ['items', 2, [1, 2]],
      ['end', 2, 'over'],
    ])
    expect(script.engine.counts()).to.deep.equal({ sessions: 1, parked: 0, calls: 0, subscriptions: 0 })
    await socket.cut(1000)
    expect(script.engine.counts().sessions).to.equal(0)
    expect(script.loop.timers.size).to.equal(0)
    expect(script.errors).to.deep.equal([])
    await script.engine.idle()
  })

  it('answers a handler that throws with its RpcError, or with INTERNAL and none of its text', async () => {
    const failure = new Error('secret')
    const script = scriptSocket(
      declareSocket('/chat', {
        onRequest(request: string) {
          if (request === 'own') throw new RpcError('CONFLICT', { message: 'taken', data: 5 })
          if (request === 'data') throw new RpcError('CONFLICT', { data: 5n })
          throw request === 'remote' ? new RpcError('CONFLICT', { message: 'secret', remote: true }) : failure
        },
      }),
    )
    const socket = await script.open()
    for (const [index, request] of ['own', 'data', 'remote', 'other'].entries()) {
      await socket.send(['request', index + 1, request])
    }
    await script.turn()
    const internal = { code: 'INTERNAL', message: 'internal error' }
    expect(socket.frames()).to.deep.equal([
      ['error', 1, { code: 'CONFLICT', message: 'taken', data: 5 }],
      ['error', 2, internal],
      ['error', 3, internal],
      ['error', 4, internal],
    ])
    expect(script.errors).to.have.length(3)
    expect(script.errors[2]).to.equal(failure)
    expect(socket.closeCode).to.equal(undefined)
  })

  it('validates what handlers get, and answers a mismatch with its issues', async () => {
    const got: unknown[] = []
    const handlers: Handlers = {
      onMessage: (message: unknown) => void got.push(message),
      onRequest: (request: unknown) => void got.push(request),
      onSubscribe: (subscription: unknown) => void got.push(subscription),
    }
    const spec = { message: NUMBERED, request: { input: NUMBERED }, subscribe: { input: NUMBERED } }
    const script = scriptSocket(declareSocket('/chat', handlers, spec), { limits: { maxIssues: 1 } })
    const socket = await script.open()
    const wrong = { n: 'x' }
    await socket.send(
      ['notify', wrong],
      ['request', 1, wrong],
      ['subscribe', 2, 1, null, wrong],
      ['request', 3],
    )
    await script.turn()
    const issues = (path: string) => [{ path, expected: 'number', received: '"x"' }]
    const frames = socket.frames().sort(([, a], [, b]) => Number(a) - Number(b))
    for (const [index, [id, path]] of [
      [0, 'message.n'],
      [1, 'request.n'],
      [2, 'subscription.n'],
    ].entries()) {
      const message = `${path}: expected number, received "x"`
      expect(frames[index]).to.deep.equal([
        'error',
        id,
        { code: 'BAD_REQUEST', message, issues: issues(String(path)) },
      ])
    }
    expect(frames[3]).to.have.nested.property('[2].code', 'BAD_REQUEST')
    expect(got).to.deep.equal([])
    const right = '{"n":1,"__proto__":{"admin":true},"admin":true}'
    await socket.raw(`[2,0,["notify",${right}],["request",4,${right}],["subscribe",5,1,null,${right}]]`)
    expect(got).to.deep.equal([{ n: 1 }, { n: 1 }, { n: 1 }])
    expect(script.errors).to.deep.equal([])
  })

  it('sends declared properties of results only, nothing where nothing is declared, and INTERNAL for another type', async () => {
    const results: Record<string, unknown> = {
      more: { n: 1, secret: 2 },
      wrong: { n: 'x' },
      none: undefined,
    }
    const handlers: Handlers = { onRequest: (request: string) => results[request] }
    const script = scriptSocket([
      declareSocket('/chat', handlers, { request: { input: ANY_INPUT, result: NUMBERED_RESULT } }),
      declareSocket('/void', handlers, { request: { input: ANY_INPUT } }),
    ])
    const socket = await script.open()
    await socket.send(['request', 1, 'more'], ['request', 2, 'wrong'], ['request', 3, 'none'])
    await script.turn()
    const internal = { code: 'INTERNAL', message: 'internal error' }
    expect(socket.frames()).to.deep.equal([
      ['response', 1, { n: 1 }],
      ['error', 2, internal],
      ['error', 3, internal],
    ])
    expect(String(script.errors[0])).to.include('tested: the result does not match its declared type')
    const quiet = script.connect({ target: '/void' })
    await quiet.hello()
    quiet.frames()
    await quiet.send(['request', 1, 'more'])
    await script.turn()
    expect(quiet.frames()).to.deep.equal([['response', 1]])
  })

  it('leaves a result of undefined out where the type has it', async () => {
    const script = scriptSocket(declareSocket('/chat', { onRequest: () => undefined }))
    const socket = await script.open()
    await socket.send(['request', 1])
    await script.turn()
    expect(socket.frames()).to.deep.equal([['response', 1]])
  })

  it('answers each variant by its own type, and one that is not listed by the common one', async () => {
    const variants = {
      key: 'type',
      answers: { join: { result: NUMBERED_RESULT }, leave: {}, '2': { result: ANYTHING } },
    }
    const handlers: Handlers = { onRequest: () => ({ n: 1, secret: 2 }) }
    const spec = { request: { input: ANY_INPUT, result: NUMBERED_RESULT, variants } }
    const script = scriptSocket(declareSocket('/chat', handlers, spec))
    const socket = await script.open()
    const requests = [{ type: 'join' }, { type: 'leave' }, { type: 2 }, { type: 'other' }, {}, 'join', null]
    await socket.send(...requests.map((request, index) => ['request', index + 1, request] as const))
    await socket.raw('[2,0,["request",8,{"type":"__proto__"}],["request",9,{"type":"constructor"}]]')
    await script.turn()
    const cut = { n: 1 }
    const expected = [cut, undefined, { n: 1, secret: 2 }, cut, cut, cut, cut, cut, cut]
    expect(socket.frames()).to.deep.equal(
      expected.map((value, index) => ['response', index + 1, ...(value === undefined ? [] : [value])]),
    )
  })

  it('answers by the variant that came, whatever the handler has made of it meanwhile', async () => {
    const variants = {
      key: 'type',
      answers: { join: { result: NUMBERED_RESULT }, all: { result: ANYTHING } },
    }
    const onRequest = (request: { type: string }) => {
      request.type = 'all'
      return { n: 1, secret: 2 }
    }
    const script = scriptSocket(
      declareSocket('/chat', { onRequest }, { request: { input: ANY_INPUT, variants } }),
    )
    const socket = await script.open()
    await socket.send(['request', 1, { type: 'join' }])
    await script.turn()
    expect(socket.frames()).to.deep.equal([['response', 1, { n: 1 }]])
  })

  it('answers what the route has no handler for with NOT_IMPLEMENTED', async () => {
    const script = scriptSocket(declareSocket('/chat', {}))
    const socket = await script.open()
    await socket.send(['notify', 1], ['request', 1, 1], ['subscribe', 2, 1, null, 1])
    await script.turn()
    const codes = socket.frames().map(([kind, id, error]) => [kind, id, (error as RpcError).code])
    expect(codes).to.deep.equal([0, 1, 2].map(id => ['error', id, 'NOT_IMPLEMENTED']))
    expect(script.errors).to.deep.equal([])
  })

  it('starts handlers in the order of their frames, and runs them side by side', async () => {
    const gate = new Map<string, () => void>()
    const started: string[] = []
    const wait = (name: string) => {
      started.push(name)
      return new Promise<void>(resolve => gate.set(name, resolve))
    }
    const script = scriptSocket(declareSocket('/chat', { onMessage: wait, onRequest: wait }))
    const socket = await script.open()
    await socket.send(['notify', 'a'], ['request', 1, 'b'], ['notify', 'c'])
    await socket.send(['request', 2, 'd'])
    expect(started).to.deep.equal(['a', 'b', 'c', 'd'])
    expect(script.engine.counts().calls).to.equal(4)
    gate.get('d')?.()
    await script.turn()
    expect(socket.frames()).to.deep.equal([['response', 2]])
    for (const name of 'abc') gate.get(name)?.()
    await script.turn()
    expect(socket.frames()).to.deep.equal([['response', 1]])
    expect(script.engine.counts().calls).to.equal(0)
  })

  it('sends answers that are there at once in one message, without waiting for the end of the turn', async () => {
    const script = scriptSocket(declareSocket('/chat', { onRequest: (request: number) => request }))
    const socket = await script.open()
    await socket.send(['request', 1, 1], ['request', 2, 2])
    await socket.send(['request', 3, 3])
    expect(socket.port.messages.slice(1)).to.deep.equal([
      [1, 1, ['response', 1, 1], ['response', 2, 2]],
      [2, 2, ['response', 3, 3]],
    ])
    expect(script.loop.tasks).to.have.length(0)
  })

  it('joins the answers of a turn while further calls run', async () => {
    const resolvers: ((value: string) => void)[] = []
    const script = scriptSocket(
      declareSocket('/chat', { onRequest: () => new Promise(resolve => resolvers.push(resolve)) }),
    )
    const socket = await script.open()
    await socket.send(['request', 1], ['request', 2], ['request', 3])
    resolvers[1]?.('b')
    await settled()
    resolvers[0]?.('a')
    await settled()
    expect(socket.unread).to.equal(0)
    await script.turn()
    expect(socket.port.messages.slice(1)).to.deep.equal([[1, 1, ['response', 2, 'b'], ['response', 1, 'a']]])
    resolvers[2]?.('c')
    await settled()
    expect(socket.port.messages.slice(2)).to.deep.equal([[2, 1, ['response', 3, 'c']]])
  })

  it('answers a notification only when it fails', async () => {
    const script = scriptSocket(
      declareSocket('/chat', {
        onMessage(message: string) {
          if (message === 'bad') throw new RpcError('CONFLICT', { message: 'no' })
        },
      }),
    )
    const socket = await script.open()
    await socket.send(['notify', 'good'], ['notify', 'bad'])
    await script.turn()
    expect(socket.frames()).to.deep.equal([['error', 0, { code: 'CONFLICT', message: 'no' }]])
  })
})

describe('a socket session: cancelled calls', () => {
  const untilAborted = ({ signal }: SocketContext) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

  it('abort their own signal only, and are not answered', async () => {
    const reasons: unknown[] = []
    const script = scriptSocket(
      declareSocket('/chat', {
        onRequest(request: string, context: SocketContext) {
          context.signal.addEventListener('abort', () => reasons.push(request, context.signal.reason))
          return untilAborted(context)
        },
      }),
    )
    const socket = await script.open()
    await socket.send(['request', 1, 'a'], ['request', 2, 'b'])
    await socket.send(['cancel', 1])
    await script.turn()
    expect(reasons).to.have.length(2)
    expect(reasons[0]).to.equal('a')
    expect(reasons[1]).to.have.property('code', 'CANCELLED')
    expect(socket.frames()).to.deep.equal([])
    expect(script.engine.counts().calls).to.equal(1)
    expect(script.errors).to.deep.equal([])
  })

  it('are not answered either when they return or throw afterwards; the log is told of another error', async () => {
    const settle: ((how: 'return' | 'throw') => void)[] = []
    const failure = new Error('late')
    const script = scriptSocket(
      declareSocket('/chat', {
        onRequest: () =>
          new Promise((resolve, reject) =>
            settle.push(how => (how === 'throw' ? reject(failure) : resolve(1))),
          ),
      }),
    )
    const socket = await script.open()
    await socket.send(['request', 1], ['request', 2])
    await socket.send(['cancel', 1], ['cancel', 2], ['cancel', 2])
    settle[0]?.('return')
    settle[1]?.('throw')
    await script.turn()
    expect(socket.frames()).to.deep.equal([])
    expect(script.errors).to.deep.equal([failure])
    expect(script.engine.counts().calls).to.equal(0)
  })

  it('keep the reason of their cancel when the session ends before they do', async () => {
    let fail = () => {}
    const script = scriptSocket(
      declareSocket('/chat', {
        onRequest: (_, { signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              fail = () => reject(signal.reason)
            })
          }),
      }),
    )
    const socket = await script.open()
    await socket.send(['request', 1])
    await socket.send(['cancel', 1])
    await socket.cut(1000)
    fail()
    await script.engine.idle()
    expect(script.errors).to.deep.equal([])
  })

  it('may have ended already: the cancel crossed the answer', async () => {
    const script = scriptSocket(declareSocket('/chat', { onRequest: () => 1 }))
    const socket = await script.open()
    await socket.send(['request', 1])
    await socket.send(['cancel', 1])
    await socket.send(['cancel', 1])
    await script.turn()
    expect(socket.frames()).to.deep.equal([['response', 1, 1]])
    expect(socket.closeCode).to.equal(undefined)
  })

  it('abort the signals of all that runs, and of the session, when the session ends', async () => {
    const aborted: string[] = []
    const watch = (name: string, { signal }: SocketContext) => {
      signal.addEventListener('abort', () => aborted.push(name))
    }
    const script = scriptSocket(
      declareSocket('/chat', {
        onConnect: (context: SocketContext) => watch('session', context),
        onMessage(_: unknown, context: SocketContext) {
          watch('message', context)
          return untilAborted(context)
        },
        onRequest(_: unknown, context: SocketContext) {
          watch('request', context)
          return untilAborted(context)
        },
        async *onSubscribe(_: unknown, context: SocketContext) {
          watch('subscription', context)
          yield await untilAborted(context)
        },
      }),
    )
    const socket = await script.open()
    await socket.send(['notify', 1], ['request', 1, 1], ['subscribe', 2, 1, null, 1])
    await socket.cut(1000)
    expect(aborted.sort()).to.deep.equal(['message', 'request', 'session', 'subscription'])
    expect(script.engine.counts()).to.deep.equal({ sessions: 0, parked: 0, calls: 0, subscriptions: 0 })
    expect(script.errors).to.deep.equal([])
    await script.engine.idle()
  })
})
