// Requests and answers in MessagePack over real HTTP, judged by @msgpack/msgpack and by Python.
import { gunzipSync } from 'node:zlib'
import { decode, decodeMultiStream, type ExtData, encode } from '@msgpack/msgpack'
import { expect } from 'chai'
import {
  type CompiledArgs,
  type CompiledOutput,
  MISMATCH,
  type TypeTable,
} from '../runtime/src/compiled-route.ts'
import { RpcError } from '../runtime/src/errors.ts'
import { createFetchHandler } from '../runtime/src/fetch.ts'
import { type Server, serve } from '../runtime/src/node.ts'
import { tracked } from '../runtime/src/tracked.ts'
import { EXTENSIONS } from '../runtime/src/wire/msgpack-names.ts'
import { declare, idFromPath, nameAndCount, numericId } from './support/compiled-routes.ts'
import { send } from './support/http-client.ts'
import { findPythonMsgpack, runPython } from './support/python.ts'

const MSGPACK = 'application/vnd.msgpack'

const eventTable: TypeTable = [
  'object',
  {
    id: 'bigint',
    at: 'date',
    data: ['bytes', 'Uint8Array'],
    tags: ['set', 'string'],
    totals: ['map', 'string', 'number'],
    byNumber: ['map', 'number', 'bigint'],
    link: 'url',
    'note?': 'string',
  },
]
const event = {
  id: 2n ** 60n,
  at: new Date('2026-01-02T03:04:05.678Z'),
  data: Uint8Array.of(0, 1, 255),
  tags: new Set(['a', 'b']),
  totals: new Map([['x', 1.5]]),
  byNumber: new Map([[2, 5n]]),
  link: new URL('https://example.com/'),
  secret: 'not declared',
}
const eventOutput: CompiledOutput = {
  check: () => true,
  stringify: () => '{"as":"JSON"}',
  table: () => eventTable,
}
const eventInput: CompiledArgs = {
  source: 'whole',
  text: {},
  read: value => (typeof (value as { id?: unknown }).id === 'string' ? value : MISMATCH),
  table: () => eventTable,
}

describe('MessagePack over HTTP', () => {
  const received: unknown[] = []
  const routes = [
    declare('get', '/event', () => event, { result: eventOutput }),
    declare('get', '/number', () => ({ id: 7, secret: 1 }), { result: numericId }),
    declare('get', '/none', () => undefined),
    declare('get', '/users/:id', () => {}, { args: idFromPath }),
    declare('get', '/fails', () => {
      throw new RpcError('CONFLICT', { message: 'taken', data: { at: new Date(0) } })
    }),
    declare('post', '/named', args => void received.push(args), { args: nameAndCount('body') }),
    declare('post', '/event', args => void received.push(args), { args: eventInput }),
    declare(
      'get',
      '/stream',
      async function* () {
        yield event
        yield tracked('e2', event)
        return { id: 1 }
      },
      { output: 'stream', result: eventOutput, returns: numericId },
    ),
    declare(
      'get',
      '/broken',
      // biome-ignore lint/correctness/useYield: it fails before it has any
      async function* () {
        throw new RpcError('NOT_FOUND')
      },
      { output: 'stream', result: eventOutput },
    ),
  ]
  let server: Server
  before(async () => {
    server = await serve(routes, { onError: () => undefined, limits: { maxBodyBytes: 10_000 } })
  })
  after(() => server.close({ deadline: 0 }))
  beforeEach(() => received.splice(0))

  const ask = (path: string, accept: string) => send(server.url + path, { headers: { accept } })
  const post = (path: string, body: Uint8Array, type = MSGPACK) => {
    const headers = { 'content-type': type, accept: MSGPACK }
    return send(server.url + path, { method: 'POST', headers }, Buffer.from(body))
  }

  it('answers in the format and under the name that Accept asks for', async () => {
    const types = {
      'application/vnd.msgpack': 'application/vnd.msgpack',
      'application/msgpack': 'application/msgpack',
      'application/x-msgpack, application/json;q=0.9': 'application/x-msgpack',
      'application/json;q=0.5, application/vnd.msgpack;maps=pairs': 'application/vnd.msgpack',
      'application/json, application/vnd.msgpack': 'application/json',
      '*/*': 'application/json',
      'application/*': 'application/json',
    }
    for (const [accept, type] of Object.entries(types)) {
      const { status, headers } = await ask('/number', accept)
      expect([status, headers['content-type'], headers.vary], accept).to.deep.equal([200, type, 'Accept'])
    }
  })

  it('answers NOT_ACCEPTABLE before the handler runs, in JSON, where it has no such format', async () => {
    const answer = await ask('/number', 'text/html')
    expect([answer.status, answer.headers['content-type']]).to.deep.equal([406, 'application/json'])
    expect(answer.json()).to.deep.include({ code: 'NOT_ACCEPTABLE' })
  })

  it('sends declared members only, and what JSON has no form for as it is', async () => {
    const { body } = await ask('/event', MSGPACK)
    const value = decode(body, { useBigInt64: true, mapKeyConverter: key => key as string }) as object
    expect(value).to.deep.equal({
      id: 2n ** 60n,
      at: event.at,
      data: Uint8Array.of(0, 1, 255),
      tags: ['a', 'b'],
      totals: { x: 1.5 },
      byNumber: { 2: 5n },
      link: 'https://example.com/',
    })
  })

  it('sends Maps as pairs to a reader that asks for it', async () => {
    const { body } = await ask('/event', `${MSGPACK}; maps=pairs`)
    const { totals, byNumber } = decode(body, { useBigInt64: true }) as Record<string, unknown>
    expect([totals, byNumber]).to.deep.equal([[['x', 1.5]], [[2, 5n]]])
  })

  it('answers errors in MessagePack, and nothing with no body', async () => {
    const failure = await ask('/fails', MSGPACK)
    expect([failure.status, failure.headers['content-type']]).to.deep.equal([409, MSGPACK])
    const data = { at: '1970-01-01T00:00:00.000Z' }
    expect(decode(failure.body)).to.deep.equal({ code: 'CONFLICT', message: 'taken', data })
    expect(decode((await ask('/nope', MSGPACK)).body)).to.deep.include({ code: 'NOT_FOUND' })
    const none = await ask('/none', MSGPACK)
    expect([none.status, none.body.length]).to.deep.equal([204, 0])
  })

  it('takes bodies under all of its names, and validates them as JSON', async () => {
    for (const type of [MSGPACK, 'application/msgpack', 'Application/X-MsgPack; charset=utf-8'])
      expect((await post('/named', encode({ name: 'a', count: 2, extra: 1 }), type)).status).to.equal(204)
    expect(received).to.deep.equal(Array(3).fill({ name: 'a', count: 2 }))
    const wrong = await post('/named', encode({ name: 1n }, { useBigInt64: true }))
    expect([wrong.status, decode(wrong.body)]).to.deep.equal([
      400,
      {
        code: 'BAD_REQUEST',
        message: 'args.name: expected string, received 1',
        issues: [{ path: 'args.name', expected: 'string', received: '1' }],
      },
    ])
  })

  it('lets the declared type decide what bytes mean, not their form', async () => {
    const sent = [
      { ...event, tags: ['a'], link: 'https://example.com/', totals: { x: 1 }, byNumber: [[2, 5]], id: 5 },
      {
        ...event,
        tags: ['a'],
        link: 'https://example.com/',
        totals: [['x', 1]],
        byNumber: { 2: 5n },
        id: 5n,
      },
    ]
    for (const value of sent) {
      const body = encode(value, { useBigInt64: true })
      expect((await post('/event', body)).status).to.equal(204)
    }
    const expected = {
      id: '5',
      at: '2026-01-02T03:04:05.678Z',
      data: Buffer.from([0, 1, 255]),
      tags: ['a'],
      totals: [['x', 1]],
      link: 'https://example.com/',
      secret: 'not declared',
    }
    expect(received).to.deep.equal([
      { ...expected, byNumber: [[2, '5']] },
      { ...expected, byNumber: [['2', '5']] },
    ])
  })

  it('refuses what is no MessagePack, too deep, too large or of another type, and the handler does not run', async () => {
    const deep = new Uint8Array(100).fill(0x91)
    const cases: [Uint8Array, number, RegExp][] = [
      [Uint8Array.of(0xc1), 400, /^the body is not valid MessagePack: the byte 0xc1 at byte 1$/],
      [Uint8Array.of(0x92, 1), 400, /ends after 2 bytes, before its value does/],
      [Uint8Array.of(1, 2), 400, /its value ends with byte 1 of 2/],
      [Uint8Array.of(0xdd, 255, 255, 255, 255), 400, /ends after 5 bytes/],
      [Uint8Array.of(0xd4, 0x72, 0x40), 400, /an extension of type 114 with 1 bytes/],
      [deep, 400, /nested deeper than 64 levels/],
      [new Uint8Array(10_001), 413, /larger than 10000 bytes/],
    ]
    for (const [body, status, message] of cases) {
      const answer = await post('/named', body)
      expect(answer.status).to.equal(status)
      expect((decode(answer.body) as { message: string }).message).to.match(message)
    }
    const other = await post('/named', encode({ name: 'a' }), 'application/cbor')
    expect([other.status, received]).to.deep.equal([415, []])
  })

  it('streams values that any decoder reads one after another', async () => {
    const response = await fetch(`${server.url}/stream`, { headers: { accept: MSGPACK } })
    expect(response.headers.get('content-type')).to.equal(MSGPACK)
    const values: unknown[] = []
    for await (const value of decodeMultiStream(response.body!, { useBigInt64: true } as never))
      values.push(value)
    const [first, second, end] = values as [{ id: bigint }, ExtData, ExtData]
    expect(values).to.have.length(3)
    expect(first.id).to.equal(2n ** 60n)
    expect([second.type, end.type]).to.deep.equal([EXTENSIONS.item, EXTENSIONS.end])
    const [id, item] = decode(second.data as Uint8Array, { useBigInt64: true }) as [string, object]
    expect([id, item]).to.deep.equal(['e2', first])
    expect(decode(end.data as Uint8Array)).to.deep.equal({ id: 1 })
  })

  it('ends a stream that fails with an extension that data cannot imitate', async () => {
    const { status, body } = await ask('/broken', MSGPACK)
    const { type, data } = decode(body) as ExtData
    expect([status, type]).to.deep.equal([200, EXTENSIONS.error])
    expect(decode(data as Uint8Array)).to.deep.equal({ code: 'NOT_FOUND', message: 'not found' })
  })

  it('is the same from a fetch handler, and compressed', async () => {
    const handler = createFetchHandler(routes)
    const ask = (path: string) =>
      handler(new Request(`http://localhost${path}`, { headers: { accept: MSGPACK } }))
    for (const path of ['/event', '/stream']) {
      const own = Buffer.from(await (await ask(path)).arrayBuffer())
      const node = await send(server.url + path, { headers: { accept: MSGPACK } })
      expect(own.equals(node.body), path).to.equal(true)
    }
    const compressing = await serve(routes, { compression: true, limits: { compressionThreshold: 1 } })
    const headers = { accept: MSGPACK, 'accept-encoding': 'gzip' }
    for (const path of ['/event', '/stream']) {
      const { body, headers: sent } = await send(compressing.url + path, { headers })
      expect(sent['content-encoding'], path).to.equal('gzip')
      const plain = await send(server.url + path, { headers: { accept: MSGPACK } })
      expect(gunzipSync(body).equals(plain.body), path).to.equal(true)
    }
    await compressing.close({ deadline: 0 })
  })

  it('is read and written by Python', async function () {
    const python = findPythonMsgpack()
    if (python === undefined) return
    this.timeout(30_000)
    const { body } = await ask('/stream', MSGPACK)
    const script = `
import sys, msgpack, datetime
first, second, end = msgpack.Unpacker(sys.stdin.buffer, timestamp=3, strict_map_key=False)
assert first['id'] == 2**60 and first['data'] == bytes([0, 1, 255]), first
assert first['at'] == datetime.datetime(2026, 1, 2, 3, 4, 5, 678000, datetime.timezone.utc), first
assert first['byNumber'] == {2: 5} and first['totals'] == {'x': 1.5}, first
assert second.code == 1 and msgpack.unpackb(second.data, timestamp=3, strict_map_key=False) == ['e2', first], second
assert end.code == 2 and msgpack.unpackb(end.data) == {'id': 1}, end
sys.stdout.buffer.write(msgpack.packb({'name': 'Zoë', 'count': 2**40}))`
    const answer = await post('/named', runPython(python, script, body))
    expect([answer.status, received]).to.deep.equal([204, [{ name: 'Zoë', count: 2 ** 40 }]])
  })
})
