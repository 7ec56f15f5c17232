// Socket routes among the others → what is refused at start-up, and what plain requests to them are answered.
import { expect } from 'chai'
import { createFetchHandler } from '../runtime/src/fetch.ts'
import { route } from '../runtime/src/index.ts'
import { modulesToRoutes } from '../runtime/src/server/modules-to-routes.ts'
import { resolveOptions } from '../runtime/src/server/server-options.ts'
import { declare } from './support/compiled-routes.ts'
import { declareSocket } from './support/socket-script.ts'

describe('socket routes', () => {
  const hello = declare('get', '/hello', () => 'hello')
  const chat = declareSocket('/chat', { onMessage: () => {} })

  it('are found beside the others, once each', () => {
    const { routes, sockets } = modulesToRoutes([{ hello, chat, again: chat, helper: () => 1 }, [chat]])
    expect([...routes]).to.deep.equal([hello])
    expect([...sockets]).to.deep.equal([chat])
    expect(modulesToRoutes({ chat }).routes).to.deep.equal([])
  })

  it('that cannot be served are named at start-up, all of them', () => {
    const routes = [
      route.ws('/uncompiled', { onMessage: (_: string) => {} }),
      declareSocket('/old', {}, { contract: 0 }),
      declareSocket('malformed', {}),
      declareSocket('/rooms/:room', {}, { name: 'first' }),
      declareSocket('/rooms/:id', {}, { name: 'second' }),
      declareSocket('/unseen', { onRequest: () => 1, onMessage: () => {} }, { request: undefined as never }),
      declareSocket('/formats', {}, { formats: ['shoe-size'] }),
    ]
    let message = ''
    try {
      modulesToRoutes(routes)
    } catch (error) {
      message = (error as Error).message
    }
    expect(message).to.match(/^6 of the routes cannot be served:/)
    expect(message).to.match(
      /WS \/uncompiled, declared at .*server-socket-routes\.test\.ts:\d+:\d+, was not compiled/,
    )
    expect(message).to.include('WS /old was compiled for contract 0')
    expect(message).to.include('WS malformed: a path starts with "/"')
    expect(message).to.include(
      'WS /rooms/:id is declared twice: first (/rooms/:room) and second (/rooms/:id)',
    )
    expect(message).to.include('WS /unseen: onRequest was not compiled')
    expect(message).to.include('WS /formats').and.include('shoe-size')
  })

  it('may have the path of a GET route, but not that of another socket', () => {
    expect(() => modulesToRoutes([declare('get', '/chat', () => 1), chat])).not.to.throw()
    expect(() => modulesToRoutes([declareSocket('/chat', {}), chat])).to.throw(
      TypeError,
      /WS \/chat is declared twice/,
    )
  })

  it('tell plain requests what their path takes, unless it has a route for those as well', async () => {
    const page = declare('get', '/page', () => 'page')
    const handler = createFetchHandler([chat, page, declareSocket('/page', {})], { prefix: '/api' })
    const answer = async (method: string, path: string) => {
      const response = await handler(new Request(`http://localhost/api${path}`, { method }))
      return [response.status, await response.json()]
    }
    const expected = [400, { code: 'BAD_REQUEST', message: 'this path takes WebSocket connections' }]
    expect(await answer('GET', '/chat?x=1')).to.deep.equal(expected)
    expect(await answer('POST', '/chat')).to.deep.equal(expected)
    expect(await answer('GET', '/page')).to.deep.equal([200, 'page'])
    expect((await answer('POST', '/page'))[0]).to.equal(405)
    expect((await answer('GET', '/chat/more'))[0]).to.equal(404)
  })

  it('take the headers that their option names, in any case, and no names that are none', () => {
    expect([...resolveOptions({}).socketHeaders]).to.deep.equal([
      'authorization',
      'accept-language',
      'traceparent',
      'tracestate',
    ])
    expect([...resolveOptions({ socketHeaders: ['X-Tenant'] }).socketHeaders]).to.deep.equal(['x-tenant'])
    expect(() => resolveOptions({ socketHeaders: ['x tenant'] })).to.throw(
      TypeError,
      'socketHeaders: "x tenant" is not a header name',
    )
  })
})
