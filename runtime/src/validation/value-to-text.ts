// A value or a type table → the few words that an issue says about it.
import type { TypeTable } from '../compiled-route.ts'
import { limitsToText } from './broken-limits.ts'
import { escaped } from './text-pieces.ts'

/** Longest piece of a received string or key that an issue repeats, in characters. */
const MAX_QUOTED = 40
/** Longest number, in characters. */
const MAX_DIGITS = 40
/** Most properties of an object that an issue names. */
const MAX_KEYS = 6
const KNOWN_CLASS = /^(?:Date|Map|Set|URL|RegExp|Error|ArrayBuffer|\w+Array)$/

/** A received value, shortened: `"12"`, `null`, `nothing`, `an array`. */
export function valueToText(value: unknown): string {
  // One by one: V8 compares with `typeof` in place, but makes the text of it for a switch.
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return `${value}`
  if (value === undefined) return 'nothing'
  if (typeof value === 'object') return objectToText(value)
  if (typeof value === 'bigint') return bigintToText(value)
  return typeof value === 'function' ? 'a function' : 'a symbol'
}

function bigintToText(value: bigint): string {
  const text = String(value)
  return text.length > MAX_DIGITS ? `${text.slice(0, MAX_DIGITS)}…n` : `${text}n`
}

function objectToText(value: object): string {
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date'
  if (!isPlatformObject(value)) return 'an object'
  const name = classOf(value)
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`
}

/** True of a Date, Map, URL and the like, which are no objects of properties. */
export function isPlatformObject(value: object): boolean {
  return KNOWN_CLASS.test(classOf(value))
}

function classOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1)
}

/** JSON text of a string, cut where it is long. */
export function quote(text: string): string {
  return `"${escaped(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED).toWellFormed()}…` : text)}"`
}

/** The first properties of an object, by which a reader tells it from others: `{ kind, radius }`. */
export function keysToText(keys: readonly string[]): string {
  const shown = keys.slice(0, MAX_KEYS).map(key => (/^[\w$]{1,40}\??$/.test(key) ? key : quote(key)))
  if (keys.length > MAX_KEYS) shown.push('…')
  return shown.length === 0 ? '{}' : `{ ${shown.join(', ')} }`
}

/** What a type accepts, in the notation of TypeScript: `number`, `"fast" | "slow"`, `User`, `string[]`. */
export function tableToText(table: TypeTable, domain: 'json' | 'native'): string {
  const text = (part: TypeTable) => tableToText(part, domain)
  const isJson = domain === 'json'
  const kinds = isJson ? JSON_TEXTS : NATIVE_TEXTS
  if (typeof table === 'string') return kinds[table]
  switch (table[0]) {
    case 'string':
    case 'number':
    case 'bigint':
      return limitsToText(kinds[table[0]], table[1])
    case 'literal':
      return JSON.stringify(table[1])
    case 'bigintLiteral':
      return isJson ? JSON.stringify(table[1]) : `${table[1]}n`
    case 'template':
      return table[3]
    case 'bytes':
      return isJson ? `${table[1]} (base64)` : table[1]
    case 'array':
      return limitsToText(arrayText(table[1], domain), table[2] ?? {})
    case 'set':
      return limitsToText(`Set<${text(table[1])}>${isJson ? ' (array)' : ''}`, table[2] ?? {})
    case 'map':
      return `Map<${text(table[1])}, ${text(table[2])}>${isJson ? ' (array of pairs)' : ''}`
    case 'tuple':
      return tupleToText(table, domain)
    case 'object':
      return 'object'
    case 'union':
      return [...new Set(table[1].map(part => memberToText(part, domain)))].join(' | ')
    case 'ref':
      return table[1]
    default:
      return table satisfies never
  }
}

/** Among others, "object" would not say which. */
function memberToText(table: TypeTable, domain: 'json' | 'native'): string {
  if (typeof table === 'string' || table[0] !== 'object') return tableToText(table, domain)
  const keys = Object.keys(table[1]).map(key => (key.endsWith('!') ? key.slice(0, -1) : key))
  return keys.length === 0 ? 'object' : keysToText(keys)
}

const NATIVE_TEXTS = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
  undefined: 'undefined',
  unknown: 'unknown',
  never: 'nothing',
  bigint: 'bigint',
  date: 'Date',
  url: 'URL',
  regexp: 'RegExp',
  error: 'Error',
} as const

/** With the form in JSON, where that is not the type's own. */
const JSON_TEXTS = {
  ...NATIVE_TEXTS,
  bigint: 'bigint (decimal text)',
  date: 'date (ISO 8601)',
  url: 'absolute URL',
  regexp: 'regular expression (/source/flags)',
  error: 'Error (name and message)',
} as const

function arrayText(item: TypeTable, domain: 'json' | 'native'): string {
  const text = tableToText(item, domain)
  return / /.test(text) && item[0] !== 'tuple' ? `(${text})[]` : `${text}[]`
}

type TupleTable = Extract<TypeTable, readonly ['tuple', ...unknown[]]>

function tupleToText(table: TupleTable, domain: 'json' | 'native'): string {
  const [, items, required, rest, trailing = []] = table
  const texts = items.map((item, index) => `${tableToText(item, domain)}${index < required ? '' : '?'}`)
  if (rest !== undefined) texts.push(`...${arrayText(rest, domain)}`)
  return `[${[...texts, ...trailing.map(item => tableToText(item, domain))].join(', ')}]`
}
