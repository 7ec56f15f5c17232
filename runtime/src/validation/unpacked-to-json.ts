// A value that came as MessagePack → the JSON value that stands for it, by its declared type. PROTOCOL.md, "MessagePack".
import type { CompiledInput, TypeTable } from '../compiled-route.ts'
import { bytesToBase64 } from './base64.ts'
import { own, setOwn } from './generated-helpers.ts'
import { type ObjectTable, propertiesOf, unionMembers } from './table-parts.ts'
import { hasObjects, type TypeSet, TypeSets } from './type-sets.ts'

/** What a reader of MessagePack says of a value: see UnpackedValue of wire/msgpack-to-value.ts. */
export interface Unpacked {
  readonly value: unknown
  readonly isPlain: boolean
  readonly hasMaps: boolean
}

type Convert = (value: unknown) => unknown

/** Prepared once for each type. */
interface Prepared {
  /** For whatever may have come. */
  readonly convert: Convert
  /** False where a value without anything foreign to JSON is JSON already. */
  readonly isTyped: boolean
}

/**
 * Checks and decoders of the input take JSON: so there is one validation for both framings. Where a type holds no more than JSON, and
 * the value neither, it is returned as it is. Otherwise its arrays and objects are changed in place.
 */
export function unpackedToJson(unpacked: Unpacked, input: Pick<CompiledInput, 'table' | 'packed'>): unknown {
  input.packed ??= prepare(input.table())
  const { convert, isTyped } = input.packed as Prepared
  return isTyped || !unpacked.isPlain || unpacked.hasMaps ? convert(unpacked.value) : unpacked.value
}

function prepare(table: TypeTable): Prepared {
  const sets = new TypeSets()
  const set = sets.of([table])
  const isTyped = sets.reaches(set, ({ kinds, maps }) => hasBigint(kinds) || maps.length > 0)
  return { convert: new Converters(sets).of(set), isTyped }
}

function hasBigint(kinds: ReadonlySet<string>): boolean {
  return kinds.has('bigint') || kinds.has('bigintLiteral')
}

class Converters {
  readonly #sets: TypeSets
  readonly #takesBytes: boolean
  readonly #known = new Map<TypeSet, Convert>()
  #ofSome: Converters | undefined

  constructor(sets: TypeSets, takesBytes = true) {
    this.#sets = sets
    this.#takesBytes = takesBytes
  }

  /** For parts of what only some members of a union have: the decoder, which looks at all of them, is given text for bytes. */
  get #narrowed(): Converters {
    this.#ofSome ??= this.#takesBytes ? new Converters(this.#sets, false) : this
    return this.#ofSome
  }

  of(set: TypeSet): Convert {
    let convert = this.#known.get(set)
    if (!convert) {
      convert = this.#make(set)
      this.#known.set(set, convert)
    }
    return convert
  }

  #make(set: TypeSet): Convert {
    const { kinds, leaves, lists, maps, objects } = set
    if (kinds.has('unknown')) return untypedToJson
    const takesBigint = hasBigint(kinds)
    const takesNumber = leaves.some(leaf =>
      typeof leaf === 'string'
        ? leaf === 'number'
        : leaf[0] === 'number' || (leaf[0] === 'literal' && typeof leaf[1] === 'number'),
    )
    const isLeaf = lists.length + maps.length + objects.length === 0
    const isBytesOnly = this.#takesBytes && isLeaf && kinds.has('bytes') && kinds.size === 1
    const isMapOnly = maps.length > 0 && !hasObjects(set)
    const toObject = this.#object(set)
    const toList = this.#list(set)
    const toPairs = this.#pairs(set)
    return value => {
      if (typeof value === 'bigint') return takesBigint ? String(value) : Number(value)
      if (typeof value === 'number')
        return takesBigint && !takesNumber && Number.isSafeInteger(value) ? String(value) : value
      if (typeof value !== 'object' || value === null) return value
      if (Array.isArray(value)) return toList(value)
      if (value instanceof Date) return value.toISOString()
      // Where nothing else is declared, the check and the decoder take bytes as they are.
      if (value instanceof Uint8Array) return isBytesOnly ? value : bytesToBase64(value)
      return isMapOnly ? toPairs(value) : toObject(value)
    }
  }

  /** Elements are looked up by their place only where there is a tuple. */
  #list(set: TypeSet): (list: unknown[]) => unknown[] {
    const isUniform = !set.lists.some(list => list[0] === 'tuple')
    const converters = set.lists.length > 1 ? this.#narrowed : this
    let each: Convert | undefined
    return list => {
      for (let index = 0; index < list.length; index++) {
        if (!isUniform) each = converters.of(this.#sets.element(set, index, list.length))
        else each ??= this.of(this.#sets.element(set, 0, 1))
        list[index] = each(list[index])
      }
      return list
    }
  }

  #pairs(set: TypeSet): (value: object) => unknown[] {
    let key: Convert | undefined
    let member: Convert | undefined
    return value => {
      key ??= this.of(this.#sets.keyOfMap(set))
      member ??= this.of(this.#sets.valueOfMap(set))
      const pairs: unknown[] = []
      for (const [k, v] of entriesOf(value)) pairs.push([key(k), member(v)])
      return pairs
    }
  }

  /** Of several objects, those that no literal in the value rules out: elsewhere a name may be of another type. */
  #object(set: TypeSet): (value: object) => unknown {
    const literals = set.objects.length > 1 ? set.objects.map(literalsOf) : []
    if (literals.every(({ length }) => length === 0)) return this.#members(set)
    const bySet = new Map<TypeSet, (value: object) => unknown>()
    return value => {
      const read = (name: string) => {
        const member = value instanceof Map ? value.get(name) : own(value, name)
        return typeof member === 'bigint' ? Number(member) : member
      }
      const left = set.objects.filter((_, index) =>
        literals[index]!.every(([name, values]) => values.has(read(name))),
      )
      const leftSet = left.length === 0 ? set : this.#sets.of(left)
      let convert = bySet.get(leftSet)
      if (!convert) {
        convert = (leftSet === set ? this : this.#narrowed).#members(leftSet)
        bySet.set(leftSet, convert)
      }
      return convert(value)
    }
  }

  #members(set: TypeSet): (value: object) => unknown {
    let members: Map<string, Convert> | undefined
    let others: Convert | undefined
    return value => {
      if (!members) {
        members = new Map(this.#sets.properties(set).map(({ name, set }) => [name, this.of(set)]))
        const index = this.#sets.index(set)
        others = index ? this.of(index) : untypedToJson
      }
      const result: Record<string, unknown> = value instanceof Map ? {} : (value as Record<string, unknown>)
      for (const [key, member] of entriesOf(value)) {
        const name = String(key)
        setOwn(result, name, (members.get(name) ?? others!)(member))
      }
      return result
    }
  }
}

/** Properties that are required to be one of some literals. */
function literalsOf(object: ObjectTable): [name: string, values: ReadonlySet<unknown>][] {
  return propertiesOf(object).flatMap(([name, table, isOptional]) => {
    const members = unionMembers(table)
    const values = members.flatMap(it => (typeof it !== 'string' && it[0] === 'literal' ? [it[1]] : []))
    return isOptional || values.length < members.length ? [] : [[name, new Set(values)]]
  })
}

function entriesOf(value: object): Iterable<[unknown, unknown]> {
  return value instanceof Map ? value : Object.entries(value)
}

/** Where nothing is declared, every value is what it would be in JSON, and a 64-bit integer is a number. */
export function untypedToJson(value: unknown): unknown {
  return mapUnpacked(value, leaf => {
    if (typeof leaf === 'bigint') return Number(leaf)
    return leaf instanceof Date ? leaf.toISOString() : bytesToBase64(leaf)
  })
}

/** Maps as objects, and all that JSON has no form for as `mapLeaf` says. Arrays and objects are changed in place. */
export function mapUnpacked(
  value: unknown,
  mapLeaf: (value: bigint | Date | Uint8Array) => unknown,
): unknown {
  if (typeof value === 'bigint') return mapLeaf(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) value[index] = mapUnpacked(value[index], mapLeaf)
    return value
  }
  if (value instanceof Date || value instanceof Uint8Array) return mapLeaf(value)
  const result: Record<string, unknown> = value instanceof Map ? {} : (value as Record<string, unknown>)
  for (const [key, member] of entriesOf(value)) setOwn(result, String(key), mapUnpacked(member, mapLeaf))
  return result
}
