// Random TypeModels and values of them, and a slow, separate reading of what a type accepts to compare compiled code with.
import fc from 'fast-check'
import type {
  ObjectModel,
  PropertyModel,
  TypeGraph,
  TypeModel,
} from '../../transformer/src/model/type-model.ts'
import * as m from './type-models.ts'

/** Named types that random models may refer to. `Tree` recurs. */
export const TYPES: TypeGraph = m.graph({
  Tree: m.object({ value: m.string, 'at?': m.date, children: m.array(m.ref('Tree')) }),
  Color: m.union(m.literal('red'), m.literal('blue'), m.literal(3)),
  Shape: m.union(
    m.object({ kind: m.literal('circle'), r: m.number }),
    m.object({ kind: m.literal('box'), at: m.date }),
  ),
  Maybe: m.union(m.string, m.absent),
  Ledger: m.object({ total: m.bigint, parts: m.map(m.string, m.ref('Ledger')) }),
})

const NAMES = ['a', 'b', 'length', '0', 'x-y', 'q?', 'z!', '$', '__proto__', 'constructor', 'toString']

const leaf = fc.constantFrom(
  ...[m.string, m.number, m.boolean, m.nothing, m.date, m.literal('x'), m.literal(7), m.literal(false)],
  ...[m.bigint, m.url, m.regexp, m.error, m.bytes(), m.bytes('Float64Array'), m.bytes('ArrayBuffer')],
  ...[m.bigintLiteral('-12'), m.template('id-', 'number', ''), m.template('', 'string', '-', 'bigint', '!')],
  ...[m.stringWith({ tag: 'minLength', value: 1 }, { tag: 'maxLength', value: 4 })],
  ...[m.stringWith({ tag: 'pattern', value: '^[a-c/]*$' }), m.stringWith({ tag: 'format', value: 'date' })],
  ...[m.numberWith({ tag: 'minimum', value: -5 }, { tag: 'exclusiveMaximum', value: 100 })],
  ...[m.numberWith({ tag: 'multipleOf', value: 0.01 }), m.numberWith({ tag: 'multipleOf', value: 1 })],
  ...[m.bigintWith({ tag: 'minimum', value: '0' }, { tag: 'multipleOf', value: '3' })],
  ...['Tree', 'Color', 'Shape', 'Ledger'].map(m.ref),
)
// Members that JSON can tell apart: what travels as text is never beside text.
const plainMembers = fc.subarray([m.number, m.boolean, m.nothing, m.literal('x'), m.string], {
  minLength: 1,
  maxLength: 3,
})
const textMembers = fc.constantFrom(
  ...[m.date, m.bigint, m.url, m.regexp, m.bytes()].flatMap(one => [
    [one, m.nothing],
    [one, m.number, m.literal('none')],
  ]),
  [m.bigintLiteral('1'), m.bigintLiteral('2'), m.boolean],
  [m.date, m.bigint],
)

export const models: fc.Arbitrary<TypeModel> = fc.letrec<{ model: TypeModel; object: TypeModel }>(tie => ({
  model: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    tie('object'),
    tie('model').map(item => m.array(item)),
    tie('model').map(item => m.set(item)),
    fc.tuple(tie('model'), tie('model')).map(([key, value]) => m.map(key, value)),
    tie('model').map(item => m.arrayWith(item, { tag: 'minItems', value: 1 }, { tag: 'maxItems', value: 2 })),
    fc
      .constantFrom(m.string, m.number, m.bigint, m.array(m.boolean))
      .map(item => m.arrayWith(item, { tag: 'uniqueItems' })),
    fc.constantFrom(
      m.set(m.number, { tag: 'minItems', value: 1 }),
      m.union(m.error, m.object({ kind: m.literal('x') }), m.nothing),
      m.union(m.map(m.string, m.number), m.object({ width: m.number }), m.boolean),
      m.tuple([m.string], 1, m.number, [m.boolean, m.date]),
    ),
    fc.constantFrom(m.array(m.union(m.string, m.absent)), m.array(m.ref('Maybe')), m.array(m.unknown)),
    fc
      .tuple(fc.array(tie('model'), { maxLength: 3 }), fc.nat(3), fc.option(tie('model'), { nil: undefined }))
      .map(([items, required, rest]) => m.tuple(items, Math.min(required, items.length), rest)),
    fc
      .tuple(fc.oneof(plainMembers, textMembers), fc.option(tie('object'), { nil: undefined }))
      .map(([plain, object]) => m.union(...plain, ...(object ? [object] : []))),
    fc
      .tuple(tie('object'), tie('object'), fc.boolean())
      .map(([a, b, tagged]) => unionOfObjects(a as ObjectModel, b as ObjectModel, tagged)),
  ),
  object: fc
    .tuple(
      fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), tie('model'), fc.boolean()), {
        maxLength: 4,
        selector: entry => entry[0],
      }),
      fc.option(tie('model'), { nil: undefined, freq: 4 }),
    )
    .map(([properties, index]) =>
      m.objectOf(
        properties.map(([name, model, optional]) => m.property(name, model, optional)),
        index,
      ),
    ),
})).model

/** Either with a discriminant, or so that properties of the same name have the same type, which JSON needs. */
function unionOfObjects(a: ObjectModel, b: ObjectModel, tagged: boolean): TypeModel {
  if (tagged) return { kind: 'union', members: [tag(a, 'one'), tag(b, 'two')] }
  const known = new Map(a.properties.map(entry => [entry.name, entry.model]))
  const plain = (properties: readonly PropertyModel[]): TypeModel => ({ kind: 'object', properties })
  return m.union(
    plain(a.properties),
    plain(b.properties.map(entry => ({ ...entry, model: known.get(entry.name) ?? entry.model }))),
  )
}

function tag(object: ObjectModel, value: string): ObjectModel {
  return { ...object, properties: [m.property('kind', m.literal(value)), ...object.properties] }
}

/** Native values of a model. What may be absent is left out, never `undefined`. */
export function valuesOf(model: TypeModel, depth = 0): fc.Arbitrary<unknown> {
  switch (model.kind) {
    case 'string':
    case 'number':
    case 'bigint':
      return limitedValues(model).filter(value => accepts(model, value, 'native'))
    case 'bigintLiteral':
      return fc.constant(BigInt(model.text))
    case 'template': {
      const holes = { string: fc.string(), number: fc.integer(), bigint: fc.bigInt() }
      return fc
        .tuple(...model.holes.map(hole => holes[hole] as fc.Arbitrary<unknown>))
        .map(parts => model.texts.map((text, index) => `${text}${parts[index] ?? ''}`).join(''))
        .filter(value => accepts(model, value, 'native'))
    }
    case 'bytes':
      return fc.uint8Array({ maxLength: 4 }).map(bytes => {
        const { buffer } = new Uint8Array([...bytes, ...bytes].flatMap(byte => [byte, byte, byte, byte]))
        return model.type === 'ArrayBuffer' ? buffer : new globalThis[model.type](buffer)
      })
    case 'url':
      return fc.webUrl().map(text => new URL(text))
    case 'regexp':
      return fc.constantFrom(/a\/b[/]/gi, /^\d+$/u, /(?:)/, /\n/)
    case 'error':
      return fc.tuple(fc.constantFrom('Error', 'TypeError', 'Mine'), fc.string()).map(([name, message]) => {
        return Object.defineProperty(new Error(message), 'name', { value: name })
      })
    case 'set':
      return fc
        .array(valuesOf(model.item, depth + 1), { maxLength: 3 })
        .map(items => new Set(items))
        .filter(value => accepts(model, value, 'native'))
    case 'map':
      if (depth > 2) return fc.constant(new Map())
      return fc
        .array(fc.tuple(valuesOf(model.key, depth + 1), valuesOf(model.value, depth + 1)), { maxLength: 3 })
        .map(entries => new Map(entries))
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'undefined':
      return fc.constant(undefined)
    case 'unknown':
    case 'any':
      return fc.jsonValue({ maxDepth: 1 }).map(value => JSON.parse(JSON.stringify(value)))
    case 'date':
      return fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true })
    case 'literal':
      return fc.constant(model.value)
    case 'array':
      if (depth > 3 && !model.constraints) return fc.constant([])
      return fc
        .array(valuesOf(model.item, depth + 1), { maxLength: 3 })
        .filter(value => brokenLimit(model.constraints, value) === undefined)
    case 'tuple': {
      const { items, required, rest, trailing = [] } = model
      const last = fc.tuple(...trailing.map(item => valuesOf(item.model, depth + 1)))
      const more = rest ? fc.array(valuesOf(rest, depth + 1), { maxLength: 2 }) : fc.constant([])
      return fc
        .integer({ min: required, max: items.length })
        .chain(count =>
          fc
            .tuple(
              fc.tuple(...items.slice(0, count).map(item => valuesOf(item.model, depth + 1))),
              more,
              last,
            )
            .map(([head, tail, end]) => (count === items.length ? [...head, ...tail, ...end] : head)),
        )
    }
    case 'object':
      return objectValues(model, depth)
    case 'union':
      return fc.oneof(...model.members.map(part => valuesOf(part, depth)))
    case 'ref':
      return valuesOf(TYPES.get(model.id)!.model, depth + 1)
    case 'never':
      throw new Error('no value is of type never')
  }
}

function limitedValues({ kind }: TypeModel): fc.Arbitrary<unknown> {
  if (kind === 'bigint') return fc.oneof(fc.bigInt(), fc.bigInt({ min: -9n, max: 9n }))
  if (kind === 'string') {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('a', 'b', '/', '\u{1f600}') }))
    return fc.oneof(text, fc.constant('2024-02-29'))
  }
  const wide = fc.double({ noNaN: true, noDefaultInfinity: true })
  const near = fc.integer({ min: -900, max: 9_900 }).map(cents => cents / 100)
  return fc.oneof(wide, near, fc.integer({ min: -5, max: 99 })).map(value => (value === 0 ? 0 : value))
}

/** The first tag that a value does not keep: read off the definitions of JSON Schema, however slowly. */
function brokenLimit(
  constraints: readonly { tag: string; value?: unknown }[] | undefined,
  value: unknown,
): string | undefined {
  const size = Array.isArray(value) ? value.length : ((value as Set<unknown>)?.size ?? 0)
  const limits: Record<string, (limit: never) => boolean> = {
    minLength: (limit: number) => [...(value as string)].length >= limit,
    maxLength: (limit: number) => [...(value as string)].length <= limit,
    pattern: (limit: string) => new RegExp(limit, 'u').test(value as string),
    format: () => /^\d{4}-\d\d-\d\d$/.test(value as string) && !Number.isNaN(Date.parse(value as string)),
    minimum: (limit: number) => (value as number) >= limit,
    maximum: (limit: number) => (value as number) <= limit,
    exclusiveMinimum: (limit: number) => (value as number) > limit,
    exclusiveMaximum: (limit: number) => (value as number) < limit,
    multipleOf: (limit: number | string) =>
      typeof value === 'bigint'
        ? value % BigInt(limit) === 0n
        : limit === 1
          ? Number.isInteger(value)
          : Number((value as number).toFixed(2)) === value,
    minItems: (limit: number) => size >= limit,
    maxItems: (limit: number) => size <= limit,
    uniqueItems: () =>
      new Set((value as unknown[]).map(item => JSON.stringify(item, bigintText))).size === size,
  }
  return constraints?.find(({ tag, value: limit }) => !limits[tag]!(limit as never))?.tag
}

const bigintText = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)

function objectValues(object: ObjectModel, depth: number): fc.Arbitrary<unknown> {
  const listed = object.properties.map(({ name, model, optional }) =>
    (optional ? fc.option(valuesOf(model, depth + 1), { nil: undefined }) : valuesOf(model, depth + 1)).map(
      (value): [string, unknown] => [name, value],
    ),
  )
  const names = new Set(object.properties.map(({ name }) => name))
  const key = fc.constantFrom('k', 'l', '__proto__', 'valueOf').filter(name => !names.has(name))
  const others = object.index
    ? fc.array(fc.tuple(key, valuesOf(object.index, depth + 1)), { maxLength: 2 })
    : fc.constant([] as [string, unknown][])
  return fc
    .tuple(fc.tuple(...listed), others)
    .map(([known, rest]) =>
      Object.fromEntries([...known, ...rest].filter(([, value]) => value !== undefined)),
    )
}

/** `exact`: properties that no matching part of the type declares are refused. */
export function accepts(model: TypeModel, value: unknown, domain: 'json' | 'native', exact = false): boolean {
  const inside = (part: TypeModel, member: unknown) => accepts(part, member, domain, exact)
  const element = (part: TypeModel, member: unknown) =>
    inside(part, member) || (domain === 'json' && member === null && inside(part, undefined))
  switch (model.kind) {
    case 'string':
      return typeof value === 'string' && !brokenLimit(model.constraints, value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) && !brokenLimit(model.constraints, value)
    case 'bigint': {
      const number = domain === 'json' ? fromText(value) : value
      return typeof number === 'bigint' && !brokenLimit(model.constraints, number)
    }
    case 'bigintLiteral':
      return (domain === 'json' ? fromText(value) : value) === BigInt(model.text)
    case 'template': {
      if (typeof value !== 'string') return false
      // Each hole of the types above ends at the next literal character.
      const holes = { string: '([^-]*)', number: '([^]+)', bigint: '(-?(?:0|[1-9]\\d*|0x[\\da-f]+))' }
      const source = model.texts.map(
        (text, index) => text + (model.holes[index] ? holes[model.holes[index]] : ''),
      )
      const match = new RegExp(`^${source.join('')}$`).exec(value)
      return match !== null && (model.holes[0] !== 'number' || Number.isFinite(Number(match[1])))
    }
    case 'bytes':
      if (domain === 'native') return value instanceof globalThis[model.type]
      return (
        typeof value === 'string' &&
        Buffer.from(value, 'base64').toString('base64') === value &&
        Buffer.from(value, 'base64').length % (model.type === 'Float64Array' ? 8 : 1) === 0
      )
    case 'url':
      return domain === 'native' ? value instanceof URL : typeof value === 'string' && URL.canParse(value)
    case 'regexp':
      return domain === 'native' ? value instanceof RegExp : REGEXP_TEXTS.includes(value)
    case 'error':
      if (domain === 'native') return value instanceof Error
      return ['name', 'message'].every(name => typeof Object(value)[name] === 'string')
    case 'set': {
      if (domain === 'native' ? !(value instanceof Set) : !Array.isArray(value)) return false
      const items = new Set(value as Iterable<unknown>)
      return !brokenLimit(model.constraints, items) && [...items].every(item => element(model.item, item))
    }
    case 'map': {
      if (domain === 'native' ? !(value instanceof Map) : !Array.isArray(value)) return false
      return [...(value as Iterable<unknown>)].every(
        pair =>
          Array.isArray(pair) &&
          pair.length === 2 &&
          element(model.key, pair[0]) &&
          element(model.value, pair[1]),
      )
    }
    case 'null':
      return value === null
    case 'undefined':
      return value === undefined
    case 'unknown':
    case 'any':
      return true
    case 'never':
      return false
    case 'date':
      return domain === 'native'
        ? value instanceof Date && !Number.isNaN(value.getTime())
        : typeof value === 'string' && /^[+-]?\d+-\d\d-\d\d/.test(value) && !Number.isNaN(Date.parse(value))
    case 'literal':
      return value === model.value
    case 'array':
      if (!Array.isArray(value) || brokenLimit(model.constraints, value)) return false
      return Array.from(value).every(item => element(model.item, item))
    case 'tuple': {
      const { trailing = [] } = model
      if (!Array.isArray(value) || value.length < model.required + trailing.length) return false
      return Array.from(value).every((item, index) => {
        const last = trailing[index - (value.length - trailing.length)]
        if (last) return element(last.model, item)
        const known = model.items[index]
        if (!known) return model.rest !== undefined && element(model.rest, item)
        return element(index < model.required ? known.model : m.union(known.model, m.absent), item)
      })
    }
    case 'object':
      return acceptsObject(model, value, domain, exact, new Set(model.properties.map(({ name }) => name)))
    case 'union': {
      const flat = members(model)
      const matching = flat.filter(
        (part): part is ObjectModel => part.kind === 'object' && accepts(part, value, domain),
      )
      const names = new Set(matching.flatMap(part => part.properties.map(({ name }) => name)))
      return flat.some(part =>
        part.kind === 'object' ? acceptsObject(part, value, domain, exact, names) : inside(part, value),
      )
    }
    case 'ref':
      return inside(TYPES.get(model.id)!.model, value)
  }
}

function fromText(value: unknown): unknown {
  return typeof value === 'string' && String(value.match(/^-?\d+$/) && BigInt(value)) === value
    ? BigInt(value)
    : undefined
}

function members(model: TypeModel): TypeModel[] {
  if (model.kind === 'ref') return members(TYPES.get(model.id)!.model)
  return model.kind === 'union' ? model.members.flatMap(members) : [model]
}

function acceptsObject(
  { properties, index }: ObjectModel,
  value: unknown,
  domain: 'json' | 'native',
  exact: boolean,
  allowed: ReadonlySet<string>,
): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const own = new Map(Object.entries(value))
  const known = new Set(properties.map(({ name }) => name))
  const others = [...own].filter(([name]) => !known.has(name))
  return (
    properties.every(({ name, model, optional }) => {
      const member = own.get(name)
      return (optional && member === undefined) || accepts(model, member, domain, exact)
    }) &&
    (index
      ? others.every(([, member]) => accepts(index, member, domain, exact))
      : !exact || others.every(([name]) => allowed.has(name)))
  )
}

const TEXTS = [
  '2026-05-04',
  'x',
  '',
  '12',
  '3',
  '-0',
  '07',
  '/a/g',
  '/(/',
  'a:b',
  'AAAA',
  'AAB=',
  'id-1e3',
  'x-0x1!',
]
const NATIVE_VALUES = [3n, -12n, new Map(), new Set([1]), new Date(0), new Uint8Array(8), /x/, new Error()]

const REGEXP_TEXTS: unknown[] = ['/a\\/b[/]/gi', '/^\\d+$/u', '/(?:)/', '/\\n/', '/a/g']

/** The value with one part of it replaced by something else. */
export function disturbed(value: unknown, domain: 'json' | 'native'): fc.Arbitrary<unknown> {
  const replacement = fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom(
      ...[undefined, [], {}, [['x', 7]], { name: 'x', message: '' }, 7, 0.1, 0.005, ...TEXTS],
      ...(domain === 'native' ? NATIVE_VALUES : []),
    ),
  )
  const paths = pathsIn(value)
  return fc
    .tuple(fc.constantFrom(...paths), replacement)
    .map(([path, other]) => replaceAt(value, path, other))
}

/** The value with a property added to every object in it. */
export function withExtra(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(item => withExtra(item, name))
  const entries = Object.entries(value).map(([key, member]): [string, unknown] => [
    key,
    withExtra(member, name),
  ])
  return Object.fromEntries([...entries, [name, true]])
}

function pathsIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]]
  return [
    [],
    ...Object.entries(value).flatMap(([key, member]) => pathsIn(member).map(path => [key, ...path])),
  ]
}

function replaceAt(value: unknown, [key, ...rest]: readonly string[], other: unknown): unknown {
  if (key === undefined) return other
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === key ? replaceAt(item, rest, other) : item))
  const entries = Object.entries(value as object)
  return Object.fromEntries(
    entries.map(([name, member]) => [name, name === key ? replaceAt(member, rest, other) : member]),
  )
}

/** The value in a form in which chai compares everything that it holds. */
export function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Map || value instanceof Set) return { [value.constructor.name]: [...value].map(plain) }
  if (value instanceof URL || value instanceof RegExp) return { [value.constructor.name]: String(value) }
  if (value instanceof Error) return { Error: [value.name, value.message, Object.keys(value)] }
  if (ArrayBuffer.isView(value))
    return { [value.constructor.name]: Buffer.from(value.buffer).toString('hex') }
  if (value instanceof ArrayBuffer) return { ArrayBuffer: Buffer.from(value).toString('hex') }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]))
}
