// Routes beside the middleware of Express, Fastify and Hono → each keeps to its own: errors, bodies, headers, compression and what a request carries.
import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGunzip } from 'node:zlib'
import { serve as serveHono } from '@hono/node-server'
import { expect } from 'chai'
import compression from 'compression'
import cors from 'cors'
import express, { type ErrorRequestHandler } from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import { cors as honoCors } from 'hono/cors'
import { createFetchHandler } from '../runtime/src/fetch.ts'
import { createNodeHandler } from '../runtime/src/node.ts'
import { type Context, declare, nameAndCount } from './support/compiled-routes.ts'
import { type Gate, gate } from './support/gate.ts'
import { send, sendJson } from './support/http-client.ts'
import { until } from './support/until.ts'

const ORIGIN = 'https://app.example'

describe('routes in a framework', () => {
  const events: string[] = []
  const store = new AsyncLocalStorage<string>()
  let second: Gate
  let server: Server | undefined
  let url: string

  const routes = [
    declare('post', '/body', args => args, { args: nameAndCount('body') }),
    declare('get', '/thrown', () => {
      throw new Error('of a route')
    }),
    declare(
      'get',
      '/gated',
      async function* (_, { signal }: Context) {
        signal.addEventListener('abort', second.open)
        try {
          yield 'first'
          await second.opened
          yield 'second'
        } finally {
          events.push('finally')
        }
      },
      { output: 'stream' },
    ),
    declare(
      'get',
      '/stored',
      async function* () {
        for (let turn = 0; turn < 5; turn++) {
          await new Promise(resolve => setImmediate(resolve))
          yield store.getStore()
        }
      },
      { output: 'stream' },
    ),
  ]
  const options = { onError: (error: unknown) => void events.push(`logged: ${(error as Error).message}`) }

  beforeEach(() => {
    events.length = 0
    server = undefined
    second = gate()
  })
  afterEach(async () => {
    second.open()
    server?.closeAllConnections()
    await new Promise(resolve => (server ? server.close(resolve) : resolve(undefined)))
  })

  async function listen(created: Server): Promise<void> {
    server = created
    if (!created.listening) await once(created.listen(0, '127.0.0.1'), 'listening')
    url = `http://127.0.0.1:${(created.address() as AddressInfo).port}`
  }

  describe('Express', () => {
    const handler = createNodeHandler(routes, options)
    const seen: ErrorRequestHandler = (error, _req, res, _next) => {
      events.push(`Express: ${error.message.split(' ')[0]}`)
      res.status(error.status ?? 500).send('of Express')
    }

    it('hears nothing of errors of routes, which their client needs as they are', async () => {
      await listen(createServer(express().use(handler).use(seen)))
      const answer = await send(`${url}/thrown`)
      expect([answer.status, (answer.json() as { code: string }).code]).to.deep.equal([500, 'INTERNAL'])
      expect(events).to.deep.equal(['logged: of a route'])
    })

    it('answers for its own middleware in front, and routes do not run', async () => {
      const refuse = express()
        .use((_req, _res, next) => next(Object.assign(new Error('refused'), { status: 403 })))
        .use(handler)
        .use(seen)
      await listen(createServer(refuse))
      expect((await send(`${url}/thrown`)).text).to.equal('of Express')
      expect(events).to.deep.equal(['Express: refused'])
    })

    it('goes on with the URL it had, where a path below the mount point is no route', async () => {
      const app = express()
        .use('/api', handler)
        .use((req, res) => void res.send(req.originalUrl === req.url ? req.url : 'rewritten'))
      await listen(createServer(app))
      expect((await sendJson(`${url}/api/body`, { name: 'a' })).json()).to.deep.equal({ name: 'a' })
      expect((await send(`${url}/api/none?x=1`)).text).to.equal('/api/none?x=1')
    })

    it('may parse bodies first, whose values are validated all the same', async () => {
      await listen(createServer(express().use(express.json(), handler).use(seen)))
      expect((await sendJson(`${url}/body`, { name: 'a', extra: 1 })).json()).to.deep.equal({ name: 'a' })
      expect((await sendJson(`${url}/body`, { name: 1 })).status).to.equal(400)
      expect((await sendJson(`${url}/body`, '{"name":')).text).to.equal('of Express')
      expect(events).to.deep.equal(['Express: Unexpected'])
    })

    it('may answer preflights and name origins, beside what routes vary on', async () => {
      await listen(createServer(express().use(cors({ origin: ORIGIN }), handler)))
      const headers = { origin: ORIGIN, 'access-control-request-method': 'POST' }
      const preflight = await send(`${url}/body`, { method: 'OPTIONS', headers })
      expect([preflight.status, preflight.headers['access-control-allow-origin']]).to.deep.equal([
        204,
        ORIGIN,
      ])
      const answer = await sendJson(`${url}/body`, { name: 'a' }, { headers: { origin: ORIGIN } })
      expect(answer.headers['access-control-allow-origin']).to.equal(ORIGIN)
      expect(answer.headers.vary?.split(', ').sort()).to.deep.equal(['Accept', 'Origin'])
    })

    it('may compress streams, whose items leave when they are there', async () => {
      await listen(createServer(express().use(compression({ threshold: 0, filter: () => true }), handler)))
      const headers = { 'accept-encoding': 'gzip' }
      const answer = request(`${url}/gated`, { headers }).end()
      const [response] = await once(answer, 'response')
      expect(response.headers['content-encoding']).to.equal('gzip')
      let text = ''
      const unzipped = response.pipe(createGunzip()).setEncoding('utf8')
      unzipped.on('data', (chunk: string) => {
        text += chunk
      })
      await until('the first item', () => text === '"first"\n')
      second.open()
      await once(unzipped, 'end')
      expect(text).to.equal('"first"\n"second"\n{"$":"end"}\n')
    })

    it('may give each request a context, which generators keep', async () => {
      const app = express()
        .use((req, _res, next) => store.run(String(req.headers['x-user']), next))
        .use(handler)
      await listen(createServer(app))
      const users = Array.from({ length: 20 }, (_, index) => `user ${index}`)
      const answers = await Promise.all(
        users.map(user => send(`${url}/stored`, { headers: { 'x-user': user } })),
      )
      const expected = users.map(user =>
        [...Array(5).fill(JSON.stringify(user)), '{"$":"end"}', ''].join('\n'),
      )
      expect(answers.map(({ text }) => text)).to.deep.equal(expected)
    })
  })

  describe('Fastify', () => {
    const handler = createNodeHandler(routes, options)

    it('protects routes by its hooks', async () => {
      const app = Fastify()
      app.addHook('onRequest', async ({ headers }, reply) => {
        if (headers.authorization === undefined) return reply.code(401).send('no')
      })
      app.all('/*', (request, reply) => {
        reply.hijack()
        handler(request.raw, reply.raw)
      })
      await app.ready()
      await listen(app.server)
      expect((await send(`${url}/thrown`)).text).to.equal('no')
      expect((await send(`${url}/thrown`, { headers: { authorization: 'x' } })).status).to.equal(500)
      await app.close()
      server = undefined
    })

    it('that keeps a body to itself is a mistake that the log explains, and never an empty body', async () => {
      const app = Fastify()
      app.all('/*', (request, reply) => {
        reply.hijack()
        handler(request.raw, reply.raw)
      })
      await app.ready()
      await listen(app.server)
      expect((await sendJson(`${url}/body`, { name: 'a' })).status).to.equal(500)
      expect(events[0]).to.match(/^logged: the body was read before/)
      await app.close()
      server = undefined
    })
  })

  describe('Hono', () => {
    const handler = createFetchHandler(routes, options)
    const start = async (app: Hono) => {
      const created = serveHono({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server
      if (!created.listening) await once(created, 'listening')
      await listen(created)
    }

    it('adds its headers to what routes answer', async () => {
      await start(new Hono().use(honoCors({ origin: ORIGIN })).all('*', c => handler(c.req.raw)))
      const { headers } = await sendJson(`${url}/body`, { name: 'a' }, { headers: { origin: ORIGIN } })
      expect(headers['access-control-allow-origin']).to.equal(ORIGIN)
      expect(headers.vary?.split(', ').sort()).to.deep.equal(['Accept', 'Origin'])
    })

    it('that has read a body is a mistake that the log explains', async () => {
      const app = new Hono().all('*', async c => {
        await c.req.json()
        return handler(c.req.raw)
      })
      await start(app)
      expect((await sendJson(`${url}/body`, { name: 'a' })).status).to.equal(500)
      expect(events[0]).to.match(/^logged: the body of the Request was read before/)
    })

    it('ends a generator whose reader has left', async () => {
      await start(new Hono().all('*', c => handler(c.req.raw)))
      const answer = request(`${url}/gated`).end()
      const [response] = await once(answer, 'response')
      await once(response, 'data')
      response.destroy()
      await until('the generator to end', () => events.includes('finally'))
      expect(events).to.deep.equal(['finally'])
    })
  })
})
