// Random types without parts, as people write them, with values of each; and what every random type consists of.
import fc from 'fast-check'
import { BRAND, type Vocabulary } from './judge-values.ts'

/** A type that knows how to write itself and how to make values of itself. */
export interface Term {
  write(scope: Scope): string
  /** Native values. Deeper ones are smaller, so that recursive types end. */
  values(depth: number): fc.Arbitrary<unknown>
}

/** The declarations that one type needs, and the words for values beside it. */
export interface Scope extends Vocabulary {
  readonly declarations: string[]
  readonly enumMembers: Map<string, string>
  readonly names: Set<string>
  branded: boolean
  /** Declares what `text` makes of a name that is free. The same key is the same declaration. */
  declare(name: string, text: (name: string) => string, key?: string): string
}

export function createScope(): Scope {
  const known = new Map<string, string>()
  const declarations: string[] = []
  return {
    ...{ declarations, enumMembers: new Map(), names: new Set(), branded: false },
    declare(base, text, key) {
      const before = key === undefined ? undefined : known.get(key)
      if (before !== undefined) return before
      const name = `${base}${known.size + 1}`
      known.set(key ?? name, name)
      const declaration = text(name)
      declarations.push(`export ${declaration}`)
      return name
    },
  }
}

// Leaves

export function leaf(text: string, values: fc.Arbitrary<unknown>): Term {
  return { write: () => text, values: () => values }
}

const STRINGS = fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('x', 'y', '1', 'one'))
const NUMBERS = fc
  .oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map(value => (value === 0 ? 0 : value))

export const PRIMITIVES = [
  leaf('string', STRINGS),
  leaf('number', NUMBERS),
  leaf('boolean', fc.boolean()),
  leaf('null', fc.constant(null)),
  leaf(
    'unknown',
    fc.jsonValue({ maxDepth: 1 }).map(value => JSON.parse(JSON.stringify(value))),
  ),
]
export const LITERALS = ['"x"', '"y"', '"one"', '1', '2', '-1', '0.5', 'true', 'false', '"a\\"\\u2028"'].map(
  text => leaf(text, fc.constant(JSON.parse(text))),
)

const DATE = leaf('Date', fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }))
const BIGINT = leaf('bigint', fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }))
const BIGINT_LITERALS = [7n, -7n, 10n ** 20n].map(value => leaf(`${value}n`, fc.constant(value)))
const octets = fc.uint8Array({ maxLength: 5 })
const BYTES: Term[] = [
  leaf('Uint8Array', octets),
  leaf(
    'ArrayBuffer',
    octets.map(bytes => bytes.slice().buffer),
  ),
  leaf('Int16Array', fc.int16Array({ maxLength: 3 })),
  leaf(
    'Float64Array',
    fc.float64Array({ maxLength: 3, noNaN: true }).map(array => array.map(value => value || 0)),
  ),
  leaf('BigUint64Array', fc.bigUint64Array({ maxLength: 3 })),
]
const URLS = leaf(
  'URL',
  fc.webUrl({ withQueryParameters: true }).map(text => new URL(text)),
)
const REGEXPS = leaf('RegExp', fc.constantFrom(/x/g, /^[a-z]\/+$/iu, /(?:)/))
const ERRORS = leaf(
  'Error',
  fc
    .tuple(STRINGS, fc.constantFrom('Error', 'TypeError', 'Oops'))
    .map(([message, name]) => Object.assign(new Error(message), { name })),
)

/** A placeholder of a template literal type. */
const hole = (type: string) => `$\{${type}}`

const TEMPLATES = [
  leaf(
    `\`id-${hole('number')}\``,
    NUMBERS.map(value => `id-${value}`),
  ),
  leaf(`\`${hole('bigint')}\``, fc.bigInt({ min: -9n, max: 99n }).map(String)),
  leaf(
    `\`${hole('boolean')}-x\``,
    fc.boolean().map(value => `${value}-x`),
  ),
  leaf(
    `\`${hole('string')}:${hole('string')}\``,
    fc.tuple(STRINGS, STRINGS).map(([a, b]) => `${a}:${b}`),
  ),
  leaf(
    `\`${hole('"x" | "y"')}${hole('number')}\``,
    fc.tuple(fc.constantFrom('x', 'y'), NUMBERS).map(([a, b]) => `${a}${b}`),
  ),
  leaf(
    `\`${hole('number')}px\``,
    NUMBERS.map(value => `${value}px`),
  ),
  leaf('Uppercase<"x" | "one">', fc.constantFrom('X', 'ONE')),
]

const enumTerm: fc.Arbitrary<Term> = fc
  .tuple(fc.nat(9), fc.constantFrom('all', 'member', 'const'))
  .map(([id, use]) => ({
    write(scope) {
      const key = use === 'const' ? 'const ' : ''
      const name = scope.declare(
        'Enum',
        it => `${key}enum ${it} { Zero, Five = 5, Up = "up${id}", Down = "down${id}" }`,
        `enum${id}`,
      )
      scope.enumMembers.set(`up${id}`, `${name}.Up`).set(`down${id}`, `${name}.Down`)
      return use === 'member' ? `${name}.Up | ${name}.Five` : name
    },
    values: () =>
      use === 'member' ? fc.constantFrom(`up${id}`, 5) : fc.constantFrom(0, 5, `up${id}`, `down${id}`),
  }))

const branded: fc.Arbitrary<Term> = fc
  .constantFrom(leaf('string', STRINGS), leaf('number', NUMBERS))
  .map(term => ({
    write(scope) {
      scope.branded = true
      return scope.declare('Id', name => `type ${name} = ${term.write(scope)} & ${BRAND}`)
    },
    values: term.values,
  }))

/** Kinds that JSON has no form of its own for. */
const NATIVE = [DATE, BIGINT, ...BIGINT_LITERALS, ...BYTES, URLS, REGEXPS, ERRORS]

export const SIMPLE = fc.oneof(
  { arbitrary: fc.constantFrom(...PRIMITIVES), weight: 5 },
  { arbitrary: fc.constantFrom(...LITERALS), weight: 2 },
  { arbitrary: fc.constantFrom(...NATIVE), weight: 3 },
  { arbitrary: fc.constantFrom(...TEMPLATES), weight: 2 },
  { arbitrary: enumTerm, weight: 1 },
  { arbitrary: branded, weight: 1 },
)
