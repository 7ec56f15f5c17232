// A value or a type table → the few words that an issue says about it.
import type { TypeTable } from '../compiled-route.ts'
import { limitsToText } from './broken-limits.ts'

/** Longest piece of a received string or key that an issue repeats, in characters. */
const MAX_QUOTED = 40
/** Longest number, in characters. */
const MAX_DIGITS = 40
const KNOWN_CLASS = /^(?:Map|Set|URL|RegExp|Error|ArrayBuffer|\w+Array)$/

/** A received value, shortened: `"12"`, `null`, `nothing`, `an array`. */
export function valueToText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value)
    case 'undefined':
      return 'nothing'
    case 'bigint': {
      const text = String(value)
      return text.length > MAX_DIGITS ? `${text.slice(0, MAX_DIGITS)}…n` : `${text}n`
    }
    case 'function':
      return 'a function'
    case 'symbol':
      return 'a symbol'
    case 'object':
      return value === null ? 'null' : objectToText(value)
    default:
      return String(value)
  }
}

function objectToText(value: object): string {
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date'
  const name = Object.prototype.toString.call(value).slice(8, -1)
  if (!KNOWN_CLASS.test(name)) return 'an object'
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`
}

/** Characters that JSON writes as they are. */
const PLAIN = /^[ !#-[\]-~]*$/

/** JSON text of a string, cut where it is long. */
export function quote(text: string): string {
  if (text.length <= MAX_QUOTED && PLAIN.test(text)) return `"${text}"`
  return JSON.stringify(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED).toWellFormed()}…` : text)
}

/** What a type accepts, in the notation of TypeScript: `number`, `"fast" | "slow"`, `User`, `string[]`. */
export function tableToText(table: TypeTable): string {
  if (typeof table === 'string') return KIND_TEXTS[table]
  switch (table[0]) {
    case 'string':
    case 'number':
    case 'bigint':
      return limitsToText(KIND_TEXTS[table[0]], table[1])
    case 'literal':
      return JSON.stringify(table[1])
    case 'bigintLiteral':
      return `${table[1]}n (decimal text)`
    case 'template':
      return table[3]
    case 'bytes':
      return `${table[1]} (base64)`
    case 'array':
      return limitsToText(arrayText(table[1]), table[2] ?? {})
    case 'set':
      return limitsToText(`Set<${tableToText(table[1])}> (array)`, table[2] ?? {})
    case 'map':
      return `Map<${tableToText(table[1])}, ${tableToText(table[2])}> (array of pairs)`
    case 'tuple':
      return tupleToText(table)
    case 'object':
      return 'object'
    case 'union':
      return [...new Set(table[1].map(tableToText))].join(' | ')
    case 'ref':
      return table[1]
    default:
      return table satisfies never
  }
}

/** With the form in JSON, where that is not the type's own. */
const KIND_TEXTS = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
  undefined: 'undefined',
  unknown: 'unknown',
  never: 'nothing',
  bigint: 'bigint (decimal text)',
  date: 'date (ISO 8601)',
  url: 'absolute URL',
  regexp: 'regular expression (/source/flags)',
  error: 'Error (name and message)',
} as const

function arrayText(item: TypeTable): string {
  const text = tableToText(item)
  return / /.test(text) && item[0] !== 'tuple' ? `(${text})[]` : `${text}[]`
}

function tupleToText([, items, required, rest, trailing = []]: Extract<
  TypeTable,
  readonly ['tuple', ...unknown[]]
>): string {
  const texts = items.map((item, index) => `${tableToText(item)}${index < required ? '' : '?'}`)
  if (rest !== undefined) texts.push(`...${arrayText(rest)}`)
  return `[${[...texts, ...trailing.map(tableToText)].join(', ')}]`
}
