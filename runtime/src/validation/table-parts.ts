// A table and a value that is of its kind → the parts of that value, each with the table of its own, out: what deciding
// (table-accepts.ts) and explaining (walk-table.ts) both go through, so that they look at the same places.
import type { TypeTable } from '../compiled-route.ts'
import { own } from './generated-helpers.ts'

/** Where a value stands: 'json' came off the wire (a Date is text), 'native' came from a handler. */
export type ValueDomain = 'json' | 'native'

export type ObjectTable = Extract<TypeTable, readonly ['object', ...unknown[]]>
export type TupleTable = Extract<TypeTable, readonly ['tuple', ...unknown[]]>
export type ItemsTable = Extract<TypeTable, readonly ['array' | 'set' | 'map', ...unknown[]]>
type CompositeKind = 'array' | 'set' | 'map' | 'tuple' | 'object' | 'union' | 'ref'
type CompositeTable = Extract<TypeTable, readonly [CompositeKind, ...unknown[]]>
export type LeafTable = Exclude<TypeTable, CompositeTable>

/** Looks at a part, whose key is an index or a name. False ends the visit. */
export type Visit = (part: unknown, table: TypeTable, key: string | number) => boolean

const COMPOSITE: ReadonlySet<unknown> = new Set(['array', 'set', 'map', 'tuple', 'object', 'union', 'ref'])

export function isLeaf(table: TypeTable): table is LeafTable {
  return typeof table === 'string' || !COMPOSITE.has(table[0])
}

/** Nested unions and named types resolved: the members themselves. */
export function unionMembers(table: TypeTable): TypeTable[] {
  if (typeof table === 'string') return [table]
  if (table[0] === 'ref') return unionMembers(table[2]())
  return table[0] === 'union' ? table[1].flatMap(unionMembers) : [table]
}

/** The elements of an array, Set or Map (as pairs), in whichever form it stands; undefined where the value is none. */
export function itemsOf(
  value: unknown,
  [kind]: ItemsTable,
  domain: ValueDomain,
): readonly unknown[] | undefined {
  if (kind === 'array' || domain === 'json') return Array.isArray(value) ? value : undefined
  const isOne = kind === 'set' ? value instanceof Set : value instanceof Map
  return isOne ? [...(value as Iterable<unknown>)] : undefined
}

/** True if no visit ended it. Those of a Map are pairs. */
export function everyItem(items: readonly unknown[], table: ItemsTable, visit: Visit): boolean {
  const item: TypeTable = table[0] === 'map' ? ['tuple', [table[1], table[2]], 2] : table[1]
  return items.every((value, index) => visit(value, item, index))
}

/** With those that are required and not there. Optional ones may be `undefined`. */
export function everyElement(value: readonly unknown[], table: TupleTable, visit: Visit): boolean {
  const [, items, required] = table
  for (let index = 0; index < Math.max(value.length, required); index++) {
    if (index >= required && index < items.length && value[index] === undefined) continue
    if (!visit(value[index], tupleItem(table, index, value.length), index)) return false
  }
  return true
}

/** The type of one element of a tuple value of that length, which is known to have it. */
export function tupleItem(table: TupleTable, index: number, length: number): TypeTable {
  const [, items, , rest, trailing = []] = table
  if (index < items.length) return items[index]!
  const start = Math.max(items.length, length - trailing.length)
  return index < start ? rest! : trailing[index - start]!
}

/** Listed ones, there or not, and not those that an index signature has besides. Optional ones may be `undefined`. */
export function everyProperty(value: object, table: ObjectTable, visit: Visit): boolean {
  return propertiesOf(table).every(([name, member, isOptional]) => {
    const property = read(value, name)
    return (isOptional && property === undefined) || visit(property, member, name)
  })
}

/** Listed properties: name, type, and whether it may be missing. */
export function propertiesOf(table: ObjectTable): [name: string, member: TypeTable, optional: boolean][] {
  return Object.entries(table[1]).map(([key, member]) => {
    const mark = key.at(-1)
    return [mark === '?' || mark === '!' ? key.slice(0, -1) : key, member, mark === '?']
  })
}

/** What an index signature is about. */
export function indexedMembers(value: object, table: ObjectTable): [string, unknown][] {
  if (table[2] === undefined) return []
  const listed = new Set(propertiesOf(table).map(([name]) => name))
  return Object.entries(value).filter(([key]) => !listed.has(key))
}

/** Names that every object inherits are read as own properties only. */
export function read(value: object, name: string): unknown {
  return name in Object.prototype ? own(value, name) : (value as Record<string, unknown>)[name]
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
