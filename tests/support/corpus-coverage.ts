// A type's table in → the kinds, limits, classes and formats in it out; and all that there are, so that none is forgotten.
import type {
  ArrayLimits,
  BytesName,
  NumberLimits,
  StringLimits,
  TemplateHole,
  TypeTable,
} from '../../runtime/src/compiled-route.ts'
import type { StringFormat } from '../../runtime/src/tags.ts'

type KindName = Extract<TypeTable, string> | Exclude<TypeTable, string>[0]
type LimitName = keyof (StringLimits & NumberLimits<number> & ArrayLimits)

// Typed by the vocabularies themselves: what is new in one of them stops this file from compiling.
const KINDS = {
  ...{ string: 1, number: 1, boolean: 1, null: 1, undefined: 1, unknown: 1, never: 1, literal: 1 },
  ...{ bigint: 1, bigintLiteral: 1, date: 1, url: 1, regexp: 1, error: 1, template: 1, bytes: 1 },
  ...{ array: 1, set: 1, map: 1, tuple: 1, object: 1, union: 1, ref: 1 },
} satisfies Record<KindName, 1>
const LIMITS = {
  ...{ minLength: 1, maxLength: 1, pattern: 1, format: 1, minItems: 1, maxItems: 1, uniqueItems: 1 },
  ...{ minimum: 1, maximum: 1, exclusiveMinimum: 1, exclusiveMaximum: 1, multipleOf: 1 },
} satisfies Record<LimitName, 1>
const BYTES = {
  ...{ ArrayBuffer: 1, Uint8Array: 1, Uint8ClampedArray: 1, Int8Array: 1, Uint16Array: 1, Int16Array: 1 },
  ...{ Uint32Array: 1, Int32Array: 1, Float32Array: 1, Float64Array: 1, BigUint64Array: 1, BigInt64Array: 1 },
} satisfies Record<BytesName, 1>
const FORMATS = {
  ...{ date: 1, 'date-time': 1, duration: 1, email: 1, hostname: 1, ipv4: 1, ipv6: 1, 'json-pointer': 1 },
  ...{ regex: 1, 'relative-json-pointer': 1, time: 1, uri: 1, 'uri-reference': 1, url: 1, uuid: 1 },
} satisfies Record<StringFormat, 1>
const HOLES = { string: 1, number: 1, bigint: 1 } satisfies Record<TemplateHole, 1>

/** `kind string`, `limit minLength`, … */
export const EVERYTHING: readonly string[] = [
  ...Object.keys(KINDS).map(name => `kind ${name}`),
  ...Object.keys(LIMITS).map(name => `limit ${name}`),
  ...Object.keys(BYTES).map(name => `bytes ${name}`),
  ...Object.keys(FORMATS).map(name => `format ${name}`),
  ...Object.keys(HOLES).map(name => `hole ${name}`),
]

export function featuresOf(table: TypeTable, known = new Set<string>()): Set<string> {
  if (typeof table === 'string') return known.add(`kind ${table}`)
  known.add(`kind ${table[0]}`)
  const inside = (part: TypeTable | undefined) => part && featuresOf(part, known)
  switch (table[0]) {
    case 'string':
    case 'number':
    case 'bigint':
      return addLimits(table[1], known)
    case 'template':
      for (const hole of table[2]) known.add(`hole ${hole}`)
      return known
    case 'bytes':
      return known.add(`bytes ${table[1]}`)
    case 'array':
    case 'set':
      inside(table[1])
      return addLimits(table[2] ?? {}, known)
    case 'map':
      return featuresOf(table[2], featuresOf(table[1], known))
    case 'tuple':
      for (const part of [...table[1], table[3], ...(table[4] ?? [])]) inside(part)
      return known
    case 'object':
      for (const part of [...Object.values(table[1]), table[2]]) inside(part)
      return known
    case 'union':
      for (const part of table[1]) inside(part)
      return known
    case 'ref':
      // A named type is entered once: it may recur.
      if (!known.has(`type ${table[1]}`)) featuresOf(table[2](), known.add(`type ${table[1]}`))
      return known
    default:
      return known
  }
}

function addLimits(limits: StringLimits | NumberLimits<number | string> | ArrayLimits, known: Set<string>) {
  for (const name of Object.keys(limits)) known.add(`limit ${name}`)
  return 'format' in limits ? known.add(`format ${limits.format}`) : known
}
