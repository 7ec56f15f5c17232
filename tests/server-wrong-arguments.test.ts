// Requests whose arguments are wrong → the error that the client sees, and a handler that never ran.
import { expect } from 'chai'
import { type Server, serve } from '../runtime/src/node.ts'
import { argumentRoutes, TIGHT_LIMITS } from './support/argument-routes.ts'
import { oneConnection, send, sendJson } from './support/http-client.ts'

describe('server: wrong arguments', () => {
  const seen: unknown[] = []
  const see = (args: unknown) => {
    seen.push(args)
    return args
  }
  let server: Server
  let url: string

  before(async () => {
    server = await serve(argumentRoutes(see), { limits: TIGHT_LIMITS })
    url = server.url
  })
  after(() => server.close({ deadline: 0 }))
  beforeEach(() => {
    seen.length = 0
  })

  const refused: readonly [
    what: string,
    request: () => ReturnType<typeof send>,
    status: number,
    message: string,
  ][] = [
    [
      'a wrong type in the query',
      () => send(`${url}/query?name=a&count=0x1`),
      400,
      'args.count: expected number, received "0x1"',
    ],
    [
      'a number that is not finite',
      () => send(`${url}/query?name=a&count=1e999`),
      400,
      'args.count: expected number, received "1e999"',
    ],
    ['a missing field', () => send(`${url}/query`), 400, 'args.name: expected string, received nothing'],
    [
      'a repeated parameter',
      () => send(`${url}/query?name=a&name=b`),
      400,
      'the query parameter "name" occurs more than once',
    ],
    [
      'a query with invalid percent-encoding',
      () => send(`${url}/query?name=%zz`),
      400,
      'the query holds invalid percent-encoding',
    ],
    [
      'a query that is not UTF-8',
      () => send(`${url}/query?name=%ff`),
      400,
      'the query holds invalid percent-encoding',
    ],
    [
      'too many parameters',
      () => send(`${url}/query?a&b&c&d&e&name=x`),
      400,
      'the query has more than 5 parameters',
    ],
    [
      'too long a URL',
      () => send(`${url}/query?name=${'x'.repeat(200)}`),
      400,
      'the URL is longer than 200 characters',
    ],
    [
      'a path with invalid percent-encoding',
      () => send(`${url}/items/%e9%`),
      400,
      'the path holds invalid percent-encoding',
    ],
    [
      'a rest that climbs',
      () => send(`${url}/files/a/..%2f..%2fb`),
      400,
      'the path parameter "id" holds an empty, "." or ".." segment',
    ],
    [
      'malformed JSON',
      () => sendJson(`${url}/body`, '{"name": x}'),
      400,
      'the body is not valid JSON: unexpected text at character 10',
    ],
    [
      'JSON that ends too soon',
      () => sendJson(`${url}/body`, '{"name":'),
      400,
      'the body is not valid JSON: unexpected end after 8 characters',
    ],
    [
      'JSON too deep',
      () => sendJson(`${url}/body`, '[[[[[["]"]]]]]]'),
      400,
      'the body is nested deeper than 5 levels',
    ],
    [
      'bytes that are not UTF-8',
      () =>
        send(
          `${url}/body`,
          { method: 'POST', headers: { 'content-type': 'application/json' } },
          Buffer.from([0x22, 0xff, 0x22]),
        ),
      400,
      'the body is not valid UTF-8',
    ],
    [
      'an array for an object',
      () => sendJson(`${url}/empty`, []),
      400,
      'args: expected object, received an array',
    ],
    [
      'null for an object',
      () => sendJson(`${url}/empty`, 'null'),
      400,
      'args: expected object, received null',
    ],
    [
      'text for an object with path parameters',
      () => sendJson(`${url}/items/7`, '"x"', { method: 'PUT' }),
      400,
      'args: expected object, received "x"',
    ],
    [
      'no body where one is the argument',
      () => send(`${url}/numbers`, { method: 'POST' }),
      400,
      'args: expected number[], received nothing',
    ],
    [
      'several mismatches',
      () => sendJson(`${url}/numbers`, ['a', 1, null, {}, []]),
      400,
      'args[0]: expected number, received "a" (and 2 more)',
    ],
    [
      'another content type',
      () =>
        send(`${url}/body`, { method: 'POST', headers: { 'content-type': 'text/plain' } }, '{"name":"a"}'),
      415,
      'the body must have "Content-Type: application/json" or "application/vnd.msgpack"',
    ],
    [
      'a form',
      () =>
        send(
          `${url}/body`,
          { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
          'name=a',
        ),
      415,
      'the body must have "Content-Type: application/json" or "application/vnd.msgpack"',
    ],
    [
      'no content type',
      () => send(`${url}/body`, { method: 'POST' }, '{"name":"a"}'),
      415,
      'the body must have "Content-Type: application/json" or "application/vnd.msgpack"',
    ],
    [
      'another charset',
      () =>
        sendJson(`${url}/body`, '{"name":"a"}', {
          headers: { 'content-type': 'application/json; charset=latin1' },
        }),
      415,
      'the body must be encoded in UTF-8',
    ],
    [
      'a content coding',
      () => sendJson(`${url}/body`, '{"name":"a"}', { headers: { 'content-encoding': 'gzip' } }),
      415,
      'the body must not have a Content-Encoding',
    ],
    [
      'too large a body',
      () => sendJson(`${url}/body`, { name: 'x'.repeat(10_000) }),
      413,
      'the body is larger than 10000 bytes',
    ],
  ]
  for (const [what, request, status, message] of refused) {
    it(`that are ${what} never reach the handler`, async () => {
      const answer = await request()
      expect(answer.headers['content-type']).to.equal('application/json')
      expect([answer.status, (answer.json() as { message: string }).message]).to.deep.equal([status, message])
      expect(seen).to.deep.equal([])
    })
  }

  it('that are refused leave the connection usable', async () => {
    const agent = oneConnection()
    let connections = 0
    agent.on('free', () => connections++)
    const ports = new Set<unknown>()
    for (const [what, request] of refused.slice(0, 3)) expect((await request()).status, what).to.equal(400)
    for (const body of ['{', '{"name":1}', '[[[[[[[', '{"name":"ok"}']) {
      const answer = await sendJson(`${url}/body`, body, { agent })
      expect(answer.headers.connection).to.equal('keep-alive')
      ports.add(Object.values(agent.freeSockets).flat()[0]?.localPort)
    }
    const unsupported = await send(`${url}/body`, { method: 'POST', agent }, 'x'.repeat(5_000))
    expect(unsupported.status).to.equal(415)
    expect((await send(`${url}/query?name=after`, { agent })).json()).to.deep.equal({ name: 'after' })
    expect(connections).to.be.greaterThan(4)
    expect(ports.size).to.equal(1)
    agent.destroy()
  })

  it('that a client without content length sends are bounded as well', async () => {
    const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }
    const answer = await send(`${url}/body`, { method: 'POST', headers }, `{"name":"${'x'.repeat(20_000)}"}`)
    expect(answer.status).to.equal(413)
    expect(answer.headers.connection).to.equal('close')
    expect(seen).to.deep.equal([])
  })
})
