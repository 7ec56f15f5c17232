// Requests of the Fetch Standard → Responses, by the same engine; and where the two adapters could differ.
import { expect } from 'chai'
import { createFetchHandler } from '../runtime/src/fetch.ts'
import { type Context, declare, idFromPath, nameAndCount } from './support/compiled-routes.ts'
import { settled, until } from './support/until.ts'

describe('server: fetch handler', () => {
  const events: string[] = []
  let pulled = 0
  const routes = [
    declare('get', '/items/:id', (args, { url, remoteAddress }) => ({ args, url: url.href, remoteAddress }), {
      args: idFromPath,
    }),
    declare('post', '/body', args => args, { args: nameAndCount('body') }),
    declare('post', '/empty', () => undefined),
    declare('get', '/split', (_, { response }) => {
      response.headers['x-a'] = 'a\nb'
      return 1
    }),
    declare(
      'get',
      '/wait',
      (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            events.push('wait aborted')
            reject(signal.reason)
          })
          events.push('waiting')
        }),
    ),
    declare(
      'get',
      '/flood',
      async function* (_, { signal }: Context) {
        signal.addEventListener('abort', () => events.push('flood aborted'))
        try {
          for (;;) {
            pulled++
            yield 'x'.repeat(1_000)
          }
        } finally {
          events.push('flood finally')
        }
      },
      { output: 'stream' },
    ),
    declare(
      'get',
      '/short',
      async function* () {
        yield 'ö'
      },
      { output: 'stream' },
    ),
  ]
  const errors: unknown[] = []
  const limits = { maxBodyBytes: 100, bodyTimeout: 20 }
  const handle = createFetchHandler(routes, { onError: error => errors.push(error), limits })
  const post = (body: BodyInit | null, type = 'application/json') =>
    handle(
      new Request('http://x/body', {
        method: 'POST',
        body,
        headers: { 'content-type': type },
        duplex: 'half',
      } as RequestInit),
    )

  beforeEach(() => {
    events.length = 0
    errors.length = 0
    pulled = 0
  })

  it('answers with a Response', async () => {
    const response = await handle(new Request('https://api.example/items/a%20b?x#y'), {
      remoteAddress: '10.0.0.1',
    })
    expect([response.status, response.headers.get('content-type')]).to.deep.equal([200, 'application/json'])
    expect(await response.json()).to.deep.equal({
      args: { id: 'a b' },
      url: 'https://api.example/items/a%20b?x',
      remoteAddress: '10.0.0.1',
    })
    expect(await (await post('{"name":"a"}')).json()).to.deep.equal({ name: 'a' })
    expect((await handle(new Request('http://x/empty', { method: 'POST' }))).status).to.equal(204)
  })

  it('answers errors, HEAD and OPTIONS', async () => {
    expect((await handle(new Request('http://x/nope'))).status).to.equal(404)
    const wrong = await handle(new Request('http://x/body'))
    expect([wrong.status, wrong.headers.get('allow')]).to.deep.equal([405, 'POST, OPTIONS'])
    expect((await post('{"name":1}')).status).to.equal(400)
    expect((await post('{"name":"a"}', 'text/plain')).status).to.equal(415)
    expect((await handle(new Request('http://x/split'))).status).to.equal(500)
    const head = await handle(new Request('http://x/items/1', { method: 'HEAD' }))
    expect([head.status, await head.text()]).to.deep.equal([200, ''])
    expect((await handle(new Request('http://x/body', { method: 'OPTIONS' }))).status).to.equal(204)
  })

  it('bounds bodies with and without a length, and cancels the rest', async () => {
    expect((await post(JSON.stringify({ name: 'x'.repeat(100) }))).status).to.equal(413)
    const endless = new ReadableStream({
      pull: controller => controller.enqueue(new Uint8Array(60).fill(0x20)),
      cancel: () => void events.push('cancelled'),
    })
    expect((await post(endless)).status).to.equal(413)
    const silent = new ReadableStream({ cancel: () => void events.push('cancelled') })
    expect((await post(silent)).status).to.equal(408)
    const broken = new ReadableStream({ start: controller => controller.error(new Error('cut')) })
    expect((await post(broken)).status).to.equal(499)
    expect(events).to.deep.equal(['cancelled', 'cancelled'])
  })

  it('takes a Request whose body somebody has read for a mistake, and not for no arguments', async () => {
    const headers = { 'content-type': 'application/json' }
    const request = new Request('http://x/body', { method: 'POST', body: '{"name":"a"}', headers })
    await request.json()
    const response = await handle(request)
    expect([response.status, (await response.json()).message]).to.deep.equal([500, 'internal error'])
    expect((errors[0] as Error).message).to.match(/body of the Request was read before/)
  })

  it('streams, does not pull for a reader that does not read, and ends when the reader cancels', async () => {
    const short = await handle(new Request('http://x/short'))
    expect(await short.text()).to.equal('"ö"\n{"$":"end"}\n')
    const { body } = await handle(new Request('http://x/flood'))
    const reader = body!.getReader()
    await reader.read()
    const paused = await settled('the generator to pause', () => pulled, 10)
    expect(paused).to.be.lessThan(1_000)
    await reader.cancel()
    await until('the generator to end', () => events.length === 2)
    expect([...events].sort()).to.deep.equal(['flood aborted', 'flood finally'])
  })

  it('aborts calls and streams with the signal of the request', async () => {
    const controller = new AbortController()
    const waiting = handle(new Request('http://x/wait', { signal: controller.signal }))
    const stream = await handle(new Request('http://x/flood', { signal: controller.signal }))
    await until('the call', () => events.includes('waiting'))
    controller.abort()
    expect((await waiting).status).to.equal(499)
    const failure = await stream.text().catch(error => error)
    expect(failure).to.be.instanceOf(Error)
    await until('the generator to end', () => events.includes('flood finally'))
    expect(events).to.include('wait aborted')
    expect(errors).to.deep.equal([])
  })

  it('does not fail a body that the host cancels when the request is aborted', async () => {
    const controller = new AbortController()
    const { body } = await handle(new Request('http://x/flood', { signal: controller.signal }))
    const reader = body!.getReader()
    await reader.read()
    controller.signal.addEventListener('abort', () => void reader.cancel())
    controller.abort()
    expect(await reader.closed).to.equal(undefined)
    await until('the generator to end', () => events.includes('flood finally'))
  })

  describe('that is closed', () => {
    it('lets calls end by themselves before the deadline', async () => {
      const handle = createFetchHandler(routes)
      const { body } = await handle(new Request('http://x/short'))
      const closing = handle.close()
      expect(handle.close()).to.equal(closing)
      expect(await new Response(body).text()).to.equal('"ö"\n{"$":"end"}\n')
      await closing
      expect(events).to.deep.equal([])
    })

    it('aborts what is left at the deadline, and its readers can tell', async () => {
      const handle = createFetchHandler(routes)
      const { body } = await handle(new Request('http://x/flood'))
      const waiting = handle(new Request('http://x/wait'))
      await until('the call', () => events.includes('waiting'))
      await handle.close({ deadline: 0 })
      expect(events).to.include.members(['wait aborted', 'flood aborted', 'flood finally'])
      expect((await waiting).status).to.equal(503)
      expect(await new Response(body).text().catch(error => error)).to.be.instanceOf(TypeError)
    })
  })

  it('takes its listeners off the signal when a call is over', async () => {
    const { signal } = new AbortController()
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    const request = new Request('http://x/short')
    Object.defineProperty(request, 'signal', { value: signal })
    Object.assign(signal, {
      addEventListener: (...args: Parameters<typeof add>) => {
        listeners++
        add(...args)
      },
      removeEventListener: (...args: Parameters<typeof remove>) => {
        listeners--
        remove(...args)
      },
    })
    const response = await handle(request)
    expect(listeners).to.be.greaterThan(0)
    await response.text()
    expect(listeners).to.equal(0)
  })
})
