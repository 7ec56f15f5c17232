// What is spliced into a module: its shape, its names, its size, and that parts that recur are emitted once.
import { expect } from 'chai'
import { tableToIssues } from '../runtime/src/validation/table-to-issues.ts'
import { freeNamespace, routesToServerCode } from '../transformer/src/emit/routes-to-server-code.ts'
import type { TypeModel } from '../transformer/src/model/type-model.ts'
import * as m from './support/type-models.ts'

const user = m.object({ id: m.string, name: m.string, 'age?': m.number })
const TYPES = m.graph({ User: user })

describe('emitted server code', () => {
  it('has the shape that the runtime takes', () => {
    const routes = [
      m.route('get', {
        output: 'stream',
        args: {
          source: 'query',
          text: { id: 'string', kind: ['literals', 'a', 1] },
          model: m.object({ id: m.string, kind: m.string }),
        },
        result: user,
        returns: m.number,
      }),
      m.route('nothing'),
    ]
    const { get, nothing } = m.runServerCode(routes)
    expect(get).to.deep.include({ contract: 1, name: 'get', output: 'stream' })
    expect(get!.args).to.deep.include({ source: 'query', text: { id: 'string', kind: ['literals', 'a', 1] } })
    expect(get!.args).to.have.all.keys('source', 'text', 'read', 'table')
    expect(get!.result).to.have.all.keys('check', 'stringify', 'isUnmarked', 'table')
    expect(get!.returns).to.have.all.keys('check', 'stringify', 'table')
    expect(nothing).to.not.have.any.keys('args', 'result', 'returns')
  })

  it('says where each spec goes', () => {
    const routes = [
      m.route('b', { call: { start: 90, end: 99 } }),
      m.route('a', { call: { start: 7, end: 9 } }),
    ]
    const { specs } = routesToServerCode(routes, m.noTypes)
    expect(specs.map(({ name, callStart }) => [name, callStart])).to.deep.equal([
      ['b', 90],
      ['a', 7],
    ])
  })

  it('emits a type once for all routes of a file, named or not', () => {
    const shape = m.object({ x: m.number, y: m.number })
    const args = m.bodyArgs(m.object({ from: shape, user: m.ref('User') }))
    const { helpers, specs } = routesToServerCode(
      [m.route('a', { args, result: shape }), m.route('b', { args, result: m.ref('User') })],
      TYPES,
    )
    const all = helpers + specs.map(({ text }) => text).join('')
    expect(all.match(/Number\.isFinite\(v\.x\)/g)).to.have.lengthOf(1)
    expect(all.match(/typeof v\.name === "string"/g)).to.have.lengthOf(1)
  })

  it('leaves what is inside a shape that recurs in the function of that shape', () => {
    const args = m.bodyArgs(m.object({ z: m.number, inner: m.object({ deep: m.string }) }))
    const { helpers, specs } = routesToServerCode([m.route('a', { args }), m.route('b', { args })], m.noTypes)
    const all = helpers + specs.map(({ text }) => text).join('')
    expect(all.match(/\{ z: v\.z, inner: \{ deep: v\.inner\.deep \} \}/g)).to.have.lengthOf(1)
  })

  it('puts a shape that occurs once where it is used, and one inside another in a function that reads it once', () => {
    const point = m.object({ x: m.number })
    const helpersOf = (args: TypeModel) =>
      routesToServerCode([m.route('a', { args: m.bodyArgs(args) })], m.noTypes).helpers
    expect(helpersOf(point)).to.equal('')
    expect(helpersOf(m.object({ at: point }))).to.match(/^function \$check_at\(v\) \{ .*v\.x\) \}\n/)
  })

  it('needs only declarations, whose names all start as no name of the file does', () => {
    const source = 'const $alien = 1; function $alien2_check_User() {}'
    const namespace = freeNamespace(source)
    expect(namespace).to.equal('$alien3')
    const { helpers, importText, specs } = routesToServerCode(
      [m.route('a', { result: m.array(m.ref('User')) })],
      TYPES,
      namespace,
    )
    expect(importText).to.equal('import * as $alien3 from "@alien-rpc/service/generated"')
    for (const line of helpers.split('\n'))
      expect(line).to.match(/^(?:(?:function|const) \$alien3_| {2}|\}|$)/)
    expect(specs[0]!.text).to.match(/^\$alien3\.compiledRoute\(\{/)
    expect(freeNamespace('const $check = 1')).to.equal('$alien')
    expect(freeNamespace('const $check_User = 1')).to.equal('$alien2')
  })

  it('is the same text for the same routes', () => {
    const routes = [
      m.route('a', { args: m.bodyArgs(user), result: m.ref('User') }),
      m.route('b', { result: user }),
    ]
    expect(routesToServerCode(routes, TYPES)).to.deep.equal(routesToServerCode(routes, TYPES))
  })

  it('stays below 1.5 KiB for an ordinary route', () => {
    const order = m.object({
      customer: m.object({ name: m.string, email: m.string }),
      items: m.array(m.object({ sku: m.string, price: m.number, quantity: m.number })),
      'note?': m.string,
    })
    const { helpers, specs } = routesToServerCode(
      [m.route('createOrder', { args: m.bodyArgs(order), result: m.object({ id: m.string }) })],
      m.noTypes,
    )
    expect((helpers + specs[0]!.text).length).to.be.lessThan(1536)
  })

  it('evaluates no text and reads no inherited property', () => {
    const names = ['constructor', '__proto__', 'valueOf'].map(name => m.property(name, m.date, true))
    const { helpers, specs } = routesToServerCode(
      [m.route('a', { args: m.bodyArgs(m.objectOf(names)), result: m.objectOf(names) })],
      m.noTypes,
    )
    expect(helpers + specs[0]!.text).to.not.match(/eval|new Function|v\.(?:constructor|__proto__|valueOf)/)
  })

  it('looks at what is quick to check first and at what may be long last, and reports in the order of the type', () => {
    const types = m.graph({ Node: m.object({ 'next?': m.ref('Node') }) })
    const place = m.object({ street: m.string, city: m.string })
    const model = m.object({
      lines: m.array(place),
      chain: m.ref('Node'),
      at: m.date,
      tags: m.object({}, m.string),
      place,
      pair: m.tuple([m.number, m.number]),
      email: m.stringWith({ tag: 'pattern', value: '@' }),
      id: m.string,
    })
    const { checkJson, tableOfJson } = m.compileType(model, types)
    const right = {
      lines: [],
      chain: {},
      at: '2026-01-31',
      tags: {},
      place: { street: 'a', city: 'b' },
      pair: [1, 2],
      email: 'a@example.com',
      id: 'a',
    }
    const reads: string[] = []
    const watched = new Proxy<object>(right, {
      get: (target, name, receiver) => {
        if (!reads.includes(String(name))) reads.push(String(name))
        return Reflect.get(target, name, receiver)
      },
    })
    expect(checkJson(watched)).to.equal(true)
    expect(reads).to.deep.equal(['id', 'place', 'pair', 'at', 'email', 'lines', 'chain', 'tags'])
    const issues = tableToIssues({}, tableOfJson(), { domain: 'json', root: 'args', maxIssues: 20 })
    expect(issues.map(({ path }) => path)).to.deep.equal(Object.keys(right).map(name => `args.${name}`))
  })

  it('marks optional keys of a table so that no name can be mistaken', () => {
    const names = [
      m.property('a', m.string, true),
      m.property('a?', m.string),
      m.property('b!', m.string),
      m.property('c?', m.string, true),
    ]
    const { it: spec } = m.runServerCode([m.route('it', { result: m.objectOf(names) })])
    expect(spec!.result!.table().slice(0, 2)).to.deep.equal([
      'object',
      { 'a?': 'string', 'a?!': 'string', 'b!!': 'string', 'c??': 'string' },
    ])
  })

  it('has its marked keys read by the reporter', () => {
    const model = m.objectOf([
      m.property('a?', m.string),
      m.property('b', m.string, true),
      m.property('c!', m.string),
    ])
    const { it: spec } = m.runServerCode([m.route('it', { args: m.bodyArgs(model) })])
    const issues = tableToIssues({ b: 1 }, spec!.args!.table(), {
      domain: 'json',
      root: 'args',
      maxIssues: 20,
    })
    expect(issues.map(({ path }) => path)).to.deep.equal(['args["a?"]', 'args.b', 'args["c!"]'])
  })

  it('makes the table of a named type when asked, so that types may recur', () => {
    const types = m.graph({ Tree: m.object({ children: m.array(m.ref('Tree')) }) })
    const { it: spec } = m.runServerCode([m.route('it', { result: m.ref('Tree') })], types)
    const [kind, name, table] = spec!.result!.table() as ['ref', string, () => unknown]
    expect([kind, name]).to.deep.equal(['ref', 'Tree'])
    expect(table()).to.have.nested.property('[1].children[1][2]', table)
  })
})
