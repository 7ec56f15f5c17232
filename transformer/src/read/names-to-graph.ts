// Named types as they were met in → the type graph with unique, stable names, and models that refer to it, out.

import type { NamedType, PropertyModel, TupleItem, TypeGraph, TypeModel } from '../model/type-model.ts'
import { partsOf } from './model-parts.ts'

export interface NamedEntry {
  /** A handle that holds during one analysis. In the graph a type's id is its name. */
  readonly id: string
  /** The wished name. */
  readonly name: string
  /** Sorts the entries by their declarations. Moves with them, where an editor keeps what it has read. */
  key: string
  readonly doc?: string
  model: TypeModel
  enumMembers?: NonNullable<NamedType['enumMembers']>
}

/** Names that the emitted client itself uses, or that would hide a global which its types use. */
const RESERVED_NAMES: readonly string[] = [
  ...['Client', 'createClient', 'createRpcClient', 'routes', 'RpcError', 'RpcStream'],
  ...['CallOptions', 'ClientOptions', 'ClientRoute', 'ClientRoutes'],
  ...[
    'Array',
    'ReadonlyArray',
    'Date',
    'Promise',
    'Record',
    'Partial',
    'Readonly',
    'Pick',
    'Omit',
    'Required',
  ],
  ...['Object', 'Function', 'String', 'Number', 'Boolean', 'Symbol', 'BigInt'],
  ...['Map', 'ReadonlyMap', 'Set', 'ReadonlySet', 'URL', 'RegExp', 'Error'],
  ...[
    'ArrayBuffer',
    'Uint8Array',
    'Uint8ClampedArray',
    'Int8Array',
    'Uint16Array',
    'Int16Array',
    'Uint32Array',
  ],
  ...['Int32Array', 'Float32Array', 'Float64Array', 'BigUint64Array', 'BigInt64Array'],
  ...['Response', 'AsyncIterable', 'Default'],
]

export interface NamedModels {
  readonly types: TypeGraph
  /** The model with the graph's ids. */
  resolve(model: TypeModel): TypeModel
}

/** The types that `roots` reach; what no route uses has no name to defend. An id in `same` stands for the other one. */
export function namesToGraph(
  entries: readonly NamedEntry[],
  roots: readonly TypeModel[],
  same: ReadonlyMap<string, string> = new Map(),
): NamedModels {
  const byId = new Map(entries.map(entry => [entry.id, entry]))
  for (const [id, other] of same) byId.set(id, byId.get(other)!)
  const reached = [...reach(roots, byId)].sort((a, b) => compare(a.key, b.key) || compare(a.name, b.name))
  const names = uniqueNames(reached)
  for (const [id, other] of same) if (names.has(other)) names.set(id, names.get(other)!)
  const resolve = (model: TypeModel) => renameRefs(model, names)
  const types = new Map<string, NamedType>()
  for (const entry of reached) {
    const name = names.get(entry.id)!
    const { doc, enumMembers } = entry
    types.set(name, {
      id: name,
      name,
      ...(doc === undefined ? {} : { doc }),
      model: resolve(entry.model),
      ...(enumMembers ? { enumMembers } : {}),
    })
  }
  return { types: new Map([...types].sort(([a], [b]) => compare(a, b))), resolve }
}

export function reach(roots: readonly TypeModel[], byId: ReadonlyMap<string, NamedEntry>): Set<NamedEntry> {
  const reached = new Set<NamedEntry>()
  const pending = [...roots]
  for (let model = pending.pop(); model; model = pending.pop()) {
    if (model.kind !== 'ref') pending.push(...partsOf(model))
    else {
      const entry = byId.get(model.id)!
      if (!reached.has(entry)) pending.push(entry.model)
      reached.add(entry)
    }
  }
  return reached
}

function uniqueNames(entries: readonly NamedEntry[]): Map<string, string> {
  const taken = new Set(RESERVED_NAMES)
  // A declared name goes before one that a number made: User, User (→ User2), User2 (→ User22 otherwise).
  const names = new Map<string, string>()
  for (const { id, name } of entries) {
    if (taken.has(name)) continue
    taken.add(name)
    names.set(id, name)
  }
  for (const { id, name } of entries) {
    if (names.has(id)) continue
    let number = 2
    while (taken.has(`${name}${number}`)) number++
    taken.add(`${name}${number}`)
    names.set(id, `${name}${number}`)
  }
  return names
}

function renameRefs(model: TypeModel, names: ReadonlyMap<string, string>): TypeModel {
  const rename = (part: TypeModel) => renameRefs(part, names)
  switch (model.kind) {
    case 'ref':
      return { kind: 'ref', id: names.get(model.id)! }
    case 'array':
      return { ...model, item: rename(model.item) }
    case 'set':
      return { ...model, item: rename(model.item) }
    case 'map':
      return { ...model, key: rename(model.key), value: rename(model.value) }
    case 'tuple': {
      const renameItem = (item: TupleItem): TupleItem => ({ ...item, model: rename(item.model) })
      return {
        ...model,
        items: model.items.map(renameItem),
        ...(model.rest ? { rest: rename(model.rest) } : {}),
        ...(model.trailing ? { trailing: model.trailing.map(renameItem) } : {}),
      }
    }
    case 'object': {
      const properties = model.properties.map((it): PropertyModel => ({ ...it, model: rename(it.model) }))
      return { ...model, properties, ...(model.index ? { index: rename(model.index) } : {}) }
    }
    case 'union':
      return { ...model, members: model.members.map(rename) }
    default:
      return model
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
