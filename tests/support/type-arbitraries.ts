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
})

const NAMES = ['a', 'b', 'length', '0', 'x-y', 'q?', 'z!', '$', '__proto__', 'constructor', 'toString']

const leaf = fc.constantFrom(
  ...[m.string, m.number, m.boolean, m.nothing, m.date, m.literal('x'), m.literal(7), m.literal(false)],
  ...['Tree', 'Color', 'Shape'].map(m.ref),
)
// Members that JSON can tell apart: a Date is never beside text.
const plainMembers = fc.subarray([m.number, m.boolean, m.nothing, m.literal('x'), m.string], {
  minLength: 1,
  maxLength: 3,
})
const dateMembers = fc.constantFrom([m.date, m.nothing], [m.date, m.number], [m.date, m.boolean, m.nothing])

export const models: fc.Arbitrary<TypeModel> = fc.letrec<{ model: TypeModel; object: TypeModel }>(tie => ({
  model: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    tie('object'),
    tie('model').map(item => m.array(item)),
    fc.constantFrom(m.array(m.union(m.string, m.absent)), m.array(m.ref('Maybe')), m.array(m.unknown)),
    fc
      .tuple(fc.array(tie('model'), { maxLength: 3 }), fc.nat(3), fc.option(tie('model'), { nil: undefined }))
      .map(([items, required, rest]) => m.tuple(items, Math.min(required, items.length), rest)),
    fc
      .tuple(fc.oneof(plainMembers, dateMembers), fc.option(tie('object'), { nil: undefined }))
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
      return fc.string()
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => (value === 0 ? 0 : value))
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
      return depth > 3 ? fc.constant([]) : fc.array(valuesOf(model.item, depth + 1), { maxLength: 3 })
    case 'tuple': {
      const { items, required, rest } = model
      const more = rest ? fc.array(valuesOf(rest, depth + 1), { maxLength: 2 }) : fc.constant([])
      return fc
        .integer({ min: required, max: items.length })
        .chain(count =>
          fc
            .tuple(fc.tuple(...items.slice(0, count).map(item => valuesOf(item.model, depth + 1))), more)
            .map(([head, tail]) => (count === items.length ? [...head, ...tail] : head)),
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
    case 'boolean':
      return typeof value === model.kind
    case 'number':
      return typeof value === 'number' && Number.isFinite(value)
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
      return Array.isArray(value) && Array.from(value).every(item => element(model.item, item))
    case 'tuple': {
      if (!Array.isArray(value) || value.length < model.required) return false
      return Array.from(value).every((item, index) => {
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

/** The value with one part of it replaced by something else. */
export function disturbed(value: unknown): fc.Arbitrary<unknown> {
  const replacement = fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom(undefined, [], {}, '2026-05-04', 'x', 7),
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
