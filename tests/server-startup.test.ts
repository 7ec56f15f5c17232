// Routes and options that cannot work → one error at start-up that names all of them. And what is loaded for those that can.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'chai'
import { createFetchHandler } from '../runtime/src/fetch.ts'
import { addStringFormat, route } from '../runtime/src/index.ts'
import { createNodeHandler, type NodeOptions, serve } from '../runtime/src/node.ts'
import { declare } from './support/compiled-routes.ts'
import { send } from './support/http-client.ts'

describe('server: start-up', () => {
  const fine = declare('get', '/fine', () => 'fine')

  it('takes a namespace, an object, an array, and arrays of those', async () => {
    const other = declare('get', '/other', () => 'other')
    for (const routes of [
      { fine, other, helper: () => 1, limit: 5, none: null },
      [fine, other],
      [{ fine }, [other]],
    ]) {
      const server = await serve(routes)
      expect((await send(`${server.url}/fine`)).json()).to.equal('fine')
      expect((await send(`${server.url}/other`)).json()).to.equal('other')
      await server.close()
    }
  })

  it('takes a route that is exported under two names', () => {
    expect(() => createNodeHandler({ fine, again: fine })).not.to.throw()
  })

  it('names a module of routes within another, whose routes would not be served', () => {
    const users = { list: declare('get', '/users', () => 1), helper: 1 }
    expect(() => createNodeHandler({ fine, users })).to.throw(
      TypeError,
      /"users" is an object of routes within another: pass both in an array/,
    )
    expect(() => createNodeHandler([{ fine, users }, users])).not.to.throw()
    const cycle: Record<string, unknown> = { fine }
    cycle.self = cycle
    expect(() => createNodeHandler(cycle)).not.to.throw()
  })

  it('refuses a port that is none, which Node would take for the name of a socket', async () => {
    for (const port of ['3000', 'name', 65_536, -1, 1.5, Number.NaN, null]) {
      const error = await serve({ fine }, { port: port as number }).catch((thrown: unknown) => thrown)
      expect(error).to.be.instanceOf(TypeError)
      expect((error as Error).message).to.match(/^port is an integer from 0 to 65535, got /)
    }
  })

  it('refuses to serve nothing', () => {
    for (const routes of [{}, [], { helper: () => 1 }]) {
      expect(() => createNodeHandler(routes)).to.throw(TypeError, /there are no routes to serve/)
    }
  })

  it('names every route that was not compiled, compiled for another contract, malformed or declared twice', () => {
    const routes = [
      fine,
      route.get('/uncompiled/:id', () => 1),
      route.post('/uncompiled-too', () => 1),
      declare('get', '/old', () => 1, { contract: 0, name: 'old' }),
      declare('get', '/users/:id', () => 1, { name: 'first' }),
      declare('get', '/users/:name', () => 1, { name: 'second' }),
      declare('get', 'malformed', () => 1),
    ]
    for (const start of [createNodeHandler, createFetchHandler]) {
      let message = ''
      try {
        start(routes)
      } catch (error) {
        message = (error as Error).message
      }
      expect(message).to.match(/^5 of the routes cannot be served:/)
      expect(message).to.match(
        /GET \/uncompiled\/:id, declared at .*server-startup\.test\.ts:\d+:\d+, was not compiled/,
      )
      expect(message).to.match(/"transform": "@alien-rpc\/transformer"/)
      expect(message).to.include('POST /uncompiled-too')
      expect(message).to.include('GET /old was compiled for contract 0, this runtime has contract 1')
      expect(message).to.include('GET malformed: a path starts with "/"')
      expect(message).to.include(
        'GET /users/:name is declared twice: first (/users/:id) and second (/users/:name) answer the same requests',
      )
    }
  })

  it('names a route whose string format nobody has added, and what to call', () => {
    const needs = (...formats: string[]) => declare('get', '/skus', () => 1, { formats })
    expect(() => createNodeHandler([needs('email', 'tests/sku')])).to.throw(
      'GET /skus uses the string format "tests/sku", which nobody has added. Call addStringFormat("tests/sku", text => …)',
    )
    addStringFormat('tests/sku', text => text.startsWith('S'))
    expect(() => createNodeHandler([needs('email', 'tests/sku')])).to.not.throw()
  })

  const misconfigured: readonly [options: NodeOptions, message: RegExp][] = [
    [{ prefix: 'api' }, /prefix starts with "\/"/],
    [{ prefix: '/api/' }, /prefix starts with "\/" and does not end with one/],
    [{ prefix: '/:tenant}' }, /prefix/],
    [{ limits: { maxBodySize: 1 } as object }, /there is no "maxBodySize"; there are maxBodyBytes/],
    [{ limits: { maxBodyBytes: -1 } }, /limits\.maxBodyBytes is a number of 0 or more, got -1/],
    [{ limits: { bodyTimeout: Number.NaN } }, /limits\.bodyTimeout/],
    [{ cors: { origin: '*', allowHeaders: ['x-a', 'x b'] } }, /cors: "x b" is not a header name/],
    [{ cors: { origin: '*', credentials: true } }, /credentials need named origins/],
    [{ cors: { origin: ['https://app.example/'] } }, /cors: "https:\/\/app.example\/" is not an origin/],
    [{ cors: { origin: ['HTTPS://app.example'] } }, /is not an origin, so it would match none/],
  ]
  for (const [options, message] of misconfigured) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      expect(() => createNodeHandler([fine], options)).to.throw(TypeError, message)
    })
  }

  it('rejects when the port is taken, and says what to do', async () => {
    const server = await serve([fine])
    const failure = await serve([fine], { port: server.port }).catch((error: NodeJS.ErrnoException) => error)
    const { code, message } = failure as NodeJS.ErrnoException
    expect(code).to.equal('EADDRINUSE')
    expect(message).to.contain(`another program has port ${server.port}`).and.contain('pass another "port"')
    await server.close()
  })

  it('serves below a prefix', async () => {
    const server = await serve([fine, declare('get', '/', () => 'root')], { prefix: '/api/v1' })
    expect((await send(`${server.url}/api/v1/fine`)).json()).to.equal('fine')
    expect((await send(`${server.url}/api/v1`)).json()).to.equal('root')
    expect((await send(`${server.url}/fine`)).status).to.equal(404)
    await server.close()
  })

  it('gives a URL that can be requested, whatever the host', async () => {
    for (const host of ['127.0.0.1', '0.0.0.0', '::1']) {
      const server = await serve([fine], { host })
      expect((await send(`${server.url}/fine`)).status, server.url).to.equal(200)
      await server.close()
    }
  })

  it('loads the package for WebSockets where there are routes for it, and not before', async () => {
    const script = new URL('./support/loaded-packages.ts', import.meta.url)
    const child = fork(script, { execArgv: ['--import', 'tsx'] })
    const [loaded] = await once(child, 'message')
    await once(child, 'exit')
    expect(loaded).to.deep.equal({ before: false, after: true })
  })
})
