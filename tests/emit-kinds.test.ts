// Kinds that JSON has no form for, type tags and strict objects, compiled and run: what crosses the wire, and as what.
import { expect } from 'chai'
import { MISMATCH } from '../runtime/src/compiled-route.ts'
import { createFetchHandler } from '../runtime/src/fetch.ts'
import { tableToIssues } from '../runtime/src/validation/table-to-issues.ts'
import type { TypeModel } from '../transformer/src/model/type-model.ts'
import { declare } from './support/compiled-routes.ts'
import * as m from './support/type-models.ts'

const { compileType } = m
const bytes = Uint8Array.of(0, 255, 16)
const floats = Float64Array.of(1.5, -0)

interface Form {
  readonly model: TypeModel
  readonly native: unknown
  readonly json: unknown
  readonly refusedJson: readonly unknown[]
  readonly refusedNative: readonly unknown[]
}

const FORMS: Readonly<Record<string, Form>> = {
  bigint: {
    model: m.bigint,
    native: -12345678901234567890n,
    json: '-12345678901234567890',
    refusedJson: ['', '-0', '01', '1.0', '1n', ' 1', 1, null, '9'.repeat(5_000)],
    refusedNative: [1, '1', null],
  },
  'a bigint literal': {
    model: m.bigintLiteral('10'),
    native: 10n,
    json: '10',
    refusedJson: ['11', '010', 10],
    refusedNative: [11n, 10, '10'],
  },
  'a URL': {
    model: m.url,
    native: new URL('https://example.com/a?b#c'),
    json: 'https://example.com/a?b#c',
    refusedJson: ['example.com', '/a', '', 1, {}],
    refusedNative: ['https://example.com/', {}],
  },
  'a RegExp': {
    model: m.regexp,
    native: /a\/[/]"/giu,
    json: '/a\\/[/]"/giu',
    refusedJson: ['a', '/a', '/(/', '/a/gg', '/a/x', '//', 1, {}],
    refusedNative: ['/a/', {}],
  },
  'an Error': {
    model: m.error,
    native: new TypeError('no'),
    json: { name: 'TypeError', message: 'no' },
    refusedJson: ['no', null, {}, { name: 'a' }, { message: 'b' }, { name: 1, message: 'b' }],
    refusedNative: [{ name: 'TypeError', message: 'no' }, 'no'],
  },
  bytes: {
    model: m.bytes(),
    native: bytes,
    json: 'AP8Q',
    refusedJson: ['AP8', 'AP8Q=', 'AP8-', 'AP 8', 'AB==', 'AAB=', '====', 1, [0, 255, 16]],
    refusedNative: [[0, 255, 16], bytes.buffer, new Int8Array(1), 'AP8Q'],
  },
  'wider elements': {
    model: m.bytes('Float64Array'),
    native: floats,
    json: 'AAAAAAAA+D8AAAAAAAAAgA==',
    refusedJson: ['AP8Q', 'A'],
    refusedNative: [bytes, [1.5]],
  },
  'an ArrayBuffer': {
    model: m.bytes('ArrayBuffer'),
    native: bytes.buffer,
    json: 'AP8Q',
    refusedJson: ['AP8'],
    refusedNative: [bytes],
  },
  'a Map': {
    model: m.map(m.string, m.date),
    native: new Map([['a', new Date(0)]]),
    json: [['a', '1970-01-01T00:00:00.000Z']],
    refusedJson: [{}, [['a']], [['a', 1]], [['a', '1970-01-01', 1]], ['ab'], [[1, '1970-01-01']]],
    refusedNative: [[], {}, new Map([['a', '1970-01-01']]), new Map([[1, new Date(0)]]), new Set()],
  },
  'a Set': {
    model: m.set(m.bigint),
    native: new Set([1n, 2n]),
    json: ['1', '2'],
    refusedJson: [{}, [1], '12'],
    refusedNative: [[1n], new Set(['1']), new Map()],
  },
  'a tuple with items after the rest': {
    model: m.tuple([m.string], 1, m.number, [m.bigint, m.boolean]),
    native: ['a', 1, 2, 3n, true],
    json: ['a', 1, 2, '3', true],
    refusedJson: [
      ['a', '3'],
      ['a', 1, 2, 3, true],
      ['a', '3', 1],
      ['3', true],
    ],
    refusedNative: [
      ['a', 3n],
      ['a', 3, true],
    ],
  },
}

function issuesOf(model: TypeModel, value: unknown, strict = false): string[] {
  const table = compileType(model, m.noTypes, strict).tableOfJson()
  return tableToIssues(value, table, { domain: 'json', root: 'args', maxIssues: 20 }).map(
    ({ path, expected, received }) => `${path}: expected ${expected}, received ${received}`,
  )
}

describe('kinds that JSON has no form for', () => {
  for (const [name, { model, native, json, refusedJson, refusedNative }] of Object.entries(FORMS)) {
    it(`carry ${name}`, () => {
      const type = compileType(model)
      expect(type.checkNative(native)).to.equal(true)
      expect(type.encode(native)).to.deep.equal(json)
      expect(type.checkJson(json)).to.equal(true)
      for (const read of [type.decode, m.clientDecode(model)]) {
        const value = read(structuredClone(json)) as object
        expect(Object.prototype.toString.call(value)).to.equal(Object.prototype.toString.call(native))
        expect(type.encode(value)).to.deep.equal(json)
      }
      expect(JSON.stringify(m.clientEncode(model)(native))).to.equal(JSON.stringify(json))
      for (const value of refusedJson) expect(type.checkJson(value), `${value}`).to.equal(false)
      for (const value of refusedNative) expect(type.checkNative(value), `${value}`).to.equal(false)
    })
  }

  it('never show an error stack, and give the receiver an Error of the same name', () => {
    const { decode, encode } = compileType(m.error)
    const failure = Object.assign(new RangeError('far'), { secret: 1, cause: new Error('deep') })
    expect(JSON.stringify(encode(failure))).to.equal('{"name":"RangeError","message":"far"}')
    const read = decode({ name: 'RangeError', message: 'far' }) as Error
    expect(read).to.be.instanceOf(Error)
    expect(`${read}`).to.equal('RangeError: far')
    expect(Object.keys(read)).to.deep.equal([])
  })

  it('send the bytes of a view, and not those of the buffer around it', () => {
    expect(compileType(m.bytes()).encode(new Uint8Array(bytes.buffer, 1, 1))).to.equal('/w==')
    expect(compileType(m.bytes()).encode(Buffer.from('hi'))).to.equal('aGk=')
    const large = new Uint8Array(100_001).fill(7)
    expect(compileType(m.bytes()).encode(large)).to.equal(Buffer.from(large).toString('base64'))
  })

  it('stand beside what cannot look like them', () => {
    const union = m.union(m.bytes(), m.literal('none'), m.nothing)
    const type = compileType(union)
    for (const read of [type.decode, m.clientDecode(union)]) {
      expect(read('none')).to.equal('none')
      expect(read(null)).to.equal(null)
      expect(read('AP8Q')).to.deep.equal(bytes)
    }
    const failure = m.union(m.error, m.object({ ok: m.boolean }))
    for (const read of [compileType(failure).decode, m.clientDecode(failure)]) {
      expect(read({ ok: true })).to.deep.equal({ ok: true })
      expect(read({ name: 'Error', message: 'x' })).to.be.instanceOf(Error)
    }
  })
})

describe('unions of instances and objects', () => {
  it('take an instance of a class of theirs for that member or none, and never for an object', () => {
    const loose = m.object({ 'a?': m.string })
    expect(compileType(m.union(m.date, loose)).checkNative(new Date(Number.NaN))).to.equal(false)
    expect(compileType(m.union(m.set(m.string), loose)).checkNative(new Set([7]))).to.equal(false)
    expect(compileType(m.union(m.map(m.string, m.number), loose)).checkNative(new Map([[{}, 1]]))).to.equal(
      false,
    )
    expect(compileType(m.union(m.date, loose)).checkNative({ a: 'x' })).to.equal(true)
  })

  it('lose nothing of a property that look-alike members declare differently', () => {
    const model = m.union(
      m.object({ p: m.object({ 'a?': m.string }) }),
      m.object({ p: m.object({ 'b?': m.bigint }) }),
    )
    const type = compileType(model)
    expect(JSON.parse(JSON.stringify(type.encode({ p: { a: 'x', b: 1n, c: 1 } })))).to.deep.equal({
      p: { a: 'x', b: '1' },
    })
    expect(type.decode({ p: { a: 'x', b: '1', c: 1 } })).to.deep.equal({ p: { a: 'x', b: 1n } })
    expect(m.clientDecode(model)({ p: { a: 'x', b: '1' } })).to.deep.equal({ p: { a: 'x', b: 1n } })
    expect(m.clientEncode(model)({ p: { a: 'x', b: 1n } })).to.deep.equal({ p: { a: 'x', b: '1' } })
  })
})

describe('a property that only one of two look-alike members requires', () => {
  const model = m.union(m.object({ b: m.bigint }), m.object({ a: m.string, 'b?': m.bigint }))

  it('is revived where it is, and nowhere else', () => {
    const revive = m.clientDecode(model)
    expect(revive({ a: 'x' })).to.deep.equal({ a: 'x' })
    expect(revive({ a: 'x', b: '1' })).to.deep.equal({ a: 'x', b: 1n })
    expect(revive({ b: '2' })).to.deep.equal({ b: 2n })
    expect(compileType(model).decode({ a: 'x' })).to.deep.equal({ a: 'x' })
  })
})

describe('a value of only one of several look-alike members', () => {
  it('is read as that member says, though another has bytes or bigints in the same place', () => {
    const bytesOrText = m.union(
      m.object({ b: m.bytes(), a: m.date }),
      m.object({ b: m.string, a: m.literal(0) }),
    )
    const bigintOrText = m.union(m.object({ b: m.bigint, a: m.date }), m.object({ b: m.string, a: m.number }))
    const values = [
      [bytesOrText, { b: 'AAAA', a: 0 }],
      [bytesOrText, { b: 'no base64', a: 0 }],
      [bytesOrText, { b: bytes, a: new Date(1) }],
      [bigintOrText, { b: '5', a: 0 }],
      [bigintOrText, { b: 5n, a: new Date(1) }],
    ] as const
    for (const [model, value] of values) {
      const json = JSON.parse(JSON.stringify(compileType(model).encode(value)))
      expect(compileType(model).decode(json)).to.deep.equal(value)
      expect(m.clientDecode(model)(json)).to.deep.equal(value)
    }
  })

  it('has nothing in its parts that only another member declares there', () => {
    const secret = m.object({ a: m.number, 'secret?': m.string })
    const bare = { p: m.object({ a: m.number }) }
    const plain = m.object(bare)
    for (const first of [plain, m.object(bare, m.unknown)]) {
      const { encode, decode } = compileType(m.union(first, m.object({ p: secret, q: m.number })))
      const value = { p: { a: 1, secret: 's' } }
      const whole = { ...value, q: 1 }
      for (const copy of [encode, decode]) {
        expect(JSON.parse(JSON.stringify(copy(value)))).to.deep.equal({ p: { a: 1 } })
        expect(JSON.parse(JSON.stringify(copy(whole)))).to.deep.equal(whole)
      }
    }
  })
})

describe('members that several literals tell apart together', () => {
  const model = m.union(
    m.object({ k: m.literal('a'), l: m.literal('x'), 'm?': m.map(m.string, m.number) }),
    m.object({ k: m.literal('b'), l: m.literal('x'), m: m.set(m.number) }),
    m.object({ k: m.literal('a'), l: m.literal('y') }),
  )

  it('are no look-alikes, and read a property as their own type has it', () => {
    for (const read of [compileType(model).decode, m.clientDecode(model)]) {
      expect(read({ k: 'b', l: 'x', m: [] })).to.deep.equal({ k: 'b', l: 'x', m: new Set() })
      expect(read({ k: 'a', l: 'x', m: [] })).to.deep.equal({ k: 'a', l: 'x', m: new Map() })
      expect(read({ k: 'a', l: 'y' })).to.deep.equal({ k: 'a', l: 'y' })
    }
    expect(compileType(model).encode({ k: 'b', l: 'x', m: new Set([1]) })).to.deep.include({ m: [1] })
    expect(m.clientEncode(model)({ k: 'a', l: 'x', m: new Map() })).to.deep.include({ m: [] })
  })
})

describe('strict arguments', () => {
  const point = m.object({ x: m.number, y: m.number })
  const cases: readonly [string, TypeModel, unknown, unknown, string][] = [
    ['required properties', point, { x: 1, y: 2 }, { x: 1, y: 2, z: 3 }, 'args.z'],
    ['optional properties', m.object({ 'x?': m.number }), {}, { z: 3 }, 'args.z'],
    ['no properties', m.object({}), {}, { z: 3 }, 'args.z'],
    ['objects in arrays', m.array(point), [{ x: 1, y: 2 }], [{ x: 1, y: 2, z: 3 }], 'args[0].z'],
    [
      'the member that a discriminant names',
      m.union(m.object({ k: m.literal('a') }), m.object({ k: m.literal('b'), 'z?': m.number })),
      { k: 'b', z: 3 },
      { k: 'a', z: 3 },
      'args.z',
    ],
    ['inherited names', m.object({ 'x?': m.number }), {}, JSON.parse('{"__proto__":3}'), 'args.__proto__'],
  ]
  for (const [name, model, accepted, refused, path] of cases) {
    it(`refuse what is not declared beside ${name}`, () => {
      const { checkJson } = compileType(model, m.noTypes, true)
      expect(checkJson(accepted)).to.equal(true)
      expect(checkJson(refused)).to.equal(false)
      expect(issuesOf(model, refused, true)).to.deep.equal([`${path}: expected no such property, received 3`])
      expect(compileType(model).checkJson(refused)).to.equal(true)
    })
  }

  it('leave records open', () => {
    const record = m.object({ x: m.number }, m.unknown)
    expect(compileType(record, m.noTypes, true).checkJson({ x: 1, z: 3 })).to.equal(true)
  })

  it('have functions of their own for types that other routes share', () => {
    const types = m.graph({ Point: point })
    const args = m.bodyArgs(m.ref('Point'))
    const specs = m.runServerCode(
      [m.route('open', { args }), m.route('shut', { args: { ...args, strict: true } })],
      types,
    )
    const value = { x: 1, y: 2, z: 3 }
    expect(specs.open!.args!.read(value)).to.deep.equal({ x: 1, y: 2 })
    expect(specs.shut!.args!.read(value)).to.equal(MISMATCH)
    expect(specs.shut!.args!.strict).to.equal(true)
  })
})

describe('type tags', () => {
  const limits: readonly [TypeModel, readonly unknown[], readonly [unknown, string][]][] = [
    [
      m.stringWith({ tag: 'minLength', value: 1 }),
      ['a', '\u{1f600}'],
      [['', 'string with at least 1 character']],
    ],
    [
      m.stringWith({ tag: 'minLength', value: 2 }, { tag: 'maxLength', value: 3 }),
      ['ab', '\u{1f600}\u{1f600}', '\u{1f600}\u{1f600}\u{1f600}'],
      [
        ['\u{1f600}', 'string with at least 2 characters'],
        ['abcd', 'string with at most 3 characters'],
        [1, 'string with at least 2 characters and at most 3 characters'],
      ],
    ],
    [
      m.stringWith({ tag: 'pattern', value: '^a/\\p{L}$' }),
      ['a/ä'],
      [['a/1', 'string that matches /^a/\\p{L}$/u']],
    ],
    [m.stringWith({ tag: 'format', value: 'email' }), ['a@b.c'], [['a', 'string in the format "email"']]],
    [
      m.numberWith({ tag: 'minimum', value: 0 }, { tag: 'exclusiveMaximum', value: 10 }),
      [0, 9.99],
      [
        [-1, 'number ≥ 0'],
        [10, 'number < 10'],
        ['1', 'number ≥ 0 and < 10'],
      ],
    ],
    [
      m.numberWith({ tag: 'multipleOf', value: 0.01 }),
      [0.07, 1.15, -4.35, 1e21],
      [[0.075, 'multiple of 0.01']],
    ],
    [m.numberWith({ tag: 'multipleOf', value: 1 }), [5, -0, 1e300], [[5.5, 'whole number']]],
    [m.numberWith({ tag: 'multipleOf', value: 3 }), [9, 0], [[1e9 + 1, 'multiple of 3']]],
    [
      m.bigintWith({ tag: 'exclusiveMinimum', value: '0' }, { tag: 'multipleOf', value: '2' }),
      ['2', '40'],
      [
        ['0', 'bigint > 0'],
        ['3', 'multiple of 2'],
      ],
    ],
    [
      m.arrayWith(m.number, { tag: 'minItems', value: 1 }, { tag: 'maxItems', value: 2 }),
      [[1], [1, 2]],
      [
        [[], 'at least 1 item'],
        [[1, 2, 3], 'at most 2 items'],
      ],
    ],
    [
      m.arrayWith(m.unknown, { tag: 'uniqueItems' }),
      [[1, '1', [1], { a: 1 }, { a: '1' }, null, '[1]', '{"a":1}']],
      [
        [[{ a: 1, b: [2] }, 0, { b: [2], a: 1 }], 'no two equal items'],
        [['x', 'x'], 'no two equal items'],
        [[0, -0], 'no two equal items'],
      ],
    ],
    [m.set(m.number, { tag: 'minItems', value: 2 }), [[1, 2]], [[[1, 1], 'at least 2 items']]],
  ]
  for (const [model, accepted, refused] of limits) {
    const { kind, constraints } = model as Extract<TypeModel, { kind: 'string' }>
    it(`limit ${kind} by ${constraints!.map(({ tag, value }) => `${tag} ${value ?? ''}`).join(', ')}`, () => {
      const { checkJson } = compileType(model)
      for (const value of accepted) expect(checkJson(value), JSON.stringify(value)).to.equal(true)
      for (const [value, expected] of refused) {
        expect(checkJson(value), JSON.stringify(value)).to.equal(false)
        const issues = issuesOf(model, value)
        expect(issues).to.have.lengthOf(1)
        expect(issues[0]).to.include(`args: expected ${expected}, received `)
      }
    })
  }

  it('say how many items there were, and which of them are equal', () => {
    const three = m.arrayWith(m.string, { tag: 'maxItems', value: 2 }, { tag: 'uniqueItems' })
    expect(issuesOf(three, ['a', 'b', 'a'])).to.deep.equal([
      'args: expected at most 2 items, received 3 items',
      'args: expected no two equal items, received equal items 0 and 2',
    ])
  })

  it('tell the server which formats must be there', () => {
    const own = m.stringWith({ tag: 'format', value: 'sku' })
    const types = m.graph({ Own: m.array(own) })
    const args = m.bodyArgs(m.object({ a: m.ref('Own'), b: m.stringWith({ tag: 'format', value: 'email' }) }))
    expect(m.runServerCode([m.route('it', { args })], types).it!.formats).to.deep.equal(['email', 'sku'])
    expect(m.runServerCode([m.route('it')]).it).to.not.have.property('formats')
  })

  it('make each expression once for a file', () => {
    const code = m.stringWith({ tag: 'pattern', value: '^a' })
    const specs = m.runServerCode([m.route('it', { args: m.bodyArgs(m.object({ a: code, b: code })) })])
    expect(String(specs.it!.args!.read).match(/\$pattern_a\.test/g)).to.have.lengthOf(2)
  })
})

describe('strict arguments of a query', () => {
  it('refuse a parameter that is not declared, which others drop', async () => {
    const args = {
      source: 'query',
      text: { name: 'string', id: 'bigint' },
      model: m.object({ name: m.string, 'id?': m.bigint }),
    } as const
    const specs = m.runServerCode([
      m.route('open', { method: 'GET', args }),
      m.route('shut', { method: 'GET', args: { ...args, strict: true } }),
    ])
    const answer = createFetchHandler(
      Object.values(specs).map(spec =>
        declare('get', `/${spec.name}`, (given: { id?: bigint }) => typeof given.id, spec),
      ),
    )
    const get = async (target: string) => {
      const response = await answer(new Request(`http://localhost${target}`))
      return `${response.status} ${await response.text()}`
    }
    expect(await get('/open?name=a&id=12&other=1')).to.equal('200 "bigint"')
    expect(await get('/shut?name=a&id=12')).to.equal('200 "bigint"')
    expect(await get('/shut?name=a&other=1')).to.match(
      /^400 .*"path":"args\.other","expected":"no such property","received":"\\"1\\""/,
    )
    expect(await get('/shut?name=a&id=x')).to.match(
      /^400 .*expected bigint \(decimal text\), received \\"x\\"/,
    )
  })
})

describe('look-alike members that recur', () => {
  const nest = (inner: unknown, wrap: (value: unknown) => unknown) => {
    let value = inner
    for (let depth = 0; depth < 60; depth++) value = wrap(value)
    return value
  }

  it('are checked and copied in time that grows with the size of the value, not with 2 to its depth', () => {
    const types = m.graph({
      Lists: m.union(m.array(m.union(m.ref('Lists'), m.string)), m.array(m.union(m.ref('Lists'), m.number))),
      Nodes: m.union(
        m.object({ next: m.union(m.ref('Nodes'), m.nothing), 'a?': m.string }),
        m.object({ next: m.ref('Nodes'), 'b?': m.string }),
        m.object({ next: m.nothing }),
      ),
    })
    const lists = compileType(m.ref('Lists'), types)
    expect(lists.checkJson(nest([true], value => [value]))).to.equal(false)
    expect(lists.checkJson(nest([1], value => [value]))).to.equal(true)
    const nodes = compileType(m.ref('Nodes'), types)
    const value = nest({ next: null, a: 'x' }, next => ({ next, a: 'x', b: 'x' }))
    expect(nodes.checkJson(value)).to.equal(true)
    expect(nodes.decode(value)).to.deep.equal(value)
    expect(nodes.checkJson(nest({ next: 1 }, next => ({ next, a: 'x', b: 'x' })))).to.equal(false)
  })
})
