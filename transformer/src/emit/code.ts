// Names and values in → their text in generated code out: string literals, property reads, keys, conditions.

// Read through `own`, because a value without such a property would otherwise show the one it inherits.
const INHERITED: ReadonlySet<string> = new Set([
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
  'toString',
  'valueOf',
])
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u

/** True of names that every object has without declaring them. */
export function isInherited(name: string): boolean {
  return INHERITED.has(name)
}

export function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text)
}

/** Turns any text into part of an identifier: `Page<User>` → `Page_User`. */
export function toIdentifierPart(text: string): string {
  return text.replace(/[^\p{ID_Continue}$]+/gu, '_').replace(/^_+|_+$/g, '') || '_'
}

/** A literal as JavaScript text, with double quotes. */
export function literal(value: string | number | boolean): string {
  return typeof value === 'number' ? String(value) : jsonText(value)
}

/** Plain data as JavaScript text. Line separators end a line in old parsers, so they are escaped. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

/** A string literal with single quotes. */
export function singleQuoted(text: string): string {
  return `'${literal(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

/** A key of an object literal. `__proto__` must be computed, or it would set the prototype. */
export function objectKey(name: string, quote: (text: string) => string = literal): string {
  if (name === '__proto__') return `[${quote(name)}]`
  return isIdentifier(name) ? name : quote(name)
}

/** `.name` or `["name"]`. */
export function member(name: string): string {
  return isIdentifier(name) ? `.${name}` : `[${literal(name)}]`
}

/** `{ a: 1, b: 2 }`. */
export function objectText(entries: readonly string[]): string {
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}

/** Indents every line after the first. */
export function indentRest(text: string, indent: string): string {
  return text.replaceAll('\n', `\n${indent}`)
}

/** A boolean expression, and how its outermost operator binds, so that parentheses stand only where they are needed. */
export interface Test {
  readonly text: string
  readonly binds: 'tight' | 'and' | 'or'
}

export const ALWAYS: Test = { text: 'true', binds: 'tight' }
export const NEVER: Test = { text: 'false', binds: 'tight' }

export function test(text: string): Test {
  return { text, binds: 'tight' }
}

/** All of the tests, in order. */
export function allOf(tests: readonly Test[]): Test {
  if (tests.some(part => part.text === NEVER.text)) return NEVER
  const parts = tests.filter(part => part.text !== ALWAYS.text)
  if (parts.length <= 1) return parts[0] ?? ALWAYS
  return {
    text: parts.map(part => (part.binds === 'or' ? `(${part.text})` : part.text)).join(' && '),
    binds: 'and',
  }
}

/** Any of the tests, in order. */
export function anyOf(tests: readonly Test[]): Test {
  if (tests.some(part => part.text === ALWAYS.text)) return ALWAYS
  const parts = [...new Map(tests.map(part => [part.text, part])).values()].filter(
    part => part.text !== NEVER.text,
  )
  if (parts.length <= 1) return parts[0] ?? NEVER
  return {
    text: parts.map(part => (part.binds === 'and' ? `(${part.text})` : part.text)).join(' || '),
    binds: 'or',
  }
}

/** The opposite of a test, as text. */
export function not(part: Test): string {
  return part.binds === 'tight' && /^[\w$.]+\(/.test(part.text) ? `!${part.text}` : `!(${part.text})`
}
