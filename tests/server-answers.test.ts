// What a handler or middleware does → status, headers and body of the answer.
import { expect } from 'chai'
import { RpcError } from '../runtime/src/index.ts'
import { type ErrorPlace, type Server, serve } from '../runtime/src/node.ts'
import { anything, type Context, declare, idFromPath, numericId } from './support/compiled-routes.ts'
import { curl, oneConnection, send, sendJson } from './support/http-client.ts'

describe('server: answers', () => {
  const log: { error: unknown; place: ErrorPlace }[] = []
  const order: string[] = []
  const failing = (error: unknown) => () => {
    throw error
  }
  const routes = {
    notARoute: 42,
    hello: declare('get', '/hello', () => ({ hello: 'wörld' })),
    declaredOnly: declare('get', '/declared', () => ({ id: 1, secret: 'x' }), { result: numericId }),
    mismatch: declare('get', '/mismatch', () => ({ id: 'secret text' }), { result: numericId }),
    nothing: declare('get', '/undefined', () => undefined),
    null: declare('get', '/null', () => null),
    void: declare('post', '/void', () => 'dropped', { result: undefined as never }),
    created: declare('post', '/created', (_, { response }) => {
      response.status = 201
      Object.assign(response.headers, { location: '/x', 'set-cookie': ['a=1', 'b=2'] })
      return { id: 1 }
    }),
    split: declare('get', '/split', (_, { response }) => {
      response.headers['x-evil'] = 'a\r\nset-cookie: b'
      return 1
    }),
    badStatus: declare('get', '/bad-status', (_, { response }) => {
      response.status = 99
      return 1
    }),
    thrown: declare('get', '/thrown', failing(new Error('secret text'))),
    thrownText: declare('get', '/thrown-text', failing('secret text')),
    conflict: declare(
      'get',
      '/conflict',
      failing(new RpcError('CONFLICT', { message: 'taken', data: { by: 7 } })),
    ),
    passedOn: declare(
      'get',
      '/passed-on',
      failing(
        RpcError.fromWire({ code: 'NOT_FOUND', message: 'secret text', data: 'secret text' }, 'INTERNAL'),
      ),
    ),
    unsendable: declare('get', '/unsendable', failing(new RpcError('CONFLICT', { data: 1n }))),
    busy: declare('get', '/busy', (_, { response }) => {
      response.headers['retry-after'] = '3'
      throw new RpcError('UNAVAILABLE')
    }),
    odd: declare('get', '/a(b)+%7Bx%7d/caf%c3%a9', () => 'odd'),
    me: declare('get', '/things/me', () => 'me'),
    thing: declare('get', '/things/:id', args => args, { args: idFromPath }),
    putThing: declare('put', '/things/:id', args => args, { args: idFromPath }),
    postMe: declare('post', '/things/me', () => 'posted'),
    context: declare('get', '/context', (_, context: Context) => ({
      url: context.url.href,
      method: context.method,
      remoteAddress: context.remoteAddress,
      agent: context.headers['x-agent'],
      aborted: context.signal.aborted,
      keys: Object.keys(context),
    })),
    middleware: declare(
      'get',
      '/middleware',
      (_, { user, url, added, isAdmin }) => ({ user, url, added, isAdmin }),
      {},
      [
        context => {
          order.push('first')
          context.user = 'ann'
          Object.assign(context, { url: 'assigned' })
        },
        async ({ user }) => {
          order.push('second')
          return JSON.parse(`{"added":"for ${user}","__proto__":{"isAdmin":true}}`)
        },
      ],
    ),
    locked: declare('post', '/locked', () => order.push('handler'), { args: idFromPath }, [
      () => {
        throw new RpcError('UNAUTHORIZED')
      },
      () => order.push('never'),
    ]),
  }
  let server: Server
  let url: string

  before(async () => {
    server = await serve(routes, { onError: (error, place) => log.push({ error, place }) })
    url = server.url
  })
  after(() => server.close({ deadline: 0 }))
  beforeEach(() => {
    log.length = 0
    order.length = 0
  })

  it('carry a result as JSON in UTF-8, with its length', async () => {
    const answer = await send(`${url}/hello`)
    expect(answer.json()).to.deep.equal({ hello: 'wörld' })
    expect(answer.headers).to.include({ 'content-type': 'application/json', 'content-length': '18' })
    expect(answer.headers).not.to.have.property('transfer-encoding')
    expect((await send(`${url}/null`)).text).to.equal('null')
  })

  it('carry declared properties only', async () => {
    expect((await send(`${url}/declared`)).json()).to.deep.equal({ id: 1 })
  })

  it('are 204 without a body for undefined and for a route declared void', async () => {
    for (const [method, path] of [
      ['GET', '/undefined'],
      ['POST', '/void'],
    ] as const) {
      const answer = await send(url + path, { method })
      expect([answer.status, answer.text]).to.deep.equal([204, ''])
      expect(answer.headers).not.to.have.property('content-type')
    }
  })

  it('carry the status and headers that the handler set', async () => {
    const answer = await send(`${url}/created`, { method: 'POST' })
    expect(answer.status).to.equal(201)
    expect(answer.headers).to.deep.include({ location: '/x', 'set-cookie': ['a=1', 'b=2'] })
  })

  for (const path of [
    '/thrown',
    '/thrown-text',
    '/passed-on',
    '/mismatch',
    '/split',
    '/bad-status',
    '/unsendable',
  ]) {
    it(`keep what went wrong in ${path} for the log`, async () => {
      const answer = await send(url + path)
      expect(answer.status).to.equal(500)
      expect(answer.json()).to.deep.equal({ code: 'INTERNAL', message: 'internal error' })
      expect(answer.headers).not.to.have.property('set-cookie')
      expect(log.map(({ place }) => place)).to.deep.equal([{ route: path, method: 'GET', url: path }])
    })
  }

  it('name in the log what did not match', async () => {
    await send(`${url}/mismatch`)
    expect(String(log[0]?.error)).to.include('result.id: expected number, received "secret text"')
  })

  it('carry code, message and data of an RpcError, which is not logged', async () => {
    const answer = await send(`${url}/conflict`)
    expect(answer.status).to.equal(409)
    expect(answer.json()).to.deep.equal({ code: 'CONFLICT', message: 'taken', data: { by: 7 } })
    expect(log).to.deep.equal([])
  })

  it('keep headers that were set before an error', async () => {
    const answer = await send(`${url}/busy`)
    expect([answer.status, answer.headers['retry-after']]).to.deep.equal([503, '3'])
  })

  it('of unknown paths are 404', async () => {
    for (const path of [
      '/',
      '/nope',
      '/hello/x',
      '/things',
      '/things//',
      '//hello',
      '/constructor',
      '/__proto__',
    ]) {
      const answer = await send(url + path)
      expect([answer.status, (answer.json() as { code: string }).code], path).to.deep.equal([
        404,
        'NOT_FOUND',
      ])
    }
    expect((await send(url, { path: '*', method: 'OPTIONS' })).status).to.equal(404)
    const root = await serve([declare('get', '/', (_, { url }) => url.href)])
    expect((await send(root.url, { path: '*' })).status).to.equal(404)
    expect((await send(root.url, { path: '*', method: 'OPTIONS' })).status).to.equal(404)
    expect((await send(root.url, { path: 'http://x?y' })).json()).to.equal(`${root.url}/?y`)
    await root.close()
  })

  it('are found at literal paths with any character and either case of percent-encoding', async () => {
    for (const path of ['/a(b)+%7Bx%7D/caf%C3%A9', '/a(b)+%7bx%7d/caf%c3%a9']) {
      expect((await send(url + path)).json()).to.equal('odd')
    }
    expect((await send(`${url}/ab+%7Bx%7D/caf%C3%A9`)).status).to.equal(404)
  })

  it('of another method are 405 with Allow, as curl sees it', async () => {
    const { stdout } = await curl(['-i', '-X', 'PATCH', `${url}/things/1`])
    expect(stdout).to.match(/^HTTP\/1\.1 405 /)
    expect(stdout).to.match(/^allow: GET, HEAD, PUT, OPTIONS\r$/im)
    expect(stdout).to.include('"code":"METHOD_NOT_ALLOWED"')
    expect((await send(`${url}/hello`, { method: 'TRACE' })).status).to.equal(405)
  })

  it('choose the literal path over a parameter, per method', async () => {
    expect((await send(`${url}/things/me`)).json()).to.equal('me')
    expect((await send(`${url}/things/you`)).json()).to.deep.equal({ id: 'you' })
    expect((await send(`${url}/things/me`, { method: 'PUT' })).json()).to.deep.equal({ id: 'me' })
  })

  it('of HEAD have the headers of GET and no body, as curl sees it', async () => {
    const { stdout, code } = await curl(['-I', `${url}/hello`])
    expect(code).to.equal(0)
    expect(stdout).to.match(/^HTTP\/1\.1 200 /)
    expect(stdout).to.match(/^content-length: 18\r$/im)
    expect(stdout).to.match(/\r\n\r\n$/)
  })

  it('of OPTIONS are 204 with Allow', async () => {
    const answer = await send(`${url}/things/me`, { method: 'OPTIONS' })
    expect([answer.status, answer.headers.allow]).to.deep.equal([204, 'GET, HEAD, POST, PUT, OPTIONS'])
  })

  it('of a target in absolute form are those of its path', async () => {
    expect((await send(url, { path: 'http://other.example/hello?x' })).status).to.equal(200)
  })

  it('can be made from everything in the context', async () => {
    const answer = await send(`${url}/context?q=%20`, {
      headers: { 'x-agent': 'a', host: 'api.example:8080' },
    })
    expect(answer.json()).to.deep.equal({
      url: 'http://api.example:8080/context?q=%20',
      method: 'GET',
      remoteAddress: '127.0.0.1',
      agent: 'a',
      aborted: false,
      keys: [],
    })
    const odd = await send(`${url}/context`, { headers: { host: 'not a host' } })
    expect(odd.json()).to.include({ url: 'http://localhost/context' })
  })

  it('see what middleware added and assigned, in order, and no prototype of its making', async () => {
    const answer = await send(`${url}/middleware`)
    expect(answer.json()).to.deep.equal({ user: 'ann', url: 'assigned', added: 'for ann' })
    expect(order).to.deep.equal(['first', 'second'])
  })

  it('of a middleware that throws come before arguments are read and before any handler runs', async () => {
    const answer = await sendJson(`${url}/locked`, '{not json')
    expect(answer.json()).to.deep.equal({ code: 'UNAUTHORIZED', message: 'unauthorized' })
    expect(order).to.deep.equal([])
  })

  it('of every kind leave the connection usable', async () => {
    const agent = oneConnection()
    const ports = new Set<unknown>()
    for (const path of [
      '/hello',
      '/thrown',
      '/nope',
      '/split',
      '/conflict',
      '/undefined',
      '/mismatch',
      '/hello',
    ]) {
      await send(url + path, { agent })
      ports.add(Object.values(agent.freeSockets).flat()[0]?.localPort)
      await send(url + path, { agent, method: 'DELETE' })
    }
    expect(ports.size).to.equal(1)
    agent.destroy()
  })

  it('are printed by default when they are the server’s fault, with method, path and cause', async () => {
    const printed: unknown[][] = []
    const print = console.error
    console.error = (...args: unknown[]) => printed.push(args)
    const error = new Error('cause')
    const other = await serve([
      declare('get', '/x/:id', failing(error), { args: idFromPath, result: anything }),
    ])
    await send(`${other.url}/x/1?q=2`)
    await other.close()
    console.error = print
    expect(printed).to.deep.equal([['GET /x/1?q=2 (route /x/:id) failed:', error]])
  })

  it('leave even when onError fails', async () => {
    const printed: unknown[][] = []
    const print = console.error
    console.error = (...args: unknown[]) => printed.push(args)
    const onError = failing(new Error('logger'))
    const other = await serve([declare('get', '/x', failing(new Error('cause')))], { onError })
    expect((await send(`${other.url}/x`)).status).to.equal(500)
    await other.close()
    console.error = print
    expect(printed.flat().map(String).join()).to.equal('onError itself failed:,Error: logger')
  })
})
