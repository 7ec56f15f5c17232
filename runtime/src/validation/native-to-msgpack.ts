// A handler's value, checked before, → MessagePack of it: declared members only, Dates, bigints and bytes as they are.
import type { CompiledOutput, PackedWriter, TypeTable } from '../compiled-route.ts'
import { isBytes } from './base64.ts'
import { accepts } from './table-accepts.ts'
import { indexedMembers, type ObjectTable, propertiesOf, read } from './table-parts.ts'
import { hasObjects, type TypeSet, TypeSets } from './type-sets.ts'
import { errorToJson } from './wire-text.ts'

/** What is written to, with maps and what has no declared type. */
export interface NativeWriter extends PackedWriter {
  map(size: number): void
  /** A map of `size` members at most; `endMap` takes what this returns, and how many there are. */
  startMap(size: number): number
  endMap(start: number, size: number): void
  /** Anything that JSON has. */
  value(value: unknown): void
}

type Write = (value: unknown, writer: NativeWriter) => void

/** How Maps are sent: as such where that is clear, or as arrays of pairs, as in JSON. */
export type MapForm = 'map' | 'pairs'

/** Throws a TypeError for a value of an undeclared type that has no JSON. */
export function writeNative(
  value: unknown,
  output: Pick<CompiledOutput, 'table' | 'packed'>,
  maps: MapForm,
  writer: NativeWriter,
): void {
  output.packed ??= { map: undefined, pairs: undefined }
  const prepared = output.packed as Record<MapForm, Write | undefined>
  prepared[maps] ??= prepare(output.table(), maps)
  prepared[maps](value, writer)
}

function prepare(table: TypeTable, maps: MapForm): Write {
  const sets = new TypeSets()
  const set = sets.of([table])
  // Where an object may stand in a Map's place, its reader could not tell which it is.
  const isUnclear = sets.reaches(set, part => part.maps.length > 0 && hasObjects(part))
  return new Writers(sets, isUnclear ? 'pairs' : maps).of(set)
}

/** Leaves that are written as they are. A Date is one where it cannot be meant as an object. */
const AS_IS: ReadonlySet<string> = new Set([
  ...['string', 'number', 'boolean', 'null', 'literal', 'template', 'bigint', 'bigintLiteral', 'date'],
])

function isAsIs({ kinds, lists, maps, objects }: TypeSet): boolean {
  return lists.length + maps.length + objects.length === 0 && [...kinds].every(kind => AS_IS.has(kind))
}

const asIs: Write = (value, writer) => writer.leaf(value)
/** What is of no declared kind, and was accepted all the same. */
const anything: Write = (value, writer) => writer.value(value)

/** Of most leaves: without a look at what each of them is. */
const BY_KIND: Readonly<Record<string, Write>> = {
  string: (value, writer) => writer.text(value as string),
  template: (value, writer) => writer.text(value as string),
  number: (value, writer) => writer.number(value as number),
  boolean: (value, writer) => writer.boolean(value as boolean),
  date: (value, writer) => writer.date(value as Date),
}

class Writers {
  readonly #sets: TypeSets
  readonly #maps: MapForm
  readonly #known = new Map<TypeSet, Write>()

  constructor(sets: TypeSets, maps: MapForm) {
    this.#sets = sets
    this.#maps = maps
  }

  of(set: TypeSet): Write {
    const known = this.#known.get(set)
    if (known) return known
    // Types may recur: until its writer is there, a set is written by what will be there.
    let made: Write | undefined
    this.#known.set(set, (value, writer) => made!(value, writer))
    made = this.#make(set)
    this.#known.set(set, made)
    return made
  }

  #make(set: TypeSet): Write {
    const { kinds, lists, maps, objects } = set
    if (kinds.has('unknown')) return writeUnknown
    if (isAsIs(set)) {
      const [only, ...others] = kinds
      return (others.length === 0 && BY_KIND[only!]) || asIs
    }
    const leaf = leafWriter(set)
    const list = this.#list(set)
    const map = this.#map(set)
    const object = this.#object(set)
    // The one kind of most types, without the questions that unions need.
    if (kinds.size + lists.length + maps.length === 0 && objects.length === 1) return object as Write
    return (value, writer) => {
      if (typeof value !== 'object' || value === null) writer.leaf(value)
      else if (Array.isArray(value) || (value instanceof Set && lists.some(it => it[0] === 'set')))
        list(value, writer)
      else if (value instanceof Map && maps.length > 0) map(value, writer)
      else if (!leaf(value, writer)) object(value, writer)
    }
  }

  #list(set: TypeSet): (list: unknown[] | Set<unknown>, writer: NativeWriter) => void {
    const { lists } = set
    if (lists.length === 0) return anything
    const element = (index: number, length: number) => this.of(this.#sets.element(set, index, length))
    const each = lists.some(it => it[0] === 'tuple') ? undefined : element(0, 1)
    return (list, writer) => {
      const items = Array.isArray(list) ? list : Array.from(list)
      const { length } = items
      writer.list(length)
      for (let index = 0; index < length; index++) {
        const write = each ?? element(index, length)
        if (items[index] === undefined) writer.nil()
        else write(items[index], writer)
      }
    }
  }

  #map(set: TypeSet): (map: Map<unknown, unknown>, writer: NativeWriter) => void {
    if (set.maps.length === 0) return anything
    const key = this.of(this.#sets.keyOfMap(set))
    const member = this.of(this.#sets.valueOfMap(set))
    return (map, writer) => {
      // As it is now: a getter of what is written may change it, and its size is announced.
      const pairs = Array.from(map)
      const isMap = this.#maps === 'map' && pairs.every(([k]) => isMapKey(k))
      if (isMap) writer.map(pairs.length)
      else writer.list(pairs.length)
      for (const [k, v] of pairs) {
        if (!isMap) writer.list(2)
        key(k, writer)
        if (v === undefined) writer.nil()
        else member(v, writer)
      }
    }
  }

  #object(set: TypeSet): (value: object, writer: NativeWriter) => void {
    const { objects } = set
    if (objects.length === 0) return anything
    if (objects.length === 1) return this.#members(set, objects[0]!)
    // Only what the members declare that the value is of: another member's property may be a secret here.
    const bySet = new Map<TypeSet, (value: object, writer: NativeWriter) => void>()
    return (value, writer) => {
      const own = objects.filter(object => accepts(value, object, { domain: 'native', probes: 0 }))
      if (own.length === 0) throw new TypeError('an object that is of no member of its union cannot be sent')
      const ownSet = this.#sets.of(own)
      let write = bySet.get(ownSet)
      if (!write) {
        write = this.#members(ownSet, ...own)
        bySet.set(ownSet, write)
      }
      write(value, writer)
    }
  }

  /** What is listed, and what an index signature has besides. */
  #members(set: TypeSet, ...objects: readonly ObjectTable[]): (value: object, writer: NativeWriter) => void {
    const properties = this.#sets.properties(set).map(({ name, set }) => ({ name, write: this.of(set) }))
    const index = this.#sets.index(set)
    const others = index && this.of(index)
    const listed: ObjectTable = ['object', Object.fromEntries(objects.flatMap(keysOf)), 'unknown']
    return (value, writer) => {
      const further = others ? Array.from(indexedMembers(value, listed)) : []
      const start = writer.startMap(properties.length + further.length)
      let size = 0
      for (const { name, write } of properties) {
        const member = read(value, name)
        if (member === undefined) continue
        writer.text(name)
        write(member, writer)
        size++
      }
      for (const [name, member] of further) {
        if (member === undefined) continue
        writer.text(name)
        others!(member, writer)
        size++
      }
      writer.endMap(start, size)
    }
  }
}

function keysOf(object: ObjectTable): [string, TypeTable][] {
  return propertiesOf(object).map(([name, table]) => [/[?!]$/.test(name) ? `${name}!` : name, table])
}

/** Writes instances that are leaves; false of all others. */
function leafWriter({ kinds, leaves }: TypeSet): (value: object, writer: NativeWriter) => boolean {
  const bytes = leaves.flatMap(leaf => (typeof leaf !== 'string' && leaf[0] === 'bytes' ? [leaf[1]] : []))
  return (value, writer) => {
    if (value instanceof Date && kinds.has('date')) writer.date(value)
    else if (value instanceof URL && kinds.has('url')) writer.text(value.href)
    else if (value instanceof RegExp && kinds.has('regexp')) writer.text(String(value))
    else if (value instanceof Error && kinds.has('error')) writer.value(errorToJson(value))
    else if (bytes.some(name => isBytes(value, name))) writer.bytes(toBytes(value as ArrayBuffer))
    else return false
    return true
  }
}

function toBytes(value: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value)
}

/** What every MessagePack library takes for a key. Integers of more than 32 bits are floats, which are none. */
function isMapKey(key: unknown): boolean {
  if (typeof key === 'bigint') return BigInt.asIntN(64, key) === key || BigInt.asUintN(64, key) === key
  if (typeof key === 'number') return key === (key | 0) || key === key >>> 0
  return typeof key === 'string'
}

/** Where nothing is declared, JSON decides what is sent. */
function writeUnknown(value: unknown, writer: NativeWriter): void {
  const json: string | undefined = JSON.stringify(value)
  if (value !== undefined && json === undefined)
    throw new TypeError(`a ${typeof value} without a JSON text cannot be sent`)
  writer.value(json === undefined ? null : JSON.parse(json))
}
