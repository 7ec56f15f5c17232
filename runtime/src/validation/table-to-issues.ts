// A value that a compiled check refused, and its type's table → what is wrong with it, place by place.
import type { TypeTable } from '../compiled-route.ts'
import type { Issue } from '../errors.ts'
import { isDateText, isValidDate, own } from './generated-helpers.ts'
import { quote, tableToText, valueToText } from './value-to-text.ts'

/** Where a value stands: 'json' came off the wire (a Date is text), 'native' came from a handler. */
export type ValueDomain = 'json' | 'native'

export interface IssuesOptions {
  readonly domain: ValueDomain
  /** What paths start with: `args`, `result`, `item`. */
  readonly root: string
  readonly maxIssues: number
}

/**
 * Work bound of one union, in values looked at: look-alike recursive members are tried one by one, which can be
 * exponential in depth. Beyond it the value counts as matching none.
 */
const MAX_PROBES = 100_000

/** At least one issue, at most `maxIssues`, in the order of the value. Runs only after a check has failed. */
export function tableToIssues(value: unknown, table: TypeTable, options: IssuesOptions): Issue[] {
  const report: Report = { options, path: [], issues: [], probes: 0 }
  walk(value, table, report)
  if (report.issues.length === 0) addIssue(value, tableToText(table), report)
  return report.issues
}

interface Report {
  readonly options: IssuesOptions
  /** Keys from the root to the value being looked at; joined only for an issue. */
  readonly path: (string | number)[]
  readonly issues: Issue[]
  /** Values that the union being looked at has cost so far. */
  probes: number
}

type ObjectTable = Extract<TypeTable, readonly ['object', ...unknown[]]>
type TupleTable = Extract<TypeTable, readonly ['tuple', ...unknown[]]>

function walk(value: unknown, table: TypeTable, report: Report): void {
  if (report.issues.length >= report.options.maxIssues) return
  if (typeof table === 'string' || table[0] === 'literal') {
    if (!acceptsLeaf(value, table, report.options.domain)) addIssue(value, tableToText(table), report)
    return
  }
  switch (table[0]) {
    case 'ref':
      return walk(value, table[2](), report)
    case 'array':
      if (!Array.isArray(value)) return addIssue(value, tableToText(table), report)
      return value.forEach((item, index) => walkAt(index, item, table[1], report))
    case 'tuple':
      return walkTuple(value, table, report)
    case 'object':
      return walkObject(value, table, report)
    case 'union':
      return walkUnion(value, table, report)
  }
}

function walkAt(key: string | number, value: unknown, table: TypeTable, report: Report): void {
  report.path.push(key)
  walk(value, table, report)
  report.path.pop()
}

function walkTuple(value: unknown, table: TupleTable, report: Report): void {
  const [, items, required, rest] = table
  if (!Array.isArray(value)) return addIssue(value, tableToText(table), report)
  if (value.length > items.length && rest === undefined) {
    return addIssue(value, tableToText(table), report, `an array of ${value.length}`)
  }
  for (let index = 0; index < Math.max(value.length, required); index++) {
    // Beyond the listed items there is a rest: the length was looked at above.
    const item = items[index] ?? (rest as TypeTable)
    if (index >= required && index < items.length && value[index] === undefined) continue
    walkAt(index, value[index], item, report)
  }
}

function walkObject(value: unknown, table: ObjectTable, report: Report): void {
  if (!isObject(value)) return addIssue(value, tableToText(table), report)
  for (const [name, member, optional] of propertiesOf(table)) {
    const property = read(value, name)
    if (!(optional && property === undefined)) walkAt(name, property, member, report)
  }
  for (const [key, member] of indexedMembers(value, table)) walkAt(key, member, table[2] as TypeTable, report)
}

function walkUnion(value: unknown, table: TypeTable, report: Report): void {
  const members = unionMembers(table)
  const picked = pickMember(value, members)
  if (picked !== undefined) return walk(value, picked, report)
  report.probes = 0
  if (!members.some(member => accepts(value, member, report))) addIssue(value, tableToText(table), report)
}

/** The one member that a value must have meant, so that the report can go into it. */
function pickMember(value: unknown, members: readonly TypeTable[]): TypeTable | undefined {
  if (Array.isArray(value)) return only(members.filter(m => m[0] === 'array' || m[0] === 'tuple'))
  if (!isObject(value)) return undefined
  const objects = members.filter((member): member is ObjectTable => member[0] === 'object')
  if (objects.length === 1) return objects[0]
  return only(objects.filter(member => isTagged(value, member, objects)))
}

/** True when a literal property of this member has its value here, and no other member would take that value. */
function isTagged(value: object, member: ObjectTable, members: readonly ObjectTable[]): boolean {
  return propertiesOf(member).some(
    ([name, table]) =>
      isLiteral(table) &&
      acceptsLiteral(read(value, name), table) &&
      members.every(other => other === member || !mayTake(other, name, read(value, name))),
  )
}

function mayTake(member: ObjectTable, name: string, value: unknown): boolean {
  const property = propertiesOf(member).find(entry => entry[0] === name)
  return property === undefined || !isLiteral(property[1]) || acceptsLiteral(value, property[1])
}

function isLiteral(table: TypeTable): boolean {
  return unionMembers(table).every(member => member[0] === 'literal')
}

function acceptsLiteral(value: unknown, table: TypeTable): boolean {
  return unionMembers(table).some(member => member[1] === value)
}

/** Nested unions and named types resolved: the members themselves. */
function unionMembers(table: TypeTable): TypeTable[] {
  if (typeof table === 'string') return [table]
  if (table[0] === 'ref') return unionMembers(table[2]())
  return table[0] === 'union' ? table[1].flatMap(unionMembers) : [table]
}

function accepts(value: unknown, table: TypeTable, report: Report): boolean {
  if (++report.probes > MAX_PROBES) return false
  if (typeof table === 'string' || table[0] === 'literal')
    return acceptsLeaf(value, table, report.options.domain)
  switch (table[0]) {
    case 'ref':
      return accepts(value, table[2](), report)
    case 'array':
      return Array.isArray(value) && value.every(item => accepts(item, table[1], report))
    case 'tuple':
      return acceptsTuple(value, table, report)
    case 'object':
      return acceptsObject(value, table, report)
    case 'union':
      return table[1].some(member => accepts(value, member, report))
    default:
      return false
  }
}

function acceptsTuple(value: unknown, [, items, required, rest]: TupleTable, report: Report): boolean {
  if (!Array.isArray(value) || value.length < required) return false
  if (value.length > items.length && rest === undefined) return false
  return value.every((item, index) => {
    const optional = index >= required && index < items.length
    return (optional && item === undefined) || accepts(item, items[index] ?? (rest as TypeTable), report)
  })
}

function acceptsObject(value: unknown, table: ObjectTable, report: Report): boolean {
  if (!isObject(value)) return false
  return (
    propertiesOf(table).every(([name, member, optional]) => {
      const property = read(value, name)
      return (optional && property === undefined) || accepts(property, member, report)
    }) && indexedMembers(value, table).every(([, member]) => accepts(member, table[2] as TypeTable, report))
  )
}

function acceptsLeaf(value: unknown, table: TypeTable, domain: ValueDomain): boolean {
  switch (table) {
    case 'string':
    case 'boolean':
      return typeof value === table
    case 'number':
      return Number.isFinite(value)
    case 'null':
      return value === null
    case 'undefined':
      return value === undefined
    case 'unknown':
      return true
    case 'date':
      return domain === 'json' ? isDateText(value) : isValidDate(value)
    default:
      return table !== 'never' && table[0] === 'literal' && table[1] === value
  }
}

/** Listed properties: name, type, and whether it may be missing. */
function propertiesOf(table: ObjectTable): [name: string, member: TypeTable, optional: boolean][] {
  return Object.entries(table[1]).map(([key, member]) => {
    const mark = key.at(-1)
    return [mark === '?' || mark === '!' ? key.slice(0, -1) : key, member, mark === '?']
  })
}

function indexedMembers(value: object, table: ObjectTable): [string, unknown][] {
  if (table[2] === undefined) return []
  const listed = new Set(propertiesOf(table).map(([name]) => name))
  return Object.entries(value).filter(([key]) => !listed.has(key))
}

/** Names that every object inherits are read as own properties only. */
function read(value: object, name: string): unknown {
  return name in Object.prototype ? own(value, name) : (value as Record<string, unknown>)[name]
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function only<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined
}

function addIssue(value: unknown, expected: string, report: Report, received = valueToText(value)): void {
  report.issues.push({ path: pathText(report), expected, received })
}

function pathText({ options, path }: Report): string {
  let text = options.root
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`
    else text += /^[A-Za-z_$][\w$]{0,63}$/.test(key) ? `.${key}` : `[${quote(key)}]`
  }
  return text
}
