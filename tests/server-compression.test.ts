// `Accept-Encoding` → compressed answers that curl and zlib can read, in time, and no handle left open.

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import zlib, { brotliDecompressSync, createGunzip, gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import { type Server, serve } from '../runtime/src/node.ts'
import { acceptToEncoding } from '../runtime/src/server/accept-to-encoding.ts'
import { declare } from './support/compiled-routes.ts'
import { curl, send } from './support/http-client.ts'
import { settled, until } from './support/until.ts'

describe('server: compression', () => {
  const large = { text: 'lorem ipsum '.repeat(1_000) }
  let server: Server
  let goOn = () => {}
  let ended = 0
  let pulled = 0

  // Every streaming encoder that the server makes, seen by standing between it and zlib.
  const encoders: { destroyed: boolean }[] = []
  const { createGzip, createBrotliCompress } = zlib
  const record = <Args extends unknown[], Made extends { destroyed: boolean }>(
    make: (...args: Args) => Made,
  ) => {
    return (...args: Args) => {
      const made = make(...args)
      encoders.push(made)
      return made
    }
  }

  const replace = (gzip: typeof createGzip, brotli: typeof createBrotliCompress) => {
    Object.defineProperty(zlib, 'createGzip', { value: gzip, configurable: true, enumerable: true })
    Object.defineProperty(zlib, 'createBrotliCompress', {
      value: brotli,
      configurable: true,
      enumerable: true,
    })
    syncBuiltinESMExports()
  }

  before(async () => {
    replace(record(createGzip), record(createBrotliCompress))
    const waiting = declare(
      'get',
      '/waiting',
      async function* () {
        try {
          yield 'first'
          await new Promise<void>(resolve => {
            goOn = resolve
          })
          yield 'second'
        } finally {
          ended++
        }
      },
      { output: 'stream' },
    )
    const flood = declare(
      'get',
      '/flood',
      async function* () {
        try {
          for (;;) yield `${pulled++} ${randomBytes(48_000).toString('base64')}`
        } finally {
          ended++
        }
      },
      { output: 'stream' },
    )
    const text = (headers: Record<string, string>) => () => new Response('text '.repeat(1_000), { headers })
    server = await serve(
      {
        waiting,
        flood,
        large: declare('get', '/large', () => large),
        small: declare('get', '/small', () => 'small'),
        plain: declare('get', '/plain', text({ 'content-type': 'text/plain', 'content-length': '5000' }), {
          output: 'response',
        }),
        coded: declare('get', '/coded', text({ 'content-type': 'text/plain', 'content-encoding': 'x' }), {
          output: 'response',
        }),
        image: declare('get', '/image', text({ 'content-type': 'image/png' }), { output: 'response' }),
      },
      { compression: true },
    )
  })
  after(() => {
    replace(createGzip, createBrotliCompress)
    return server.close({ deadline: 0 })
  })

  const ask = (path: string, coding: string, method = 'GET') =>
    send(server.url + path, { method, headers: { 'accept-encoding': coding } })

  it('prefers brotli, takes gzip, and honours quality values', () => {
    expect(
      [
        undefined,
        '',
        'gzip',
        'gzip, br',
        'br;q=0.5, gzip',
        'br;q=0',
        '*',
        '*;q=0',
        'identity',
        'gzip;q=0.5, identity',
        'BR',
        'deflate',
        'br;q=x',
      ].map(acceptToEncoding),
    ).to.deep.equal([
      undefined,
      undefined,
      'gzip',
      'br',
      'gzip',
      undefined,
      'br',
      undefined,
      undefined,
      undefined,
      'br',
      undefined,
      undefined,
    ])
  })

  it('compresses large results, and says that it might', async () => {
    const gzip = await ask('/large', 'gzip')
    expect(gzip.headers).to.include({ 'content-encoding': 'gzip', vary: 'Accept, Accept-Encoding' })
    expect(gzip.headers['content-length']).to.equal(String(gzip.body.length))
    expect(JSON.parse(gunzipSync(gzip.body).toString())).to.deep.equal(large)
    const br = await ask('/large', 'gzip, br')
    expect(JSON.parse(brotliDecompressSync(br.body).toString())).to.deep.equal(large)
    const none = await ask('/large', 'identity')
    expect(none.headers)
      .to.include({ vary: 'Accept, Accept-Encoding' })
      .and.not.to.have.property('content-encoding')
    const { stdout } = await curl(['--compressed', `${server.url}/large`])
    expect(JSON.parse(stdout)).to.deep.equal(large)
  })

  it('leaves small results and HEAD alone', async () => {
    expect((await ask('/small', 'br')).headers).not.to.have.property('content-encoding')
    const head = await ask('/large', 'br', 'HEAD')
    expect(head.headers).not.to.have.property('content-encoding')
    expect(head.headers).not.to.have.property('content-length')
  })

  it('leaves a Response alone that is coded already, or is no text', async () => {
    expect((await ask('/coded', 'gzip')).headers['content-encoding']).to.equal('x')
    expect((await ask('/image', 'gzip')).headers).not.to.have.property('content-encoding')
    const plain = await ask('/plain', 'gzip')
    expect(plain.headers)
      .to.include({ 'content-encoding': 'gzip' })
      .and.not.to.have.property('content-length')
    expect(gunzipSync(plain.body).toString()).to.equal('text '.repeat(1_000))
  })

  it('lets every item of a stream be read before the next one is made', async () => {
    const headers = { 'accept-encoding': 'gzip' }
    const [res] = (await once(get(`${server.url}/waiting`, { headers, agent: false }), 'response')) as [
      IncomingMessage,
    ]
    expect(res.headers).to.include({ 'content-encoding': 'gzip', vary: 'Accept, Accept-Encoding' })
    let text = ''
    const decoded = res.pipe(createGunzip()).on('data', chunk => {
      text += chunk
    })
    await until('the first item', () => text === '"first"\n')
    goOn()
    await once(decoded, 'end')
    expect(text).to.equal('"first"\n"second"\n{"$":"end"}\n')
  })

  it('keeps the window of a stream small, so that many open streams fit into memory', async () => {
    const headers = { 'accept-encoding': 'br' }
    const [res] = (await once(get(`${server.url}/waiting`, { headers, agent: false }), 'response')) as [
      IncomingMessage,
    ]
    const [chunk] = (await once(res, 'data')) as [Buffer]
    goOn()
    await once(res.resume(), 'end')
    // RFC 7932, section 9.1: the bits 0011 are WBITS 18, a window of 256 KiB; 1011 would be 4 MiB.
    expect(chunk[0]! & 0b1111).to.equal(0b0011)
  })

  it('does not pull a stream whose reader stands still, and ends it when the reader goes', async () => {
    for (const coding of ['gzip', 'br']) {
      ended = 0
      const request = get(`${server.url}/flood`, { headers: { 'accept-encoding': coding }, agent: false })
      const [res] = (await once(request, 'response')) as [IncomingMessage]
      res.pause()
      await settled('the generator to pause', () => pulled, 20)
      res.destroy()
      await until('the generator to end', () => ended === 1)
    }
  })

  it('has closed every encoder that it made', () => {
    expect(encoders.length).to.be.greaterThan(3)
    expect(encoders.filter(encoder => !encoder.destroyed)).to.deep.equal([])
  })
})
