// Two models in → whether some JSON text would mean something different to each of them out: `Date` and `string`, say.
import { isDateText } from '@alien-rpc/service/generated'
import type { ObjectModel, PropertyModel, TupleModel, TypeModel } from '../model/type-model.ts'
import { partsOf } from './model-parts.ts'

export type LookUp = (id: string) => TypeModel

/** 'disjoint': no value is both. 'same': a value that is both means the same. 'conflict': it is read in two ways. */
type Comparison = 'disjoint' | 'same' | 'conflict'

/** The first two members that a receiver of JSON could take for each other, by their indices. */
export function findAmbiguity(members: readonly TypeModel[], lookUp: LookUp): [number, number] | undefined {
  const candidates = members.flatMap((model, index) => (mayBeMistaken(model) ? [{ model, index }] : []))
  if (candidates.length < 2) return undefined
  const compare = createComparison(lookUp)
  const dateless = new Set<string>()
  for (const one of candidates) {
    // Only a Date is written as something else than it is.
    if (!holdsDate(one.model, lookUp, dateless)) continue
    const other = candidates.find(it => it !== one && compare(one.model, it.model) === 'conflict')
    if (other) return one.index < other.index ? [one.index, other.index] : [other.index, one.index]
  }
  return undefined
}

// Most unions are settled here: literals, and one type beside null.
function mayBeMistaken(model: TypeModel): boolean {
  switch (model.kind) {
    case 'number':
    case 'boolean':
    case 'null':
    case 'undefined':
    case 'never':
      return false
    case 'literal':
      return isDateText(model.value)
    default:
      return true
  }
}

/** `dateless` collects the named types that hold none, so that they are walked once. */
function holdsDate(root: TypeModel, lookUp: LookUp, dateless: Set<string>): boolean {
  const seen = new Set<string>()
  const pending = [root]
  for (let model = pending.pop(); model; model = pending.pop()) {
    if (model.kind === 'date') return true
    if (model.kind !== 'ref') pending.push(...partsOf(model))
    else if (!seen.has(model.id) && !dateless.has(model.id)) {
      seen.add(model.id)
      pending.push(lookUp(model.id))
    }
  }
  for (const id of seen) dateless.add(id)
  return false
}

/** Deeper down, types are taken to be the same: it bounds the stack, and no one tells members apart down there. */
const MAX_COMPARED_DEPTH = 100

function createComparison(lookUp: LookUp): Next {
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
  if (a.kind === 'date' && b.kind === 'date') return 'same'
  if (a.kind === 'date') return readsAsDate(b) ? 'conflict' : 'disjoint'
  if (b.kind === 'date') return readsAsDate(a) ? 'conflict' : 'disjoint'
  if (a.kind === 'literal' && b.kind === 'literal') return a.value === b.value ? 'same' : 'disjoint'
  if (a.kind === 'literal') return typeof a.value === b.kind ? 'same' : 'disjoint'
  if (b.kind === 'literal') return typeof b.value === a.kind ? 'same' : 'disjoint'
  const isOpen = [a.kind, b.kind].some(kind => kind === 'unknown' || kind === 'any')
  return isOpen || a.kind === b.kind ? 'same' : 'disjoint'
}

function readsAsDate(model: TypeModel): boolean {
  if (model.kind === 'literal') return isDateText(model.value)
  return model.kind === 'string' || model.kind === 'unknown' || model.kind === 'any'
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
    const item = next(itemOf(a, index), itemOf(b, index))
    if (item === 'disjoint') return index < required ? 'disjoint' : result
    if (item === 'conflict') result = 'conflict'
  }
  return result
}

function requiredOf(list: ListModel): number {
  return list.kind === 'array' ? 0 : list.required
}

function declaredOf(list: ListModel): number {
  return list.kind === 'array' ? 0 : list.items.length
}

function mostOf(list: ListModel): number {
  return list.kind === 'array' || list.rest ? Number.POSITIVE_INFINITY : list.items.length
}

function itemOf(list: ListModel, index: number): TypeModel {
  if (list.kind === 'array') return list.item
  return list.items[index]?.model ?? list.rest ?? { kind: 'never' }
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
