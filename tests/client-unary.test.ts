import { expect } from 'chai'
import { createRpcClient, RpcError } from '../runtime/src/client.ts'
import {
  type Answer,
  countingSignal,
  destroy,
  EagerClock,
  failure,
  type HandServer,
  handServer,
  json,
  ManualClock,
  rejection,
  testClient,
  until,
} from './support/scripted-server.ts'

describe('client: unary calls', () => {
  let server: HandServer
  const serve = async (...answers: Answer[]) => {
    server = await handServer(...answers)
    return server
  }
  afterEach(() => server?.close())

  describe('the request', () => {
    it('puts path parameters into the path and the rest into the query', async () => {
      const { url, requests } = await serve(json(null))
      await testClient({ prefixUrl: url }).getUser({
        id: 'a b/ü?',
        when: new Date(0),
        tags: ['x', 'y&z'],
        none: [],
        big: 12n,
        yes: true,
        half: 0.5,
        missing: undefined,
      })
      expect(requests[0]!.url).to.equal(
        '/users/a%20b%2F%C3%BC%3F?when=1970-01-01T00%3A00%3A00.000Z&tags=x&tags=y%26z&big=12&yes=true&half=0.5',
      )
      expect(requests[0]!.headers.accept).to.equal('application/json')
      expect(requests[0]!.headers).not.to.have.property('content-type')
      expect(requests[0]!.body).to.equal('')
    })

    it('keeps the slashes of a rest parameter', async () => {
      const { url, requests } = await serve(json(null))
      await testClient({ prefixUrl: url }).getFile({ path: 'a b/c' })
      expect(requests[0]!.url).to.equal('/files/a%20b/c')
    })

    it('sends every argument that is no path parameter as the JSON body', async () => {
      const { url, requests } = await serve(json(null))
      const args = { id: '7', name: 'Ada', born: new Date(0), ...JSON.parse('{"__proto__":{"x":1}}') }
      await testClient({ prefixUrl: url }).putUser({ ...args, ['__proto__']: { x: 1 } })
      expect(requests[0]!.url).to.equal('/users/7')
      expect(requests[0]!.headers['content-type']).to.equal('application/json')
      expect(requests[0]!.body).to.equal(
        '{"name":"Ada","born":"1970-01-01T00:00:00.000Z","__proto__":{"x":1}}',
      )
    })

    it('sends an argument that is the whole body as it is', async () => {
      const { url, requests } = await serve(json(null))
      await testClient({ prefixUrl: url }).importUsers([1, 2])
      expect(requests[0]!.body).to.equal('[1,2]')
    })

    it('sends neither body nor content type without arguments', async () => {
      const { url, requests } = await serve(json(null))
      await testClient({ prefixUrl: url }).createUser()
      expect(requests[0]!.body).to.equal('')
      expect(requests[0]!.headers).not.to.have.property('content-type')
    })

    for (const [title, args, text] of [
      ['a missing path parameter', {}, /"id"/],
      ['an inherited member as a path parameter', Object.create({ id: '1' }), /"id"/],
      ['a path parameter of dots', { id: '..' }, /"id"/],
      ['null in the query', { id: '1', q: null }, /"q" cannot be null/],
      ['an object in the query', { id: '1', q: {} }, /"q" cannot be object/],
      ['undefined in a list', { id: '1', q: [undefined] }, /"q" cannot be undefined/],
    ] as const) {
      it(`rejects ${title} with a TypeError and sends nothing`, async () => {
        const { url, requests } = await serve(json(null))
        const error = await rejection<TypeError>(testClient({ prefixUrl: url }).getUser(args))
        expect(error).to.be.instanceOf(TypeError)
        expect(error.message).to.match(text)
        expect(requests).to.have.length(0)
      })
    }

    for (const suffix of ['', '/', '/api', '/api//']) {
      it(`joins the prefix "${suffix}" and the path with one slash`, async () => {
        const { url, requests } = await serve(json(null))
        await testClient({ prefixUrl: url + suffix }).getUser({ id: '1' })
        expect(requests[0]!.url).to.equal(`${suffix.replace(/\/+$/, '')}/users/1`)
      })
    }

    it('sends the headers of the call over those of the client, whatever their case', async () => {
      const { url, requests } = await serve(json(null))
      const client = testClient({ prefixUrl: url, headers: { 'X-Who': 'client', 'X-Other': 'kept' } })
      await client.getUser({ id: '1' }, { headers: async () => ({ 'x-wHO': 'call' }) })
      expect(requests[0]!.headers).to.include({ 'x-who': 'call', 'x-other': 'kept' })
    })

    it('calls the headers function again at every attempt', async () => {
      const { url, requests } = await serve(failure('UNAVAILABLE', 503), destroy, json('ok'))
      let count = 0
      const client = testClient({ prefixUrl: url, headers: async () => ({ token: `t${++count}` }) })
      expect(await client.getUser({ id: '1' })).to.equal('ok')
      expect(requests.map(r => r.headers.token)).to.deep.equal(['t1', 't2', 't3'])
    })

    it('rejects with what the headers function throws, and does not repeat it', async () => {
      const { url, requests } = await serve(json(null))
      const thrown = new Error('no token')
      const headers = () => {
        throw thrown
      }
      expect(await rejection(testClient({ prefixUrl: url, headers }).getUser({ id: '1' }))).to.equal(thrown)
      expect(requests).to.have.length(0)
    })
  })

  describe('the answer', () => {
    it('is parsed and decoded', async () => {
      const { url } = await serve(json({ at: '1970-01-01T00:00:00.000Z' }))
      const decode = (value: { at: string }) => ({ at: new Date(value.at) })
      const client = createRpcClient<{ get(): Promise<unknown> }>(
        { prefixUrl: url },
        { get: { method: 'GET', path: '/', output: 'value', source: 'none', decode } },
      )
      expect(await client.get()).to.deep.equal({ at: new Date(0) })
    })

    it('is undefined for 204, and for another status without a body', async () => {
      const { url } = await serve(
        res => res.writeHead(204).end(),
        res => res.writeHead(202).end(),
      )
      const client = testClient({ prefixUrl: url })
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
          expect(error.message).to.match(new RegExp(`^POST /users: expected JSON, got ${status}, text/html$`))
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
      expect(html.message).to.equal('GET /users/:id: expected JSON, got 200, text/html; charset=utf-8')
      const broken = await rejection(client.getUser({ id: '1' }))
      expect(broken).to.include({ code: 'INTERNAL', message: 'GET /users/:id: expected JSON, got 200, application/json' })
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

  describe('timeouts and cancellation', () => {
    const hang: Answer = () => undefined

    it('rejects with TIMEOUT and closes the connection', async () => {
      const { url, requests } = await serve(hang)
      const clock = new ManualClock()
      const call = rejection(testClient({ prefixUrl: url }, clock).createUser({}, { timeout: 70 }))
      await until(() => requests.length === 1)
      clock.pass(70)
      const error = await call
      expect(error).to.include({ code: 'TIMEOUT', message: 'POST /users: no answer within 70 ms' })
      await until(() => requests[0]!.closed)
      expect(clock.timers).to.have.property('size', 0)
    })

    it('gives every attempt its own timeout', async () => {
      const { url, requests } = await serve(hang, hang, json('ok'))
      const clock = new ManualClock()
      const call = testClient({ prefixUrl: url, timeout: 50 }, clock).getUser({ id: '1' })
      for (let n = 1; n <= 2; n++) {
        await until(() => requests.length === n)
        clock.pass(50)
        await until(() => clock.asked.length === 2 * n)
        clock.pass(5000)
      }
      expect(await call).to.equal('ok')
      expect(clock.asked).to.deep.equal([50, 200, 50, 400, 50])
      expect(clock.timers).to.have.property('size', 0)
    })

    it('covers the body too', async () => {
      const { url, requests } = await serve(res => {
        res.writeHead(200, { 'content-type': 'application/json' }).write('[')
      })
      const clock = new ManualClock()
      const call = rejection(testClient({ prefixUrl: url }, clock).createUser({}))
      await until(() => requests.length === 1)
      clock.pass(30_000)
      expect((await call).code).to.equal('TIMEOUT')
    })

    it('sets no timer for a timeout of 0', async () => {
      const { url } = await serve(json(1))
      const clock = new ManualClock()
      await testClient({ prefixUrl: url, timeout: 0 }, clock).getUser({ id: '1' })
      expect(clock.asked).to.deep.equal([])
    })

    it('does not time the body of a Response, and lets the signal cancel it', async () => {
      const { url, requests } = await serve(res => {
        res.writeHead(200).write('first')
      })
      const clock = new ManualClock()
      const counted = countingSignal()
      const response = (await testClient({ prefixUrl: url }, clock).download(undefined, {
        signal: counted.signal,
      })) as Response
      expect([clock.timers.size, counted.listeners]).to.deep.equal([0, 0])
      const body = rejection(response.text())
      counted.controller.abort()
      await body
      await until(() => requests[0]!.closed)
    })

    it('rejects with CANCELLED and the reason when the caller aborts', async () => {
      const { url, requests } = await serve(hang)
      const clock = new ManualClock()
      const counted = countingSignal()
      const call = rejection(
        testClient({ prefixUrl: url }, clock).getUser({ id: '1' }, { signal: counted.signal }),
      )
      await until(() => requests.length === 1)
      expect(counted.listeners).to.equal(1)
      const reason = new Error('left the page')
      counted.controller.abort(reason)
      const error = await call
      expect(error.code).to.equal('CANCELLED')
      expect(error.cause).to.equal(reason)
      await until(() => requests[0]!.closed)
      expect([counted.listeners, clock.timers.size]).to.deep.equal([0, 0])
    })

    it('sends nothing when the signal is aborted before the call', async () => {
      const { url, requests } = await serve(json(1))
      const error = await rejection(
        testClient({ prefixUrl: url }).getUser({ id: '1' }, { signal: AbortSignal.abort('early') }),
      )
      expect(error).to.include({ code: 'CANCELLED', cause: 'early' })
      expect(requests).to.have.length(0)
    })

    it('ends the pause before a retry when the caller aborts', async () => {
      const { url, requests } = await serve(destroy)
      const clock = new ManualClock()
      const counted = countingSignal()
      const call = rejection(
        testClient({ prefixUrl: url }, clock).getUser({ id: '1' }, { signal: counted.signal }),
      )
      await until(() => clock.asked.length === 2)
      counted.controller.abort()
      expect((await call).code).to.equal('CANCELLED')
      expect([requests.length, counted.listeners, clock.timers.size]).to.deep.equal([1, 0, 0])
    })

    it('rejects at once even if the given fetch ignores its signal', async () => {
      server = await handServer(json(1))
      const controller = new AbortController()
      let asked = false
      const fetch = () => {
        asked = true
        return new Promise<never>(() => undefined)
      }
      const call = rejection(
        testClient({ prefixUrl: 'http://h', fetch }).getUser({ id: '1' }, { signal: controller.signal }),
      )
      await until(() => asked)
      controller.abort()
      expect((await call).code).to.equal('CANCELLED')
    })

    it('leaves no listener and no timer behind after success and failure', async () => {
      const { url } = await serve(json(1), failure('NOT_FOUND', 404))
      const clock = new ManualClock()
      const counted = countingSignal()
      const client = testClient({ prefixUrl: url }, clock)
      await client.getUser({ id: '1' }, { signal: counted.signal })
      await rejection(client.getUser({ id: '1' }, { signal: counted.signal }))
      await rejection(client.getUser({}, { signal: counted.signal }))
      expect([counted.most, counted.listeners, clock.timers.size]).to.deep.equal([1, 0, 0])
    })
  })

  describe('the client object', () => {
    it('has one own method per route, whatever the names', async () => {
      const { url } = await serve(json('ok'))
      const route = { method: 'GET', path: '/', output: 'value', source: 'none' } as const
      const names = ['toString', 'then', 'constructor', '__proto__', 'hasOwnProperty']
      const routes = Object.fromEntries(names.map(name => [name, route]))
      const client = createRpcClient<Record<string, () => Promise<unknown>>>({ prefixUrl: url }, routes)
      expect(Object.getOwnPropertyNames(client).sort()).to.deep.equal([...names].sort())
      expect(Object.getPrototypeOf(client)).to.equal(Object.prototype)
      for (const name of names) {
        expect(await Object.getOwnPropertyDescriptor(client, name)!.value()).to.equal('ok')
      }
    })

    for (const prefixUrl of [
      undefined,
      '',
      'localhost:3000',
      '/api',
      'ftp://h',
      'http://h/?a',
      'http://u:p@h',
      'h',
    ]) {
      it(`refuses the prefixUrl ${JSON.stringify(prefixUrl)}`, () => {
        expect(() => createRpcClient({ prefixUrl } as { prefixUrl: string }, {})).to.throw(
          TypeError,
          /prefixUrl must be an http/,
        )
      })
    }

    it('refuses missing options', () => {
      expect(() => createRpcClient(undefined as never, {})).to.throw(TypeError, /prefixUrl/)
    })

    it('refuses a platform without fetch, unless one is given', () => {
      const { fetch } = globalThis
      Object.assign(globalThis, { fetch: undefined })
      try {
        expect(() => createRpcClient({ prefixUrl: 'http://h' }, {})).to.throw(TypeError, /fetch/)
        expect(createRpcClient({ prefixUrl: 'http://h', fetch }, {})).to.deep.equal({})
      } finally {
        Object.assign(globalThis, { fetch })
      }
    })
  })
})
