// A type's table → a plan of it: what the reporter would otherwise find out about a type again at every value.
import type { FindFaults, FindItem, TypeTable } from '../compiled-route.ts'
import { skipNumbers, skipStrings } from './list-checks.ts'
import { keyToStep } from './report.ts'
import { type ObjectTable, propertiesOf } from './table-parts.ts'

/** How a value is looked at. Numbers, because one is read for every value. */
export const BY_TABLE = 0
export const IS_STRING = 1
export const IS_NUMBER = 2
export const IS_BOOLEAN = 3
export const IS_NULL = 4
export const IS_UNDEFINED = 5
export const IS_LITERAL = 6
/** One of several of the above. */
export const IS_ONE_OF = 7
export const IS_UNKNOWN = 8
export const IS_DATE = 9
/** Up to here a value is right or wrong as a whole. */
export const LAST_LEAF = IS_DATE
export const IS_ARRAY = 10
export const IS_OBJECT = 11
/** An object, and all else that the union has is leaves without objects among their values. */
export const IS_OBJECT_OR = 12
/** One of several objects, told apart by the literals of one property. */
export const IS_TAGGED = 13

export interface Plan {
  how: number
  /** What it was made of. */
  readonly table: TypeTable
  /** What issues say that the type accepts; set when first needed. */
  expected: string | undefined
  /** Of a literal. */
  literal: unknown
  /** In declared order. */
  properties: readonly PlannedProperty[]
  /** Those of an object's properties that may be wrong; undefined where all may be. */
  faults: FindFaults | undefined
  /** Of an array: its items that may be wrong; undefined where all may be. It gives -1, or the length, where there are none. */
  find: FindItem | undefined
  /** Of a union, or the one element type. */
  members: readonly Plan[]
  /** The property that tells objects apart, its literals as text, and which of its values means which. */
  tag: string
  tagStep: string
  tags: string
  cases: ReadonlyMap<unknown, Plan>
}

export interface PlannedProperty {
  readonly name: string
  readonly step: string
  readonly isOptional: boolean
  readonly plan: Plan
  /** The root that it was last wrong in, and its path from there. */
  root: string
  path: string
}

const HOW: ReadonlyMap<unknown, number> = new Map([
  ['string', IS_STRING],
  ['number', IS_NUMBER],
  ['boolean', IS_BOOLEAN],
  ['null', IS_NULL],
  ['undefined', IS_UNDEFINED],
  ['unknown', IS_UNKNOWN],
  ['date', IS_DATE],
])
const NO_CASES: ReadonlyMap<unknown, Plan> = new Map()

/** Plans of named types, by the function that makes their table, so that types may recur. */
type Named = Map<() => TypeTable, Plan>

export function tableToPlan(table: TypeTable, named: Named = new Map()): Plan {
  if (typeof table === 'string') return newPlan(table, HOW.get(table) ?? BY_TABLE)
  if (table[0] !== 'ref') return fill(newPlan(table, BY_TABLE), named)
  const known = named.get(table[2])
  if (known) return known
  const plan = newPlan(table[2](), BY_TABLE)
  named.set(table[2], plan)
  return fill(plan, named)
}

// All of one shape, so that reading them stays fast.
function newPlan(table: TypeTable, how: number): Plan {
  return {
    how,
    table,
    expected: undefined,
    literal: undefined,
    properties: [],
    faults: undefined,
    find: undefined,
    members: [],
    tag: '',
    tagStep: '',
    tags: '',
    cases: NO_CASES,
  }
}

function fill(plan: Plan, named: Named): Plan {
  const { table } = plan
  if (typeof table === 'string') plan.how = HOW.get(table) ?? BY_TABLE
  else if (table[0] === 'literal') Object.assign(plan, { how: IS_LITERAL, literal: table[1] })
  else if (table[0] === 'object') fillObject(plan, table, named)
  else if (table[0] === 'union') fillUnion(plan, table[1], named)
  else if (table[0] === 'array' && Object.keys(table[2] ?? {}).length === 0) {
    plan.how = IS_ARRAY
    plan.members = [tableToPlan(table[1], named)]
    const { how } = plan.members[0]!
    plan.find = how === IS_STRING ? skipStrings : how === IS_NUMBER ? skipNumbers : table[3]
  }
  return plan
}

function fillObject(plan: Plan, table: ObjectTable, named: Named): void {
  const properties = propertiesOf(table)
  // Index signatures, and names that are to be read as own properties only.
  if (table[2] !== undefined || properties.some(([name]) => name in Object.prototype)) return
  // First, because members may be unions that this object is part of.
  plan.how = IS_OBJECT
  plan.properties = properties.map(([name, member, isOptional]) => {
    const step = keyToStep(name)
    return { name, step, isOptional, plan: tableToPlan(member, named), root: '', path: step }
  })
  plan.faults = table[3]
}

function fillUnion(plan: Plan, tables: readonly TypeTable[], named: Named): void {
  const members = tables.map(table => tableToPlan(table, named))
  const objects = members.filter(({ how }) => how === IS_OBJECT)
  const leaves = members.filter(({ how }) => how > BY_TABLE && how <= IS_ONE_OF)
  if (objects.length + leaves.length < members.length) return
  if (objects.length === 0) Object.assign(plan, { how: IS_ONE_OF, members })
  else if (objects.length === 1) Object.assign(plan, { how: IS_OBJECT_OR, members: [...objects, ...leaves] })
  else if (leaves.length === 0) fillTagged(plan, objects)
}

/** Several properties with literals may contradict each other: that is left to the table. */
function fillTagged(plan: Plan, objects: readonly Plan[]): void {
  const names = objects[0]!.properties.map(({ name }) => name)
  const shared = names.filter(name => objects.every(object => literalsOf(object, name).length > 0))
  const [tag] = shared
  if (tag === undefined || shared.length > 1) return
  const entries = objects.flatMap(object => literalsOf(object, tag).map(value => [value, object] as const))
  const cases = new Map<unknown, Plan>(entries)
  if (cases.size < entries.length) return
  const tags = [...cases.keys()].map(value => JSON.stringify(value)).join(' | ')
  Object.assign(plan, { how: IS_TAGGED, tag, tagStep: keyToStep(tag), tags, cases })
}

function literalsOf(object: Plan, name: string): unknown[] {
  const property = object.properties.find(it => it.name === name)
  if (property === undefined || property.isOptional) return []
  const { plan } = property
  const parts = plan.how === IS_ONE_OF ? plan.members : [plan]
  return parts.every(({ how }) => how === IS_LITERAL) ? parts.map(({ literal }) => literal) : []
}
