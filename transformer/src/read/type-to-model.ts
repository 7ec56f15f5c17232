// A ts.Type in → its TypeNode (model, problems, parts) out, each type once; and the named types met on the way.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import { readArray, readTuple } from './array-to-model.ts'
import { readEnumMembers } from './enum-to-model.ts'
import { platformModel } from './global-types.ts'
import { readWhole } from './intersection-to-model.ts'
import { readMap, readSet } from './map-to-model.ts'
import type { NamedEntry } from './names-to-graph.ts'
import { readObject } from './object-to-model.ts'
import { readSimple } from './simple-to-model.ts'
import { docsOf } from './symbol-to-doc.ts'
import { createNode, rejected, TYPE_LIMITS, type TypeNode, type TypeReader, typeText } from './type-node.ts'
import {
  type DeclaredName,
  declaredName,
  type IsServiceSymbol,
  keyOf,
  recursiveName,
} from './type-to-name.ts'
import { isEnum, readUnion } from './union-to-model.ts'

export interface ProgramTypes extends TypeReader {
  /** Everything that has a name, in the order in which it was met. */
  readonly entries: readonly NamedEntry[]
}

/** A type whose parts are being read, or wait for it. */
interface Reading {
  readonly type: ts.Type
  readonly node: TypeNode
  /** The type that it was met in. */
  readonly parent: Reading | undefined
  /** Where it has a name: given by its declaration, or because it contains itself. */
  entry: NamedEntry | undefined
}

/** `reading` tells the ids of one reader from those of others, where a host keeps what several have read. */
export function createTypeReader(
  compiler: Compiler,
  isServiceSymbol: IsServiceSymbol,
  reading = 0,
): ProgramTypes {
  const prefix = `#${reading}.`
  const { checker } = compiler
  const done = new Map<ts.Type, TypeNode>()
  const open = new Map<ts.Type, Reading>()
  // Named types wait here: a use of one needs only its name, and so no chain of types can exhaust the stack.
  const waiting: Reading[] = []
  const entries: NamedEntry[] = []
  let current: Reading | undefined

  function read(type: ts.Type): TypeNode {
    const node = readPart(type)
    for (let next = waiting.shift(); next; next = waiting.shift()) readParts(next)
    return node
  }

  function readPart(type: ts.Type): TypeNode {
    const known = done.get(type)
    if (known) return known
    const reading = open.get(type)
    if (reading) return reopen(reading)
    const simple = isEnum(compiler, type) ? readEnum(type) : readSimple(compiler, type)
    if (!simple) return readComposite(type)
    done.set(type, simple)
    return simple
  }

  // The type contains itself: from here on it is looked up by name.
  function reopen(reading: Reading): TypeNode {
    reading.entry ??= addEntry(recursiveName(compiler, reading.type, isServiceSymbol))
    reading.node.model = { kind: 'ref', id: reading.entry.id }
    return reading.node
  }

  // A refusal for its place is not kept: elsewhere the same type may fit.
  function readComposite(type: ts.Type): TypeNode {
    const name = declaredName(compiler, type, isServiceSymbol)
    if (name) return readNamed(type, name)
    const message = `is nested more than ${TYPE_LIMITS.depth} levels deep without a name`
    if (open.size >= TYPE_LIMITS.depth) return rejected('type-too-deep', message)
    const reading: Reading = { type, node: createNode({ kind: 'never' }), parent: current, entry: undefined }
    open.set(type, reading)
    readParts(reading)
    open.delete(type)
    done.set(type, reading.node)
    return reading.node
  }

  function readNamed(type: ts.Type, name: DeclaredName): TypeNode {
    if (name.isInstance && nestedInstances(name) >= TYPE_LIMITS.nestedInstantiations) {
      const message = `${typeText(compiler, type)} grows each time it contains itself, so it never ends`
      return rejected('type-too-deep', message)
    }
    const entry = addEntry(name)
    const node = createNode({ kind: 'ref', id: entry.id })
    waiting.push({ type, node, parent: current, entry })
    done.set(type, node)
    return node
  }

  function nestedInstances({ symbol }: DeclaredName): number {
    let count = 0
    for (let outer = current; outer; outer = outer.parent) {
      if ((outer.type.aliasSymbol ?? outer.type.symbol) === symbol) count++
    }
    return count
  }

  function readParts(reading: Reading): void {
    const { node, type } = reading
    const outer = current
    current = reading
    const body = readBody(type)
    current = outer
    node.problems.push(...body.problems)
    node.children.push(...body.children)
    if (body.late) node.late = body.late
    if (reading.entry) reading.entry.model = body.model
    else node.model = body.model
  }

  function readBody(type: ts.Type): TypeNode {
    if (type.isUnion()) return readUnion(reader, type)
    const whole = type.isIntersection() ? readWhole(reader, type) : undefined
    if (whole) return whole
    const platform = platformModel(compiler, type)
    if (platform?.kind === 'map') return readMap(reader, type as ts.TypeReference, platform.readonly)
    if (platform?.kind === 'set') return readSet(reader, type as ts.TypeReference, platform.readonly)
    if (checker.isTupleType(type)) return readTuple(reader, type as ts.TupleTypeReference)
    if (checker.isArrayType(type)) return readArray(reader, type as ts.TypeReference)
    return readObject(reader, type)
  }

  function readEnum(type: ts.UnionType): TypeNode {
    const { model, enumMembers, problems } = readEnumMembers(compiler, type)
    const { symbol } = type
    const entry = addEntry({
      symbol,
      name: symbol.name,
      key: keyOf(compiler, type, isServiceSymbol),
      isInstance: false,
    })
    entry.model = model
    if (enumMembers) entry.enumMembers = enumMembers
    return createNode({ kind: 'ref', id: entry.id }, problems)
  }

  function addEntry({ name, key, symbol }: DeclaredName): NamedEntry {
    const { doc } = symbol ? docsOf(compiler, symbol) : {}
    const entry: NamedEntry = {
      ...{ id: `${prefix}${entries.length}`, name, key, model: { kind: 'never' } },
      ...(doc ? { doc } : {}),
    }
    entries.push(entry)
    return entry
  }

  const lookUp = (id: string) => entries[Number(id.slice(prefix.length))]!.model
  const reader: TypeReader = { compiler, read: readPart, isServiceSymbol, lookUp }
  return { ...reader, read, entries }
}
