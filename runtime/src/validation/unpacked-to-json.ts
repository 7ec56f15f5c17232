// A value that came as MessagePack → the JSON value that stands for it, by its declared type. PROTOCOL.md, "MessagePack".
import type { CompiledInput, TypeTable } from '../compiled-route.ts'
import { bytesToBase64 } from './base64.ts'
import { setOwn } from './generated-helpers.ts'
import { type TypeSet, TypeSets } from './type-sets.ts'

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
  readonly #known = new Map<TypeSet, Convert>()

  constructor(sets: TypeSets) {
    this.#sets = sets
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
    const isBytesOnly = kinds.has('bytes') && kinds.size === 1 && lists.length + objects.length === 0
    const isMapOnly = maps.length > 0 && objects.length === 0
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
    let each: Convert | undefined
    return list => {
      for (let index = 0; index < list.length; index++) {
        if (!isUniform) each = this.of(this.#sets.element(set, index, list.length))
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

  #object(set: TypeSet): (value: object) => unknown {
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
