// Raw answers of a scripted server in → results, errors and repeated requests out.
import { expect } from 'chai'
import { createRpcClient, openCall, RpcError } from '../runtime/src/client.ts'
import {
  destroy,
  EagerClock,
  failure,
  handServers,
  json,
  rejection,
  testClient,
} from './support/scripted-server.ts'

describe('client: answers', () => {
  const serve = handServers()

  it('is parsed and decoded', async () => {
    const { url } = await serve(json({ at: '1970-01-01T00:00:00.000Z' }))
    const decode = (value: { at: string }) => ({ at: new Date(value.at) })
    const client = createRpcClient<{ get(): Promise<unknown> }>(
      { prefixUrl: url },
      { get: [openCall, 'GET /', { decode }] },
    )
    expect(await client.get()).to.deep.equal({ at: new Date(0) })
  })

  it('is INTERNAL when it does not have the declared shape', async () => {
    const { url, requests } = await serve(json(null))
    const decode = (value: { at: string }) => ({ at: new Date(value.at) })
    const client = createRpcClient<{ get(): Promise<unknown> }>(
      { prefixUrl: url },
      { get: [openCall, 'GET /x', { decode }] },
    )
    const error = await rejection(client.get())
    expect(error).to.be.instanceOf(RpcError).and.to.include({
      code: 'INTERNAL',
      message: 'GET /x: unexpected answer: 200 application/json',
    })
    expect(error.cause).to.be.instanceOf(TypeError)
    expect(requests).to.have.length(1)
  })

  it('is undefined for 204, and for another status without a body', async () => {
    const { url } = await serve(
      res => res.writeHead(204).end(),
      res => res.writeHead(202).end(),
      res => res.writeHead(204, { 'content-type': 'application/json' }).end(),
    )
    const client = testClient({ prefixUrl: url })
    expect(await client.createUser({})).to.equal(undefined)
    expect(await client.createUser({})).to.equal(undefined)
    expect(await client.createUser({})).to.equal(undefined)
  })

  it('becomes the RpcError of its body', async () => {
    const issues = [{ path: 'args.id', expected: 'number', received: '"x"' }]
    const { url } = await serve(json({ code: 'CONFLICT', message: 'taken', data: { by: 1 }, issues }, 409))
    const error = await rejection(testClient({ prefixUrl: url }).createUser({}))
    expect(error).to.be.instanceOf(RpcError)
    expect(error).to.include({ code: 'CONFLICT', message: 'taken', status: 409 })
    expect(error.data).to.deep.equal({ by: 1 })
    expect(error.issues).to.deep.equal(issues)
  })

  for (const [status, type, body, code] of [
    [502, 'text/html', '<h1>Bad Gateway</h1>', 'UNAVAILABLE'],
    [404, 'text/html', 'no', 'NOT_FOUND'],
    [418, 'application/json', '{"teapot":true}', 'BAD_REQUEST'],
    [500, 'application/json', '{"code":', 'INTERNAL'],
  ] as const) {
    it(`${status} ${type} of a proxy is ${code}`, async () => {
      const { url } = await serve(res => res.writeHead(status, { 'content-type': type }).end(body))
      const error = await rejection(testClient({ prefixUrl: url }).createUser({}))
      expect(error.code).to.equal(code)
      if (type === 'text/html')
        expect(error.message).to.match(new RegExp(`^POST /users: unexpected answer: ${status} text/html$`))
    })
  }

  it('is INTERNAL when it is not JSON, and says what came', async () => {
    const { url, requests } = await serve(
      res => res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<p>'),
      res => res.writeHead(200, { 'content-type': 'application/json' }).end('{"a"'),
    )
    const client = testClient({ prefixUrl: url })
    const html = await rejection(client.getUser({ id: '1' }))
    expect(html).to.include({ code: 'INTERNAL' })
    expect(html.message).to.equal('GET /users/:id: unexpected answer: 200 text/html; charset=utf-8')
    const broken = await rejection(client.getUser({ id: '1' }))
    expect(broken).to.include({
      code: 'INTERNAL',
      message: 'GET /users/:id: unexpected answer: 200 application/json',
    })
    expect(broken.cause).to.be.instanceOf(SyntaxError)
    expect(requests).to.have.length(2)
  })

  it('is UNAVAILABLE with its cause when the connection fails or the body is cut', async () => {
    const { url } = await serve(destroy, res => {
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': 99 })
      res.write('{"half":', () => setImmediate(() => res.destroy()))
    })
    const client = testClient({ prefixUrl: url })
    for (let n = 0; n < 2; n++) {
      const error = await rejection(client.createUser({}))
      expect(error.code).to.equal('UNAVAILABLE')
      expect(error.cause).to.be.instanceOf(Error)
    }
  })

  it('is handed out as it is by a route that returns a Response, failures too', async () => {
    const { url, requests } = await serve(
      res => res.writeHead(503, { 'content-type': 'text/plain' }).end('busy'),
      res => res.writeHead(200, { 'content-type': 'text/csv' }).end('a,b'),
    )
    const client = testClient({ prefixUrl: url })
    const busy = (await client.download()) as Response
    expect([busy.status, await busy.text()]).to.deep.equal([503, 'busy'])
    const csv = (await client.download()) as Response
    expect([csv.status, await csv.text()]).to.deep.equal([200, 'a,b'])
    expect(requests[0]!.headers.accept).to.equal('*/*')
  })

  describe('retries', () => {
    for (const [method, args, count] of [
      ['getUser', { id: '1' }, 3],
      ['putUser', { id: '1' }, 3],
      ['deleteUser', { id: '1' }, 3],
      ['createUser', {}, 1],
      ['renameUser', { id: '1' }, 1],
    ] as const) {
      it(`sends ${method} ${count} times while the server is unavailable`, async () => {
        const { url, requests } = await serve(
          failure('UNAVAILABLE', 503),
          destroy,
          failure('UNAVAILABLE', 503),
        )
        const error = await rejection(testClient({ prefixUrl: url })[method](args))
        expect(error.code).to.equal('UNAVAILABLE')
        expect(requests).to.have.length(count)
      })
    }

    it('doubles the pause up to the longest one, with full jitter', async () => {
      const { url } = await serve(failure('UNAVAILABLE', 503))
      const clock = new EagerClock()
      const retry = { attempts: 5, delay: 100, maxDelay: 500 }
      await rejection(testClient({ prefixUrl: url, retry }, clock).getUser({ id: '1' }))
      expect(clock.pauses).to.deep.equal([100, 200, 400, 500, 500])
      clock.pauses.length = 0
      clock.chance = 0.25
      await rejection(testClient({ prefixUrl: url, retry }, clock).getUser({ id: '1' }))
      expect(clock.pauses).to.deep.equal([25, 50, 100, 125, 125])
    })

    it('repeats nothing that cannot succeed later, and nothing with 0 attempts', async () => {
      const { url, requests } = await serve(failure('NOT_FOUND', 404), failure('INTERNAL', 500), destroy)
      await rejection(testClient({ prefixUrl: url }).getUser({ id: '1' }))
      await rejection(testClient({ prefixUrl: url }).getUser({ id: '1' }))
      await rejection(testClient({ prefixUrl: url, retry: { attempts: 0 } }).getUser({ id: '1' }))
      expect(requests).to.have.length(3)
    })

    it('waits for as long as Retry-After says', async () => {
      const { url } = await serve(failure('TOO_MANY_REQUESTS', 429, { 'retry-after': '3' }), json('ok'))
      const clock = new EagerClock()
      expect(await testClient({ prefixUrl: url }, clock).getUser({ id: '1' })).to.equal('ok')
      expect(clock.pauses).to.deep.equal([3200])
    })

    it('forgets a Retry-After when the next attempt gets no answer', async () => {
      const { url } = await serve(failure('UNAVAILABLE', 503, { 'retry-after': '3' }), destroy, json('ok'))
      const clock = new EagerClock()
      expect(await testClient({ prefixUrl: url }, clock).getUser({ id: '1' })).to.equal('ok')
      expect(clock.pauses).to.deep.equal([3200, 400])
    })

    it('gives up at once when Retry-After is longer than the longest pause', async () => {
      const { url, requests } = await serve(failure('UNAVAILABLE', 503, { 'retry-after': '6' }), json('ok'))
      const error = await rejection(testClient({ prefixUrl: url }).getUser({ id: '1' }))
      expect(error.message).to.equal('scripted UNAVAILABLE')
      expect(requests).to.have.length(1)
    })

    it('ignores a Retry-After that is no number of seconds', async () => {
      const headers = { 'retry-after': 'Wed, 21 Oct 2099 07:28:00 GMT' }
      const { url } = await serve(failure('UNAVAILABLE', 503, headers), json('ok'))
      const clock = new EagerClock()
      expect(await testClient({ prefixUrl: url }, clock).getUser({ id: '1' })).to.equal('ok')
      expect(clock.pauses).to.deep.equal([200])
    })
  })
})
