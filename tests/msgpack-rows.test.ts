// Answers without names between builds of the same types, and with names between builds of different ones, whatever has changed.
import { decode } from '@msgpack/msgpack'
import { expect } from 'chai'
import { WebSocket } from 'ws'
import type { WebSocketConstructor } from '../runtime/src/client/client-route.ts'
import type { ClientRoutes } from '../runtime/src/client/client-table.ts'
import { createRpcClient } from '../runtime/src/client/create-client.ts'
import { compiledRoute } from '../runtime/src/generated.ts'
import { type Server, serve } from '../runtime/src/node.ts'
import { route } from '../runtime/src/route.ts'
import type { Route, SocketRoute } from '../runtime/src/route-types.ts'
import { tracked } from '../runtime/src/tracked.ts'
import { withRows } from '../transformer/src/emit/route-to-rows.ts'
import { CORPUS, type CorpusApp, startCorpus } from './support/corpus-app.ts'
import { fromNotation, toNotation } from './support/corpus-notation.ts'
import { loadPacking } from './support/scripted-server.ts'
import { runClientModule, runServerCode } from './support/type-models.ts'
import { programFactory } from './support/virtual-program.ts'

const programOf = programFactory()

interface Build {
  readonly schema: string | undefined
  readonly spec: object
  readonly client: ClientRoutes
}

/** The route `/items`, a stream of `Item`, as one build has it. */
function build(declarations: string, hasRows = true): Build {
  const { analysis, typeErrors } = programOf(`import { route, t } from '@alien-rpc/service'
    ${declarations}
    export const items = route.get('/items', async function* (): AsyncGenerator<Item, Item> { throw new Error() })`)
  expect([...typeErrors(), ...analysis.findings.map(it => it.message)]).to.deep.equal([])
  const routes = hasRows ? withRows(analysis.routes, analysis.types) : analysis.routes
  return {
    schema: routes[0]!.rows,
    spec: runServerCode(routes, analysis.types).items!,
    client: runClientModule(routes, analysis.types).table,
  }
}

type Items = { items(): AsyncIterableIterator<unknown, unknown> }

/** What a client of one build gets of a server of another, and how the answer was labelled. */
async function exchange(server: Build, client: Build, value: unknown) {
  const declare = route.get as unknown as (...args: unknown[]) => Route
  const handler = async function* () {
    yield value
    return value
  }
  const running: Server = await serve([declare('/items', handler, compiledRoute(server.spec as never))])
  try {
    let type: string | null = null
    const recordingFetch: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init)
      type = answer.headers.get('content-type')
      return answer
    }
    const options = { prefixUrl: running.url, framing: 'msgpack', fetch: recordingFetch } as const
    const stream = createRpcClient<Items>(options, client.client, loadPacking).items()
    const steps = [await stream.next(), await stream.next()]
    return { type, values: steps.map(step => step.value) }
  } finally {
    await running.close({ deadline: 0 })
  }
}

const MSGPACK = 'application/vnd.msgpack'
const ORDER = `interface Item { id: bigint; at: Date; lines: Line[]; note?: string; state: 'open' | 'done' }
  interface Line { sku: string; count: number; data: Uint8Array | null }`
const order = () => ({
  id: 2n ** 70n,
  at: new Date(1),
  lines: [
    { sku: 'a', count: 2, data: Uint8Array.of(1) },
    { sku: 'b', count: 1, data: null },
  ],
  state: 'open',
})

const CHANGES: [string, string, object][] = [
  ['a property was added', ORDER.replace('note?', 'extra: number; note?'), { extra: 1 }],
  ['a property was removed', ORDER.replace('state:', 'gone?:'), {}],
  ['a property was retyped', ORDER.replace('at: Date', 'at: Date | number'), { at: 5 }],
  ['a property is a number now', ORDER.replace('at: Date', 'at: number'), { at: 5 }],
  ['an inner property was retyped', ORDER.replace('count: number', 'count: number | string'), {}],
  ['a property became optional', ORDER.replace('at: Date', 'at?: Date'), {}],
]

describe('rows', () => {
  it('are what builds of the same types send each other, and name nothing', async () => {
    const same = build(ORDER)
    const { type, values } = await exchange(same, build(ORDER), order())
    expect(values).to.deep.equal([order(), order()])
    expect(type).to.equal(`${MSGPACK};rows=${same.schema}`)
  })

  it('strip what is not declared, and keep absent members absent', async () => {
    const same = build(ORDER)
    const value = { ...order(), secret: 1, note: 'n', lines: [{ ...order().lines[0], secret: 2 }] }
    const { values } = await exchange(same, same, value)
    expect(values[0]).to.deep.equal({ ...order(), note: 'n', lines: [order().lines[0]] })
    const declare = route.get as unknown as (...args: unknown[]) => Route
    const server = await serve([
      declare(
        '/items',
        async function* () {
          yield value
        },
        compiledRoute(same.spec as never),
      ),
    ])
    const accept = `${MSGPACK};rows=${same.schema}`
    const body = await (await fetch(`${server.url}/items`, { headers: { accept } })).arrayBuffer()
    await server.close({ deadline: 0 })
    expect(Buffer.from(body).includes('secret') || Buffer.from(body).includes('sku')).to.equal(false)
  })

  it('have a schema of the types alone, not of names, comments, tags or the order of members', async () => {
    const other = `/** Docs. */ interface Item { readonly state: 'open' | 'done'; note?: string; lines: Row[]; at: Date; id: bigint }
      type Row = { data: null | Uint8Array; count: number & t.Minimum<0>; sku: string }`
    const [reordered, same] = [build(other), build(ORDER)]
    expect(reordered.schema).to.equal(same.schema)
    for (const [server, client] of [
      [reordered, same],
      [same, reordered],
    ] as const) {
      const { type, values } = await exchange(server, client, order())
      expect([type, ...values]).to.deep.equal([`${MSGPACK};rows=${same.schema}`, order(), order()])
    }
  })

  for (const [what, changed, extra] of CHANGES) {
    it(`are not sent where ${what}: an old client reads a new server, and a new client an old one`, async () => {
      const [before, after] = [build(ORDER), build(changed)]
      expect(after.schema).to.not.equal(before.schema)
      const newer = await exchange(after, before, { ...order(), ...extra })
      expect(newer.type).to.equal(MSGPACK)
      expect(newer.values[0]).to.deep.include({ id: order().id, lines: order().lines })
      const older = await exchange(before, after, order())
      expect([older.type, ...older.values]).to.deep.equal([MSGPACK, order(), order()].map(it => it))
    })
  }

  it('are neither asked for nor sent where one end was compiled without the option', async () => {
    const [plain, packed] = [build(ORDER, false), build(ORDER)]
    expect(plain.schema).to.equal(undefined)
    expect(plain.spec).to.not.have.property('rows')
    for (const [server, client] of [
      [plain, packed],
      [packed, plain],
    ] as const) {
      const { type, values } = await exchange(server, client, order())
      expect([type, ...values]).to.deep.equal([MSGPACK, order(), order()])
    }
  })

  const shapes: [string, unknown][] = [
    [
      `type Item = { kind: 'a'; a: number } | { kind: 'b'; b: Date; next?: Item }`,
      { kind: 'b', b: new Date(0), next: { kind: 'a', a: 1 } },
    ],
    [
      'interface Item { value: number; children: Item[] }',
      { value: 1, children: [{ value: 2, children: [] }] },
    ],
    ['type Item = { at: Date } | null', null],
    ['type Item = (Date | null)[]', [new Date(0), null]],
    ['type Item = { at: [number, Date, { x: number }] }', { at: [1, new Date(0), { x: 1 }] }],
    [
      'type Item = { a: bigint | null; b: bigint | 1; c: Uint8Array | { x: Date } | null }[]',
      [
        { a: 2n ** 80n, b: 1, c: Uint8Array.of(1) },
        { a: null, b: 5n, c: { x: new Date(0) } },
      ],
    ],
    [
      'type Item = { tags: Set<{ name: string }>; byId: Map<number, bigint>; link: URL }',
      { tags: new Set([{ name: 'x' }]), byId: new Map([[7, 1n]]), link: new URL('http://a/') },
    ],
    [
      `interface Item { constructor: string; "a b": 1; __proto__: { x: number } }`,
      JSON.parse('{"constructor":"c","a b":1,"__proto__":{"x":1}}'),
    ],
  ]
  for (const [type, value] of shapes) {
    it(`carry ${type}`, async () => {
      const same = build(type)
      const { type: label, values } = await exchange(same, same, value)
      expect(label).to.equal(`${MSGPACK};rows=${same.schema}`)
      expect(values.map(toNotation)).to.deep.equal([value, value].map(toNotation))
    })
  }

  it('are no form for types whose values they could not tell apart: those go as maps', () => {
    const types = [
      '{ a?: number | null }',
      '{ [key: string]: number }',
      '{ a: unknown }',
      '{ a: number } | { b: number }',
      "{ a: bigint | 'x' }",
    ]
    for (const type of types) expect(build(`type Item = ${type}`).schema, type).to.equal(undefined)
  })
})

/** The socket `/live` as one build has it: two variants of a request, answered differently, and a subscription. */
function buildSocket(declarations: string): { spec: { rows?: string }; client: ClientRoutes } {
  const { analysis, typeErrors } = programOf(`import { route } from '@alien-rpc/service'
    ${declarations}
    declare const item: Item
    export const live = route.ws('/live', {
      onRequest(request: { type: 'item' } | { type: 'count' }) {
        if (request.type === 'item') return item
        return { count: 1 }
      },
      async *onSubscribe(subscription: { from: number }): AsyncGenerator<Item, Item> { throw new Error() },
    })`)
  expect([...typeErrors(), ...analysis.findings.map(it => it.message)]).to.deep.equal([])
  const routes = withRows(analysis.sockets, analysis.types)
  const spec = runServerCode(routes, analysis.types).live as unknown as { rows?: string }
  return { spec, client: runClientModule(routes, analysis.types).table }
}

interface LiveClient {
  live(): Promise<{
    request(request: object): Promise<unknown>
    subscribe(subscription: object): AsyncIterableIterator<unknown, unknown>
    close(): void
  }>
}

async function exchangeOverSocket(
  server: ReturnType<typeof buildSocket>,
  client: ReturnType<typeof buildSocket>,
  value: unknown,
) {
  const declare = route.ws as unknown as (...args: unknown[]) => SocketRoute
  const handlers = {
    onRequest: ({ type }: { type: string }) => (type === 'item' ? value : { count: 1, secret: 2 }),
    async *onSubscribe() {
      yield tracked('a', value)
      return value
    },
  }
  const running = await serve([declare('/live', handlers, compiledRoute(server.spec as never))])
  let subprotocol = ''
  class RecordingSocket extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols)
      this.on('open', () => {
        subprotocol = this.protocol
      })
    }
  }
  try {
    const websocket = { WebSocket: RecordingSocket as unknown as WebSocketConstructor }
    const options = { prefixUrl: running.url, framing: 'msgpack', websocket } as const
    const socket = await createRpcClient<LiveClient>(options, client.client, loadPacking).live()
    const item = await socket.request({ type: 'item' })
    const count = await socket.request({ type: 'count' })
    const stream = socket.subscribe({ from: 1 })
    const steps = [await stream.next(), await stream.next()]
    socket.close()
    return { subprotocol, values: [item, count, ...steps.map(step => step.value)] }
  } finally {
    await running.close({ deadline: 0 })
  }
}

describe('rows over sockets', () => {
  const expected = [order(), { count: 1 }, order(), order()]

  it('are agreed on by the subprotocol, for every variant', async () => {
    const same = buildSocket(ORDER)
    const { subprotocol, values } = await exchangeOverSocket(same, buildSocket(ORDER), order())
    expect(values).to.deep.equal(expected)
    expect(subprotocol).to.equal(`alien-rpc.v1.msgpack.rows-${same.spec.rows}`)
  })

  for (const [what, changed, extra] of CHANGES) {
    it(`are not sent where ${what}, in either direction`, async () => {
      const [before, after] = [buildSocket(ORDER), buildSocket(changed)]
      const newer = await exchangeOverSocket(after, before, { ...order(), ...extra })
      expect(newer.subprotocol).to.equal('alien-rpc.v1.msgpack')
      expect(newer.values[0]).to.deep.include({ id: order().id, lines: order().lines })
      const older = await exchangeOverSocket(before, after, order())
      expect([older.subprotocol, ...older.values]).to.deep.equal(['alien-rpc.v1.msgpack', ...expected])
    })
  }
})

describe('the corpus in rows', function () {
  this.timeout(60_000)
  let app: CorpusApp
  before('compile all types in one program', async () => {
    app = await startCorpus(true)
  })
  after(() => app.close())

  it('arrives as it does without names', async () => {
    const client = app.client({ framing: 'msgpack' })
    for (const [index, { type, accept }] of CORPUS.entries()) {
      for (const notation of accept) {
        app.give = fromNotation(notation)
        const result = await client[`result${index}`]!()
        expect(toNotation(result.value), type).to.deep.equal(notation)
        const stream = client[`stream${index}`]!()
        const steps = [await stream.next(), await stream.next()]
        expect(
          steps.map(step => toNotation(step.value.value)),
          type,
        ).to.deep.equal([notation, notation])
      }
    }
  })

  it('arrives over sockets as it does without names', async () => {
    const subprotocols = new Set<string>()
    class RecordingSocket extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols)
        this.on('open', () => subprotocols.add(this.protocol.replace(/-[0-9a-f]{16}$/, '-…')))
      }
    }
    const client = app.client({
      framing: 'msgpack',
      websocket: { WebSocket: RecordingSocket as unknown as WebSocketConstructor },
    })
    for (const [index, { type, accept }] of CORPUS.entries()) {
      if (!app.names.has(`socket${index}`)) continue
      const socket = await client[`socket${index}` as `socket${number}`]!()
      for (const notation of accept) {
        const value = fromNotation(notation)
        app.give = value
        expect(toNotation((await socket.request({ value })).value), type).to.deep.equal(notation)
        const stream = socket.subscribe({ value })
        const steps = [await stream.next(), await stream.next()]
        expect(
          steps.map(step => toNotation(step.value.value)),
          type,
        ).to.deep.equal([notation, notation])
      }
      socket.close()
    }
    expect([...subprotocols].sort()).to.deep.equal(['alien-rpc.v1.msgpack', 'alien-rpc.v1.msgpack.rows-…'])
  })

  it('is sent in rows for most of its types', async () => {
    app.give = 'x'
    const index = CORPUS.findIndex(({ type }) => type === 'string')
    let body: unknown
    const keep: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init)
      body = decode(await answer.clone().arrayBuffer())
      return answer
    }
    await app.client({ framing: 'msgpack', fetch: keep })[`result${index}`]!()
    expect(body).to.deep.equal(['x'])
  })
})
