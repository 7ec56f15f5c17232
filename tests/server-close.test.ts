// A closing server, a leaving client → calls that end or are aborted, and nothing that stays behind.
import { once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import { RpcError } from '../runtime/src/index.ts'
import { createNodeHandler, serve } from '../runtime/src/node.ts'
import { type Context, declare } from './support/compiled-routes.ts'
import { oneConnection, rawConnection, send } from './support/http-client.ts'
import { until } from './support/until.ts'

/** A promise and what settles it. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  return { opened, open }
}

describe('server: close and abort', () => {
  it('lets calls in flight end, refuses new ones, and closes their connections', async () => {
    const { opened, open } = gate()
    const started = gate()
    const server = await serve([
      declare('get', '/slow', async () => {
        started.open()
        await opened
        return 'done'
      }),
    ])
    const agent = new Agent({ keepAlive: true })
    const answer = send(`${server.url}/slow`, { agent })
    await started.opened
    const closed = server.close()
    expect(server.close()).to.equal(closed)
    const refusal = await send(`${server.url}/slow`).catch((error: NodeJS.ErrnoException) => error.code)
    expect(refusal).to.equal('ECONNREFUSED')
    open()
    const { headers, text } = await answer
    expect([text, headers.connection]).to.deep.equal(['"done"', 'close'])
    await closed
    agent.destroy()
  })

  it('closes idle connections, and those that never carried a request, at once', async () => {
    const server = await serve([declare('get', '/x', () => 1)])
    const agent = oneConnection()
    await send(`${server.url}/x`, { agent })
    const { socket } = await rawConnection(server.port)
    const socketClosed = once(socket, 'close')
    await server.close({ deadline: 60_000 })
    await socketClosed
    agent.destroy()
  })

  it('closes a connection that promised to stay open as soon as its stream has ended', async () => {
    const { opened, open } = gate()
    const stream = async function* () {
      await opened
      yield 1
    }
    const server = await serve([declare('get', '/stream', stream, { output: 'stream' })])
    const agent = oneConnection()
    const [res] = (await once(get(`${server.url}/stream`, { agent }), 'response')) as [IncomingMessage]
    expect(res.headers.connection).to.equal('keep-alive')
    res.resume()
    const closed = server.close({ deadline: 60_000 })
    open()
    await closed
    agent.destroy()
    // Node's own keep-alive timeout is 5 s.
  }).timeout(3_000)

  it('aborts the signal after the deadline and destroys what is left', async () => {
    const events: string[] = []
    const errors: unknown[] = []
    const started = gate()
    const finished = gate()
    const server = await serve(
      [
        declare('get', '/stuck', async (_, { signal }) => {
          started.open()
          await once(signal, 'abort')
          events.push((signal.reason as RpcError).code)
          throw signal.reason
        }),
        declare(
          'get',
          '/endless',
          async function* (_, { signal }: Context) {
            try {
              yield 1
              await once(signal, 'abort')
              yield 2
            } finally {
              finished.open()
            }
          },
          { output: 'stream' },
        ),
      ],
      { onError: error => errors.push(error) },
    )
    const stuck = send(`${server.url}/stuck`).catch((error: NodeJS.ErrnoException) => error.code)
    const [endless] = (await once(get(`${server.url}/endless`, { agent: false }), 'response')) as [
      IncomingMessage,
    ]
    endless.resume()
    const cut = once(endless, 'error') as Promise<[NodeJS.ErrnoException]>
    await started.opened
    await server.close({ deadline: 10 })
    expect(await stuck).to.equal('ECONNRESET')
    expect((await cut)[0].code).to.equal('ECONNRESET')
    await finished.opened
    expect(events).to.deep.equal(['UNAVAILABLE'])
    expect(errors).to.deep.equal([])
  })

  it('waits after the abort until finally blocks and handlers are over', async () => {
    const events: string[] = []
    const cleanUp = gate()
    const aborted = [gate(), gate()] as const
    const started = gate()
    const server = await serve(
      [
        declare('get', '/unary', async (_, { signal }) => {
          started.open()
          await once(signal, 'abort')
          aborted[0].open()
          await cleanUp.opened
          events.push('handler')
        }),
        declare(
          'get',
          '/stream',
          async function* (_, { signal }: Context) {
            try {
              yield 1
              await once(signal, 'abort')
            } finally {
              aborted[1].open()
              await cleanUp.opened
              events.push('finally')
            }
          },
          { output: 'stream' },
        ),
      ],
      { limits: { closeGrace: Number.POSITIVE_INFINITY } },
    )
    const cut = send(`${server.url}/unary`).catch((error: NodeJS.ErrnoException) => error.code)
    const [stream] = (await once(get(`${server.url}/stream`, { agent: false }), 'response')) as [
      IncomingMessage,
    ]
    const wasCut = once(stream, 'error')
    stream.resume()
    await started.opened
    const closed = server.close({ deadline: 0 }).then(() => events.push('closed'))
    await Promise.all(aborted.map(({ opened }) => opened))
    await wasCut
    expect(await cut).to.equal('ECONNRESET')
    cleanUp.open()
    await closed
    expect(events).to.deep.equal(['handler', 'finally', 'closed'])
  })

  it('waits for aborted calls that never end for no longer than closeGrace', async () => {
    const started = gate()
    const stuck = () => {
      started.open()
      return new Promise(() => {})
    }
    const server = await serve([declare('get', '/stuck', stuck)], { limits: { closeGrace: 1 } })
    const answer = send(`${server.url}/stuck`).catch((error: NodeJS.ErrnoException) => error.code)
    await started.opened
    await server.close({ deadline: 0 })
    expect(await answer).to.equal('ECONNRESET')
  })

  it('takes an infinite deadline for one that never comes', async () => {
    const { opened, open } = gate()
    const started = gate()
    let wasAborted: boolean | undefined
    const server = await serve([
      declare('get', '/slow', async (_, { signal }) => {
        started.open()
        await opened
        wasAborted = signal.aborted
        return 'done'
      }),
    ])
    const answer = send(`${server.url}/slow`)
    await started.opened
    const closed = server.close({ deadline: Number.POSITIVE_INFINITY })
    // A timer that was set too long fires within a millisecond.
    await setTimeout(5)
    open()
    expect((await answer).text).to.equal('"done"')
    await closed
    expect(wasAborted).to.equal(false)
  })

  it('shows the abort to a handler that looks for the first time after it', async () => {
    const { opened, open } = gate()
    const started = gate()
    const seen = gate()
    let reason: unknown
    const server = await serve(
      [
        declare('get', '/slow', async (_, context) => {
          started.open()
          await opened
          reason = context.signal.reason
          seen.open()
        }),
      ],
      { limits: { closeGrace: 0 } },
    )
    const answer = send(`${server.url}/slow`).catch((error: NodeJS.ErrnoException) => error.code)
    await started.opened
    await server.close({ deadline: 0 })
    open()
    await seen.opened
    expect(await answer).to.equal('ECONNRESET')
    expect(reason).to.be.instanceOf(RpcError).and.to.include({ code: 'UNAVAILABLE' })
  })

  it('aborts the signal when the client goes away, and not at a normal end', async () => {
    const signals: AbortSignal[] = []
    const errors: unknown[] = []
    const routes = [
      declare('get', '/x', (_, { signal }) => {
        signals.push(signal)
        return 1
      }),
      declare('get', '/wait', (_, { signal }) => {
        signals.push(signal)
        // Rejects with an AbortError, which is no failure of the server's.
        return setTimeout(60_000, undefined, { signal })
      }),
    ]
    const server = await serve(routes, { onError: error => errors.push(error) })
    await send(`${server.url}/x`)
    const { socket } = await rawConnection(server.port)
    socket.write('GET /wait HTTP/1.1\r\nHost: x\r\n\r\n')
    await until('the call', () => signals.length === 2)
    socket.destroy()
    await until('the abort', () => signals[1]?.aborted === true)
    await server.close()
    expect(signals[0]?.aborted).to.equal(false)
    expect(errors).to.deep.equal([])
    expect(signals[1]?.reason).to.be.instanceOf(RpcError).and.to.include({ code: 'CANCELLED' })
  })

  it('aborts pipelined calls that wait for their turn, too', async () => {
    const signals: AbortSignal[] = []
    const ended: number[] = []
    const server = await serve([
      declare('get', '/wait', (_, { signal }) => {
        signals.push(signal)
        return once(signal, 'abort')
      }),
      declare(
        'get',
        '/flood',
        async function* () {
          try {
            for (;;) yield 'x'.repeat(10_000)
          } finally {
            ended.push(1)
          }
        },
        { output: 'stream' },
      ),
    ])
    const { socket } = await rawConnection(server.port)
    socket.write(`${'GET /wait HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(2)}GET /flood HTTP/1.1\r\nHost: x\r\n\r\n`)
    await until('both calls', () => signals.length === 2)
    socket.destroy()
    await until('the aborts', () => signals.every(signal => signal.aborted) && ended.length === 1)
    await server.close()
  })

  it('leaves no listener on a connection, however its calls end', async () => {
    const connections = new Map<unknown, (req: IncomingMessage) => number>()
    const count = (emitter: NodeJS.EventEmitter) =>
      emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0)
    const handler = createNodeHandler([
      declare('get', '/value', (_, { signal }) => signal.aborted),
      declare('get', '/error', () => {
        throw new RpcError('CONFLICT')
      }),
      declare(
        'get',
        '/stream',
        async function* () {
          for (let i = 0; i < 200; i++) yield 'x'.repeat(1_000)
        },
        { output: 'stream' },
      ),
    ])
    const counts: number[] = []
    const responses: ServerResponse[] = []
    const http = createServer((req, res) => {
      counts.push(count(req.socket))
      responses.push(res)
      connections.set(req.socket, count)
      handler(req, res)
    })
    await once(http.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
    const agent = oneConnection()
    for (let round = 0; round < 5; round++) {
      for (const path of ['/value', '/error', '/stream', '/nope']) await send(url + path, { agent })
    }
    expect(connections.size).to.equal(1)
    expect(new Set(counts).size, counts.join()).to.equal(1)
    expect(
      responses.every(res => res.listenerCount('close') === 0 && res.listenerCount('drain') === 0),
    ).to.equal(true)
    agent.destroy()
    http.close()
  })
})
