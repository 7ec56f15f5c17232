// Sockets of `ws`, curl and bare connections, speaking from PROTOCOL.md → what servers on Node do with them.
import { once } from 'node:events'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { WebSocketServer } from 'ws'
import { createNodeListener } from '../runtime/src/adapters/node-http.ts'
import { createNodeHandler, type ServeOptions, type Server, serve } from '../runtime/src/node.ts'
import { type Context, declare } from './support/compiled-routes.ts'
import { curl, rawConnection, send } from './support/http-client.ts'
import { declareSocket } from './support/socket-script.ts'
import { settled, until } from './support/until.ts'
import { openSocket, rawWebSocket, refusal, upgradeRequest, WireClient } from './support/web-socket.ts'

const echo = declareSocket('/echo', { onRequest: (value: unknown) => value })

describe('sockets on Node: serving', () => {
  const servers: Pick<Server, 'close'>[] = []
  const https: HttpServer[] = []

  async function started(routes: object, options: ServeOptions = {}): Promise<Server> {
    const server = await serve(routes, options)
    servers.push(server)
    return server
  }

  async function listening(http: HttpServer): Promise<string> {
    https.push(http)
    await once(http.listen(0, '127.0.0.1'), 'listening')
    return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  }

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close({ deadline: 0 })
    for (const http of https.splice(0)) {
      const closed = once(http, 'close')
      http.close()
      http.closeAllConnections()
      await closed
    }
  })

  it('speaks the protocol as it is written: a notification, a request, a subscription with credit and its end', async () => {
    const heard: unknown[] = []
    const { url } = await started([
      declareSocket('/rooms/:room', {
        onMessage: (message: unknown, { params }) => void heard.push([params.room, message]),
        onRequest: (request: { type: string }) => ({ got: request.type }),
        async *onSubscribe(count: number) {
          for (let index = 0; index < count; index++) yield index
          return 'over'
        },
      }),
    ])
    const client = await WireClient.open(`${url}/rooms/caf%C3%A9`)
    expect(client.ready).to.include({ resumed: false, heartbeat: 25_000 })
    client.send(['notify', 'hi'], ['request', 1, { type: 'join' }])
    client.send(['subscribe', 2, 2, null, 3])
    await until('two items', () => client.frames.length >= 3)
    await settled('the frames', () => client.frames.length)
    expect(heard).to.deep.equal([['café', 'hi']])
    expect(client.frames.slice(1)).to.deep.equal([
      ['response', 1, { got: 'join' }],
      ['items', 2, [0, 1]],
    ])
    client.send(['credit', 2, 5])
    expect(await client.frame('end')).to.deep.equal(['end', 2, 'over'])
    client.socket.ws.close(1000)
    expect(await client.socket.closed).to.deep.equal({ code: 1000, reason: '' })
  })

  it('serves a socket and plain requests at one path', async () => {
    const { url } = await started([declare('get', '/echo', () => 'plain'), echo])
    expect((await send(`${url}/echo`)).text).to.equal('"plain"')
    const client = await WireClient.open(`${url}/echo`)
    client.send(['request', 1, 'socket'])
    expect(await client.frame('response')).to.deep.equal(['response', 1, 'socket'])
    expect((await send(`${url}/echo`)).text).to.equal('"plain"')
  })

  it('refuses for good over the socket, because pages do not see the status of an upgrade', async () => {
    const { url } = await started([echo, declare('get', '/plain', () => 1)])
    const sockets = [
      await openSocket(`${url}/nope`),
      await openSocket(`${url}/plain`),
      await openSocket(`${url}/echo`, { origin: 'https://evil.example' }),
    ]
    const told = await Promise.all(
      sockets.map(async ({ messages, closed }) => {
        const { code, reason } = await closed
        const [number, acknowledged, frame] = JSON.parse(messages.join())
        return [number, acknowledged, frame[0], frame[1].code, code, reason]
      }),
    )
    expect(told).to.deep.equal([
      [0, 0, 'fail', 'NOT_FOUND', 4404, 'NOT_FOUND'],
      [0, 0, 'fail', 'NOT_FOUND', 4404, 'NOT_FOUND'],
      [0, 0, 'fail', 'FORBIDDEN', 4403, 'FORBIDDEN'],
    ])
  })

  it('refuses by HTTP those who speak another subprotocol, and sockets beyond maxSockets', async () => {
    const { url } = await started([echo], { limits: { maxSockets: 1 } })
    const answers = [
      await refusal(`${url}/nope`, {}, ['chat']),
      await refusal(`${url}/echo`, {}, ['chat', 'superchat']),
    ]
    expect(answers.map(({ status, body }) => [status, (body as { code: string }).code])).to.deep.equal([
      [404, 'NOT_FOUND'],
      [400, 'BAD_REQUEST'],
    ])
    const own = await openSocket(`${url}/echo`, { origin: url })
    expect((await refusal(`${url}/echo`)).body).to.include({ code: 'UNAVAILABLE' })
    expect((await refusal(`${url}/nope`)).status).to.equal(404)
    own.ws.close()
    await own.closed
  })

  it('lets a page in that the cors setting names', async () => {
    const { url } = await started([echo], { cors: { origin: ['https://app.example'] } })
    const client = await WireClient.open(`${url}/echo`, {}, { origin: 'https://app.example' })
    expect(client.ready.resumed).to.equal(false)
    client.socket.ws.close(1000)
  })

  it('ends a socket that was opened and says nothing, and one that a client cannot answer any more', async () => {
    const limits = { openTimeout: 20, heartbeatInterval: 20, heartbeatTimeout: 20 }
    const { url, port } = await started([echo], { limits })
    const silent = await openSocket(`${url}/echo`)
    expect(await silent.closed).to.deep.equal({ code: 4408, reason: 'TIMEOUT' })
    expect(JSON.parse(String(silent.messages[0]))[2][1]).to.include({ code: 'TIMEOUT' })
    const deaf = await WireClient.open(`${url}/echo`)
    expect((await deaf.socket.closed).code).to.equal(4408)
    expect(deaf.frames.map(([kind]) => kind)).to.include.members(['ready', 'ping', 'fail'])
    // Not even the close frame is answered: the connection goes all the same.
    const { socket } = await rawWebSocket(port, '/echo')
    await once(socket, 'close')
  })

  it('goes on with a session over another connection, without gap or repetition', async () => {
    let next = 0
    let more = () => {}
    const { url } = await started([
      declareSocket('/numbers', {
        async *onSubscribe() {
          for (;;) {
            for (let left = 3; left > 0; left--) yield next++
            await new Promise<void>(resolve => {
              more = resolve
            })
          }
        },
      }),
    ])
    const first = await WireClient.open(`${url}/numbers`)
    first.send(['subscribe', 1, 100, null])
    await first.frame('items')
    first.socket.ws.terminate()
    await first.socket.closed
    more()
    const second = await first.resume(`${url}/numbers`)
    expect(second.ready.resumed).to.equal(true)
    await second.frame('items')
    more()
    await until('nine items', () => next === 9)
    await settled('the frames', () => second.frames.length)
    const items = [...first.frames, ...second.frames].filter(([kind]) => kind === 'items')
    expect(items.flatMap(([, , values]) => values)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8])
    second.socket.ws.close(1000)
  })

  it('takes what is too large for a reason to close, with the code that says so', async () => {
    const { url } = await started([echo], { limits: { maxMessageBytes: 1_000 } })
    const client = await WireClient.open(`${url}/echo`)
    client.send(['request', 1, 'x'.repeat(2_000)])
    expect((await client.socket.closed).code).to.equal(1009)
  })

  it('pulls no generator further than a peer that reads nothing lets it', async () => {
    let pulled = 0
    const { url } = await started(
      [
        declareSocket('/flood', {
          async *onSubscribe() {
            for (;;) {
              pulled++
              yield 'x'.repeat(1_000)
            }
          },
        }),
      ],
      { limits: { maxUnacknowledgedBytes: 100_000 } },
    )
    const client = await WireClient.open(`${url}/flood`)
    client.send(['subscribe', 1, 65_536, null])
    client.socket.ws.pause()
    await settled('the generator', () => pulled)
    expect(pulled).to.be.above(50).and.below(300)
    client.socket.ws.terminate()
  })

  describe('requests that ask for another protocol', () => {
    it('are answered as if they did not: with bodies, and on a connection that stays open', async () => {
      const { url } = await started([
        echo,
        declare('get', '/plain', () => 'plain'),
        declare(
          'post',
          '/length',
          (_, { headers }: Context) => [headers['content-length'], headers.upgrade],
          {
            args: {
              source: 'whole',
              text: {},
              read: value => value,
              table: () => 'unknown',
            },
          },
        ),
      ])
      const plain = await curl([
        '--http2',
        '-w',
        ' %{http_version} %{num_connects}\n',
        `${url}/plain`,
        `${url}/plain`,
      ])
      expect(plain).to.deep.equal({ stdout: '"plain" 1.1 1\n"plain" 1.1 0\n', code: 0 })
      const json = ['-H', 'content-type: application/json', '--data-binary', '@-']
      const body = Buffer.from(JSON.stringify('x'.repeat(500_000)))
      const { stdout } = await curl(['--http2', ...json, `${url}/length`], body)
      expect(JSON.parse(stdout)).to.deep.equal(['500002', null])
    })

    it('keep what else their header "Connection" says, and leave nothing behind', async () => {
      const { port } = await started([echo, declare('get', '/plain', () => 1)])
      const { socket, received } = await rawConnection(port)
      const closed = once(socket, 'close')
      // Node warns at the eleventh listener of a kind.
      const warnings: Error[] = []
      const onWarning = (warning: Error) => warnings.push(warning)
      process.on('warning', onWarning)
      const ask = (connection: string) =>
        socket.write(`GET /plain HTTP/1.1\r\nHost: x\r\nConnection: ${connection}\r\nUpgrade: h2c\r\n\r\n`)
      for (let round = 1; round <= 15; round++) {
        ask('Upgrade, HTTP2-Settings')
        await until('the answer', () => received().split('HTTP/1.1 200').length === round + 1)
      }
      ask('Upgrade, close')
      await closed
      expect(received().split('\r\nConnection: close')).to.have.length(2)
      process.off('warning', onWarning)
      expect(warnings).to.deep.equal([])
    })
  })

  describe('a handler that is mounted', () => {
    it('closes without its server, and leaves that no connection of a socket', async () => {
      const handler = createNodeHandler([echo], { limits: { closeGrace: 10 } })
      const http = createServer(handler).on('upgrade', handler.upgrade)
      const url = await listening(http)
      const client = await WireClient.open(`${url}/echo`)
      const { socket } = await rawWebSocket((http.address() as AddressInfo).port, '/echo')
      const closed = handler.close({ deadline: 0 })
      expect(handler.close()).to.equal(closed)
      await closed
      expect(await openConnections(http)).to.equal(0)
      expect((await client.socket.closed).code).to.equal(1001)
      expect((await refusal(`${url}/echo`)).status).to.equal(503)
      socket.destroy()
    })

    it('takes its own paths, leaves others to their owner, and works below a prefix', async () => {
      const handler = createNodeHandler([echo, declare('get', '/plain', () => 1)], { prefix: '/api' })
      const other = new WebSocketServer({ noServer: true })
      const http = createServer((req, res) => handler(req, res, () => res.end('other')))
      http.on('upgrade', (req, connection, head) =>
        handler.upgrade(req, connection, head, () =>
          other.handleUpgrade(req, connection, head, ws => ws.close(4000, req.url)),
        ),
      )
      const url = await listening(http)
      expect([(await send(`${url}/api/plain`)).text, (await send(url)).text]).to.deep.equal(['1', 'other'])
      const client = await WireClient.open(`${url}/api/echo`)
      client.send(['request', 1, 'x'])
      await client.frame('response')
      expect(await (await openSocket(`${url}/other`)).closed).to.deep.equal({ code: 4000, reason: '/other' })
      const evil = await openSocket(`${url}/api/echo`, { origin: 'https://evil.example' })
      expect((await evil.closed).code).to.equal(4403)
      await handler.close()
      expect((await client.socket.closed).code).to.equal(1001)
    })

    it('may be the listener itself, unbound', async () => {
      const handler = createNodeHandler([echo])
      const url = await listening(createServer(handler).on('upgrade', handler.upgrade))
      expect((await send(`${url}/echo`)).status).to.equal(400)
      expect((await (await openSocket(`${url}/nope`)).closed).code).to.equal(4404)
      const client = await WireClient.open(`${url}/echo`)
      client.socket.ws.terminate()
      await handler.close()
    })
  })

  it('leaves nothing behind, however sockets end', async () => {
    const options = { limits: { resumeWindow: 0, heartbeatTimeout: 50 }, onError: () => {} }
    const listener = createNodeListener([echo], options, () => false)
    const { sockets, socketEngine } = listener
    const http = createServer().on('upgrade', (...upgrade) => sockets.upgrade(...upgrade))
    const url = await listening(http)
    const { port } = http.address() as AddressInfo
    const ends: ((client: WireClient) => void)[] = [
      ({ socket }) => socket.ws.close(1000),
      ({ socket }) => socket.ws.close(4999, 'whatever'),
      ({ socket }) => socket.ws.terminate(),
      client => client.now(['nonsense']),
      ({ socket }) => socket.ws.send('{'),
      ({ socket }) => socket.ws.send(new Uint8Array(3)),
      client => client.send(['request', 1, 1], ['request', 1, 1]),
    ]
    for (const end of ends) {
      const client = await WireClient.open(`${url}/echo`)
      client.send(['request', 9, 'x'])
      end(client)
      await client.socket.closed
    }
    for (const text of ['', 'GET', '\x81\x00', '\xff\xff\xff\xff']) {
      const { socket } = await rawConnection(port)
      socket.write(Buffer.from(`${upgradeRequest('/echo')}${text}`, 'latin1'))
      socket.end()
      await once(socket, 'close')
    }
    await until('the end of all', () => socketEngine.counts().sessions === 0 && sockets.count === 0)
    await until('the end of all connections', async () => (await openConnections(http)) === 0)
    expect(socketEngine.counts()).to.deep.equal({ sessions: 0, parked: 0, calls: 0, subscriptions: 0 })
  })
})

function openConnections(http: HttpServer): Promise<number> {
  return new Promise((resolve, reject) => {
    http.getConnections((error, count) => (error ? reject(error) : resolve(count)))
  })
}
