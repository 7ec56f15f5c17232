// A value or a type table → the few words that an issue says about it.
import type { TypeTable } from '../compiled-route.ts'

/** Longest piece of a received string or key that an issue repeats, in characters. */
const MAX_QUOTED = 40

/** A received value, shortened: `"12"`, `null`, `nothing`, `an array`. */
export function valueToText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value)
    case 'undefined':
      return 'nothing'
    case 'bigint':
      return `${value}n`
    case 'function':
      return 'a function'
    case 'symbol':
      return 'a symbol'
    case 'object':
      if (value === null) return 'null'
      if (Array.isArray(value)) return 'an array'
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date'
      return 'an object'
    default:
      return String(value)
  }
}

/** JSON text of a string, cut where it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED).toWellFormed()}…` : text)
}

/** What a type accepts, in the notation of TypeScript: `number`, `"fast" | "slow"`, `User`, `string[]`. */
export function tableToText(table: TypeTable): string {
  if (typeof table === 'string') return KIND_TEXTS[table]
  switch (table[0]) {
    case 'literal':
      return JSON.stringify(table[1])
    case 'array':
      return typeof table[1] !== 'string' && table[1][0] === 'union'
        ? `(${tableToText(table[1])})[]`
        : `${tableToText(table[1])}[]`
    case 'tuple':
      return tupleToText(table[1], table[2], table[3])
    case 'object':
      return 'object'
    case 'union':
      return [...new Set(table[1].map(tableToText))].join(' | ')
    case 'ref':
      return table[1]
    default:
      return table[0]
  }
}

const KIND_TEXTS = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
  undefined: 'undefined',
  unknown: 'unknown',
  never: 'nothing',
  bigint: 'bigint',
  date: 'date (ISO 8601)',
  url: 'URL',
  regexp: 'RegExp',
  error: 'Error',
} as const

function tupleToText(items: readonly TypeTable[], required: number, rest: TypeTable | undefined): string {
  const texts = items.map((item, index) => `${tableToText(item)}${index < required ? '' : '?'}`)
  if (rest !== undefined) texts.push(`...${tableToText(['array', rest])}`)
  return `[${texts.join(', ')}]`
}
