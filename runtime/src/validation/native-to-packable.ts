// A handler's value, checked before, → what is packed of it: declared members only, Dates, bigints and bytes as they are.
import type { CompiledOutput, TypeTable } from '../compiled-route.ts'
import { isBytes } from './base64.ts'
import { setOwn } from './generated-helpers.ts'
import { accepts, indexedMembers, type ObjectTable, propertiesOf, read } from './table-accepts.ts'
import { type TypeSet, TypeSets } from './type-sets.ts'
import { errorToJson } from './wire-text.ts'

type Convert = (value: unknown) => unknown

/** How Maps are sent: as such where that is clear, or as arrays of pairs, as in JSON. */
export type MapForm = 'map' | 'pairs'

/** Throws a TypeError for a value of an undeclared type that has no JSON. */
export function nativeToPackable(
  value: unknown,
  output: Pick<CompiledOutput, 'table' | 'packed'>,
  maps: MapForm,
): unknown {
  output.packed ??= { map: undefined, pairs: undefined }
  const prepared = output.packed as Record<MapForm, Convert | undefined>
  prepared[maps] ??= prepare(output.table(), maps)
  return prepared[maps](value)
}

function prepare(table: TypeTable, maps: MapForm): Convert {
  const sets = new TypeSets()
  const set = sets.of([table])
  // Where an object may stand in a Map's place, its reader could not tell which it is.
  const isUnclear = sets.reaches(set, part => part.maps.length > 0 && part.objects.length > 0)
  return new Converters(sets, isUnclear ? 'pairs' : maps).of(set)
}

/** Leaves that are packed as they are. A Date is one where it cannot be meant as an object. */
const AS_IS: ReadonlySet<string> = new Set([
  ...['string', 'number', 'boolean', 'null', 'literal', 'template', 'bigint', 'bigintLiteral', 'date'],
])

function isAsIs({ kinds, lists, maps, objects }: TypeSet): boolean {
  return lists.length + maps.length + objects.length === 0 && [...kinds].every(kind => AS_IS.has(kind))
}

const asIs: Convert = value => value

class Converters {
  readonly #sets: TypeSets
  readonly #maps: MapForm
  readonly #known = new Map<TypeSet, Convert>()

  constructor(sets: TypeSets, maps: MapForm) {
    this.#sets = sets
    this.#maps = maps
  }

  of(set: TypeSet): Convert {
    const known = this.#known.get(set)
    if (known) return known
    // Types may recur: until its converter is there, a set is converted by what will be there.
    let made: Convert | undefined
    this.#known.set(set, value => made!(value))
    made = this.#make(set)
    this.#known.set(set, made)
    return made
  }

  #make(set: TypeSet): Convert {
    if (set.kinds.has('unknown')) return unknownToPackable
    if (isAsIs(set)) return asIs
    const { kinds, lists, maps, objects } = set
    const leaf = leafConverter(set)
    const list = this.#list(set)
    const map = this.#map(set)
    const object = this.#object(set)
    // The one kind of most types, without the questions that unions need.
    if (kinds.size + lists.length + maps.length === 0 && objects.length === 1) return object as Convert
    return value => {
      if (value === undefined) return null
      if (typeof value !== 'object' || value === null) return value
      if (Array.isArray(value) || (value instanceof Set && lists.some(it => it[0] === 'set')))
        return list(value)
      if (value instanceof Map && maps.length > 0) return map(value)
      const converted = leaf(value)
      return converted === undefined ? object(value) : converted
    }
  }

  #list(set: TypeSet): (list: unknown[] | Set<unknown>) => unknown {
    const element = (index: number, length: number) => this.of(this.#sets.element(set, index, length))
    if (set.lists.some(it => it[0] === 'tuple')) {
      return list => Array.from(list, (item, index) => element(index, [...list].length)(item))
    }
    if (set.lists.length === 0) return asIs
    const each = element(0, 1)
    if (each === asIs) return list => (Array.isArray(list) ? list : Array.from(list))
    // Not `Array.from` for arrays: it is many times slower.
    return list => (Array.isArray(list) ? list.map(each) : Array.from(list, each))
  }

  #map(set: TypeSet): (map: Map<unknown, unknown>) => unknown {
    if (set.maps.length === 0) return asIs
    const key = this.of(this.#sets.keyOfMap(set))
    const member = this.of(this.#sets.valueOfMap(set))
    return map => {
      const pairs = Array.from(map, ([k, v]): [unknown, unknown] => [key(k), member(v)])
      return this.#maps === 'map' && pairs.every(([k]) => isMapKey(k)) ? new Map(pairs) : pairs
    }
  }

  #object(set: TypeSet): (value: object) => unknown {
    const { objects } = set
    if (objects.length === 0) return asIs as (value: object) => unknown
    if (objects.length === 1) return this.#members(set, objects[0]!)
    // Only what the members declare that the value is of: another member's property may be a secret here.
    const bySet = new Map<TypeSet, (value: object) => unknown>()
    return value => {
      const own = objects.filter(object => accepts(value, object, { domain: 'native', probes: 0 }))
      if (own.length === 0) throw new TypeError('an object that is of no member of its union cannot be sent')
      const ownSet = this.#sets.of(own)
      let convert = bySet.get(ownSet)
      if (!convert) {
        convert = this.#members(ownSet, ...own)
        bySet.set(ownSet, convert)
      }
      return convert(value)
    }
  }

  /** Copies what is listed, and what an index signature has besides. */
  #members(set: TypeSet, ...objects: readonly ObjectTable[]): (value: object) => unknown {
    const properties = this.#sets.properties(set).map(({ name, set }) => ({ name, convert: this.of(set) }))
    const index = this.#sets.index(set)
    const others = index && this.of(index)
    const listed: ObjectTable = ['object', Object.fromEntries(objects.flatMap(keysOf)), 'unknown']
    return value => {
      const result: Record<string, unknown> = {}
      for (const { name, convert } of properties) {
        const member = read(value, name)
        if (member !== undefined) setOwn(result, name, convert(member))
      }
      if (!others) return result
      for (const [name, member] of indexedMembers(value, listed)) {
        if (member !== undefined) setOwn(result, name, others(member))
      }
      return result
    }
  }
}

function keysOf(object: ObjectTable): [string, TypeTable][] {
  return propertiesOf(object).map(([name, table]) => [/[?!]$/.test(name) ? `${name}!` : name, table])
}

/** Instances that are leaves; undefined of all others. */
function leafConverter({ kinds, leaves }: TypeSet): (value: object) => unknown {
  const bytes = leaves.flatMap(leaf => (typeof leaf !== 'string' && leaf[0] === 'bytes' ? [leaf[1]] : []))
  return value => {
    if (value instanceof Date && kinds.has('date')) return value
    if (value instanceof URL && kinds.has('url')) return value.href
    if (value instanceof RegExp && kinds.has('regexp')) return String(value)
    if (value instanceof Error && kinds.has('error')) return errorToJson(value)
    return bytes.some(name => isBytes(value, name)) ? toBytes(value as ArrayBuffer) : undefined
  }
}

function toBytes(value: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value)
}

/** What every MessagePack library takes for a key. */
function isMapKey(key: unknown): boolean {
  if (typeof key === 'bigint') return BigInt.asIntN(64, key) === key || BigInt.asUintN(64, key) === key
  return typeof key === 'string' || Number.isSafeInteger(key)
}

/** Where nothing is declared, JSON decides what is sent. */
function unknownToPackable(value: unknown): unknown {
  const json: string | undefined = JSON.stringify(value)
  if (value !== undefined && json === undefined)
    throw new TypeError(`a ${typeof value} without a JSON text cannot be sent`)
  return json === undefined ? null : JSON.parse(json)
}
