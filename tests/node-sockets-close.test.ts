// A closing server and the sockets it has open → sessions that end, connections that go, and a process that may exit.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import type { RpcError } from '../runtime/src/index.ts'
import { serve } from '../runtime/src/node.ts'
import { type Context, declare } from './support/compiled-routes.ts'
import { gate } from './support/gate.ts'
import { rawConnection, send } from './support/http-client.ts'
import { declareSocket } from './support/socket-script.ts'
import { settled, until } from './support/until.ts'
import { openSocket, rawWebSocket, upgradeRequest, WireClient } from './support/web-socket.ts'

describe('sockets on Node: closing', () => {
  it('tells sockets to go elsewhere, ends subscriptions, and answers requests before it closes', async () => {
    const events: unknown[] = []
    const started = gate()
    const answer = gate()
    const server = await serve([
      declareSocket('/chat', {
        async onRequest() {
          started.open()
          await answer.opened
          return 'answer'
        },
        async *onSubscribe(_: unknown, { signal }: Context) {
          try {
            yield 1
            await once(signal, 'abort')
          } finally {
            events.push((signal.reason as RpcError).code)
          }
        },
        onClose: (_: unknown, { code }) => void events.push(code),
      }),
    ])
    const client = await WireClient.open(`${server.url}/chat`)
    client.send(['subscribe', 1, 10, null], ['request', 2])
    await client.frame('items')
    await started.opened
    const closed = server.close()
    expect(server.close()).to.equal(closed)
    await client.frame('drain')
    expect(events).to.deep.equal(['UNAVAILABLE'])
    const refused = await openSocket(`${server.url}/chat`).catch((error: NodeJS.ErrnoException) => error.code)
    expect(refused).to.equal('ECONNREFUSED')
    answer.open()
    expect((await client.socket.closed).code).to.equal(1001)
    expect(client.frames.slice(-1)).to.deep.equal([['response', 2, 'answer']])
    await closed
    expect(events).to.deep.equal(['UNAVAILABLE', 1001])
  })

  it('refuses upgrades on connections that are still open', async () => {
    const server = await serve([declareSocket('/chat', {}), declare('get', '/x', () => 1)])
    const { socket, received } = await rawConnection(server.port)
    socket.write('GET /x HTTP/1.1\r\nHost: x\r\n\r\n')
    await until('the answer', () => received().endsWith('\r\n\r\n1'))
    const before = received().length
    const request = upgradeRequest('/chat')
    // Half of a request keeps the connection: it is no idle one. What is asked later is answered later.
    socket.write(request.slice(0, 50))
    await send(`${server.url}/x`)
    const closed = server.close()
    socket.write(request.slice(50))
    await once(socket, 'close')
    expect(received().slice(before)).to.match(/^HTTP\/1\.1 503 [\s\S]*"code":"UNAVAILABLE"/)
    await closed
  })

  it('aborts every signal after the deadline, closes with 1001, and waits for finally blocks', async () => {
    const events: unknown[] = []
    const started = gate()
    const cleanUp = gate()
    const aborted = gate()
    const server = await serve(
      [
        declareSocket('/chat', {
          async onRequest(_: unknown, { signal }: Context) {
            started.open()
            try {
              await once(signal, 'abort')
            } finally {
              events.push((signal.reason as RpcError).code)
              aborted.open()
              await cleanUp.opened
              events.push('finally')
            }
          },
        }),
      ],
      { limits: { closeGrace: Number.POSITIVE_INFINITY } },
    )
    const client = await WireClient.open(`${server.url}/chat`)
    client.send(['request', 1])
    await started.opened
    const closed = server.close({ deadline: 0 }).then(() => events.push('closed'))
    expect((await client.socket.closed).code).to.equal(1001)
    await aborted.opened
    expect(await settled('the close', () => events.length)).to.equal(1)
    cleanUp.open()
    await closed
    expect(events).to.deep.equal(['UNAVAILABLE', 'finally', 'closed'])
  })

  it('waits for peers that do not answer, and for handlers that never end, for no longer than closeGrace', async () => {
    const started = gate()
    const stuck = () => {
      started.open()
      return new Promise(() => {})
    }
    const server = await serve([declareSocket('/chat', { onRequest: stuck })], { limits: { closeGrace: 10 } })
    const { socket } = await rawWebSocket(server.port, '/chat')
    const gone = once(socket, 'close')
    const client = await WireClient.open(`${server.url}/chat`)
    client.send(['request', 1])
    await started.opened
    await server.close({ deadline: 0 })
    await gone
    expect((await client.socket.closed).code).to.equal(1001)
  })

  it('ends parked sessions, and their generators', async () => {
    const ended = gate()
    const server = await serve([
      declareSocket('/chat', {
        async *onSubscribe(_: unknown, { signal }: Context) {
          try {
            yield 1
            await once(signal, 'abort')
          } finally {
            ended.open()
          }
        },
      }),
    ])
    const client = await WireClient.open(`${server.url}/chat`)
    client.send(['subscribe', 1, 10, null])
    await client.frame('items')
    client.socket.ws.terminate()
    await client.socket.closed
    await server.close({ deadline: 60_000 })
    await ended.opened
  })

  it('closes at once when no socket is open, or only ones that have not said hello', async () => {
    const server = await serve([declareSocket('/chat', {})])
    const silent = await openSocket(`${server.url}/chat`)
    await server.close({ deadline: 60_000 })
    expect((await silent.closed).code).to.equal(4503)
    const idle = await serve([declareSocket('/chat', {})])
    await idle.close({ deadline: 60_000 })
  })

  it('lets the process end by itself', async () => {
    const script = `
      import { WebSocket } from 'ws'
      import { serve } from './runtime/src/node.ts'
      import { declareSocket } from './tests/support/socket-script.ts'
      const server = await serve([declareSocket('/chat', {})])
      for (const end of [ws => ws.terminate(), ws => ws.close(1000), () => {}]) {
        const ws = new WebSocket(server.url.replace('http', 'ws') + '/chat', 'alien-rpc.v1.json')
        await new Promise(resolve => ws.once('open', resolve))
        ws.send('[0,0,["hello",{}]]')
        await new Promise(resolve => ws.once('message', resolve))
        end(ws)
      }
      await server.close()
      console.log('closed')`
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: fileURLToPath(new URL('../', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let printed = ''
    let closedAt = 0
    child.stdout.on('data', text => {
      printed += text
      closedAt = performance.now()
    })
    const [code] = await once(child, 'close')
    expect([printed, code]).to.deep.equal(['closed\n', 0])
    // No timer of a limit, the shortest of which is a second, has kept it.
    expect(performance.now() - closedAt).to.be.below(900)
  })
})
