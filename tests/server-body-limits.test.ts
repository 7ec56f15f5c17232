// Bodies that are too large, too slow or cut off → an answer that the sender sees, and nothing left behind.
import { EventEmitter, once } from 'node:events'
import { expect } from 'chai'
import { type Server, serve } from '../runtime/src/node.ts'
import { type Context, declare, nameAndCount } from './support/compiled-routes.ts'
import { curl, rawConnection, send } from './support/http-client.ts'
import { until } from './support/until.ts'

const JSON_HEAD = 'POST /body HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'

describe('server: body limits', () => {
  let server: Server
  let calls = 0

  const start = async (limits: object) => {
    server = await serve(
      [
        declare('post', '/body', ({ name }: { name: string }) => ++calls && name.length, {
          args: nameAndCount('body'),
        }),
      ],
      { limits },
    )
    return `${server.url}/body`
  }
  beforeEach(() => {
    calls = 0
  })
  afterEach(() => server.close({ deadline: 0 }))

  for (const [how, extra] of [
    ['announces its length', []],
    ['announces nothing', ['-H', 'Transfer-Encoding: chunked']],
    ['waits for no permission', ['-H', 'Expect:']],
    ['does neither', ['-H', 'Expect:', '-H', 'Transfer-Encoding: chunked']],
  ] as const) {
    it(`shows 413 and no reset to curl, which uploads 8 MB and ${how}`, async () => {
      const url = await start({})
      const body = Buffer.from(JSON.stringify({ name: 'x'.repeat(8_000_000) }))
      const json = ['-H', 'Content-Type: application/json']
      const { stdout, code } = await curl(['-i', ...json, ...extra, '--data-binary', '@-', url], body)
      expect(code).to.equal(0)
      expect(stdout).to.match(/HTTP\/1\.1 413 /)
      expect(stdout).to.match(/^connection: close\r$/im)
      expect(stdout).to.include('"code":"PAYLOAD_TOO_LARGE"')
      expect(calls).to.equal(0)
    })
  }

  it('reads a body alike that comes with its head, after it, in cuts, and with the next request', async () => {
    await start({})
    const { socket, received } = await rawConnection(server.port)
    const answers = () => received().match(/HTTP\/1\.1 200 /g)?.length ?? 0
    const bodyOf = (name: string) => JSON.stringify({ name })
    const headOf = (body: string) => `${JSON_HEAD}Content-Length: ${body.length}\r\n`
    const wholeOf = (body: string) => `${headOf(body)}\r\n${body}`
    const [first, second] = [bodyOf('a'), bodyOf('bc')]
    socket.write(wholeOf(first))
    await until('one answer', () => answers() === 1)
    // The server says when it has seen the head, and reads.
    socket.write(`${headOf(second)}Expect: 100-continue\r\n\r\n`)
    await until('leave to go on', () => received().includes('100 Continue'))
    socket.write(second.slice(0, 5))
    socket.write(second.slice(5))
    await until('two answers', () => answers() === 2)
    // Four at once: none may take a byte of the next one.
    socket.write((wholeOf(first) + wholeOf(second)).repeat(2))
    await until('six answers', () => answers() === 6)
    expect(received().match(/\r\n\r\n\d/g)).to.deep.equal(
      [1, 2, 1, 2, 1, 2].map(length => `\r\n\r\n${length}`),
    )
    expect(calls).to.equal(6)
    socket.destroy()
  })

  it('shows 413 also to a sender that looks for an answer only after all was sent', async () => {
    await start({ maxBodyBytes: 10 })
    const { socket, received } = await rawConnection(server.port)
    socket.pause()
    const failure = new Promise(resolve => socket.once('error', resolve))
    const sent = new Promise<void>(resolve => {
      socket.write(`${JSON_HEAD}Content-Length: 8000000\r\n\r\n`)
      socket.write(Buffer.alloc(8_000_000, 0x20), () => resolve())
    })
    expect(await Promise.race([sent, failure])).to.equal(undefined)
    socket.resume()
    await once(socket, 'close')
    expect(received()).to.match(/^HTTP\/1\.1 413 /)
  })

  it('takes a body of exactly the limit', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(89) })
    const url = await start({ maxBodyBytes: body.length })
    const headers = { 'content-type': 'application/json' }
    expect((await send(url, { method: 'POST', headers }, body)).json()).to.equal(89)
    expect((await send(url, { method: 'POST', headers }, `${body} `)).status).to.equal(413)
  })

  it('asks for a body that may come, and not for one that may not', async () => {
    await start({ maxBodyBytes: 100 })
    const { socket, received } = await rawConnection(server.port)
    socket.write(`${JSON_HEAD}Expect: 100-continue\r\nContent-Length: 14\r\n\r\n`)
    await until('100 Continue', () => received().startsWith('HTTP/1.1 100 Continue\r\n\r\n'))
    socket.write('{"name":"abc"}')
    await until('the result', () => received().endsWith('\r\n\r\n3'))
    socket.write(`${JSON_HEAD}Expect: 100-continue\r\nContent-Length: 101\r\n\r\n`)
    await once(socket, 'close')
    expect(received().match(/100 Continue/g)).to.have.length(1)
    expect(received()).to.include('HTTP/1.1 413 ')
  })

  it('answers TIMEOUT to a body that does not come, and closes', async () => {
    await start({ bodyTimeout: 20, discardTime: 20 })
    const { socket, received } = await rawConnection(server.port)
    socket.write(`${JSON_HEAD}Content-Length: 14\r\n\r\n{"name"`)
    await once(socket, 'close')
    expect(received()).to.match(/^HTTP\/1\.1 408 /)
    expect(received()).to.include('"code":"TIMEOUT","message":"the body did not arrive within 20 ms"')
    expect(calls).to.equal(0)
  })

  it('gives up on a sender that never stops', async () => {
    await start({ maxBodyBytes: 10, discardBytes: 100_000, discardTime: 10_000 })
    const { socket } = await rawConnection(server.port)
    const closed = new Promise(resolve => socket.once('close', resolve))
    // It may see the answer, or only that its writes fail: it has been told for 100 kB.
    socket.on('error', () => socket.destroy())
    socket.write(`${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n`)
    const pour = () => {
      while (!socket.destroyed && socket.write(`1000\r\n${'x'.repeat(0x1000)}\r\n`));
    }
    socket.on('drain', pour)
    pour()
    await closed
    expect(calls).to.equal(0)
  })

  for (const [title, head] of [
    ['an unknown path', 'POST /nope HTTP/1.1\r\nHost: x\r\n'],
    ['another media type', 'POST /body HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n'],
    ['a path that takes no body', 'OPTIONS /body HTTP/1.1\r\nHost: x\r\n'],
  ] as const) {
    it(`gives up on a sender that never stops and that was answered already: ${title}`, async () => {
      await start({ discardBytes: 100_000, discardTime: 10_000 })
      const { socket, received } = await rawConnection(server.port)
      const closed = new Promise(resolve => socket.once('close', resolve))
      socket.on('error', () => socket.destroy())
      socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`)
      await once(socket, 'data')
      expect(received()).to.match(/^HTTP\/1\.1 (?:404|415|204) /)
      const pour = () => {
        while (!socket.destroyed && socket.write(`1000\r\n${'x'.repeat(0x1000)}\r\n`));
      }
      socket.on('drain', pour)
      pour()
      await closed
      expect(calls).to.equal(0)
    })
  }

  it('keeps the connection of a body that nobody wanted, once it is here', async () => {
    await start({})
    const { socket, received } = await rawConnection(server.port)
    socket.write('POST /nope HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n')
    await once(socket, 'data')
    expect(received()).to.match(/^HTTP\/1\.1 404 [\s\S]*connection: keep-alive/i)
    socket.write(`12345${JSON_HEAD}Content-Length: 12\r\n\r\n{"name":"a"}`)
    await until('the second answer', () => received().includes('HTTP/1.1 200 OK'))
    socket.destroy()
  })

  it('forgets a sender that went away before its body was asked for', async () => {
    const arrived = new EventEmitter()
    const waitForLeaving = async ({ signal }: Context) => {
      arrived.emit('call')
      if (!signal.aborted) await once(signal, 'abort')
    }
    const options = { args: nameAndCount('body') }
    server = await serve([declare('post', '/body', () => 1, options, [waitForLeaving])])
    const { socket } = await rawConnection(server.port)
    const call = once(arrived, 'call')
    socket.write(`${JSON_HEAD}Content-Length: 14\r\n\r\n{`)
    await call
    socket.destroy()
    // Over once the call is: not after the body's timeout.
    await server.close({ deadline: 60_000 })
  })

  it('forgets a sender that goes away in the middle', async () => {
    await start({})
    const { socket } = await rawConnection(server.port)
    socket.write(`${JSON_HEAD}Content-Length: 14\r\n\r\n{"name"`)
    socket.resetAndDestroy()
    const headers = { 'content-type': 'application/json' }
    expect((await send(`${server.url}/body`, { method: 'POST', headers }, '{"name":"a"}')).status).to.equal(
      200,
    )
    // Closing at once shows that the cut call is not waited for.
    await server.close({ deadline: 10_000 })
    expect(calls).to.equal(1)
  })
})
