// A union in → its members by what tells them apart at run time (primitive, Date, array, object by discriminant) out.
import type { ObjectModel, PropertyModel, TypeModel, UnionModel } from '../model/type-model.ts'
import { type ConvertedModel, isConverted } from './conversions.ts'
import { namedType, resolve, shapeKey, type Types } from './type-facts.ts'

export interface UnionCases {
  /** Primitives, literals, `unknown`: what stands in JSON as it is. */
  readonly plain: readonly TypeModel[]
  /** What JSON writes in another form, but for Maps and Sets: those that are easiest to tell from others first. */
  readonly converted: readonly ConvertedModel[]
  /** Arrays, tuples, Maps and Sets, or references to them. All are arrays in JSON. */
  readonly lists: readonly TypeModel[]
  /** Objects, or references to them. */
  readonly objects: readonly ObjectCase[]
  /** What tells the objects apart; absent where nothing does. */
  readonly discriminant?: { readonly name: string; readonly cases: readonly DiscriminatedCase[] }
}

export interface ObjectCase {
  readonly model: TypeModel
  readonly object: ObjectModel
}

/** One of several members that nothing tells apart, so that a value may be of more than one. */
export interface LookAlikeCase extends ObjectCase {
  /** The type by which a value is copied: properties that members declare differently have the union of these types. */
  readonly copied: TypeModel
}

export interface DiscriminatedCase extends ObjectCase {
  readonly values: readonly (string | number | boolean)[]
}

export function unionToCases(union: UnionModel, types: Types): UnionCases {
  const plain: TypeModel[] = []
  const converted: ConvertedModel[] = []
  const lists: TypeModel[] = []
  const objects: ObjectCase[] = []
  for (const model of flatten(union, types)) {
    const resolved = resolve(model, types)
    if (resolved.kind === 'object') objects.push({ model, object: resolved })
    else if (LISTS.has(resolved.kind)) lists.push(model)
    else if (isConverted(resolved)) converted.push(resolved)
    else plain.push(model)
  }
  converted.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
  const discriminant = findDiscriminant(union.discriminant, objects, types)
  return { plain, converted, lists, objects, ...(discriminant ? { discriminant } : {}) }
}

const LISTS: ReadonlySet<TypeModel['kind']> = new Set(['array', 'tuple', 'map', 'set'])
const ORDER = ['bigintLiteral', 'bigint', 'date', 'regexp', 'url', 'bytes', 'error']

/**
 * Members that no value can be of both, because a property has other literals or is of another kind, are in groups of their own:
 * only the members of one group are look-alikes.
 */
export function groupLookAlikes(objects: readonly ObjectCase[], types: Types): ObjectCase[][] {
  let groups: ObjectCase[][] = []
  for (const entry of objects) {
    const isNear = (group: readonly ObjectCase[]) => group.some(other => !areDisjoint(other, entry, types))
    const near = groups.filter(isNear)
    groups = [...groups.filter(group => !near.includes(group)), [...near.flat(), entry]]
  }
  return groups
}

function areDisjoint(a: ObjectCase, b: ObjectCase, types: Types): boolean {
  return a.object.properties.some(({ name }) => {
    const [left, right] = [kindsOf(a.object, name, types), kindsOf(b.object, name, types)]
    return left !== undefined && right !== undefined && !left.some(one => right.some(it => overlap(one, it)))
  })
}

/** A kind of values that is checked alike wherever they come from, or one value of it. */
interface Kind {
  readonly kind: string
  readonly value?: string | number | boolean
}

function overlap(one: Kind, other: Kind): boolean {
  const isAny = one.value === undefined || other.value === undefined
  return one.kind === other.kind && (isAny || one.value === other.value)
}

/** What a property may be; undefined where that is not listed, or may be an instance that passes for an object. */
function kindsOf(object: ObjectModel, name: string, types: Types): Kind[] | undefined {
  const property = object.properties.find(candidate => candidate.name === name)
  if (!property) return undefined
  const members = flatten({ kind: 'union', members: [property.model] }, types)
  const kinds = members.map(model => toKind(resolve(model, types)))
  if (!kinds.every(kind => kind !== undefined)) return undefined
  return property.optional ? [...kinds, { kind: 'undefined' }] : kinds
}

function toKind(model: TypeModel): Kind | undefined {
  switch (model.kind) {
    case 'literal':
      return { kind: typeof model.value, value: model.value }
    case 'template':
      return { kind: 'string' }
    case 'tuple':
      return { kind: 'array' }
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
    case 'undefined':
    case 'array':
    case 'object':
      return { kind: model.kind }
    default:
      return undefined
  }
}

/**
 * A property that several members declare differently would be copied by each of them, and the last copy would win. Here
 * all of them copy it as whatever any of them may hold, so that nothing of a matching member is lost.
 */
export function toLookAlikes(objects: readonly ObjectCase[], types: Types): LookAlikeCase[] {
  const shapes = new Map<string, Map<string, TypeModel>>()
  for (const { name, model } of objects.flatMap(({ object }) => object.properties)) {
    const known = shapes.get(name) ?? new Map<string, TypeModel>()
    for (const part of flatten({ kind: 'union', members: [model] }, types)) known.set(shapeKey(part), part)
    shapes.set(name, known)
  }
  const shared = new Map<string, TypeModel>()
  for (const [name, parts] of shapes) {
    // In one order, so that recursive types come to an end.
    const members = [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part)
    shared.set(name, members.length === 1 ? members[0]! : { kind: 'union', members })
  }
  return objects.map(({ model, object }) => {
    const isShared = ({ name, model }: PropertyModel) =>
      shapeKey(model) !== shapeKey(shared.get(name)!) &&
      objects.filter(other => other.object.properties.some(it => it.name === name)).length > 1 &&
      objects.some(other =>
        other.object.properties.some(it => it.name === name && shapeKey(it.model) !== shapeKey(model)),
      )
    if (!object.properties.some(isShared)) return { model, object, copied: model }
    const properties = object.properties.map(property =>
      isShared(property) ? { ...property, model: shared.get(property.name)! } : property,
    )
    return { model, object, copied: { ...object, properties } }
  })
}

/** Where `is` tells of each of so many members whether a value is of it: that it is of no other than this. */
export function isOnly(index: number, count: number): string {
  const others = Array.from({ length: count }, (_, other) => `is[${other}]`).filter(
    (_, other) => other !== index,
  )
  return `is[${index}] && !(${others.join(' || ')})`
}

/** A property that some of several look-alike objects declare. */
export interface Owned {
  readonly property: PropertyModel
  /** Which of the members declare it. */
  readonly owners: readonly number[]
}

/** Each property once; optional if any of them has it so. */
export function ownedProperties(shapes: readonly ObjectModel[]): Owned[] {
  const byName = new Map<string, Owned>()
  for (const [index, { properties }] of shapes.entries()) {
    for (const property of properties) {
      const known = byName.get(property.name)
      const optional = property.optional || (known?.property.optional ?? false)
      byName.set(property.name, {
        property: { ...property, optional },
        owners: [...(known?.owners ?? []), index],
      })
    }
  }
  return [...byName.values()]
}

/**
 * Several array types as the one array that holds what any of them may hold: once a value is known to be of one of them,
 * it is also of that one, and none of its properties is lost. Tuples, Maps and Sets are left as they are.
 */
export function mergeArrays(lists: readonly TypeModel[], types: Types): readonly TypeModel[] {
  const resolved = lists.map(model => resolve(model, types))
  const items = resolved.flatMap(model => (model.kind === 'array' ? [model.item] : []))
  if (items.length < 2) return lists
  const merged: TypeModel = { kind: 'array', item: { kind: 'union', members: items }, readonly: false }
  return [...lists.filter((_, index) => resolved[index]!.kind !== 'array'), merged]
}

export function isCollection(model: TypeModel, types: Types): boolean {
  return ['map', 'set'].includes(resolve(model, types).kind)
}

/** The members, with named unions among them taken apart. */
function flatten(union: UnionModel, types: Types): TypeModel[] {
  const seen = new Set<string>()
  const visit = (model: TypeModel): TypeModel[] => {
    if (model.kind === 'union') return model.members.flatMap(visit)
    if (model.kind !== 'ref' || resolve(model, types).kind !== 'union') return [model]
    if (seen.has(model.id)) return []
    seen.add(model.id)
    return visit(namedType(model.id, types).model)
  }
  return visit(union)
}

// The model names one only where every member is an object; `A | B | null` has one all the same.
function findDiscriminant(declared: string | undefined, objects: readonly ObjectCase[], types: Types) {
  const first = objects[0]
  if (!first || objects.length < 2) return undefined
  const names = first.object.properties.map(property => property.name)
  for (const name of declared === undefined ? names : [declared, ...names]) {
    const cases = objects.map(entry => ({ ...entry, values: literalsOf(entry.object, name, types) }))
    const values = cases.flatMap(entry => entry.values)
    if (cases.every(entry => entry.values.length > 0) && new Set(values).size === values.length)
      return { name, cases }
  }
  return undefined
}

/** The values of a required property that only has literals; none where it may be something else. */
function literalsOf(object: ObjectModel, name: string, types: Types): (string | number | boolean)[] {
  const property = object.properties.find(candidate => candidate.name === name)
  if (!property || property.optional) return []
  const resolved = resolve(property.model, types)
  const members =
    resolved.kind === 'union' ? flatten(resolved, types).map(model => resolve(model, types)) : [resolved]
  const values = members.flatMap(part =>
    part.kind === 'literal' ? [part.value] : part.kind === 'boolean' ? [true, false] : [],
  )
  const onlyLiterals = members.every(part => part.kind === 'literal' || part.kind === 'boolean')
  return onlyLiterals ? [...new Set(values)] : []
}
