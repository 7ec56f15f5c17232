// Routes over every kind of type in → what a handler, and then the emitted client, get of them through the real `tspc` and HTTP, out.
import { expect } from 'chai'
import { createTspcProject, type TspcProject, tsconfig } from './support/tspc-project.ts'

const ROUTES = `import { addStringFormat, route, t } from '@alien-rpc/service'

addStringFormat('sku', text => /^[A-Z]{3}-\\d+$/.test(text))

export class Point {
  #moves = 0
  constructor(public x: number, readonly y: number) {}
  get sum(): number { return this.x + this.y }
  move(): void { this.#moves++ }
}

export interface Tree { name: string; kids: Set<Tree>; byName: ReadonlyMap<string, Tree> | null }

export interface Everything {
  id: bigint
  version: 1n | 2n
  at: Date
  home: URL | 'none'
  filter: RegExp
  error: Error | { ok: true }
  raw: Uint8Array
  wide: Int16Array
  buffer: ArrayBuffer
  scores: Map<string, bigint>
  tags: ReadonlySet<Date>
  key: \`id-\${number}\`
  list: [string, ...number[], boolean]
  tree: Tree
  any: object
  sku: string & t.Format<'sku'>
  shape: { kind: 'a'; size: 1; at: Date } | { kind: 'a'; size: 2; at: string } | { kind: 'b' } | null
}

/** What the handler saw, in words that need no codec. */
const seen = (value: unknown): string =>
  Object.prototype.toString.call(value).slice(8, -1) + ':' + String(value)

export const echo = route.post('/echo', async (args: Everything) => {
  const types = [args.id, args.at, args.home, args.filter, args.error, args.raw, args.wide, args.buffer, args.scores, args.tags].map(seen)
  return { types, args }
})

export const stream = route.post('/stream', async function* (args: { items: Map<bigint, Uint8Array> }) {
  for (const [key, value] of args.items) yield { key, value }
  return new Set([...args.items.keys()])
})

export const find = route.get('/find/:id', async (args: { id: bigint & t.Minimum<1n>; url?: URL; ids?: bigint[] }) => args)

export const point = route.get('/point', async () => new Point(1, 2))

export const closed = route.post('/closed', { strict: true }, async (args: { a: { b: (string & t.MinLength<2>)[] } }) => args)
`

const APP = `import { serve } from '@alien-rpc/service/node'
import { inspect } from 'node:util'
import { createClient, type Everything, RpcError, type Tree } from './generated/client.js'
import * as routes from './routes.js'

const server = await serve(routes, { port: 0 })
const client = createClient({ prefixUrl: server.url })
const leaf: Tree = { name: 'leaf', kids: new Set(), byName: null }
const sent: Everything = {
  id: 12345678901234567890n,
  version: 2n,
  at: new Date(0),
  home: new URL('https://example.org/a'),
  filter: /a+/gi,
  error: new TypeError('no'),
  raw: new Uint8Array([1, 255]),
  wide: new Int16Array([1, -1]),
  buffer: new Uint8Array([7]).buffer,
  scores: new Map([['x', 10n]]),
  tags: new Set([new Date(1)]),
  key: 'id-7',
  list: ['a', 1, 2, true],
  tree: { name: 'root', kids: new Set([leaf]), byName: new Map([['leaf', leaf]]) },
  any: { deep: [1] },
  sku: 'ABC-1',
  shape: { kind: 'a', size: 1, at: new Date(2) },
}
const { types, args } = await client.echo(sent)
const stream = client.stream({ items: new Map([[1n, new Uint8Array([1])], [2n, new Uint8Array([2])]]) })
const items: unknown[] = []
let step = await stream.next()
for (; !step.done; step = await stream.next()) items.push(step.value)
const found = await client.find({ id: 5n, url: new URL('a:b'), ids: [1n, 2n] })
const refusedBy = async (call: Promise<unknown>) => {
  const error = await call.catch((error: unknown) => error)
  return error instanceof RpcError ? error.issues.map(it => [it.path, it.expected, it.received]) : error
}
const text = (value: unknown) => inspect(value, { depth: 9, breakLength: Infinity, sorted: true })
const { error, ...others } = args
const { error: sentError, ...sentOthers } = sent
console.log(JSON.stringify({
  types,
  same: text(others) === text(sentOthers),
  error: error instanceof Error && [error.name, error.message, String(error.stack).includes('routes')],
  items: text(items),
  end: text(step.value),
  found: text({ ...found, url: found.url instanceof URL && found.url.href }),
  point: await client.point(),
  tooSmall: await refusedBy(client.find({ id: 0n })),
  wrongFormat: await refusedBy(client.echo({ ...sent, sku: 'abc' })),
  extra: await refusedBy(client.closed({ a: { b: ['xx', 'y'], c: 1 } } as never)),
}))
await server.close()
`

describe('types through tspc', function () {
  this.timeout(90_000)
  let project: TspcProject
  afterEach(() => project.dispose())

  it('reach the handler and the client as what they are', async () => {
    project = createTspcProject({
      'tsconfig.json': tsconfig(),
      'src/node.d.ts':
        "declare module 'node:util' { export function inspect(value: unknown, options: object): string }",
      'src/routes.ts': ROUTES,
      'src/app.ts': APP,
    })
    const built = await project.tspc('-p', '.')
    expect(built.output).to.equal('')
    const run = await project.node('dist/app.js')
    expect(run.code, run.output).to.equal(0)
    expect(JSON.parse(run.output)).to.deep.equal({
      types: [
        'BigInt:12345678901234567890',
        `Date:${new Date(0)}`,
        'URL:https://example.org/a',
        'RegExp:/a+/gi',
        'Error:TypeError: no',
        'Uint8Array:1,255',
        'Int16Array:1,-1',
        'ArrayBuffer:[object ArrayBuffer]',
        'Map:[object Map]',
        'Set:[object Set]',
      ],
      same: true,
      error: ['TypeError', 'no', false],
      items: '[ { key: 1n, value: Uint8Array(1) [ 1 ] }, { key: 2n, value: Uint8Array(1) [ 2 ] } ]',
      end: 'Set(2) { 1n, 2n }',
      found: "{ id: 5n, ids: [ 1n, 2n ], url: 'a:b' }",
      point: { x: 1, y: 2, sum: 3 },
      tooSmall: [['args.id', 'bigint ≥ 1', '"0"']],
      wrongFormat: [['args.sku', 'string in the format "sku"', '"abc"']],
      extra: [
        ['args.a.b[1]', 'string with at least 2 characters', '"y"'],
        ['args.a.c', 'no such property', '1'],
      ],
    })
  })

  it('are found where they cannot, with their codes', async () => {
    project = createTspcProject({
      'tsconfig.json': tsconfig(),
      'src/routes.ts': `import { route, t } from '@alien-rpc/service'
declare const isStrict: boolean
export const a = route.post('/a', async (args: { n: number & t.MinLength<1> }) => {})
export const b = route.post('/b', async (args: { n: number & t.Minimum<5> & t.Maximum<1> }) => {})
export const c = route.post('/c', { strict: isStrict }, async (args: { n: number }) => args)
const { get } = route
`,
    })
    const run = await project.tspc('-p', '.', '--noEmit')
    const codes = [...run.output.matchAll(/routes\.ts\((\d+),\d+\): error (TS\d+)/g)].map(it => [
      it[1],
      it[2],
    ])
    expect(codes).to.deep.equal([
      ['3', 'TS72017'],
      ['4', 'TS72018'],
      ['5', 'TS72019'],
      ['6', 'TS72012'],
    ])
    expect(run.code).to.be.greaterThan(0)
  })

  it('warn once where nothing says what may be null, and compile', async () => {
    project = createTspcProject({
      'tsconfig.json': tsconfig({ strict: false }),
      'src/routes.ts': `import { route } from '@alien-rpc/service'
export const a = route.post('/a', async (args: { n: number }) => args)
export const b = route.post('/b', async (args: { n: number }) => args)
`,
    })
    const run = await project.tspc('-p', '.')
    expect(run.output).to.match(/^src\/routes\.ts\(2,14\): warning TS72020: /)
    expect(run.output.match(/TS\d+:/g)).to.have.length(1)
    expect(run.code).to.equal(0)
  })
})
