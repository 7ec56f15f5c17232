// The `(req, res, next?)` listener inside other people's servers.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { createNodeHandler } from '../runtime/src/node.ts'
import { declare, idFromPath, nameAndCount } from './support/compiled-routes.ts'
import { send, sendJson } from './support/http-client.ts'

describe('server: node handler', () => {
  const handler = createNodeHandler(
    [
      declare('get', '/items/:id', ({ id }, { url }) => `${id} ${url.pathname}`, { args: idFromPath }),
      declare('post', '/body', args => args, { args: nameAndCount('body') }),
      declare('get', '/thrown', () => {
        throw new Error('never mind')
      }),
    ],
    { onError: () => {} },
  )
  let http: Server
  const start = async (listener: RequestListener) => {
    http = createServer(listener)
    await once(http.listen(0, '127.0.0.1'), 'listening')
    return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  }
  afterEach(() => {
    http.close()
    http.closeAllConnections()
  })

  it('is a listener of http.createServer as it is', async () => {
    const url = await start(handler)
    expect((await send(`${url}/items/1`)).json()).to.equal('1 /items/1')
    expect((await send(`${url}/nope`)).status).to.equal(404)
  })

  it('leaves unknown paths to next, and only those', async () => {
    const url = await start((req, res) => handler(req, res, () => res.end('next')))
    expect((await send(`${url}/nope`)).text).to.equal('next')
    expect((await send(`${url}/body`)).status).to.equal(405)
    expect((await send(`${url}/thrown`)).status).to.equal(500)
  })

  it('works below a mount point, where the URL is rewritten', async () => {
    const url = await start((req, res) => {
      req.url = req.url?.slice('/api'.length) || '/'
      handler(req, res)
    })
    expect((await send(`${url}/api/items/2`)).json()).to.equal('2 /items/2')
  })

  it('keeps the headers that a framework has set', async () => {
    const url = await start((req, res) => {
      res.setHeader('x-powered-by', 'test')
      handler(req, res)
    })
    const answer = await send(`${url}/items/3`)
    expect(answer.headers).to.include({ 'x-powered-by': 'test', 'content-type': 'application/json' })
  })

  it('adds to the cookies and to the `Vary` that a framework has set', async () => {
    const routes = [
      declare('get', '/cookie', (_, { response }) => {
        response.headers['set-cookie'] = 'own=1'
        return 'x'
      }),
    ]
    const handle = createNodeHandler(routes, { cors: { origin: ['https://a.example'] } })
    const url = await start((req, res) => {
      res.setHeader('Vary', 'Cookie, accept')
      res.setHeader('Set-Cookie', ['session=2'])
      handle(req, res)
    })
    const { headers } = await send(`${url}/cookie`)
    expect(headers['set-cookie']?.toSorted()).to.deep.equal(['own=1', 'session=2'])
    expect(headers.vary?.split(', ').sort()).to.deep.equal(['Accept', 'Cookie', 'Origin'])
  })

  it('validates a body that a parser in front has read already', async () => {
    const url = await start(async (req: IncomingMessage & { body?: unknown }, res) => {
      let text = ''
      for await (const chunk of req) text += chunk
      req.body = JSON.parse(text)
      handler(req, res)
    })
    expect((await sendJson(`${url}/body`, { name: 'a', extra: 1 })).json()).to.deep.equal({ name: 'a' })
    expect((await sendJson(`${url}/body`, { name: 1 })).status).to.equal(400)
  })

  it('takes a body that somebody has read and dropped for a mistake, and not for no arguments', async () => {
    const logged: unknown[] = []
    const optional = declare('post', '/body', args => args, {
      args: { ...nameAndCount('body'), read: (value: unknown) => value },
    })
    const handle = createNodeHandler([optional], { onError: error => logged.push(error) })
    const url = await start(async (req, res) => {
      for await (const chunk of req) logged.push(chunk)
      handle(req, res)
    })
    const answer = await sendJson(`${url}/body`, { name: 'a' })
    expect([answer.status, (answer.json() as { message: string }).message]).to.deep.equal([
      500,
      'internal error',
    ])
    expect((logged.at(-1) as Error).message).to.match(/body was read before the handler .* `req\.body`/)
  })

  it('answers HEAD where the server refuses bodies that must not be', async () => {
    http = createServer({ rejectNonStandardBodyWrites: true }, handler)
    await once(http.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
    const got = await send(`${url}/items/1`)
    const head = await send(`${url}/items/1`, { method: 'HEAD' })
    expect([head.status, head.headers['content-length']]).to.deep.equal([200, String(got.text.length)])
    const unread = { method: 'HEAD', headers: { 'content-length': 3 } }
    expect((await send(`${url}/items/1`, unread, 'abc')).status).to.equal(200)
  })

  it('does nothing to a response that was answered already', async () => {
    const url = await start((req, res) => {
      res.end('first')
      handler(req, res)
    })
    expect((await send(`${url}/items/1`)).text).to.equal('first')
  })
})
