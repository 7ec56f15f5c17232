// Declared types in → their models out: one test for each kind, then names and recursion.
import { expect } from 'chai'
import type {
  NamedType,
  ObjectModel,
  TemplateModel,
  TypeModel,
  UnionModel,
} from '../transformer/src/model/type-model.ts'
import { onlyRoute, programFactory } from './support/virtual-program.ts'

const programOf = programFactory()

/** The model of a type written in a result, where every kind may stand. */
function read(type: string, declarations = ''): { model: TypeModel; types: ReadonlyMap<string, NamedType> } {
  const program = programOf(
    `${declarations}\nexport const x = route.post('/x', (): { value: ${type} } => { throw new Error() })`,
  )
  expect(program.typeErrors()).to.deep.equal([])
  const result = onlyRoute(program).result as ObjectModel
  return { model: result.properties[0]!.model, types: program.analysis.types }
}

function modelOf(type: string, declarations = ''): TypeModel {
  return read(type, declarations).model
}

function typesOf(type: string, declarations: string): Record<string, TypeModel> {
  return Object.fromEntries([...read(type, declarations).types].map(([id, named]) => [id, named.model]))
}

const literal = (value: string | number | boolean): TypeModel => ({ kind: 'literal', value })
const union = (...members: TypeModel[]): TypeModel => ({ kind: 'union', members })
const ref = (id: string): TypeModel => ({ kind: 'ref', id })
const property = (name: string, model: TypeModel, more = {}) => ({
  name,
  model,
  optional: false,
  readonly: false,
  ...more,
})
const object = (...properties: ReturnType<typeof property>[]): TypeModel => ({ kind: 'object', properties })
const array = (item: TypeModel, readonly = false): TypeModel => ({ kind: 'array', item, readonly })
const map = (key: TypeModel, value: TypeModel, readonly = false): TypeModel => {
  return { kind: 'map', key, value, readonly }
}
const bigintLiteral = (text: string): TypeModel => ({ kind: 'bigintLiteral', text })
const template = (texts: string[], ...holes: TemplateModel['holes'][number][]): TypeModel => {
  const text = texts.map((part, index) => (index === 0 ? part : `\${${holes[index - 1]}}${part}`))
  return { kind: 'template', texts, holes, text: `\`${text.join('')}\`` }
}
const string: TypeModel = { kind: 'string' }
const number: TypeModel = { kind: 'number' }
const nothing: TypeModel = { kind: 'null' }

const one = literal(1)
const optionalMap = object(property('a', map(one, one), { optional: true }))

describe('reading types', () => {
  const cases: Record<string, [type: string, model: TypeModel, declarations?: string]> = {
    'a string': ['string', string],
    'a number': ['number', number],
    'a boolean': ['boolean', { kind: 'boolean' }],
    null: ['null', nothing],
    undefined: ['undefined', { kind: 'undefined' }],
    unknown: ['unknown', { kind: 'unknown' }],
    any: ['any', { kind: 'any' }],
    'a string literal': ["'a'", literal('a')],
    'a negative number literal': ['-1', literal(-1)],
    'a boolean literal': ['false', literal(false)],
    'a bigint': ['bigint', { kind: 'bigint' }],
    'bigint literals': ['10n | -3n', union(bigintLiteral('-3'), bigintLiteral('10'))],
    'a template literal': [`\`id-\${string}\``, template(['id-', ''], 'string')],
    'a template literal with several holes': [
      `\`\${number}px \${bigint}\${string}\``,
      template(['', 'px ', '', ''], 'number', 'bigint', 'string'),
    ],
    'a template literal of literals, multiplied out': [
      `\`\${'a' | 'b'}-\${boolean}\``,
      union(...['a-false', 'a-true', 'b-false', 'b-true'].map(literal)),
    ],
    'a template literal of a part that is one': [`\`a\${\`b\${string}\`}\``, template(['ab', ''], 'string')],
    'a Date': ['Date', { kind: 'date' }],
    'a URL': ['URL', { kind: 'url' }],
    'a RegExp': ['RegExp', { kind: 'regexp' }],
    'an Error': ['Error', { kind: 'error' }],
    'an Error of the platform': ['RangeError', { kind: 'error' }],
    'an Error of the user that adds no data': [
      'Mine',
      { kind: 'error' },
      'class Mine extends Error { f() {} }',
    ],
    'an array of bytes': ['Uint8Array', { kind: 'bytes', type: 'Uint8Array' }],
    'an array of bytes with its buffer': ['Uint8Array<ArrayBuffer>', { kind: 'bytes', type: 'Uint8Array' }],
    'an array of wide numbers': ['BigInt64Array', { kind: 'bytes', type: 'BigInt64Array' }],
    'an ArrayBuffer': ['ArrayBuffer', { kind: 'bytes', type: 'ArrayBuffer' }],
    'a Buffer': ['Buffer', { kind: 'bytes', type: 'Uint8Array' }],
    'a Map': ['Map<string, number | null>', map(string, union(number, nothing))],
    'a ReadonlyMap': ['ReadonlyMap<number, Date>', map(number, { kind: 'date' }, true)],
    'a Set': ['Set<string>', { kind: 'set', item: string, readonly: false }],
    'a ReadonlySet': ['ReadonlySet<string>', { kind: 'set', item: string, readonly: true }],
    'an object of any kind': [
      'object',
      union(array({ kind: 'unknown' }), { kind: 'object', properties: [], index: { kind: 'unknown' } }),
    ],
    'a string that keeps its literals': ["'a' | (string & {})", union(literal('a'), string)],
    'a union with null': ['number | null', union(number, nothing)],
    'a union with undefined': ['number | undefined', union(number, { kind: 'undefined' })],
    'a boolean in a union, put together again': ['boolean | null', union({ kind: 'boolean' }, nothing)],
    'literals, sorted by value': ["10 | 'b' | 9 | 'a' | -1", union(...['a', 'b', -1, 9, 10].map(literal))],
    'an array': ['string[]', array(string)],
    'a ReadonlyArray': ['ReadonlyArray<string>', array(string, true)],
    'an empty array': ['never[]', array({ kind: 'never' })],
    'a tuple': [
      '[string, number?]',
      { kind: 'tuple', items: [{ model: string }, { model: number }], required: 1, readonly: false },
    ],
    'a readonly tuple with names and a rest': [
      'readonly [first: string, ...others: number[]]',
      { kind: 'tuple', items: [{ name: 'first', model: string }], required: 1, rest: number, readonly: true },
    ],
    'a tuple with items after the rest': [
      '[string, ...number[], last: boolean]',
      {
        kind: 'tuple',
        items: [{ model: string }],
        required: 1,
        rest: number,
        trailing: [{ name: 'last', model: { kind: 'boolean' } }],
        readonly: false,
      },
    ],
    'a tuple that starts with the rest': [
      '[...string[], null]',
      {
        kind: 'tuple',
        items: [],
        required: 0,
        rest: string,
        trailing: [{ model: nothing }],
        readonly: false,
      },
    ],
    'a tuple spread into another': [
      '[...Pair, boolean?]',
      {
        kind: 'tuple',
        items: [{ model: string }, { model: number }, { model: { kind: 'boolean' } }],
        required: 2,
        readonly: false,
      },
      'type Pair = [string, number]',
    ],
    'an empty object': ['{}', object()],
    'an object': [
      "{ a: string; b?: number; readonly 'c-d': null }",
      object(
        property('a', string),
        property('b', number, { optional: true }),
        property('c-d', nothing, { readonly: true }),
      ),
    ],
    'an optional null': [
      '{ a?: string | null }',
      object(property('a', union(string, nothing), { optional: true })),
    ],
    'an optional never': ['{ a?: never }', object(property('a', { kind: 'undefined' }, { optional: true }))],
    'a string index': ['{ [key: string]: number }', { kind: 'object', properties: [], index: number }],
    'a number index': ['{ [key: number]: string }', { kind: 'object', properties: [], index: string }],
    'a Record': ['Record<string, number[]>', { kind: 'object', properties: [], index: array(number) }],
    'a Record of platform types': [
      'Record<string, Date>',
      { kind: 'object', properties: [], index: { kind: 'date' } },
    ],
    'a mapped type that holds a Map': ["Partial<Record<'a', Map<1, 1>>>", optionalMap],
    'a Record of branded strings': [
      "Record<string & { __brand: 'Id' }, Date>",
      { kind: 'object', properties: [], index: { kind: 'date' } },
    ],
    'a type that takes readonly away': [
      '{ -readonly [K in keyof A]: A[K] }',
      object(property('a', string)),
      'interface A { readonly a: string }',
    ],
    'a Record of literals, by name': [
      "Record<'b' | 'a', number>",
      object(property('a', number), property('b', number)),
    ],
    'an intersection of objects': [
      '{ a: string } & { b: number }',
      object(property('a', string), property('b', number)),
    ],
    'a branded string': ["string & { readonly __brand: 'Id' }", string],
    'a branded number in a union': ["(number & { readonly __brand: 'Id' }) | null", union(number, nothing)],
    'a number branded by a symbol': [
      'number & { readonly [brand]: true }',
      number,
      'declare const brand: unique symbol',
    ],
    'an object branded by a symbol': [
      "{ id: string } & { readonly [brand]: 'Id' }",
      object(property('id', string)),
      'declare const brand: unique symbol',
    ],
    'a branded boolean': ['(boolean & { __brand: 1 }) | null', union({ kind: 'boolean' }, nothing)],
    'a branded Map': ["Map<string, number> & { readonly __brand: 'M' }", map(string, number)],
    'a branded Date': ["Date & { readonly __brand: 'Day' }", { kind: 'date' }],
    'Partial, without its name': [
      'Partial<{ a: string }>',
      object(property('a', string, { optional: true })),
    ],
    'Readonly, without its name': [
      'Readonly<{ a: string }>',
      object(property('a', string, { readonly: true })),
    ],
    'a conditional type': ["Extract<'a' | 1, string>", literal('a')],
    'an indexed type': ["{ a: { b: number } }['a']['b']", number],
    keyof: ['keyof { z: 1; y: 2 }', union(literal('y'), literal('z'))],
    'one member of an enum': ['Color.Red', literal(0), 'enum Color { Red, Green }'],
    'some members of an enum': [
      'Color.Red | Color.Blue',
      union(literal(0), literal(2)),
      'enum Color { Red, Green, Blue }',
    ],
  }
  for (const [title, [type, model, declarations]] of Object.entries(cases)) {
    it(`reads ${title}`, () => expect(modelOf(type, declarations)).to.deep.equal(model))
  }

  it('keeps properties of utility types in declared order, whatever was checked first', () => {
    const first = "type First = 'c' | 'b' | 'a'\n"
    const picked = modelOf("Pick<{ b: 1; c: 2; a: 3 }, 'a' | 'b' | 'c'>", first) as ObjectModel
    expect(picked.properties.map(it => it.name)).to.deep.equal(['b', 'c', 'a'])
  })

  it('finds the discriminant of a union of objects', () => {
    expect(modelOf('{ ok: true; n: 1 } | { ok: false; n: 1 | 2 }')).to.have.property('discriminant', 'ok')
    expect(modelOf("{ a: 'x' } | { a: 'y' | 'z' }")).to.have.property('discriminant', 'a')
    expect(modelOf('{ k: K.A } | { k: K.B }', "enum K { A = 'a', B = 'b' }")).to.have.property(
      'discriminant',
      'k',
    )
  })

  it('finds the discriminant of objects beside null and undefined', () => {
    expect(modelOf("{ a: 'x' } | { a: 'y' } | null | undefined")).to.have.property('discriminant', 'a')
    const { model, types } = read('Shape | null', 'type Shape = { k: 1 } | { k: 2 }')
    expect(model).to.deep.equal({ ...union(ref('Shape'), nothing), discriminant: 'k' })
    expect(types.get('Shape')!.model).to.have.property('discriminant', 'k')
  })

  it('finds no discriminant where one is optional, shared, no literal, or a member is no object', () => {
    for (const type of [
      "{ a?: 'x' } | { a: 'y' }",
      "{ a: 'x' | 'y' } | { a: 'y' }",
      "{ a: 'x' } | { a: string }",
      "{ a: 'x' } | { a: 'y' } | Date",
      "{ a: 'x' } | { a: 'y' } | Map<'a', 1>",
      "{ a: 'x' } | { a: 'y' } | 'a'[]",
    ]) {
      expect(modelOf(type), type).not.to.have.property('discriminant')
    }
  })

  it('reads the public data of a class, getters included, and neither methods nor what is private', () => {
    const user = `class User {
      #secret = 1
      private hidden = 2
      protected inner = 3
      static count = 4
      constructor(public id: string, readonly age: number, private key: string) {}
      get label(): string { return this.id + this.#secret + this.hidden + this.key }
      save(): void {}
    }`
    expect(typesOf('User', user)).to.deep.equal({
      User: object(
        property('id', string),
        property('age', number, { readonly: true }),
        property('label', string, { readonly: true }),
      ),
    })
  })

  it('reads explicit undefined of an optional property where that is exact', () => {
    const source = `export const x = route.post('/x', (): { a?: string; b?: string | undefined } => ({}))`
    const properties = (exactOptionalPropertyTypes: boolean) =>
      (onlyRoute(programOf(source, { exactOptionalPropertyTypes })).result as ObjectModel).properties
    const plain = property('b', string, { optional: true })
    expect(properties(false)).to.deep.equal([property('a', string, { optional: true }), plain])
    const explicit = property('b', union(string, { kind: 'undefined' }), { optional: true })
    expect(properties(true)).to.deep.equal([property('a', string, { optional: true }), explicit])
  })

  it('reads intrinsic string types as TypeScript does, character by character', () => {
    const changes: Record<string, (text: string) => string> = {
      Uppercase: text => text.toUpperCase(),
      Lowercase: text => text.toLowerCase(),
      Capitalize: text => text.charAt(0).toUpperCase() + text.slice(1),
      Uncapitalize: text => text.charAt(0).toLowerCase() + text.slice(1),
    }
    for (const [name, change] of Object.entries(changes)) {
      const { constraints } = modelOf(`${name}<string>`) as { constraints?: { tag: string; value: string }[] }
      expect(constraints![0]!.tag).to.equal('pattern')
      const pattern = new RegExp(constraints![0]!.value, 'u')
      const differs: string[] = []
      for (let code = 0; code <= 0x10ffff; code++) {
        const text = String.fromCodePoint(code)
        if (pattern.test(text) !== (change(text) === text)) differs.push(code.toString(16))
        if (pattern.test(`1${text}`) !== (change(`1${text}`) === `1${text}`)) differs.push(`1${text}`)
      }
      expect(differs, name).to.deep.equal([])
      expect(pattern.test('')).to.equal(true)
    }
  })

  it('reads the documentation of types and properties', () => {
    const { types } = read(
      'User',
      '/** A person. */ interface User {\n /** Unique.\n * @deprecated use key */ id: string }',
    )
    expect(types.get('User')).to.deep.equal({
      id: 'User',
      name: 'User',
      doc: 'A person.',
      model: object(property('id', string, { doc: 'Unique.\n@deprecated use key' })),
    })
  })
})

describe('naming types', () => {
  it('refers to interfaces, aliases of objects and unions, and enums by name', () => {
    const declarations =
      "interface A { s: S; e?: E } type S = 'x' | 'y'; enum E { Up = 1, Down = 'd' } type O = { a: A }"
    const { model, types } = read('O', declarations)
    expect(model).to.deep.equal(ref('O'))
    expect(Object.fromEntries([...types].map(([id, it]) => [id, it.model]))).to.deep.equal({
      A: object(property('s', ref('S')), property('e', ref('E'), { optional: true })),
      E: union(literal(1), literal('d')),
      O: object(property('a', ref('A'))),
      S: union(literal('x'), literal('y')),
    })
    expect(types.get('E')!.enumMembers).to.deep.equal([
      { name: 'Up', value: 1 },
      { name: 'Down', value: 'd' },
    ])
  })

  it('refers to names from wherever a type holds others', () => {
    const inside = (type: string) => modelOf(type, 'interface User { id: string }')
    const user = ref('User')
    expect(inside('Map<User, User>')).to.deep.equal(map(user, user))
    expect(inside('Map<User, 1>')).to.deep.equal(map(user, one))
    expect(inside('Set<User>')).to.deep.equal({ kind: 'set', item: user, readonly: false })
    expect(inside('[User, ...User[], User]')).to.deep.equal({
      ...{ kind: 'tuple', items: [{ model: user }], required: 1, readonly: false },
      ...{ rest: user, trailing: [{ model: user }] },
    })
  })

  it('keeps the name of a union inside a further union and of an optional property', () => {
    const status = "type Status = 'on' | 'off'; enum Color { Red, Blue }"
    expect(modelOf('Status | null', status)).to.deep.equal(union(ref('Status'), nothing))
    expect(modelOf('Color | null', status)).to.deep.equal(union(ref('Color'), nothing))
    expect(modelOf('{ a?: Status }', status)).to.deep.equal(
      object(property('a', ref('Status'), { optional: true })),
    )
    expect(modelOf('{ a?: Color }', status)).to.deep.equal(
      object(property('a', ref('Color'), { optional: true })),
    )
  })

  it('names instances of generics after their arguments', () => {
    const page =
      'interface User { id: string } interface Page<T> { items: T[] } type Two<A, B> = { a: A; b: B }'
    const names = (type: string) => [...read(type, page).types.keys()]
    expect(names('Page<User>')).to.deep.equal(['PageOfUser', 'User'])
    expect(names('Page<string>')).to.deep.equal(['PageOfString'])
    expect(names('Page<Page<number[]>>')).to.deep.equal(['PageOfNumberArray', 'PageOfPageOfNumberArray'])
    expect(names("Two<'fast', { z: 1 }>")).to.deep.equal(['TwoOfFastAndObject'])
    expect(names("Two<5, string & { __brand: 'Id' }>")).to.deep.equal(['TwoOf5AndString'])
    expect(names('Page<Map<string, User>>')).to.deep.equal(['PageOfMap', 'User'])
  })

  it('numbers equal names by file and position, whatever order they are met in', () => {
    const files = {
      'a.ts': 'export interface User { a: 1 }',
      'b.ts': 'export interface User { b: 1 }',
      'routes.ts': `import { route } from '@alien-rpc/service'
        import type { User as A } from './a'
        import type { User as B } from './b'
        export const both = route.post('/x', (args: { b: B; a: A }) => {})`,
    }
    const { types } = programOf(files).analysis
    expect(types.get('User')!.model).to.deep.equal(object(property('a', literal(1))))
    expect(types.get('User2')!.model).to.deep.equal(object(property('b', literal(1))))
  })

  it('avoids the names that the emitted client needs', () => {
    expect(Object.keys(typesOf('Client', 'interface Client { id: string }'))).to.deep.equal(['Client2'])
  })

  it('gives no name to types of the library or of the service', () => {
    const program = programOf(`import { route, tracked } from '@alien-rpc/service'
      export const a = route.get('/a/:id', async function* ({ id }) { yield tracked('1', { id }) })
      export const b = route.post('/b', (args: Omit<{ x: 1; y: 2 }, 'x'>) => args)`)
    expect([...program.analysis.types.keys()]).to.deep.equal([])
    expect(program.analysis.routes).to.have.length(2)
  })

  it('leaves out types that only a broken route uses', () => {
    const program = programOf(`interface Bad { f(): void } interface Good { a: 1 }
      export const bad = route.post('/bad', (args: Bad) => {})
      export const good = route.post('/good', (args: Good) => {})`)
    expect([...program.analysis.types.keys()]).to.deep.equal(['Good'])
  })
})

describe('reading recursive types', () => {
  it('reads a type that contains itself', () => {
    expect(typesOf('Tree', 'interface Tree { children: Tree[]; parent?: Tree | null }')).to.deep.equal({
      Tree: object(
        property('children', array(ref('Tree'))),
        property('parent', union(ref('Tree'), nothing), { optional: true }),
      ),
    })
  })

  it('reads types that contain each other', () => {
    expect(typesOf('A', 'interface A { b: B } type B = { a: A | null }')).to.deep.equal({
      A: object(property('b', ref('B'))),
      B: object(property('a', union(ref('A'), nothing))),
    })
  })

  it('reads JSON', () => {
    const json = 'type Json = string | number | boolean | null | Json[] | { [key: string]: Json }'
    const { Json, ...others } = typesOf('Json', json)
    expect(others).to.deep.equal({})
    expect((Json as UnionModel).members).to.have.deep.members([
      string,
      number,
      { kind: 'boolean' },
      nothing,
      array(ref('Json')),
      { kind: 'object', properties: [], index: ref('Json') },
    ])
  })

  it('gives a name to a recursive type that has none', () => {
    const { model, types } = read('Partial<Tree>', 'interface Tree { next: Partial<Tree> }')
    expect(model).to.deep.equal(ref('PartialOfTree'))
    expect(types.get('PartialOfTree')!.model).to.deep.equal(
      object(property('next', ref('PartialOfTree'), { optional: true })),
    )
  })

  it('reads recursion through maps, sets and tuples', () => {
    expect(typesOf('Users', 'type Users = Map<string, Users>')).to.deep.equal({
      Users: map(string, ref('Users')),
    })
    const tree =
      'interface Tree { kids: Set<Tree>; by: ReadonlyMap<string, Tree> | null; pair: [Tree?, ...Tree[]] }'
    expect(typesOf('Tree', tree)).to.deep.equal({
      Tree: object(
        property('kids', { kind: 'set', item: ref('Tree'), readonly: false }),
        property('by', union(map(string, ref('Tree'), true), nothing)),
        property('pair', {
          kind: 'tuple',
          items: [{ model: ref('Tree') }],
          required: 0,
          rest: ref('Tree'),
          readonly: false,
        }),
      ),
    })
  })

  it('reads a recursive generic', () => {
    const types = typesOf('List<number>', 'interface List<T> { value: T; next: List<T> | null }')
    expect(types).to.deep.equal({
      ListOfNumber: object(property('value', number), property('next', union(ref('ListOfNumber'), nothing))),
    })
  })
})
