// Calls framed as MessagePack and scripted answers → what is asked for, what the caller gets, and which errors.
import { decode, encode } from '@msgpack/msgpack'
import { expect } from 'chai'
import type { CallOptions, ClientOptions } from '../runtime/src/client/client-route.ts'
import type { ClientRoute } from '../runtime/src/client/client-table.ts'
import { createRpcClient, inBody, openCall, openStream, RpcError } from '../runtime/src/client.ts'
import { errorToWire } from '../runtime/src/errors.ts'
import { EXTENSIONS } from '../runtime/src/wire/msgpack-names.ts'
import { loadPacking } from './support/scripted-server.ts'

const MSGPACK = 'application/vnd.msgpack'
const ACCEPT = `${MSGPACK};maps=pairs,application/json;q=0.1`
type Client = Record<'post' | 'packed', (args?: unknown, options?: CallOptions) => Promise<unknown>> & {
  stream(args?: undefined, options?: CallOptions): AsyncIterableIterator<unknown, unknown>
}

const post = [openCall, 'POST /users/:id'] as const
const routes: Record<string, ClientRoute> = {
  post: [
    ...post,
    { put: inBody, encode: ({ id, ...rest }: { id: bigint }) => ({ ...rest, id: `encoded-${id}` }) },
  ],
  packed: [...post, { put: inBody, framing: 'msgpack' }],
  stream: [openStream, 'GET /stream'],
}

/** A client whose requests are recorded and answered by `answer`. */
function clientOf(answer: (init: RequestInit) => Response, options: Partial<ClientOptions> = {}) {
  const requests: { url: string; headers: Headers; body: unknown }[] = []
  const fetch = async (url: unknown, init: RequestInit = {}) => {
    requests.push({ url: String(url), headers: new Headers(init.headers), body: init.body })
    return answer(init)
  }
  const base = { prefixUrl: 'http://a', fetch: fetch as typeof globalThis.fetch, retry: { attempts: 0 } }
  return { requests, client: createRpcClient<Client>({ ...base, ...options }, routes, loadPacking) }
}

const packed = (value: unknown, status = 200) =>
  new Response(encode(value, { useBigInt64: true }), { status, headers: { 'content-type': MSGPACK } })
const raw = (...bytes: number[]) =>
  new Response(Uint8Array.from(bytes), { headers: { 'content-type': MSGPACK } })

async function failure(work: Promise<unknown>): Promise<RpcError> {
  const thrown = await work.then(
    value => new Error(`resolved with ${JSON.stringify(value)}`),
    error => error,
  )
  if (!(thrown instanceof RpcError)) throw thrown
  return thrown
}

describe('a client of MessagePack', () => {
  it('speaks JSON all the same where it was compiled without', async () => {
    const accepted: (string | null)[] = []
    const fetch = async (_: unknown, init: RequestInit = {}) => {
      accepted.push(new Headers(init.headers).get('accept'))
      return Response.json('in JSON')
    }
    const options = {
      prefixUrl: 'http://a',
      fetch: fetch as typeof globalThis.fetch,
      framing: 'msgpack',
    } as const
    expect(await createRpcClient<Client>(options, routes).packed({ id: 1 })).to.equal('in JSON')
    expect(accepted).to.deep.equal(['application/json'])
  })

  it('asks for it as the call says, else the route, else the client', async () => {
    const { client, requests } = clientOf(() => packed(1), {})
    await client.post({ id: 1 }).catch(() => undefined)
    await client.post({ id: 1 }, { framing: 'msgpack' })
    await client.packed({ id: 1 })
    await client.packed({ id: 1 }, { framing: 'json' }).catch(() => undefined)
    const { client: other, requests: others } = clientOf(() => packed(1), { framing: 'msgpack' })
    await other.post({ id: 1 })
    expect([...requests, ...others].map(({ headers }) => headers.get('accept'))).to.deep.equal([
      'application/json',
      ACCEPT,
      ACCEPT,
      'application/json',
      ACCEPT,
    ])
  })

  it('sends what JSON has no form for as it is, path parameters in the path alone', async () => {
    const { client, requests } = clientOf(() => packed(null), { framing: 'msgpack' })
    const at = new Date(1)
    const list = [
      1,
      undefined,
      new Float32Array([1]),
      new Map([['a', 1n]]),
      new Set([1]),
      new URL('http://b/'),
      /x/g,
    ]
    const error = new TypeError('wrong')
    await client.post({
      id: 5n,
      at,
      big: 2n ** 80n,
      none: undefined,
      fn: () => 1,
      list,
      error,
      own: { toJSON: () => 'json' },
    })
    const [{ url, headers, body }] = requests as [(typeof requests)[number]]
    expect([url, headers.get('content-type')]).to.deep.equal(['http://a/users/5', MSGPACK])
    expect(decode(body as Uint8Array, { useBigInt64: true })).to.deep.equal({
      at,
      big: String(2n ** 80n),
      list: [1, null, Uint8Array.of(0, 0, 128, 63), [['a', 1n]], [1], 'http://b/', '/x/g'],
      error: { name: 'TypeError', message: 'wrong' },
      own: 'json',
    })
  })

  it('refuses what no request can carry before it sends anything', async () => {
    const { client, requests } = clientOf(() => packed(null), { framing: 'msgpack' })
    const cyclic: Record<string, unknown> = {}
    cyclic.self = cyclic
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, new Date(Number.NaN), cyclic])
      expect((await failure(client.post({ id: 1, value }))).code).to.equal('BAD_REQUEST')
    expect(requests).to.deep.equal([])
  })

  it('reads JSON from a server that has nothing else, and errors in either format', async () => {
    const json = clientOf(() => Response.json({ a: 1 }), { framing: 'msgpack' })
    expect(await json.client.post({ id: 1 })).to.deep.equal({ a: 1 })
    const jsonError = clientOf(() => Response.json({ code: 'CONFLICT', message: 'm' }, { status: 409 }), {
      framing: 'msgpack',
    })
    expect(await failure(jsonError.client.post({ id: 1 }))).to.include({ code: 'CONFLICT', message: 'm' })
    const error = clientOf(() => packed({ code: 'CONFLICT', message: 'm', data: [1] }, 409), {
      framing: 'msgpack',
    })
    expect(errorToWire(await failure(error.client.post({ id: 1 })))).to.deep.equal({
      code: 'CONFLICT',
      message: 'm',
      data: [1],
    })
  })

  it('reports INTERNAL for what is no MessagePack, whatever the server may have meant', async () => {
    for (const bytes of [
      [],
      [0xc1],
      [0x92, 1],
      [1, 1],
      [0xd4, 0x72, 0x40],
      [0xdd, 255, 255, 255, 255],
      [0xa1, 0xff],
    ]) {
      const { client } = clientOf(() => raw(...bytes), { framing: 'msgpack' })
      expect((await failure(client.post({ id: 1 }))).code, `${bytes}`).to.equal('INTERNAL')
    }
  })

  it('makes objects of maps, whatever their keys', async () => {
    const bytes = [0x83, 0xa9, ...Buffer.from('__proto__'), 0x81, 0xa1, 0x78, 1, 5, 2, 0xa1, 0x31, 3]
    const { client } = clientOf(() => raw(...bytes), { framing: 'msgpack' })
    const value = (await client.post({ id: 1 })) as object
    expect(Object.getPrototypeOf(value)).to.equal(Object.prototype)
    expect(Object.entries(value)).to.have.deep.members([
      ['__proto__', { x: 1 }],
      ['5', 2],
      ['1', 3],
    ])
  })

  it('reads streams to their end, and tells one that was cut', async () => {
    const returned = encode({ total: 1 })
    const end = [0xc7, returned.length, EXTENSIONS.end, ...returned]
    const whole = clientOf(() => raw(1, 0x91, 2, ...end), { framing: 'msgpack' })
    const stream = whole.client.stream()
    expect([await stream.next(), await stream.next(), await stream.next()]).to.deep.equal([
      { done: false, value: 1 },
      { done: false, value: [2] },
      { done: true, value: { total: 1 } },
    ])
    expect(whole.requests[0]!.headers.get('accept')).to.equal(
      `${MSGPACK};maps=pairs,application/json-seq;items=together;q=0.1`,
    )
    for (const bytes of [[1], [1, 0x92, 2], [1, 0xc7]]) {
      const cut = clientOf(() => raw(...bytes), { framing: 'msgpack' }).client.stream()
      expect(await cut.next()).to.deep.equal({ done: false, value: 1 })
      expect((await failure(cut.next())).code).to.equal('UNAVAILABLE')
    }
  })

  it('sends nothing when its reader leaves while the code is loading', async () => {
    const { client, requests } = clientOf(() => raw(1), { framing: 'msgpack' })
    const stream = client.stream()
    const first = stream.next()
    await stream.return?.()
    expect(await first).to.deep.equal({ done: true, value: undefined })
    const controller = new AbortController()
    const call = client.post({ id: 1 }, { signal: controller.signal })
    controller.abort()
    expect((await failure(call)).code).to.equal('CANCELLED')
    // The module has been loaded by then.
    await client.post({ id: 1 })
    expect(requests.map(({ url }) => url)).to.deep.equal(['http://a/users/1'])
  })
})
