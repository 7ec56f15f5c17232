// The emitted client module, judged by TypeScript under its strictest settings and by a file that uses it.
import { expect } from 'chai'
import { routesToClientModule, withDeclarations } from '../transformer/src/emit/routes-to-client-module.ts'
import type { RouteModel } from '../transformer/src/model/route-model.ts'
import type { TypeModel } from '../transformer/src/model/type-model.ts'
import { complaints } from './support/client-complaints.ts'
import * as m from './support/type-models.ts'

const TYPES = m.graph({
  User: {
    name: 'User',
    doc: 'Someone with an account.\n\nSee */ too.',
    model: m.objectOf([
      m.property('id', m.string),
      m.property('joined', m.date, false, 'When it was made.'),
      m.property('first-name', m.string, true),
      m.property('friends', m.array(m.ref('User'), true)),
    ]),
  },
  Color: {
    name: 'Color',
    model: m.union(m.literal('red'), m.literal("bl'ue")),
    enumMembers: [
      { name: 'Red', value: 'red' },
      { name: 'not-a-name', value: "bl'ue" },
    ],
  },
  Level: {
    name: 'Level',
    model: m.union(m.literal(-1), m.literal(1)),
    enumMembers: [
      { name: 'Low', value: -1 },
      { name: 'High', value: 1 },
    ],
  },
  Shape: m.union(
    m.object({ kind: m.literal('circle'), at: m.date }),
    m.object({ kind: m.literal('box'), side: m.number }),
  ),
  Response: m.object({ status: m.string }),
  Client: m.object({ name: m.string, at: m.date }),
  'Page<User>': m.object({ items: m.array(m.ref('User')), 'next?': m.string }),
  Json: m.union(m.string, m.number, m.array(m.ref('Json')), m.object({}, m.ref('Json'))),
  Unused: m.object({ a: m.string }),
})

const ROUTES: readonly RouteModel[] = [
  m.route('getUser', {
    method: 'GET',
    path: '/users/:id',
    doc: 'Finds a user.',
    args: { source: 'query', text: { id: 'string' }, model: m.object({ id: m.string, 'since?': m.date }) },
    result: m.union(m.ref('User'), m.nothing),
  }),
  m.route('listUsers', { result: m.ref('Page<User>'), args: m.bodyArgs(m.object({ 'after?': m.string })) }),
  m.route('paint', {
    args: m.bodyArgs(
      m.object({ color: m.ref('Color'), level: m.ref('Level'), shapes: m.array(m.ref('Shape')) }),
    ),
    result: m.tuple([m.ref('Color'), m.union(m.date, m.nothing)], 1, m.array(m.union(m.number, m.absent))),
  }),
  m.route('ticks', {
    output: 'stream',
    result: m.object({ at: m.date }),
    returns: m.object({ total: m.number }),
  }),
  m.route('page', { output: 'response' }),
  m.route('status', { result: m.ref('Response') }),
  m.route('owner', { result: m.ref('Client') }),
  m.route('json', { args: m.bodyArgs(m.ref('Json')), result: m.ref('Json') }),
  m.route('mixed', { result: m.object({ count: m.number, at: m.date }, m.string) }),
  m.route('lookalikes', {
    result: m.union(
      m.object({ constructor: m.string, at: m.date }),
      m.object({ from: m.array(m.date), text: m.array(m.string) }, m.unknown),
    ),
  }),
  m.route('delete'),
  m.route('wire', { output: 'stream', result: m.union(m.string, m.absent) }),
]

describe('the emitted client module', () => {
  it('passes the strictest settings of TypeScript and carries the declared types', () => {
    const usage = `
      import { Color, createClient, Level, RpcError } from './client'
      import type { Page_User, Shape, User } from './client'
      export async function use(): Promise<void> {
        const client = createClient({ prefixUrl: 'http://localhost' })
        const user: User | null = await client.getUser({ id: 'a', since: new Date() }, { timeout: 1 })
        const time: number | undefined = user?.friends[0]?.joined.getTime()
        const page: Page_User = await client.listUsers()
        const shapes: Shape[] = [{ kind: 'box', side: 1 }]
        const [color, at] = await client.paint({ color: Color.Red, level: Level.High, shapes })
        const painted: Color = color
        for await (const tick of client.ticks()) tick.at.getTime()
        const end = await client.ticks().next()
        const total: number | undefined = end.done ? end.value.total : undefined
        const response: Response = await client.page()
        const status: string = (await client.status()).status
        const owner: string = (await client.owner()).name
        const { count } = await client.mixed()
        const nothing: void = await client.delete({}, {})
        const error = new RpcError('NOT_FOUND')
        console.log(time, page, at, painted, total, response, status, owner, count.toFixed(), nothing, error)
        // @ts-expect-error: an argument is missing
        await client.getUser()
        // @ts-expect-error: it takes a Date
        await client.getUser({ id: 'a', since: '2026-05-04' })
        // @ts-expect-error: options in the place of the arguments
        await client.delete({ timeout: 1 })
        // @ts-expect-error: no member of the enum
        const wrong: Color = 'green'
        // @ts-expect-error: readonly
        if (user) user.friends.push(user)
        console.log(wrong)
      }`
    expect(complaints(ROUTES, TYPES, usage)).to.deep.equal([])
  })

  const everything = m.object({
    amount: m.bigintWith({ tag: 'minimum', value: '0' }),
    unit: m.union(m.bigintLiteral('10'), m.bigintLiteral('-1')),
    file: m.bytes(),
    samples: m.bytes('Float32Array'),
    raw: m.bytes('ArrayBuffer'),
    link: m.union(m.url, m.nothing),
    pattern: m.regexp,
    failure: m.union(m.error, m.object({ ok: m.boolean })),
    prices: m.map(m.string, m.array(m.bigint)),
    days: m.set(m.date),
    code: m.template('id-', 'number', ''),
    email: m.stringWith({ tag: 'format', value: 'email' }),
    ends: m.tuple([m.string], 1, m.number, [m.bigint]),
    seen: m.object({}, m.set(m.string)),
    either: m.union(m.object({ a: m.bigint }), m.object({ 'b?': m.bytes() })),
    tagged: m.union(
      m.object({ kind: m.literal('x'), at: m.bigint }),
      m.object({ kind: m.literal('y'), at: m.map(m.bigint, m.url) }),
    ),
    'more?': m.array(m.union(m.bigint, m.absent)),
  })

  it('passes them with every kind of type, and carries them as they are', () => {
    const route = m.route('echo', { args: m.bodyArgs(everything), result: everything })
    const usage = `
      import { createClient } from './client'
      export async function use(): Promise<void> {
        const client = createClient({ prefixUrl: 'http://localhost' })
        const it = await client.echo({
          amount: 1n, unit: 10n, file: new Uint8Array(), samples: new Float32Array(), raw: new ArrayBuffer(1), link: null,
          pattern: /a/, failure: new TypeError(), prices: new Map([['a', [1n]]]), days: new Set([new Date()]), code: 'id-7',
          email: 'a@b.c', ends: ['a', 1, 2, 3n], seen: { a: new Set('a') }, either: { a: 1n }, tagged: { kind: 'x', at: 1n },
        })
        const amount: bigint = it.amount
        const file: Uint8Array = it.file
        const prices: Map<string, bigint[]> = it.prices
        const day: number[] = [...it.days].map(day => day.getTime())
        const link: string | undefined = it.link?.href
        console.log(amount, file, prices, day, link)
        // @ts-expect-error: another literal
        it.unit = 11n
        // @ts-expect-error: not of the template
        it.code = 'id-x'
      }`
    expect(complaints([route], m.noTypes, usage)).to.deep.equal([])
    expect(complaints([m.route('echo', { args: m.bodyArgs(everything) })])).to.deep.equal([])
  })

  it('imports a conversion only where a type needs it', () => {
    const imports = (model: TypeModel) =>
      routesToClientModule([m.route('it', { result: model })], m.noTypes).match(/import \{ (.*) \} from/)![1]
    expect(imports(m.object({ a: m.bigint, b: m.url, c: m.map(m.string, m.date) }))).to.equal(
      'createRpcClient, openCall',
    )
    expect(imports(m.array(m.bytes()))).to.equal('base64ToBytes, createRpcClient, openCall')
    expect(imports(m.object({ a: m.error, b: m.regexp }))).to.equal(
      'createRpcClient, jsonToError, openCall, textToRegExp',
    )
  })

  it('loads MessagePack by a dynamic import, or has none of it', () => {
    const routes = [m.route('one', { args: m.bodyArgs(m.object({ at: m.date })) })]
    const load = "() => import('@alien-rpc/service/msgpack')"
    expect(routesToClientModule(routes, m.noTypes)).to.include(`(options, routes, ${load})\n`)
    const without = routesToClientModule(routes, m.noTypes, false)
    expect(without).to.include('(options, routes)\n').and.not.include('msgpack')
  })

  it('passes them without any route, and with each route alone', () => {
    expect(complaints([])).to.deep.equal([])
    expect(complaints([m.route('one')])).to.deep.equal([])
    expect(complaints([m.route('one', { output: 'stream', result: m.date })])).to.deep.equal([])
  })

  it('is judged by a checker that does complain', () => {
    expect(complaints([], m.noTypes, 'const unused: number = ""')).to.not.have.lengthOf(0)
  })

  it('declares only the types that calls reach, sorted, whatever order the routes come in', () => {
    const text = routesToClientModule(ROUTES, TYPES)
    expect(routesToClientModule([...ROUTES].reverse(), TYPES)).to.equal(text)
    const exported = [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map(match => match[1])
    expect(exported).to.deep.equal([
      'Client2',
      'Color',
      'Json',
      'Level',
      'Page_User',
      'Response2',
      'Shape',
      'User',
      'Client',
    ])
  })

  it('keeps comments, and what is in them cannot end them', () => {
    const text = routesToClientModule(ROUTES, TYPES)
    expect(text).to.include(
      '/**\n * Someone with an account.\n *\n * See *\\/ too.\n */\nexport interface User {',
    )
    expect(text).to.include('  /** When it was made. */\n  joined: Date\n')
    expect(text).to.include('  /**\n   * Finds a user.\n   *\n   * `GET /users/:id`\n   */\n  getUser(')
  })

  it('has code for values only where they are more than JSON', () => {
    const { routes } = m.runClientModule(ROUTES, TYPES)
    const decoding = Object.keys(routes).filter(name => 'decode' in routes[name]!)
    expect(decoding).to.have.members([
      'getUser',
      'listUsers',
      'paint',
      'ticks',
      'owner',
      'mixed',
      'lookalikes',
      'wire',
    ])
    expect(routes.status).to.deep.equal({})
  })

  it('turns the Dates of look-alike members back, of each member that a value belongs to', () => {
    const decode = m.clientDecode(m.union(m.object({ a: m.date }), m.object({ b: m.date })))
    const text = '2026-05-04T00:00:00.000Z'
    expect(decode({ a: text, b: text })).to.deep.equal({ a: new Date(text), b: new Date(text) })
    expect(decode({ b: text })).to.deep.equal({ b: new Date(text) })
  })

  it('can turn back twice what look-alike members share', () => {
    const at = m.union(m.date, m.nothing, m.object({ of: m.object({ day: m.date }) }))
    const decode = m.clientDecode(m.union(m.object({ at, 'a?': m.string }), m.object({ at, 'b?': m.string })))
    const text = '2026-05-04T00:00:00.000Z'
    expect(decode({ at: text })).to.deep.equal({ at: new Date(text) })
    expect(decode({ at: { of: { day: text } } })).to.deep.equal({ at: { of: { day: new Date(text) } } })
  })

  it('can be given what callers see of other routes, and keeps its table then', () => {
    const [before, after] = [ROUTES.slice(0, 2), ROUTES].map(routes => routesToClientModule(routes, TYPES))
    const end = (text: string) => text.indexOf('\n}\n', text.indexOf('export interface Client {'))
    const declared = (text: string) => text.slice(text.indexOf('import type'), end(text))
    const table = (text: string) => text.slice(end(text))
    const mixed = withDeclarations(before!, ROUTES, TYPES)!
    expect(declared(mixed)).to.equal(declared(after!))
    expect(declared(mixed)).to.include('export interface Client {').and.not.include('const routes')
    expect(table(mixed)).to.equal(table(before!))
    expect(withDeclarations(after!, ROUTES, TYPES)).to.equal(after)
    expect(withDeclarations('export const own = 1\n', ROUTES, TYPES)).to.equal(undefined)
  })

  it('gives exported enums their values', () => {
    const { exports } = m.runClientModule(ROUTES, TYPES)
    expect(exports.Color).to.deep.equal({ Red: 'red', 'not-a-name': "bl'ue" })
    expect(exports.Level).to.deep.equal({ Low: -1, High: 1 })
  })
})
