// `Origin` and the cors setting → CORS headers of answers, errors, streams and preflights.
import { expect } from 'chai'
import { RpcError } from '../runtime/src/index.ts'
import { type CorsOptions, type Server, serve } from '../runtime/src/node.ts'
import { declare } from './support/compiled-routes.ts'
import { send } from './support/http-client.ts'

describe('server: cors', () => {
  const APP = 'https://app.example'
  let server: Server
  const start = async (cors?: CorsOptions, onError?: () => void) => {
    const routes = [
      declare('get', '/x', () => 1),
      declare('delete', '/x', () => 1),
      declare('get', '/error', () => {
        throw new RpcError('CONFLICT')
      }),
      declare(
        'get',
        '/stream',
        async function* () {
          yield 1
        },
        { output: 'stream' },
      ),
      declare('get', '/response', () => new Response('r', { headers: { vary: 'X' } }), {
        output: 'response',
      }),
    ]
    server = await serve(routes, { ...(cors && { cors }), ...(onError && { onError }) })
  }
  afterEach(() => server.close({ deadline: 0 }))
  const ask = (path: string, method = 'GET', headers: Record<string, string> = {}) =>
    send(server.url + path, { method, headers: { origin: APP, ...headers } })
  const preflight = (path: string, headers: Record<string, string> = {}) =>
    ask(path, 'OPTIONS', { 'access-control-request-method': 'DELETE', ...headers })

  it('is off by default', async () => {
    await start()
    for (const answer of [await ask('/x'), await preflight('/x')]) {
      expect(answer.headers.vary ?? '').not.to.contain('Origin')
      expect(Object.keys(answer.headers).filter(name => /^access-control/.test(name))).to.deep.equal([])
    }
  })

  it('marks every kind of answer', async () => {
    await start({ origin: [APP], credentials: true, exposeHeaders: ['x-id'] })
    const vary = {
      '/x': 'Origin, Accept',
      '/error': 'Origin',
      '/nope': 'Origin',
      '/stream': 'Accept, Origin',
      '/response': 'Origin, X',
    }
    for (const [path, expected] of Object.entries(vary)) {
      const { headers } = await ask(path)
      expect(headers, path).to.include({
        'access-control-allow-origin': APP,
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers': 'retry-after, x-id',
        vary: expected,
      })
    }
  })

  it('gives other origins nothing but Vary', async () => {
    await start({ origin: [APP] })
    for (const origin of ['https://evil.example', `${APP}.evil.example`, 'null', 'HTTPS://APP.EXAMPLE']) {
      for (const { headers } of [await ask('/x', 'GET', { origin }), await preflight('/x', { origin })]) {
        expect(headers.vary).to.match(/^Origin/)
        expect(Object.keys(headers).filter(name => name.startsWith('access-control'))).to.deep.equal([])
      }
    }
  })

  it('answers a preflight with what the path takes', async () => {
    await start({ origin: '*' })
    const { status, headers, text } = await preflight('/x', {
      'access-control-request-headers': 'x-a, content-type',
    })
    expect([status, text]).to.deep.equal([204, ''])
    expect(headers).to.include({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, DELETE, OPTIONS',
      'access-control-allow-headers': 'x-a, content-type',
      'access-control-max-age': '600',
      vary: 'Origin, Access-Control-Request-Headers',
    })
    expect((await preflight('/nope')).status).to.equal(404)
  })

  it('answers a preflight with the headers that were set', async () => {
    await start({ origin: origin => origin.endsWith('.example'), allowHeaders: ['x-a', 'x-b'], maxAge: 5 })
    const { headers } = await preflight('/x', { 'access-control-request-headers': 'x-other' })
    expect(headers).to.include({
      'access-control-allow-headers': 'x-a, x-b',
      'access-control-max-age': '5',
      vary: 'Origin',
    })
  })

  it('allows nobody when the test itself fails, and still answers', async () => {
    const errors: unknown[] = []
    const origin = () => {
      throw new Error('lookup')
    }
    await start({ origin }, () => errors.push(1))
    const { status, headers } = await ask('/x')
    expect(status).to.equal(200)
    expect(headers).not.to.have.property('access-control-allow-origin')
    expect((await preflight('/x')).status).to.equal(500)
    expect(errors.length).to.be.greaterThan(0)
  })
})
