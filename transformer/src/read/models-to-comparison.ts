// Two models in → whether some JSON text would mean something different to each of them out.
import { isDateText } from '@alien-rpc/service/generated'
import type { ObjectModel, PropertyModel, TupleModel, TypeModel } from '../model/type-model.ts'

export type LookUp = (id: string) => TypeModel

/** 'disjoint': no value is both. 'same': a value that is both means the same. 'conflict': it is read in two ways. */
export type Comparison = 'disjoint' | 'same' | 'conflict'

/** The kinds that JSON writes as something else than they are. All others are written as themselves. */
export const FORMS: { readonly [Kind in TypeModel['kind']]?: string } = {
  date: 'a Date is text',
  bigint: 'a bigint is text',
  bigintLiteral: 'a bigint is text',
  bytes: 'binary data is text',
  url: 'a URL is text',
  regexp: 'a RegExp is text',
  map: 'a Map is an array of pairs',
  set: 'a Set is an array',
  error: 'an Error is an object with name and message',
}

/** Deeper down, types are taken to be the same: it bounds the stack, and no one tells members apart down there. */
const MAX_COMPARED_DEPTH = 100

export function createComparison(lookUp: LookUp): Next {
  const known = new Map<string, Comparison>()
  let depth = 0

  function compareNamed(a: TypeModel, b: TypeModel): Comparison {
    const pair = JSON.stringify([a, b])
    const result = known.get(pair)
    if (result || depth >= MAX_COMPARED_DEPTH) return result ?? 'same'
    // Two recursive types that are being compared already differ elsewhere, or not at all.
    known.set(pair, 'same')
    depth++
    const [left, right] = [a, b].map(model => (model.kind === 'ref' ? lookUp(model.id) : model))
    const compared = compare(left!, right!)
    depth--
    known.set(pair, compared)
    return compared
  }

  function compare(a: TypeModel, b: TypeModel): Comparison {
    if (a.kind === 'ref' || b.kind === 'ref') return compareNamed(a, b)
    if (a.kind === 'union') return compareUnion(a.members.map(member => compare(member, b)))
    if (b.kind === 'union') return compareUnion(b.members.map(member => compare(a, member)))
    if (a.kind === 'error' || b.kind === 'error') return compareErrors(a, b, compare)
    if (isCollection(a) || isCollection(b)) return compareCollections(a, b, compare)
    if (a.kind === 'array' && b.kind === 'array')
      return compare(a.item, b.item) === 'conflict' ? 'conflict' : 'same'
    if (isList(a) && isList(b)) return compareLists(a, b, compare)
    if (a.kind === 'object' && b.kind === 'object') return compareObjects(a, b, compare)
    return compareScalars(a, b)
  }

  return compare
}

type Next = (a: TypeModel, b: TypeModel) => Comparison

function compareUnion(results: readonly Comparison[]): Comparison {
  if (results.includes('conflict')) return 'conflict'
  return results.includes('same') ? 'same' : 'disjoint'
}

function compareScalars(a: TypeModel, b: TypeModel): Comparison {
  const [left, right] = [FORMS[a.kind], FORMS[b.kind]]
  if (left !== undefined && right !== undefined) return left === right ? compareAlike(a, b) : 'conflict'
  if (left !== undefined) return mayRead(a, b) ? 'conflict' : 'disjoint'
  if (right !== undefined) return mayRead(b, a) ? 'conflict' : 'disjoint'
  if (isOpen(a) || isOpen(b)) return 'same'
  if (a.kind === 'literal' && b.kind === 'literal') return a.value === b.value ? 'same' : 'disjoint'
  return jsonType(a) === jsonType(b) ? 'same' : 'disjoint'
}

/** Two of the kinds that are text, of the same form. */
function compareAlike(a: TypeModel, b: TypeModel): Comparison {
  if (a.kind === 'bytes' && b.kind === 'bytes') return a.type === b.type ? 'same' : 'conflict'
  if (a.kind === 'bigintLiteral' && b.kind === 'bigintLiteral') return a.text === b.text ? 'same' : 'disjoint'
  return 'same'
}

/** Whether what is sent of the plain type could be read as the one that is text. */
function mayRead(text: TypeModel, plain: TypeModel): boolean {
  if (isOpen(plain) || plain.kind === 'string' || plain.kind === 'template') return true
  return plain.kind === 'literal' && typeof plain.value === 'string' && looksLike(text, plain.value)
}

/** When in doubt, true. */
function looksLike(model: TypeModel, text: string): boolean {
  switch (model.kind) {
    case 'date':
      return isDateText(text)
    case 'bigint':
      return /^-?\d+$/.test(text)
    case 'bigintLiteral':
      return model.text === text
    case 'bytes':
      return text.length % 4 === 0 && /^[\w+/=-]*$/.test(text)
    case 'url':
      return /^[a-z][a-z0-9+.-]*:/i.test(text)
    case 'regexp':
      return text.startsWith('/')
    default:
      return true
  }
}

function isOpen({ kind }: TypeModel): boolean {
  return kind === 'unknown' || kind === 'any'
}

function jsonType(model: TypeModel): string {
  if (model.kind === 'literal') return typeof model.value
  return model.kind === 'template' ? 'string' : isList(model) ? 'array' : model.kind
}

type CollectionModel = Extract<TypeModel, { kind: 'map' | 'set' }>

function isCollection(model: TypeModel): model is CollectionModel {
  return model.kind === 'map' || model.kind === 'set'
}

/** A Map or Set with anything: an empty one of each kind is the same empty array. */
function compareCollections(a: TypeModel, b: TypeModel, next: Next): Comparison {
  if (a.kind === 'set' && b.kind === 'set') return next(a.item, b.item) === 'conflict' ? 'conflict' : 'same'
  if (a.kind === 'map' && b.kind === 'map') {
    return [next(a.key, b.key), next(a.value, b.value)].includes('conflict') ? 'conflict' : 'same'
  }
  const other = isCollection(a) ? b : a
  return isOpen(other) || isList(other) || isCollection(other) ? 'conflict' : 'disjoint'
}

const STRING: TypeModel = { kind: 'string' }

/** An Error with anything. An object that requires something else is no Error, if it cannot pass for one either. */
function compareErrors(a: TypeModel, b: TypeModel, next: Next): Comparison {
  if (a.kind === 'error' && b.kind === 'error') return 'same'
  const other = a.kind === 'error' ? b : a
  if (isOpen(other)) return 'conflict'
  if (other.kind !== 'object') return 'disjoint'
  const isText = (name: string) => {
    const property = declared(other, name)
    return property !== undefined && next(property.model, STRING) !== 'disjoint'
  }
  const lacksName = !isText('name') || !isText('message')
  const required = other.properties.filter(property => !property.optional)
  const needsMore = required.some(({ name }) => !(name === 'name' || name === 'message') || !isText(name))
  return lacksName && needsMore ? 'disjoint' : 'conflict'
}

type ListModel = TupleModel | Extract<TypeModel, { kind: 'array' }>

function isList(model: TypeModel): model is ListModel {
  return model.kind === 'array' || model.kind === 'tuple'
}

function compareLists(a: ListModel, b: ListModel, next: Next): Comparison {
  const required = Math.max(requiredOf(a), requiredOf(b))
  if (required > Math.min(mostOf(a), mostOf(b))) return 'disjoint'
  let result: Comparison = 'same'
  const compared = Math.min(Math.max(declaredOf(a), declaredOf(b)) + 1, mostOf(a), mostOf(b))
  for (let index = 0; index < compared; index++) {
    const item = compareElements(a, b, index, next)
    if (item === 'disjoint') return index < required ? 'disjoint' : result
    if (item === 'conflict') result = 'conflict'
  }
  return result
}

const NULL: TypeModel = { kind: 'null' }

/** A missing element of a tuple is null in JSON where others follow it, and so it is read: `[null]` and `[number?]` look the same. */
function compareElements(a: ListModel, b: ListModel, index: number, next: Next): Comparison {
  const [left, right] = [itemOf(a, index), itemOf(b, index)]
  const isNullable = (item: TypeModel) => next(item, NULL) !== 'disjoint'
  const isMissing = (list: ListModel, item: TypeModel) => isOptional(list, index) && !isNullable(item)
  if (isMissing(a, left) && isNullable(right)) return 'conflict'
  if (isMissing(b, right) && isNullable(left)) return 'conflict'
  return next(left, right)
}

function isOptional(list: ListModel, index: number): boolean {
  return list.kind === 'tuple' && index >= list.required && index < list.items.length
}

function requiredOf(list: ListModel): number {
  return list.kind === 'array' ? 0 : list.required + (list.trailing?.length ?? 0)
}

function declaredOf(list: ListModel): number {
  return list.kind === 'array' ? 0 : list.items.length
}

function mostOf(list: ListModel): number {
  return list.kind === 'array' || list.rest ? Number.POSITIVE_INFINITY : list.items.length
}

/** After the declared items anything may come that the rest, or what follows it, has. */
function itemOf(list: ListModel, index: number): TypeModel {
  if (list.kind === 'array') return list.item
  const item = list.items[index]?.model
  if (item || !list.rest) return item ?? { kind: 'never' }
  const trailing = (list.trailing ?? []).map(it => it.model)
  return trailing.length === 0 ? list.rest : { kind: 'union', members: [list.rest, ...trailing] }
}

function compareObjects(a: ObjectModel, b: ObjectModel, next: Next): Comparison {
  let result: Comparison = 'same'
  for (const name of new Set([...a.properties, ...b.properties].map(property => property.name))) {
    const [left, right] = [declared(a, name), declared(b, name)]
    if (!left || !right) continue
    const property = next(left.model, right.model)
    // What only one of them requires is there in any value that fits both.
    if (property === 'disjoint' && !(left.optional && right.optional)) return 'disjoint'
    if (property === 'conflict') result = 'conflict'
  }
  if (a.index && b.index && next(a.index, b.index) === 'conflict') return 'conflict'
  return result
}

function declared(object: ObjectModel, name: string): Pick<PropertyModel, 'model' | 'optional'> | undefined {
  const property = object.properties.find(it => it.name === name)
  if (property || !object.index) return property
  return { model: object.index, optional: true }
}
