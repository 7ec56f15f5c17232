// A value and its type's table → whether the type has the value: what generated checks decide, read off the table.
import type { TypeTable } from '../compiled-route.ts'
import { isBase64, isBytes } from './base64.ts'
import { brokenLimits } from './broken-limits.ts'
import { isDateText, isValidDate, own } from './generated-helpers.ts'
import { matchesTemplate } from './templates.ts'
import { isBigIntText, isError, isErrorJson, isRegExpText, isUrlText } from './wire-text.ts'

/** Where a value stands: 'json' came off the wire (a Date is text), 'native' came from a handler. */
export type ValueDomain = 'json' | 'native'

/**
 * Work bound of one union, in values looked at: look-alike recursive members are tried one by one, which can be
 * exponential in depth. Beyond it the value counts as matching none.
 */
export const MAX_PROBES = 100_000

export interface Probe {
  readonly domain: ValueDomain
  /** Values looked at so far. */
  probes: number
}

export type ObjectTable = Extract<TypeTable, readonly ['object', ...unknown[]]>
export type TupleTable = Extract<TypeTable, readonly ['tuple', ...unknown[]]>
type CompositeKind = 'array' | 'set' | 'map' | 'tuple' | 'object' | 'union' | 'ref'
export type CompositeTable = Extract<TypeTable, readonly [CompositeKind, ...unknown[]]>
export type LeafTable = Exclude<TypeTable, CompositeTable>

const COMPOSITE: ReadonlySet<unknown> = new Set(['array', 'set', 'map', 'tuple', 'object', 'union', 'ref'])

export function isLeaf(table: TypeTable): table is LeafTable {
  return typeof table === 'string' || !COMPOSITE.has(table[0])
}

export function accepts(value: unknown, table: TypeTable, probe: Probe): boolean {
  if (++probe.probes > MAX_PROBES) return false
  if (isLeaf(table)) return acceptsLeaf(value, table, probe.domain)
  switch (table[0]) {
    case 'ref':
      return accepts(value, table[2](), probe)
    case 'array':
    case 'set':
    case 'map': {
      const items = itemsOf(value, table[0], probe.domain)
      return items !== undefined && acceptsItems(items, table, probe)
    }
    case 'tuple':
      return acceptsTuple(value, table, probe)
    case 'object':
      return acceptsObject(value, table, probe)
    case 'union':
      return acceptsUnion(value, table, probe)
    default:
      return table satisfies never
  }
}

/** An instance of a class that the union has is of that member or of none, and not an object among objects. */
function acceptsUnion(value: unknown, table: TypeTable, probe: Probe): boolean {
  const members = unionMembers(table)
  const kind = probe.domain === 'native' ? instanceKind(value) : undefined
  const own = kind === undefined ? [] : members.filter(member => member === kind || member[0] === kind)
  return (own.length > 0 ? own : members).some(member => accepts(value, member, probe))
}

/** Nested unions and named types resolved: the members themselves. */
export function unionMembers(table: TypeTable): TypeTable[] {
  if (typeof table === 'string') return [table]
  if (table[0] === 'ref') return unionMembers(table[2]())
  return table[0] === 'union' ? table[1].flatMap(unionMembers) : [table]
}

function instanceKind(value: unknown): string | undefined {
  if (value instanceof Date) return 'date'
  if (value instanceof Map) return 'map'
  if (value instanceof Set) return 'set'
  return value instanceof Error ? 'error' : undefined
}

/** The elements of an array, Set or Map (as pairs), in whichever form it stands; undefined where the value is none. */
export function itemsOf(
  value: unknown,
  kind: 'array' | 'set' | 'map',
  domain: ValueDomain,
): readonly unknown[] | undefined {
  if (kind === 'array' || domain === 'json') return Array.isArray(value) ? value : undefined
  const isOne = kind === 'set' ? value instanceof Set : value instanceof Map
  return isOne ? [...(value as Iterable<unknown>)] : undefined
}

type ItemsTable = Extract<CompositeTable, readonly ['array' | 'set' | 'map', ...unknown[]]>

function acceptsItems(items: readonly unknown[], table: ItemsTable, probe: Probe): boolean {
  if (table[0] === 'map') {
    return items.every(
      pair => isPair(pair) && accepts(pair[0], table[1], probe) && accepts(pair[1], table[2], probe),
    )
  }
  const isWithin = !brokenLimits(table[0] === 'set' ? new Set(items) : items, table[2])
  return isWithin && items.every(item => accepts(item, table[1], probe))
}

export function isPair(value: unknown): value is [unknown, unknown] {
  return Array.isArray(value) && value.length === 2
}

function acceptsTuple(value: unknown, table: TupleTable, probe: Probe): boolean {
  const [, items, required, rest, trailing = []] = table
  if (!Array.isArray(value) || value.length < required + trailing.length) return false
  if (value.length > items.length && rest === undefined) return false
  return value.every((item, index) => {
    const optional = index >= required && index < items.length
    return (optional && item === undefined) || accepts(item, tupleItem(table, index, value.length), probe)
  })
}

/** The type of one element of a tuple value of that length, which is known to have it. */
export function tupleItem(table: TupleTable, index: number, length: number): TypeTable {
  const [, items, , rest, trailing = []] = table
  if (index < items.length) return items[index]!
  const start = Math.max(items.length, length - trailing.length)
  return index < start ? rest! : trailing[index - start]!
}

function acceptsObject(value: unknown, table: ObjectTable, probe: Probe): boolean {
  if (!isObject(value)) return false
  return (
    propertiesOf(table).every(([name, member, optional]) => {
      const property = read(value, name)
      return (optional && property === undefined) || accepts(property, member, probe)
    }) && indexedMembers(value, table).every(([, member]) => accepts(member, table[2]!, probe))
  )
}

export function acceptsLeaf(value: unknown, table: LeafTable, domain: ValueDomain): boolean {
  if (typeof table === 'string') return acceptsKind(value, table, domain)
  switch (table[0]) {
    case 'string':
    case 'number':
      return acceptsKind(value, table[0], domain) && !brokenLimits(value, table[1])
    case 'bigint':
      return acceptsKind(value, 'bigint', domain) && !brokenLimits(BigInt(value as string), table[1])
    case 'literal':
      return value === table[1]
    case 'bigintLiteral':
      return value === (domain === 'json' ? table[1] : BigInt(table[1]))
    case 'template':
      return matchesTemplate(value, table[1], table[2])
    case 'bytes':
      return domain === 'json' ? isBase64(value, table[1]) : isBytes(value, table[1])
    default:
      return table satisfies never
  }
}

function acceptsKind(value: unknown, kind: Extract<LeafTable, string>, domain: ValueDomain): boolean {
  const isJson = domain === 'json'
  switch (kind) {
    case 'string':
    case 'boolean':
      return typeof value === kind
    case 'number':
      return Number.isFinite(value)
    case 'bigint':
      return isJson ? isBigIntText(value) : typeof value === 'bigint'
    case 'null':
      return value === null
    case 'undefined':
      return value === undefined
    case 'unknown':
      return true
    case 'never':
      return false
    case 'date':
      return isJson ? isDateText(value) : isValidDate(value)
    case 'url':
      return isJson ? isUrlText(value) : value instanceof URL
    case 'regexp':
      return isJson ? isRegExpText(value) : value instanceof RegExp
    case 'error':
      return isJson ? isErrorJson(value) : isError(value)
    default:
      return kind satisfies never
  }
}

/** Listed properties: name, type, and whether it may be missing. */
export function propertiesOf(table: ObjectTable): [name: string, member: TypeTable, optional: boolean][] {
  return Object.entries(table[1]).map(([key, member]) => {
    const mark = key.at(-1)
    return [mark === '?' || mark === '!' ? key.slice(0, -1) : key, member, mark === '?']
  })
}

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
