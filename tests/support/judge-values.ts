// A value in → its exact type in TypeScript's words, values that resemble it, and ways to read it differently, out.
import fc from 'fast-check'

/** What a rendered value may refer to: the declarations of the type that it is compared with. */
export interface Vocabulary {
  /** Values of string enums and the members they belong to: TypeScript knows an enum's strings by name only. */
  readonly enumMembers: ReadonlyMap<string, string>
  /** True where the type has branded primitives, which no plain value is assignable to. */
  readonly branded: boolean
  /** Every property that the type declares anywhere. */
  readonly names: ReadonlySet<string>
}

export const BRAND = "{ readonly __brand: 'Id' }"

/** How a value's type is written: as TypeScript has it, or as `docs/types.md` reads it where that differs. */
export type Reading = 'exact' | 'documented'

/**
 * The type that has this value only. A value that TypeScript's `number` and `Date` hold and JSON does not (NaN, an
 * invalid Date) is written as a symbol, which no number or Date is.
 */
export function valueToType(value: unknown, words: Vocabulary, reading: Reading = 'exact'): string {
  const inner = (part: unknown) => valueToType(part, words, reading)
  switch (typeof value) {
    case 'string':
      return words.enumMembers.get(value) ?? branded(stringLiteral(value), words)
    case 'number':
      return Number.isFinite(value) ? branded(String(value === 0 ? 0 : value), words) : 'symbol'
    case 'bigint':
      return branded(`${value}n`, words)
    case 'object': {
      if (value === null) return 'null'
      if (Array.isArray(value)) return `[${Array.from(value, inner).join(', ')}]`
      const instance = instanceToType(value, inner)
      if (reading === 'exact') return instance ?? objectType(value as Record<string, unknown>, inner)
      return instance
        ? `ReadInstance<${instance}>`
        : `Read<${objectType(value as Record<string, unknown>, inner)}>`
    }
    default:
      return String(value)
  }
}

/**
 * What the documented reading is written in. A missing property is `undefined`, and an instance of a class is an object like
 * any other. The index says what all properties have in common, so that those which are not there do not count as entries.
 */
export function readingTypes({ names }: Vocabulary): string[] {
  const declared = ['never', ...Array.from(names, stringLiteral)].join(' | ')
  return [
    `type Name = ${declared}`,
    'type Read<O> = { [key: string]: O[keyof O] } & { [K in keyof O | Name]: K extends keyof O ? O[K] : undefined }',
    'type ReadInstance<I> = I & { [key: string]: never } & { [K in Name]: undefined }',
  ]
}

/** Line separators are escaped: TypeScript counts a line at each. */
function stringLiteral(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

function branded(literal: string, words: Vocabulary): string {
  return words.branded ? `(${literal} & ${BRAND})` : literal
}

function objectType(value: Record<string, unknown>, inner: (part: unknown) => string): string {
  const entries = Object.entries(value).map(([key, part]) => `${stringLiteral(key)}: ${inner(part)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join('; ')} }`
}

function instanceToType(value: object, inner: (part: unknown) => string): string | undefined {
  const any = (parts: Iterable<unknown>) => [...new Set(Array.from(parts, inner))].join(' | ') || 'never'
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'symbol' : 'Date'
  if (value instanceof Map) return `Map<${any(value.keys())}, ${any(value.values())}>`
  if (value instanceof Set) return `Set<${any(value)}>`
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}<ArrayBuffer>`
  const named = [ArrayBuffer, URL, RegExp, Error].find(type => value instanceof type)
  return named?.name
}

/** True of what JSON brings across as it is. */
export function isPlainJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' || typeof value === 'boolean' || value === null
  if (Array.isArray(value)) return Array.from(value).every(isPlainJson)
  return isPlainObject(value) && Object.values(value).every(isPlainJson)
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

/** True if an object of a class is in it: a Date, a Map, … */
export function holdsInstance(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (!Array.isArray(value) && !isPlainObject(value)) return true
  return Object.values(value).some(holdsInstance)
}

/** As `docs/types.md` has it, with no type at hand: what a client would send that believes in this value. */
export function valueToWire(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return Array.from(value, valueToWire)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (value instanceof Map) return Array.from(value, valueToWire)
  if (value instanceof Set) return Array.from(value, valueToWire)
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('base64')
  if (ArrayBuffer.isView(value))
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
  if (value instanceof URL) return value.href
  if (value instanceof RegExp) return String(value)
  if (value instanceof Error) return { name: value.name, message: value.message }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, valueToWire(part)]))
}

/** Through JSON text. `undefined` stays `undefined`, as an absent body does. */
export function overJson(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}

/** Properties that are `undefined` left out: JSON has none. */
export function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value, withoutUndefined)
  if (value instanceof Map)
    return new Map(Array.from(value, ([key, part]) => [withoutUndefined(key), withoutUndefined(part)]))
  if (value instanceof Set) return new Set(Array.from(value, withoutUndefined))
  if (!isPlainObject(value)) return value
  const entries = Object.entries(value).filter(([, part]) => part !== undefined)
  return Object.fromEntries(entries.map(([key, part]) => [key, withoutUndefined(part)]))
}

// Neighbours

type Key = string | number

/** Parts of a value by key: properties, items, entries of a Map as `[key, value]`, members of a Set. */
function childrenOf(value: object): [Key, unknown][] {
  if (Array.isArray(value)) return Array.from(value, (part, index) => [index, part])
  if (value instanceof Map || value instanceof Set)
    return Array.from<unknown, [Key, unknown]>(value, (part, index) => [index, part])
  return isPlainObject(value) ? Object.entries(value) : []
}

function rebuild(value: object, children: readonly (readonly [Key, unknown])[]): unknown {
  if (Array.isArray(value)) return children.map(([, part]) => part)
  if (value instanceof Map)
    return new Map(children.map(([, part]) => (Array.isArray(part) ? [part[0], part[1]] : [part, part])))
  if (value instanceof Set) return new Set(children.map(([, part]) => part))
  // A key `__proto__` is defined, not assigned.
  return isPlainObject(value) ? Object.fromEntries(children) : value
}

/** A property name that no random type declares. */
export const EXTRA_NAME = 'extra'

const STRANGERS: readonly unknown[] = [
  ...[null, undefined, true, false, 0, 1, 2, -1, 0.5, 1e21, Number.NaN, Number.POSITIVE_INFINITY],
  ...['', 'x', 'y', 'one', 'two', '1', '-1', '01', '1e3', ' 1', '0x1F', '1n', 'id-7', 'true', '2026-05-04'],
  ...[[], {}, [null], ['x'], [1], { a: 1 }, { k: 'x' }, { a: undefined }, { kind: 'one' }],
]
const INSTANCES: readonly unknown[] = [
  ...[new Date(0), new Date(Number.NaN), 0n, 1n, -7n, new Map(), new Map([['k', 1]]), new Set(['x'])],
  ...[new Uint8Array([1, 2]), new Float64Array([0.5]), new ArrayBuffer(2), new URL('https://example.org/')],
  ...[/x/g, new Error('broken')],
]
export const strangers: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: fc.constantFrom(...STRANGERS), weight: 4 },
  { arbitrary: fc.constantFrom(...INSTANCES), weight: 1 },
)

/** The value changed in one place: something else there, a property less or more, an item less or more. */
export function neighbours(value: unknown): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...pathsIn(value)), strangers, fc.constantFrom(...CHANGES))
    .map(([path, stranger, change]) => changeAt(value, path, part => change(part, stranger)))
}

type Change = (part: unknown, stranger: unknown) => unknown

const replace: Change = (_, stranger) => stranger
/** Without one child, which one the stranger decides. */
const drop: Change = (part, stranger) => {
  const children = typeof part === 'object' && part !== null ? childrenOf(part) : []
  if (children.length === 0) return stranger
  const victim = STRANGERS.indexOf(stranger) % children.length
  return rebuild(
    part as object,
    children.filter((_, index) => index !== Math.max(victim, 0)),
  )
}
const add: Change = (part, stranger) => {
  if (typeof part !== 'object' || part === null) return stranger
  return rebuild(part, [...childrenOf(part), [EXTRA_NAME, stranger]])
}
/** The smallest step away from a primitive. */
const nudge: Change = (part, stranger) => {
  if (typeof part === 'string') return part === '' ? 'x' : part.slice(1)
  if (typeof part === 'number') return -part || 1
  if (typeof part === 'boolean') return !part
  return typeof part === 'bigint' ? part + 1n : stranger
}
/** The first number in a text, spelt otherwise: what template literal types take for a number is particular. */
const respell: Change = (part, stranger) => {
  if (typeof part !== 'string') return stranger
  const spelling = SPELLINGS[Math.max(STRANGERS.indexOf(stranger), 0) % SPELLINGS.length]!
  return part.replace(/-?\d+(?:\.\d+)?(?:e[+-]\d+)?/, spelling)
}
const SPELLINGS = [
  '',
  '01',
  '1e3',
  ' 1',
  '0x1F',
  '+1',
  '.5',
  '5.',
  '-0',
  '1_0',
  '1n',
  'Infinity',
  'NaN',
  '--1',
  '0b1',
  '-0x1',
]
const CHANGES = [replace, replace, drop, add, nudge, respell]

function pathsIn(value: unknown): Key[][] {
  if (typeof value !== 'object' || value === null) return [[]]
  return [[], ...childrenOf(value).flatMap(([key, part]) => pathsIn(part).map(path => [key, ...path]))]
}

function changeAt(
  value: unknown,
  [key, ...rest]: readonly Key[],
  change: (part: unknown) => unknown,
): unknown {
  if (key === undefined) return change(value)
  const children = childrenOf(value as object)
  return rebuild(
    value as object,
    children.map(([name, part]) => [name, name === key ? changeAt(part, rest, change) : part]),
  )
}

/** True if everything in `part` is in `whole` too: what decoding left of a value with undeclared properties. */
export function isPartOf(part: unknown, whole: unknown): boolean {
  if (Array.isArray(part)) {
    return (
      Array.isArray(whole) &&
      part.length === whole.length &&
      part.every((item, index) => isPartOf(item, whole[index]))
    )
  }
  if (isPlainObject(part)) {
    if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) return false
    return Object.entries(part).every(([key, item]) =>
      isPartOf(item, (whole as Record<string, unknown>)[key]),
    )
  }
  if (part instanceof Map || part instanceof Set) {
    const [one, other] = [
      Array.from<unknown>(part),
      whole instanceof part.constructor ? Array.from(whole as Iterable<unknown>) : [],
    ]
    return isPartOf(one, other)
  }
  return equalLeaves(part, whole)
}

function equalLeaves(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || one === null) return one === other
  if (typeof other !== 'object' || other === null || one.constructor !== other.constructor) return false
  return JSON.stringify(valueToWire(one)) === JSON.stringify(valueToWire(other))
}
