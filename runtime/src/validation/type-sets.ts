// Tables of the types that a value may have → their members by what tells values apart, named types resolved, each set made once.
import type { TypeTable } from '../compiled-route.ts'
import { type LeafTable, type ObjectTable, propertiesOf, type TupleTable, tupleItem } from './table-parts.ts'

type ArrayTable = Extract<TypeTable, readonly ['array', ...unknown[]]>
type SetTable = Extract<TypeTable, readonly ['set', ...unknown[]]>
type MapTable = Extract<TypeTable, readonly ['map', ...unknown[]]>

export interface TypeSet {
  /** Same members, same key, within the sets of one type. */
  readonly key: string
  /** Names of leaves: `date`, `literal`, … */
  readonly kinds: ReadonlySet<string>
  readonly leaves: readonly LeafTable[]
  readonly lists: readonly (ArrayTable | SetTable | TupleTable)[]
  readonly maps: readonly MapTable[]
  readonly objects: readonly ObjectTable[]
}

/** True where a value may be an object in JSON, as an Error is. What comes as a map is none of its Maps then. */
export function hasObjects({ objects, kinds }: TypeSet): boolean {
  return objects.length > 0 || kinds.has('error')
}

/**
 * Sets of members instead of single ones, because a value that several members may have is converted once, by what any of them has in a
 * place: so the work is linear in the value, whatever the unions.
 */
export class TypeSets {
  readonly #ids = new Map<TypeTable, number>()
  /** Tables of named types by the function that makes them, so that types may recur. */
  readonly #named = new Map<() => TypeTable, TypeTable>()
  readonly #sets = new Map<string, TypeSet>()

  of(tables: readonly TypeTable[]): TypeSet {
    const members = new Set<TypeTable>()
    for (const table of tables) this.#addMembers(table, members)
    const ids = [...members].map(member => this.#idOf(member)).sort((a, b) => a - b)
    const key = ids.join()
    const known = this.#sets.get(key)
    if (known) return known
    const set = toSet(key, members)
    this.#sets.set(key, set)
    return set
  }

  /** The set of an element of a list of that length. Maps in JSON's form are lists of pairs. */
  element({ lists, maps }: TypeSet, index: number, length: number): TypeSet {
    const tables: TypeTable[] = maps.map(map => this.#pairOf(map))
    for (const list of lists) {
      if (list[0] !== 'tuple') tables.push(list[1])
      else if (admitsLength(list, length)) tables.push(tupleItem(list, index, length))
    }
    return this.of(tables)
  }

  keyOfMap({ maps }: TypeSet): TypeSet {
    return this.of(maps.map(map => map[1]))
  }

  valueOfMap({ maps }: TypeSet): TypeSet {
    return this.of(maps.map(map => map[2]))
  }

  /** Every listed property, in the order of declaration. */
  properties({ objects }: TypeSet): { readonly name: string; readonly set: TypeSet }[] {
    const listed = objects.map(object => new Map(propertiesOf(object).map(([name, table]) => [name, table])))
    const names = [...new Set(listed.flatMap(properties => [...properties.keys()]))]
    return names.map(name => {
      const tables = objects.map((object, index) => listed[index]!.get(name) ?? object[2])
      return { name, set: this.of(tables.filter(table => table !== undefined)) }
    })
  }

  /** Of all other properties; undefined where there can be none. */
  index({ objects }: TypeSet): TypeSet | undefined {
    const tables = objects.flatMap(object =>
      object[2] === undefined || object[2] === 'never' ? [] : [object[2]],
    )
    return tables.length === 0 ? undefined : this.of(tables)
  }

  /** True if a value of the set may hold, at any depth, one of a set that `isWanted`. */
  reaches(set: TypeSet, isWanted: (set: TypeSet) => boolean, seen = new Set<TypeSet>()): boolean {
    if (seen.has(set)) return false
    seen.add(set)
    return isWanted(set) || this.#parts(set).some(part => this.reaches(part, isWanted, seen))
  }

  /** What all members have in a place is one set, as it may be for a reader who cannot tell them apart. */
  #parts(set: TypeSet): TypeSet[] {
    const tables: TypeTable[] = [...set.maps.flatMap(map => [map[1], map[2]])]
    for (const list of set.lists) {
      if (list[0] !== 'tuple') tables.push(list[1])
      else tables.push(...list[1], ...(list[3] === undefined ? [] : [list[3]]), ...(list[4] ?? []))
    }
    const index = this.index(set)
    const properties = this.properties(set).map(property => property.set)
    return [this.of(tables), ...properties, ...(index ? [index] : [])]
  }

  #addMembers(table: TypeTable, members: Set<TypeTable>): void {
    if (typeof table === 'string') members.add(table)
    else if (table[0] === 'union') for (const member of table[1]) this.#addMembers(member, members)
    else if (table[0] === 'ref') {
      let target = this.#named.get(table[2])
      if (target === undefined) {
        target = table[2]()
        this.#named.set(table[2], target)
      }
      this.#addMembers(target, members)
    } else members.add(table)
  }

  #idOf(member: TypeTable): number {
    const id = this.#ids.get(member) ?? this.#ids.size
    this.#ids.set(member, id)
    return id
  }

  readonly #pairs = new Map<MapTable, TypeTable>()

  #pairOf(map: MapTable): TypeTable {
    const pair: TypeTable = this.#pairs.get(map) ?? ['tuple', [map[1], map[2]], 2]
    this.#pairs.set(map, pair)
    return pair
  }
}

function admitsLength([, items, required, rest, trailing = []]: TupleTable, length: number): boolean {
  return length >= required + trailing.length && (rest !== undefined || length <= items.length)
}

function toSet(key: string, members: ReadonlySet<TypeTable>): TypeSet {
  const leaves: LeafTable[] = []
  const lists: TypeSet['lists'][number][] = []
  const maps: MapTable[] = []
  const objects: ObjectTable[] = []
  for (const member of members) {
    const kind = typeof member === 'string' ? member : member[0]
    if (kind === 'array' || kind === 'set' || kind === 'tuple') lists.push(member as (typeof lists)[number])
    else if (kind === 'map') maps.push(member as MapTable)
    else if (kind === 'object') objects.push(member as ObjectTable)
    else leaves.push(member as LeafTable)
  }
  const kinds = new Set(leaves.map(leaf => (typeof leaf === 'string' ? leaf : leaf[0])))
  return { key, kinds, leaves, lists, maps, objects }
}
