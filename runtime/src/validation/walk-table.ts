// A value and its type's table, of whichever kind → what is wrong with it, place by place, added to a report. Nothing is prepared: for
// what is rare (plans, table-to-issues.ts, are for the rest). Whether it is right at all is asked of table-accepts.ts, which is quicker.
import type { TypeTable } from '../compiled-route.ts'
import { brokenLimits, count, countOf, type Limits, limitsToText } from './broken-limits.ts'
import { firstEqualItems } from './constraints.ts'
import { addIssue, addIssueAt, enter, isFull, keyToStep, leave, type Report } from './report.ts'
import { accepts, acceptsLeaf } from './table-accepts.ts'
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
  propertiesOf,
  read,
  type TupleTable,
  unionMembers,
  type ValueDomain,
} from './table-parts.ts'
import { isPlatformObject, keysToText, tableToText, valueToText } from './value-to-text.ts'

export function walk(value: unknown, table: TypeTable, report: Report): void {
  if (isFull(report)) return
  if (isLeaf(table)) return walkLeaf(value, table, report)
  switch (table[0]) {
    case 'ref':
      return walk(value, table[2](), report)
    case 'array':
    case 'set':
    case 'map':
      return walkItems(value, table, report)
    case 'tuple':
      return walkTuple(value, table, report)
    case 'object':
      return walkObject(value, table, report)
    case 'union':
      return walkUnion(value, table, report)
    default:
      return table satisfies never
  }
}

function walkLeaf(value: unknown, table: LeafTable, report: Report): void {
  if (acceptsLeaf(value, table, report.domain)) return
  const [kind, limits] = table as readonly [LeafTable & string, Limits]
  const isLimited = typeof table !== 'string' && ['string', 'number', 'bigint'].includes(kind)
  if (!isLimited || !acceptsLeaf(value, kind, report.domain))
    return addIssue(value, tableToText(table, report.domain), report)
  // Only what is wrong with it: the rest of the limits is no news.
  const broken = brokenLimits(kind === 'bigint' ? BigInt(value as string) : value, limits)
  addIssue(value, limitsToText(kind, broken ?? limits), report)
}

function walkItems(value: unknown, table: ItemsTable, report: Report): void {
  const items = itemsOf(value, table, report.domain)
  if (!items) return addIssue(value, tableToText(table, report.domain), report)
  if (table[0] !== 'map') walkLimits(table[0] === 'set' ? new Set(items) : items, table[2], report)
  everyItem(items, table, (item, type, index) => {
    if (table[0] !== 'map' || isPair(item)) return walkAt(index, item, type, report)
    refusePair(index as number, item, type, report)
    return true
  })
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2
}

function refusePair(index: number, pair: unknown, type: TypeTable, report: Report): void {
  const received = Array.isArray(pair) ? `an array of ${pair.length}` : valueToText(pair)
  addIssueAt(index, pair, tableToText(type, report.domain), report, received)
}

function walkLimits(items: Iterable<unknown>, limits: Limits | undefined, report: Report): void {
  const { uniqueItems, ...counts } = brokenLimits(items, limits) ?? {}
  if (Object.keys(counts).length > 0) {
    const expected = limitsToText('', counts).replace(/^ with /, '')
    addIssue(items, expected, report, count(countOf(items), 'item'))
  }
  if (uniqueItems) {
    const equal = firstEqualItems(items)?.join(' and ')
    addIssue(items, limitsToText('', { uniqueItems }).replace(/^ with /, ''), report, `equal items ${equal}`)
  }
}

/** False once there is no room for a further issue. */
function walkAt(key: string | number, value: unknown, table: TypeTable, report: Report): boolean {
  enter(typeof key === 'string' ? keyToStep(key) : key, report)
  walk(value, table, report)
  leave(report)
  return !isFull(report)
}

function walkTuple(value: unknown, table: TupleTable, report: Report): void {
  const [, items, required, rest, trailing = []] = table
  if (!Array.isArray(value)) return addIssue(value, tableToText(table, report.domain), report)
  const isTooLong = value.length > items.length && rest === undefined
  // An element that may be `undefined` must be there all the same.
  const isTooShort =
    (trailing.length > 0 && value.length < required + trailing.length) ||
    items.slice(value.length, required).some(item => accepts(undefined, item, report))
  if (isTooLong || isTooShort) {
    return addIssue(value, tableToText(table, report.domain), report, `an array of ${value.length}`)
  }
  everyElement(value, table, (element, type, index) => walkAt(index, element, type, report))
}

function walkObject(value: unknown, table: ObjectTable, report: Report): void {
  if (!isObject(value)) return addIssue(value, tableToText(table, report.domain), report)
  everyProperty(value, table, (property, type, name) => walkAt(name, property, type, report))
  for (const [key, member] of indexedMembers(value, table)) {
    if (table[2] === 'never') addIssueAt(key, member, 'no such property', report)
    else walkAt(key, member, table[2]!, report)
  }
}

function walkUnion(value: unknown, table: TypeTable, report: Report): void {
  const members = unionMembers(table)
  const picked = pickMember(value, members, report.domain)
  report.probes = 0
  // A Date, say, is an object for the one object type beside it.
  const others = picked === undefined ? members : members.filter(it => it !== picked && it[0] !== 'object')
  if (accepts(value, ['union', others], report)) return
  if (picked !== undefined) return walk(value, picked, report)
  const tag = isObject(value) ? wrongTag(value, members) : undefined
  if (tag) return addIssueAt(tag.name, tag.value, tag.expected, report)
  const closest = isObject(value) ? closestMember(value, members) : undefined
  if (closest) return walk(value, closest, report)
  const received = isObject(value) && !isPlatformObject(value) ? keysToText(Object.keys(value)) : undefined
  addIssue(value, tableToText(table, report.domain), report, received)
}

/** The one object type that shares the most properties with the value. */
function closestMember(value: object, members: readonly TypeTable[]): ObjectTable | undefined {
  const objects = members.filter((member): member is ObjectTable => member[0] === 'object')
  const counts = objects.map(
    object => propertiesOf(object).filter(([name]) => Object.hasOwn(value, name)).length,
  )
  const most = Math.max(0, ...counts)
  return most === 0 ? undefined : only(objects.filter((_, index) => counts[index] === most))
}

/** A property by whose literals all object members are told apart, and whose value is none of these. */
function wrongTag(value: object, members: readonly TypeTable[]) {
  const objects = members.filter((member): member is ObjectTable => member[0] === 'object')
  if (objects.length < 2 || members.includes('error')) return undefined
  for (const [name] of propertiesOf(objects[0]!)) {
    const literals = objects.map(object =>
      propertiesOf(object).find(it => it[0] === name && isLiteral(it[1])),
    )
    const tag = read(value, name)
    if (literals.some(it => !it || it[2] || takesLiteral(tag, it[1]))) continue
    const texts = literals.flatMap(it => unionMembers(it![1])).map(it => JSON.stringify(it[1]))
    return { name, value: tag, expected: [...new Set(texts)].join(' | ') }
  }
  return undefined
}

/** The one member that a value must have meant, so that the report can go into it. */
function pickMember(
  value: unknown,
  members: readonly TypeTable[],
  domain: ValueDomain,
): TypeTable | undefined {
  if (Array.isArray(value)) {
    const lists = members.filter(({ 0: kind }) => kind === 'array' || kind === 'tuple')
    const collections = members.filter(({ 0: kind }) => kind === 'map' || kind === 'set')
    return only(domain === 'json' ? [...lists, ...collections] : lists)
  }
  if (value instanceof Map) return only(members.filter(member => member[0] === 'map'))
  if (value instanceof Set) return only(members.filter(member => member[0] === 'set'))
  if (!isObject(value) || isPlatformObject(value)) return undefined
  const objects = members.filter((member): member is ObjectTable => member[0] === 'object')
  if (objects.length === 1) return objects[0]
  return only(objects.filter(member => isTagged(value, member, objects)))
}

/** True when a literal property of this member has its value here, and no other member would take that value. */
function isTagged(value: object, member: ObjectTable, members: readonly ObjectTable[]): boolean {
  return propertiesOf(member).some(
    ([name, table]) =>
      isLiteral(table) &&
      takesLiteral(read(value, name), table) &&
      members.every(other => other === member || !mayTake(other, name, read(value, name))),
  )
}

function mayTake(member: ObjectTable, name: string, value: unknown): boolean {
  const property = propertiesOf(member).find(entry => entry[0] === name)
  return property === undefined || !isLiteral(property[1]) || takesLiteral(value, property[1])
}

function isLiteral(table: TypeTable): boolean {
  return unionMembers(table).every(member => member[0] === 'literal')
}

function takesLiteral(value: unknown, table: TypeTable): boolean {
  return unionMembers(table).some(member => member[1] === value)
}

function only<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined
}
