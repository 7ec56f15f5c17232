// Web Responses that handlers return → the same on the wire, over node:http and fetch.
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { expect } from 'chai'
import { createFetchHandler } from '../runtime/src/fetch.ts'
import { type Server, serve } from '../runtime/src/node.ts'
import { type Context, declare } from './support/compiled-routes.ts'
import { send } from './support/http-client.ts'
import { settled, until } from './support/until.ts'

describe('server: Response', () => {
  const events: string[] = []
  const errors: unknown[] = []
  let pulled = 0
  const passed = { output: 'response', result: undefined as never } as const
  const source = (name: string, pull: (controller: ReadableStreamDefaultController<Uint8Array>) => void) =>
    new ReadableStream<Uint8Array>({ pull, cancel: () => void events.push(`${name} cancelled`) })
  const routes = {
    full: declare(
      'get',
      '/full',
      (_, { response }: Context) => {
        response.headers['set-cookie'] = 'from=middleware'
        response.headers['x-added'] = 'yes'
        response.headers['content-type'] = 'loses'
        const headers = new Headers({ 'content-type': 'text/x', 'x-own': '1' })
        headers.append('set-cookie', 'a=1')
        headers.append('set-cookie', 'b=2')
        return new Response('body', { status: 418, headers })
      },
      passed,
    ),
    empty: declare('get', '/empty', () => new Response(null, { status: 304 }), passed),
    redirect: declare('get', '/redirect', () => Response.redirect('http://x.example/y', 303), passed),
    flood: declare(
      'get',
      '/flood',
      () =>
        new Response(
          source('flood', controller => {
            pulled++
            controller.enqueue(new Uint8Array(100_000))
          }),
        ),
      passed,
    ),
    broken: declare(
      'get',
      '/broken',
      () => {
        let count = 0
        return new Response(
          source('broken', controller => {
            if (count++ === 0) controller.enqueue(new Uint8Array(10))
            else controller.error(new Error('disk'))
          }),
        )
      },
      passed,
    ),
    used: declare(
      'get',
      '/used',
      async () => {
        const response = new Response('x')
        await response.text()
        return response
      },
      passed,
    ),
    locked: declare(
      'get',
      '/locked',
      () => {
        const response = new Response('x')
        response.body?.getReader()
        return response
      },
      passed,
    ),
    revoked: declare(
      'get',
      '/revoked',
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {})
        revoke()
        throw proxy
      },
      passed,
    ),
    none: declare('get', '/none', () => ({ status: 200 }), passed),
  }
  let server: Server

  before(async () => {
    server = await serve(routes, { onError: error => errors.push(error) })
  })
  after(() => server.close({ deadline: 0 }))
  beforeEach(() => {
    events.length = 0
    errors.length = 0
  })

  it('is passed with status, headers, cookies and body, and what middleware set is added', async () => {
    const { status, headers, text } = await send(`${server.url}/full`)
    expect([status, text]).to.deep.equal([418, 'body'])
    expect(headers).to.deep.include({
      'content-type': 'text/x',
      'x-own': '1',
      'x-added': 'yes',
      'set-cookie': ['from=middleware', 'a=1', 'b=2'],
    })
    const viaFetch = await createFetchHandler(routes)(new Request('http://x/full'))
    expect([viaFetch.status, await viaFetch.text()]).to.deep.equal([418, 'body'])
    expect(viaFetch.headers.getSetCookie()).to.deep.equal(['from=middleware', 'a=1', 'b=2'])
    expect(viaFetch.headers.get('content-type')).to.equal('text/x')
  })

  it('may have no body', async () => {
    expect((await send(`${server.url}/empty`)).status).to.equal(304)
    const redirect = await send(`${server.url}/redirect`)
    expect([redirect.status, redirect.headers.location]).to.deep.equal([303, 'http://x.example/y'])
  })

  it('is read at the client’s pace, and cancelled when the client goes', async () => {
    const request = get(`${server.url}/flood`, { agent: false })
    const [res] = (await once(request, 'response')) as [IncomingMessage]
    res.pause()
    const paused = await settled('the source to pause', () => pulled, 20)
    expect(paused).to.be.lessThan(500)
    res.destroy()
    await until('the cancellation', () => events.length > 0)
    expect(events).to.deep.equal(['flood cancelled'])
    expect(errors).to.deep.equal([])
  })

  it('is cancelled for HEAD', async () => {
    expect((await send(`${server.url}/flood`, { method: 'HEAD' })).text).to.equal('')
    expect(events).to.deep.equal(['flood cancelled'])
  })

  it('whose body fails is cut, so that nobody takes it for complete', async () => {
    const failure = await send(`${server.url}/broken`).catch((error: NodeJS.ErrnoException) => error.code)
    expect(failure).to.equal('ECONNRESET')
    expect(errors.map(String)).to.deep.equal(['Error: disk'])
  })

  it('that was used already or is read elsewhere, or is none, is the server’s fault', async () => {
    for (const path of ['/used', '/locked', '/none', '/revoked']) {
      expect((await send(server.url + path)).status).to.equal(500)
      const viaFetch = await createFetchHandler(routes, { onError: e => errors.push(e) })(
        new Request(`http://x${path}`),
      )
      expect(viaFetch.status).to.equal(500)
    }
    expect(errors).to.have.length(8)
  })
})
