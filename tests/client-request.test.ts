// Routes, arguments and options in → what reaches a server that only records it, out.
import { expect } from 'chai'
import { createRpcClient, openCall, RpcError } from '../runtime/src/client.ts'
import { destroy, failure, handServers, json, rejection, testClient } from './support/scripted-server.ts'

describe('client: requests', () => {
  const serve = handServers()

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
    expect(requests[0]!.body).to.equal('{"name":"Ada","born":"1970-01-01T00:00:00.000Z","__proto__":{"x":1}}')
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
    ['an object in the query', { id: '1', q: {} }, /"q" cannot be \[object Object\]/],
    ['undefined in a list', { id: '1', q: [undefined] }, /"q" cannot be undefined/],
    ['NaN in the path', { id: NaN }, /"id" cannot be NaN/],
    ['Infinity in the query', { id: '1', q: [Infinity] }, /"q" cannot be Infinity/],
    ['an invalid Date in the query', { id: '1', q: new Date(NaN) }, /"q" cannot be Invalid Date/],
  ] as const) {
    it(`rejects ${title} with BAD_REQUEST and sends nothing`, async () => {
      const { url, requests } = await serve(json(null))
      const error = await rejection(testClient({ prefixUrl: url }).getUser(args))
      expect(error).to.be.instanceOf(RpcError).and.to.include({ code: 'BAD_REQUEST' })
      expect(error.message).to.match(/^GET \/users\/:id: /)
      expect(error.message).to.match(text)
      expect(requests).to.have.length(0)
    })
  }

  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  for (const [title, name, text] of [
    ['NaN', [{ price: NaN }], /"price" cannot be NaN/],
    ['-Infinity', -Infinity, /"name" cannot be -Infinity/],
    ['an invalid Date', { at: new Date('') }, /"at" cannot be Invalid Date/],
    ['a bigint', 1n, /BigInt/],
    ['a cycle', cycle, /circular/],
  ] as const) {
    it(`rejects ${title} in a body with BAD_REQUEST instead of sending null`, async () => {
      const { url, requests } = await serve(json(null))
      const error = await rejection(testClient({ prefixUrl: url }).createUser({ name }))
      expect(error).to.be.instanceOf(RpcError).and.to.include({ code: 'BAD_REQUEST' })
      expect(error.message).to.match(text)
      expect(requests).to.have.length(0)
    })
  }

  it('sends null where it was given', async () => {
    const { url, requests } = await serve(json(null))
    await testClient({ prefixUrl: url }).createUser({ name: null, text: 'null', at: new Date(0) })
    expect(requests[0]!.body).to.equal('{"name":null,"text":"null","at":"1970-01-01T00:00:00.000Z"}')
  })

  for (const suffix of ['', '/', '/api', '/api//']) {
    it(`joins the prefix "${suffix}" and the path with one slash`, async () => {
      const { url, requests } = await serve(json(null))
      await testClient({ prefixUrl: url + suffix }).getUser({ id: '1' })
      expect(requests[0]!.url).to.equal(`${suffix.replace(/\/+$/, '')}/users/1`)
    })
  }

  it('rejects a missing path parameter that every object inherits a member for', async () => {
    const routes = {
      make: [openCall, 'GET /:constructor'],
    } as const
    const client = createRpcClient<{ make(args: object): Promise<unknown> }>(
      { prefixUrl: 'http://h' },
      routes,
    )
    expect((await rejection(client.make({}))).message).to.match(/argument "constructor" cannot be undefined/)
  })

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

  describe('the client object', () => {
    it('has one own method per route, whatever the names', async () => {
      const { url } = await serve(json('ok'))
      const route = [openCall, 'GET /'] as const
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

    it('takes a prefixUrl relative to the page, where there is one, but not an empty one', async () => {
      const asked: unknown[] = []
      const fetch = async (url: unknown) => {
        asked.push(url)
        return Response.json(null)
      }
      Object.assign(globalThis, { location: { href: 'https://app.example/page/1?q#h' } })
      try {
        await testClient({ prefixUrl: '/api/', fetch }).getUser({ id: '1' })
        expect(asked).to.deep.equal(['https://app.example/api/users/1'])
        expect(() => testClient({ prefixUrl: '', fetch })).to.throw(TypeError, /prefixUrl/)
      } finally {
        Reflect.deleteProperty(globalThis, 'location')
      }
    })

    it('refuses missing options', () => {
      expect(() => createRpcClient(undefined as never, {})).to.throw(TypeError, /prefixUrl/)
    })
  })
})
