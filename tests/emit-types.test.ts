// Each kind of type, compiled and run: what is accepted, what comes out of decoding and encoding.
import { expect } from 'chai'
import * as m from './support/type-models.ts'

const { compileType } = m
const day = new Date('2026-05-04T03:02:01.000Z')

function expectChecks(
  check: (value: unknown) => boolean,
  accepted: readonly unknown[],
  refused: readonly unknown[],
) {
  for (const value of accepted) expect(check(value), `accepts ${show(value)}`).to.equal(true)
  for (const value of refused) expect(check(value), `refuses ${show(value)}`).to.equal(false)
}

function show(value: unknown): string {
  return value instanceof Date ? 'a Date' : (JSON.stringify(value) ?? String(value))
}

describe('emitted checks', () => {
  const leaves: [string, ReturnType<typeof m.literal>, readonly unknown[], readonly unknown[]][] = [
    ['string', m.string, ['', 'a'], [1, null, undefined, {}, ['a']]],
    ['number', m.number, [0, -1.5], ['1', Number.NaN, Infinity, JSON.parse('1e999'), null]],
    ['boolean', m.boolean, [true, false], [0, 'true', null]],
    ['null', m.nothing, [null], [undefined, 0, {}]],
    ['undefined', m.absent, [undefined], [null, 0]],
    ['unknown', m.unknown, [null, undefined, 1, {}], []],
    ['never', m.never, [], [undefined, null, 1, {}]],
    ['a literal', m.literal('a"\u2028'), ['a"\u2028'], ['a', 'a"']],
    ['a negative literal', m.literal(-1), [-1], [1, '-1']],
  ]
  for (const [name, model, accepted, refused] of leaves) {
    it(`tell values of ${name} in both domains`, () => {
      expectChecks(compileType(model).checkJson, accepted, refused)
      expectChecks(compileType(model).checkNative, accepted, refused)
    })
  }

  it('take ISO text for a Date on the wire, and a Date with a time from a handler', () => {
    const type = compileType(m.date)
    expectChecks(type.checkJson, [day.toISOString(), '2026-05-04'], [day, 0, 'yesterday', '2026-02-30'])
    expectChecks(type.checkNative, [day], [day.toISOString(), new Date(Number.NaN), 0])
  })

  it('refuse holes in arrays and tuples, which would become null', () => {
    // biome-ignore lint/suspicious/noSparseArray: holes are what is tested
    const holes = ['a', , 'b']
    // biome-ignore lint/suspicious/noSparseArray: holes are what is tested
    const numbers = [1, , 2]
    expect(compileType(m.array(m.string)).checkNative(holes)).to.equal(false)
    expect(compileType(m.array(m.number)).checkNative(numbers)).to.equal(false)
    expect(compileType(m.tuple([m.string, m.string, m.string])).checkNative(holes)).to.equal(false)
    expect(compileType(m.array(m.array(m.string))).checkNative([holes])).to.equal(false)
  })

  it('refuse a number in an array that JSON can write and no double can hold', () => {
    expect(compileType(m.array(m.number)).checkJson(JSON.parse('[1, 1e999]'))).to.equal(false)
  })

  it('count the items of tuples', () => {
    const two = compileType(m.tuple([m.string, m.number]))
    expectChecks(two.checkJson, [['a', 1]], [['a'], ['a', 1, 2], [1, 'a'], {}])
    const optional = compileType(m.tuple([m.string, m.number], 1))
    expectChecks(optional.checkJson, [['a'], ['a', 1], ['a', null]], [[], ['a', 'b'], ['a', 1, 2]])
    expectChecks(optional.checkNative, [['a'], ['a', 1], ['a', undefined]], [[], ['a', null]])
    const rest = compileType(m.tuple([m.string], 1, m.number))
    expectChecks(rest.checkJson, [['a'], ['a', 1, 2]], [[], ['a', 1, 'b'], ['a', null]])
  })

  it('tell objects from arrays and null, even where every property is optional', () => {
    for (const shape of [
      m.object({}),
      m.object({ 'a?': m.string }),
      m.object({ length: m.number }),
      m.object({}, m.unknown),
    ]) {
      expectChecks(compileType(shape).checkJson, [{ length: 1 }], [[], null, 'text', 1, undefined])
    }
  })

  it('let an optional property be absent, and not null', () => {
    expectChecks(
      compileType(m.object({ 'a?': m.string })).checkJson,
      [{}, { a: 'x' }],
      [{ a: null }, { a: 1 }],
    )
    expectChecks(compileType(m.object({ 'a?': m.never })).checkJson, [{}], [{ a: null }, { a: 1 }])
  })

  it('do not take inherited properties for declared ones', () => {
    const names = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__']
    for (const name of names) {
      const optional = compileType(m.objectOf([m.property(name, m.string, true)]))
      expectChecks(optional.checkJson, [{}, JSON.parse(`{"${name}":"x"}`)], [JSON.parse(`{"${name}":{}}`)])
      expect(optional.decode({})).to.not.satisfy((value: object) => Object.hasOwn(value, name))
      const decoded = optional.decode(JSON.parse(`{"${name}":"x"}`)) as object
      expect(Object.getOwnPropertyDescriptor(decoded, name)?.value).to.equal('x')
      expect(Object.getPrototypeOf(decoded)).to.equal(Object.prototype)
    }
  })

  it('apply an index signature to every property that is not listed', () => {
    const type = compileType(m.object({ id: m.string }, m.number))
    expectChecks(type.checkJson, [{ id: 'a' }, { id: 'a', b: 1 }], [{ id: 'a', b: 'c' }, { b: 1 }])
    expectChecks(type.checkJson, [], [JSON.parse('{"id":"a","__proto__":"text"}')])
  })

  it('choose the member of a union by its discriminant, null beside it or not', () => {
    const circle = m.object({ kind: m.literal('circle'), r: m.number })
    const box = m.object({ kind: m.union(m.literal('box'), m.literal('cube')), side: m.number })
    const type = compileType(m.union(circle, box, m.nothing))
    expectChecks(
      type.checkJson,
      [{ kind: 'circle', r: 1 }, { kind: 'cube', side: 1 }, null],
      [{ kind: 'circle', side: 1 }, { kind: 'other', r: 1 }, { r: 1 }, undefined, 'circle'],
    )
  })

  it('take no optional property for a discriminant', () => {
    const type = compileType(
      m.union(m.object({ 'kind?': m.literal('a') }), m.object({ kind: m.literal('b'), x: m.number })),
    )
    expectChecks(type.checkJson, [{}, { kind: 'a' }, { kind: 'b', x: 1 }], [{ kind: 'b' }, { kind: 'c' }])
  })

  it('accept a value of any member where nothing tells the members apart', () => {
    const type = compileType(
      m.union(m.object({ id: m.string }), m.object({ id: m.string, name: m.string }), m.array(m.string)),
    )
    expectChecks(type.checkJson, [{ id: 'a' }, { id: 'a', name: 'b' }, ['a']], [{}, { name: 'b' }, [1], 'a'])
  })

  it('take a time in proportion to the value for look-alike recursive members', () => {
    const leaf = m.ref('Leaf')
    const node = m.union(
      m.object({ next: m.ref('Node'), left: leaf }),
      m.object({ next: m.ref('Node'), right: leaf }),
      m.object({ left: leaf, right: leaf }),
    )
    const types = m.graph({ Node: node, Leaf: m.object({ value: m.string }) })
    let reads = 0
    let value: unknown = { next: 'wrong', right: { value: 'x' } }
    for (let depth = 0; depth < 60; depth++) {
      const next = value
      value = {
        get next() {
          reads++
          return next
        },
        right: { value: 'x' },
      }
    }
    expect(compileType(m.ref('Node'), types).checkJson(value)).to.equal(false)
    expect(reads).to.be.lessThan(1000)
  })

  it('descend thousands of levels of a recursive type', () => {
    const types = m.graph({ List: m.object({ 'next?': m.ref('List'), at: m.date }) })
    const type = compileType(m.ref('List'), types)
    let list: unknown = { at: day }
    for (let depth = 0; depth < 2000; depth++) list = { at: day, next: list }
    expect(type.checkNative(list)).to.equal(true)
    const json = JSON.parse(JSON.stringify(type.encode(list)))
    expect(type.checkJson(json)).to.equal(true)
    expect((type.decode(json) as { next: { at: Date } }).next.at).to.deep.equal(day)
  })
})

describe('emitted codecs', () => {
  it('decode into fresh objects of known keys', () => {
    const type = compileType(
      m.object({
        id: m.string,
        user: m.object({ name: m.string }),
        list: m.array(m.object({ n: m.number })),
      }),
    )
    const json = JSON.parse(
      '{"id":"a","isAdmin":true,"__proto__":{"x":1},"user":{"name":"b","role":"root"},"list":[{"n":1,"m":2}]}',
    )
    expect(type.decode(json)).to.deep.equal({ id: 'a', user: { name: 'b' }, list: [{ n: 1 }] })
    expect(Object.hasOwn(type.decode(json) as object, '__proto__')).to.equal(false)
  })

  it('set optional properties only where they are', () => {
    const type = compileType(m.object({ 'a?': m.date, 'b?': m.string }))
    expect(type.decode({})).to.deep.equal({})
    expect(type.decode({ a: '2026-05-04' })).to.deep.equal({ a: new Date('2026-05-04') })
    expect(JSON.stringify(type.encode({}))).to.equal('{}')
    expect(JSON.stringify(type.encode({ a: day }))).to.equal(`{"a":"${day.toISOString()}"}`)
  })

  it('keep a key __proto__ of a record as data', () => {
    for (const model of [m.object({}, m.date), m.object({ id: m.date }, m.date)]) {
      const json = JSON.parse('{"id":"2026-05-04","__proto__":"2026-05-04"}')
      const type = compileType(model)
      const decoded = type.decode(json) as object
      expect(Object.getPrototypeOf(decoded)).to.equal(Object.prototype)
      expect(Object.getOwnPropertyDescriptor(decoded, '__proto__')?.value).to.deep.equal(
        new Date('2026-05-04'),
      )
      expect(JSON.stringify(type.encode(decoded))).to.equal(
        '{"id":"2026-05-04T00:00:00.000Z","__proto__":"2026-05-04T00:00:00.000Z"}',
      )
    }
  })

  it('encode only what is declared', () => {
    class Account {
      id = 'a'
      secret = 'b'
      toJSON() {
        return { secret: this.secret }
      }
    }
    expect(JSON.stringify(compileType(m.object({ id: m.string })).encode(new Account()))).to.equal(
      '{"id":"a"}',
    )
  })

  it('pass arguments on as they are where nothing is to be done', () => {
    const list = ['a', 'b']
    expect(compileType(m.array(m.string)).decode(list)).to.equal(list)
    expect(compileType(m.union(m.string, m.nothing)).decode('a')).to.equal('a')
  })

  it('keep the properties of every member of a union that a value belongs to', () => {
    const type = compileType(
      m.union(m.object({ id: m.string }), m.object({ id: m.string, 'name?': m.string })),
    )
    expect(type.decode({ id: 'a', name: 'b', other: 1 })).to.deep.equal({ id: 'a', name: 'b' })
    expect(type.encode({ id: 'a', name: 'b', other: 1 })).to.deep.equal({ id: 'a', name: 'b' })
  })

  it('keep the properties of the items of every array type that a value belongs to', () => {
    const items = m.object({ id: m.string, at: m.date })
    const type = compileType(m.union(m.array(m.object({ id: m.string })), m.array(items)))
    const list = [{ id: 'a', at: day }]
    const json = JSON.parse(JSON.stringify(type.encode(list)))
    expect(type.decode(json)).to.deep.equal(list)
    expect(type.checkJson([{ id: 'a' }, { id: 1, at: day.toISOString() }])).to.equal(false)
  })

  it('turn the null that JSON has for undefined in arrays back', () => {
    const model = m.array(m.union(m.string, m.absent))
    const type = compileType(model)
    const json = JSON.parse(JSON.stringify(type.encode(['a', undefined])))
    expect(json).to.deep.equal(['a', null])
    expect(type.checkJson(json)).to.equal(true)
    expect(type.decode(json)).to.deep.equal(['a', undefined])
    expect(m.clientDecode(model)(json)).to.deep.equal(['a', undefined])
  })

  it('read the null of an undefined item of a stream as undefined', () => {
    const item = m.union(m.string, m.absent)
    const routes = [m.route('it', { output: 'stream', result: item, returns: m.date })]
    const { decode, decodeReturn } = m.runClientModule(routes).routes.it as Record<
      string,
      (value: unknown) => unknown
    >
    expect(decode!(null)).to.equal(undefined)
    expect(decodeReturn!(day.toISOString())).to.deep.equal(day)
  })
})
