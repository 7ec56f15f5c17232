// The text of a path or query parameter and its declared type → a JSON-domain value (a Date, bigint or URL stays text).
import type { TextTable } from '../compiled-route.ts'
import { isDateText } from './generated-helpers.ts'
import { isBigIntText, isUrlText } from './wire-text.ts'

// RFC 8259, section 6: no leading zeros, no leading `+`.
const NUMBER_TEXT = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/**
 * Reads text by its declared type. Text that does not fit is returned as it is: validation then fails, and shows what
 * was received.
 */
export function textToValue(text: string, table: TextTable): unknown {
  return readText(text, table) ?? text
}

/**
 * Reads all occurrences of one query parameter. An array takes each of them; where the type is no array there is
 * exactly one, or undefined is returned.
 */
export function textsToValue(texts: readonly string[], table: TextTable): unknown {
  const single = texts.length === 1 ? readText(texts[0]!, table) : undefined
  if (single !== undefined) return single
  const item = arrayItem(table)
  if (item !== undefined) return texts.map(text => textToValue(text, item))
  return texts.length === 1 ? texts[0] : undefined
}

/** The item type, where several texts are acceptable. */
export function arrayItem(table: TextTable): TextTable | undefined {
  if (typeof table === 'string' || table[0] === 'literals') return undefined
  if (table[0] === 'array') return table[1]
  for (const member of table.slice(1) as TextTable[]) {
    const item = arrayItem(member)
    if (item !== undefined) return item
  }
  return undefined
}

/** The value, or undefined when the text does not fit. No text means undefined, so the two cannot be mixed up. */
function readText(text: string, table: TextTable): string | number | boolean | undefined {
  if (typeof table !== 'string') return readComposite(text, table)
  switch (table) {
    case 'string':
      return text
    case 'number':
      return readNumber(text)
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined
    case 'bigint':
      return isBigIntText(text) ? text : undefined
    case 'date':
      return isDateText(text) ? text : undefined
    case 'url':
      return isUrlText(text) ? text : undefined
  }
}

function readComposite(
  text: string,
  table: Exclude<TextTable, string>,
): string | number | boolean | undefined {
  if (table[0] === 'array') return undefined
  if (table[0] === 'literals') {
    return (table.slice(1) as (string | number | boolean)[]).find(literal => String(literal) === text)
  }
  for (const member of table.slice(1) as TextTable[]) {
    const value = readText(text, member)
    if (value !== undefined) return value
  }
  return undefined
}

function readNumber(text: string): number | undefined {
  if (!NUMBER_TEXT.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}
