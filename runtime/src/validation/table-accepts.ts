// A value and its type's table → whether the type has the value, out: what generated checks decide, read off the table. It ends at
// the first part that is wrong and makes no text; walk-table.ts goes on, and says of each what is wrong with it.
import type { TypeTable } from '../compiled-route.ts'
import { isBase64, isBytes } from './base64.ts'
import { brokenLimits } from './broken-limits.ts'
import { isDateText, isValidDate } from './generated-helpers.ts'
import {
  everyElement,
  everyItem,
  everyProperty,
  type ItemsTable,
  indexedMembers,
  isLeaf,
  isObject,
  itemsOf,
  type LeafTable,
  type ObjectTable,
  type TupleTable,
  unionMembers,
  type ValueDomain,
} from './table-parts.ts'
import { matchesTemplate } from './templates.ts'
import { isBigIntText, isError, isErrorJson, isRegExpText, isUrlText } from './wire-text.ts'

/** Work bound of one union, in values looked at: members are tried one by one. Beyond it the value counts as matching none. */
export const MAX_PROBES = 100_000

export interface Probe {
  readonly domain: ValueDomain
  /** Values looked at so far. */
  probes: number
  /** What is known of objects, by the named type. Types recur by name: look-alike members would ask again at each level, exponentially often. */
  known?: Map<() => TypeTable, Map<object, boolean>> | undefined
}

export function accepts(value: unknown, table: TypeTable, probe: Probe): boolean {
  if (++probe.probes > MAX_PROBES) return false
  if (isLeaf(table)) return acceptsLeaf(value, table, probe.domain)
  switch (table[0]) {
    case 'ref':
      return acceptsNamed(value, table[2], probe)
    case 'array':
    case 'set':
    case 'map':
      return acceptsItems(value, table, probe)
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

function acceptsNamed(value: unknown, table: () => TypeTable, probe: Probe): boolean {
  if (typeof value !== 'object' || value === null) return accepts(value, table(), probe)
  probe.known ??= new Map()
  let known = probe.known.get(table)
  if (known === undefined) {
    known = new Map()
    probe.known.set(table, known)
  }
  let isAccepted = known.get(value)
  if (isAccepted === undefined) {
    isAccepted = accepts(value, table(), probe)
    // What was cut short tells nothing.
    if (probe.probes <= MAX_PROBES) known.set(value, isAccepted)
  }
  return isAccepted
}

/** An instance of a class that the union has is of that member or of none, and not an object among objects. */
function acceptsUnion(value: unknown, table: TypeTable, probe: Probe): boolean {
  const members = unionMembers(table)
  const kind = probe.domain === 'native' ? instanceKind(value) : undefined
  const own = kind === undefined ? [] : members.filter(member => member === kind || member[0] === kind)
  return (own.length > 0 ? own : members).some(member => accepts(value, member, probe))
}

function instanceKind(value: unknown): string | undefined {
  if (value instanceof Date) return 'date'
  if (value instanceof Map) return 'map'
  if (value instanceof Set) return 'set'
  return value instanceof Error ? 'error' : undefined
}

function acceptsItems(value: unknown, table: ItemsTable, probe: Probe): boolean {
  const items = itemsOf(value, table, probe.domain)
  if (!items) return false
  const counted = table[0] === 'set' ? new Set(items) : items
  const isWithin = table[0] === 'map' || !brokenLimits(counted, table[2])
  return isWithin && everyItem(items, table, (item, type) => accepts(item, type, probe))
}

function acceptsTuple(value: unknown, table: TupleTable, probe: Probe): boolean {
  const [, items, required, rest, trailing = []] = table
  if (!Array.isArray(value) || value.length < required + trailing.length) return false
  if (value.length > items.length && rest === undefined) return false
  return everyElement(value, table, (element, type) => accepts(element, type, probe))
}

function acceptsObject(value: unknown, table: ObjectTable, probe: Probe): boolean {
  return (
    isObject(value) &&
    everyProperty(value, table, (property, type) => accepts(property, type, probe)) &&
    indexedMembers(value, table).every(([, member]) => accepts(member, table[2]!, probe))
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
