// The node handler behind node:http2, asked by curl and by Node's own client → the same answers as over HTTP/1.1.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import {
  type ClientHttp2Session,
  connect,
  constants,
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { createNodeHandler } from '../runtime/src/node.ts'
import { type Context, declare, idFromPath, nameAndCount } from './support/compiled-routes.ts'
import { curl } from './support/http-client.ts'
import { until } from './support/until.ts'

interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

describe('server: HTTP/2', () => {
  const events: string[] = []
  const handler = createNodeHandler(
    [
      declare('get', '/items/:id', ({ id }, { url, headers }) => ({ id, url: url.href, headers }), {
        args: idFromPath,
      }),
      declare('post', '/body', args => args, { args: nameAndCount('body') }),
      declare('post', '/empty', () => 'done'),
      declare(
        'get',
        '/passed',
        () => new Response('as it is', { headers: { connection: 'close', 'x-a': 'b' } }),
        {
          output: 'response',
        },
      ),
      declare(
        'get',
        '/flood',
        async function* (_, { signal }: Context) {
          signal.addEventListener('abort', () => events.push('aborted'))
          try {
            for (;;) yield 'x'.repeat(1_000)
          } finally {
            events.push('finally')
          }
        },
        { output: 'stream' },
      ),
      declare(
        'get',
        '/broken',
        async function* () {
          yield 1
          throw new Error('never mind')
        },
        { output: 'stream' },
      ),
    ],
    {
      onError: error => void events.push((error as Error).message),
      limits: { maxBodyBytes: 100, discardBytes: 100 },
    },
  )
  let server: Http2Server | Http2SecureServer
  let client: ClientHttp2Session | undefined
  let url: string

  async function listen(created: Http2Server | Http2SecureServer, scheme: string): Promise<void> {
    server = created
    await once(server.listen(0, '127.0.0.1'), 'listening')
    url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  async function ask(headers: OutgoingHttpHeaders, body?: string): Promise<Answer> {
    client ??= connect(url, { rejectUnauthorized: false })
    const request = client.request(headers)
    request.setEncoding('utf8')
    request.end(body)
    const [head] = (await once(request, 'response')) as [IncomingHttpHeaders & { ':status'?: number }]
    let text = ''
    for await (const chunk of request) text += chunk
    return { status: head[':status'], headers: head, text }
  }
  const post = (body: string | undefined, path = '/body') =>
    ask({ ':path': path, ':method': 'POST', 'content-type': 'application/json' }, body)

  beforeEach(async () => {
    events.length = 0
    client = undefined
    await listen(createServer(handler), 'http')
  })
  afterEach(async () => {
    client?.destroy()
    await new Promise(resolve => server.close(resolve))
  })

  it('answers curl, which knows nothing of this code', async () => {
    const { stdout } = await curl([
      '--http2-prior-knowledge',
      '-H',
      'content-type: application/json',
      '-d',
      '{"name":"a"}',
      '-w',
      ' %{http_version} %{http_code}',
      `${url}/body`,
    ])
    expect(stdout).to.equal('{"name":"a"} 2 200')
  })

  it('gives handlers the headers and the URL that they know', async () => {
    const answer = await ask({ ':path': '/items/a%20b?x', 'x-own': '1' })
    expect(JSON.parse(answer.text)).to.deep.equal({
      id: 'a b',
      url: `${url}/items/a%20b?x`,
      headers: { host: new URL(url).host, 'x-own': '1' },
    })
  })

  it('knows of encryption', async () => {
    await new Promise(resolve => server.close(resolve))
    const folder = mkdtempSync(join(tmpdir(), 'alien-rpc-tls-'))
    try {
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
      const args = [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        key,
        '-out',
        cert,
        '-subj',
        '/CN=x',
      ]
      expect(spawnSync('openssl', args).status).to.equal(0)
      await listen(createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, handler), 'https')
    } finally {
      rmSync(folder, { recursive: true })
    }
    expect(JSON.parse((await ask({ ':path': '/items/1' })).text).url).to.equal(`${url}/items/1`)
  })

  it('validates bodies, with and without a length, and refuses those that are too long', async () => {
    expect((await post('{"name":"a"}')).text).to.equal('{"name":"a"}')
    expect((await post('{"name":1}')).status).to.equal(400)
    expect((await post(undefined)).status).to.equal(400)
    expect((await post(undefined, '/empty')).text).to.equal('"done"')
    expect((await post(JSON.stringify({ name: 'x'.repeat(100) }))).status).to.equal(413)
    expect((await post('x'.repeat(1_000), '/nope')).status).to.equal(404)
    expect((await post('{"name":"again"}')).status).to.equal(200)
  })

  it('passes a Response on without what HTTP/2 forbids', async () => {
    const { status, headers, text } = await ask({ ':path': '/passed' })
    expect([status, headers['x-a'], headers.connection, text]).to.deep.equal([
      200,
      'b',
      undefined,
      'as it is',
    ])
  })

  it('ends a stream with its error record, and leaves the other streams of the connection alone', async () => {
    const [broken, item] = await Promise.all([ask({ ':path': '/broken' }), ask({ ':path': '/items/1' })])
    expect(broken.text).to.match(/^1\n\{"\$":"error",.*"code":"INTERNAL"/)
    expect(item.status).to.equal(200)
    expect(events).to.deep.equal(['never mind'])
  })

  it('ends the generator when the reader resets its stream', async () => {
    client = connect(url)
    const request = client.request({ ':path': '/flood' })
    await once(request, 'response')
    request.resume()
    request.close(constants.NGHTTP2_CANCEL)
    await until('the generator to end', () => events.length === 2)
    expect([...events].sort()).to.deep.equal(['aborted', 'finally'])
  })

  it('breaks streams off when it is closed, and readers can tell', async () => {
    const closing = createNodeHandler([
      declare(
        'get',
        '/flood',
        async function* () {
          try {
            for (;;) yield 'x'.repeat(1_000)
          } finally {
            events.push('finally')
          }
        },
        { output: 'stream' },
      ),
    ])
    await new Promise(resolve => server.close(resolve))
    await listen(createServer(closing), 'http')
    client = connect(url)
    const request = client.request({ ':path': '/flood' })
    const failed = once(request, 'error')
    await once(request, 'response')
    request.resume()
    await closing.close({ deadline: 0 })
    expect(events).to.deep.equal(['finally'])
    expect((await failed)[0].code).to.equal('ERR_HTTP2_STREAM_ERROR')
  })
})
