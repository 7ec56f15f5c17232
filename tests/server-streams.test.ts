// A streaming route over real sockets → its head, format, pace and end.
import { once } from 'node:events'
import { get, type IncomingMessage, type ServerResponse } from 'node:http'
import { expect } from 'chai'
import { NodeResponseBody } from '../runtime/src/adapters/node-response-body.ts'
import { RpcError } from '../runtime/src/index.ts'
import { type Server, serve } from '../runtime/src/node.ts'
import { acceptToStreamForm } from '../runtime/src/server/accept-to-format.ts'
import { anything, type Context, declare, nameAndCount } from './support/compiled-routes.ts'
import { curl, send } from './support/http-client.ts'
import { settled, until } from './support/until.ts'

const turn = () => new Promise(resolve => setImmediate(resolve))

describe('server: streams', () => {
  const events: string[] = []
  const errors: unknown[] = []
  let goOn = () => {}
  let pulled = 0
  const stream = { output: 'stream', returns: anything } as const
  const routes = {
    two: declare(
      'get',
      '/two',
      async function* (_, { lastEventId }: Context) {
        events.push('two started')
        yield lastEventId ?? 1
        yield 2
        return { total: 2 }
      },
      stream,
    ),
    late: declare(
      'get',
      '/late',
      async function* () {
        await new Promise<void>(resolve => {
          goOn = resolve
        })
        yield 1
      },
      stream,
    ),
    promised: declare(
      'post',
      '/promised',
      async ({ name }: { name: string }, { response }: Context) => {
        if (name === 'no') throw new RpcError('FORBIDDEN')
        response.status = 206
        response.headers['x-name'] = name
        async function* once() {
          yield name
        }
        return once()
      },
      { ...stream, args: nameAndCount('body') },
    ),
    noIterable: declare('get', '/no-iterable', () => [1, 2], stream),
    failing: declare(
      'get',
      '/failing',
      async function* () {
        yield 1
        throw new Error('secret text')
      },
      stream,
    ),
    flood: declare(
      'get',
      '/flood',
      async function* (_, { signal }: Context) {
        signal.addEventListener('abort', () => events.push('flood aborted'))
        try {
          for (;;) {
            pulled++
            yield 'x'.repeat(30_000)
          }
        } finally {
          events.push('flood finally')
        }
      },
      stream,
    ),
    quick: declare('get', '/quick', () => 'quick'),
  }
  let server: Server
  const url = (path: string) => server.url + path
  const open = async (path: string) =>
    (await once(get(url(path), { agent: false }), 'response')) as [IncomingMessage]

  before(async () => {
    server = await serve(routes, { onError: error => errors.push(error) })
  })
  after(() => server.close({ deadline: 0 }))
  beforeEach(() => {
    events.length = 0
    errors.length = 0
    pulled = 0
  })

  it('are lines of JSON for curl', async () => {
    const { stdout, code } = await curl(['-i', url('/two')])
    expect(code).to.equal(0)
    const [head, body] = stdout.split('\r\n\r\n')
    expect(head).to.match(/^content-type: application\/x-ndjson\r?$/im)
    expect(head).to.match(/^cache-control: no-cache\r?$/im)
    expect(head).to.match(/^x-accel-buffering: no\r?$/im)
    expect(head).to.match(/^vary: Accept\r?$/im)
    expect(body).to.equal('1\n2\n{"$":"end","value":{"total":2}}\n')
  })

  it('come in the format that Accept asks for', async () => {
    const bodies: Record<string, string> = {
      'application/json-seq': '\x1e1\n\x1e2\n\x1e{"$":"end","value":{"total":2}}\n',
      'text/event-stream': 'data: 1\n\ndata: 2\n\nevent: end\nid: $end\ndata: {"value":{"total":2}}\n\n',
    }
    for (const [accept, body] of Object.entries(bodies)) {
      const answer = await send(url('/two'), { headers: { accept } })
      expect([answer.headers['content-type'], answer.text]).to.deep.equal([accept, body])
    }
  })

  it('choose by quality and wildcards', () => {
    const cases: Record<string, string | undefined> = {
      '*/*': 'ndjson',
      '': 'ndjson',
      'application/*': 'ndjson',
      'text/*': 'eventStream',
      'application/json-seq, */*;q=0.1': 'jsonSeq',
      'text/event-stream;q=0.5, application/x-ndjson;q=0.4': 'eventStream',
      'application/*;q=0.9, application/x-ndjson;q=0.1': 'jsonSeq',
      '*/*, application/x-ndjson;q=0': 'jsonSeq',
      'TEXT/Event-Stream; charset=utf-8': 'eventStream',
      'application/json': undefined,
      'application/json-seq;q=0': undefined,
      'text/html, image/*': undefined,
    }
    for (const [accept, format] of Object.entries(cases))
      expect(acceptToStreamForm(accept)?.format, accept).to.equal(format)
  })

  it('are NOT_ACCEPTABLE in other formats, before the handler runs', async () => {
    const answer = await send(url('/two'), { headers: { accept: 'application/json' } })
    expect([answer.status, events]).to.deep.equal([406, []])
  })

  it('send their head before the first item', async () => {
    const [res] = await open('/late')
    expect(res.statusCode).to.equal(200)
    let text = ''
    res.on('data', chunk => {
      text += chunk
    })
    await until('the generator', () => goOn !== undefined)
    expect(text).to.equal('')
    goOn()
    await once(res, 'end')
    expect(text).to.equal('1\n{"$":"end"}\n')
  })

  it('send their head with what is ready, or else alone with its turn, unless the reader has left', async () => {
    const calls: string[] = []
    const bodyOf = (closed: boolean) => {
      const res = { write: () => true, flushHeaders: () => calls.push('head'), destroyed: closed }
      return new NodeResponseBody(res as unknown as ServerResponse, () => undefined)
    }
    bodyOf(false).write('1\n')
    bodyOf(true)
    await turn()
    expect(calls).to.deep.equal([])
    bodyOf(false)
    expect(calls).to.deep.equal([])
    await turn()
    expect(calls).to.deep.equal(['head'])
  })

  it('are never started for HEAD, nor for an EventSource that has seen the end', async () => {
    const head = await send(url('/two'), { method: 'HEAD' })
    expect([head.status, head.headers['content-type'], head.text]).to.deep.equal([
      200,
      'application/x-ndjson',
      '',
    ])
    const over = await send(url('/two'), {
      headers: { accept: 'text/event-stream', 'last-event-id': '$end' },
    })
    expect([over.status, over.text]).to.deep.equal([204, ''])
    expect(events).to.deep.equal([])
  })

  it('can go on after the id that the client has seen', async () => {
    const answer = await send(url('/two'), { headers: { 'last-event-id': '41' } })
    expect(answer.text.split('\n')[0]).to.equal('"41"')
  })

  it('may be promised, with a status and headers, or refused with an ordinary error', async () => {
    const headers = { 'content-type': 'application/json' }
    const answer = await send(url('/promised'), { method: 'POST', headers }, '{"name":"a"}')
    expect([answer.status, answer.headers['x-name'], answer.text]).to.deep.equal([
      206,
      'a',
      '"a"\n{"$":"end"}\n',
    ])
    const refused = await send(url('/promised'), { method: 'POST', headers }, '{"name":"no"}')
    expect([refused.status, refused.json()]).to.deep.equal([403, { code: 'FORBIDDEN', message: 'forbidden' }])
    const invalid = await send(url('/promised'), { method: 'POST', headers }, '{}')
    expect(invalid.status).to.equal(400)
  })

  it('are INTERNAL when the handler returned nothing that streams', async () => {
    expect((await send(url('/no-iterable'))).status).to.equal(500)
    expect(String(errors[0])).to.include('AsyncIterable')
  })

  it('end with an error record that keeps the cause for the log', async () => {
    const answer = await send(url('/failing'))
    expect(answer.status).to.equal(200)
    expect(answer.text).to.equal('1\n{"$":"error","error":{"code":"INTERNAL","message":"internal error"}}\n')
    expect(errors.map(String)).to.deep.equal(['Error: secret text'])
  })

  it('wait for a reader that stands still, while other calls go on, and end when it leaves', async () => {
    const [res] = await open('/flood')
    res.pause()
    await settled('the generator to pause', () => pulled, 20)
    expect((await send(url('/quick'))).json()).to.equal('quick')
    const before = pulled
    res.resume()
    await until('the generator to go on', () => pulled > before + 100)
    res.destroy()
    await until('the generator to end', () => events.length === 2)
    expect([...events].sort()).to.deep.equal(['flood aborted', 'flood finally'])
    expect(errors).to.deep.equal([])
  })
})
