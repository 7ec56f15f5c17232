// A ts.Type in → its TypeNode (model, problems, parts) out, each type once; and the named types met on the way.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import { readArray, readTuple } from './array-to-model.ts'
import { readEnumMembers } from './enum-to-model.ts'
import { isDate, platformProblem, wellKnownMember } from './global-types.ts'
import type { NamedEntry } from './names-to-graph.ts'
import { readObject } from './object-to-model.ts'
import { docOf } from './symbol-to-doc.ts'
import {
  createNode,
  problem,
  rejected,
  TYPE_LIMITS,
  type TypeNode,
  type TypeReader,
  typeText,
} from './type-node.ts'
import { type DeclaredName, declaredName, type IsServiceSymbol, recursiveName } from './type-to-name.ts'
import { isEnum, readUnion } from './union-to-model.ts'

export interface ProgramTypes extends TypeReader {
  /** Everything that has a name, in the order in which it was met. */
  readonly entries: readonly NamedEntry[]
}

interface Reading {
  readonly node: TypeNode
  /** What names its declaration, so that a generic that nests itself is seen. */
  readonly origin: ts.Symbol | undefined
  entry: NamedEntry | undefined
}

export function createTypeReader(compiler: Compiler, isServiceSymbol: IsServiceSymbol): ProgramTypes {
  const { checker } = compiler
  const done = new Map<ts.Type, TypeNode>()
  const open = new Map<ts.Type, Reading>()
  const entries: NamedEntry[] = []

  function addEntry(name: DeclaredName): NamedEntry {
    const doc = name.symbol && docOf(compiler, name.symbol)
    const entry: NamedEntry = {
      id: `#${entries.length}`,
      name: name.name,
      key: name.key,
      ...(doc ? { doc } : {}),
      model: { kind: 'never' },
    }
    entries.push(entry)
    return entry
  }

  function read(type: ts.Type): TypeNode {
    const known = done.get(type)
    if (known) return known
    const reading = open.get(type)
    if (reading) return reopen(type, reading)
    if (isEnum(compiler, type)) return readEnum(type)
    const node = readSimple(compiler, type) ?? readComposite(type)
    done.set(type, node)
    return node
  }

  // The type contains itself: from here on it is looked up by name.
  function reopen(type: ts.Type, reading: Reading): TypeNode {
    reading.entry ??= addEntry(recursiveName(compiler, type, isServiceSymbol))
    reading.node.model = { kind: 'ref', id: reading.entry.id }
    return reading.node
  }

  function readComposite(type: ts.Type): TypeNode {
    const tooDeep = depthProblem(type)
    if (tooDeep) return rejected('type-too-deep', tooDeep)
    const name = declaredName(compiler, type, isServiceSymbol)
    const node = createNode({ kind: 'never' })
    const reading: Reading = { node, origin: name?.symbol ?? type.symbol, entry: undefined }
    if (name) {
      reading.entry = addEntry(name)
      node.model = { kind: 'ref', id: reading.entry.id }
    }
    open.set(type, reading)
    const body = readBody(type)
    open.delete(type)
    node.problems.push(...body.problems)
    node.children.push(...body.children)
    if (body.late) node.late = body.late
    if (reading.entry) reading.entry.model = body.model
    else node.model = body.model
    return node
  }

  function depthProblem(type: ts.Type): string | undefined {
    if (open.size >= TYPE_LIMITS.depth) return `is nested more than ${TYPE_LIMITS.depth} levels deep`
    const origin = type.aliasSymbol ?? type.symbol
    if (!origin || origin.name.startsWith('__')) return undefined
    let nested = 0
    for (const reading of open.values()) if (reading.origin === origin) nested++
    if (nested < TYPE_LIMITS.nestedInstantiations || checker.isArrayType(type)) return undefined
    return `${typeText(compiler, type)} grows each time it contains itself, so it never ends`
  }

  function readBody(type: ts.Type): TypeNode {
    if (type.isUnion()) return readUnion(reader, type)
    if (type.isIntersection()) {
      const part = type.types.find(it => isWhole(compiler, it))
      if (part) return read(part)
    }
    if (checker.isTupleType(type)) return readTuple(reader, type as ts.TupleTypeReference)
    if (checker.isArrayType(type)) return readArray(reader, type as ts.TypeReference)
    return readObject(reader, type)
  }

  function readEnum(type: ts.UnionType): TypeNode {
    const known = done.get(type)
    if (known) return known
    const entry = addEntry({ symbol: type.symbol, name: type.symbol.name, key: enumKey(type.symbol) })
    const { model, enumMembers, problems } = readEnumMembers(compiler, type)
    Object.assign(entry, { model, enumMembers })
    const node = createNode({ kind: 'ref', id: entry.id }, problems)
    done.set(type, node)
    return node
  }

  const lookUp = (id: string) => entries[Number(id.slice(1))]!.model
  const reader: ProgramTypes = { compiler, read, isServiceSymbol, entries, lookUp }
  return reader
}

function enumKey(symbol: ts.Symbol): string {
  const declaration = symbol.declarations?.[0]
  return declaration
    ? `${declaration.getSourceFile().fileName}:${String(declaration.pos).padStart(9, '0')}`
    : ''
}

// In an intersection, what is not an object brings its own form; the rest is a brand. `string & { __brand: 'Id' }`
function isWhole(compiler: Compiler, type: ts.Type): boolean {
  const { ts, checker } = compiler
  const primitive =
    ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike | ts.TypeFlags.BigIntLike
  if ((type.flags & (primitive | ts.TypeFlags.TypeParameter)) !== 0) return true
  return checker.isArrayType(type) || checker.isTupleType(type) || isDate(compiler, type)
}

/** Types without parts, and those that are refused as they stand. */
function readSimple(compiler: Compiler, type: ts.Type): TypeNode | undefined {
  const { TypeFlags } = compiler.ts
  const { flags } = type
  const is = (mask: ts.TypeFlags) => (flags & mask) !== 0
  if (is(TypeFlags.Any)) return createNode({ kind: 'any' }, [ANY])
  if (is(TypeFlags.Unknown)) return createNode({ kind: 'unknown' })
  if (type.isStringLiteral()) return createNode({ kind: 'literal', value: type.value })
  if (type.isNumberLiteral()) return readNumberLiteral(type.value)
  if (is(TypeFlags.BooleanLiteral)) {
    return createNode({ kind: 'literal', value: compiler.checker.typeToString(type) === 'true' })
  }
  if (is(TypeFlags.String)) return createNode({ kind: 'string' })
  if (is(TypeFlags.Number | TypeFlags.Enum)) return createNode({ kind: 'number' })
  if (is(TypeFlags.Boolean)) return createNode({ kind: 'boolean' })
  if (is(TypeFlags.Null)) return createNode({ kind: 'null' })
  if (is(TypeFlags.Undefined | TypeFlags.Void)) return createNode({ kind: 'undefined' })
  if (is(TypeFlags.Never)) return createNode({ kind: 'never' })
  const reason = is(TypeFlags.Union | TypeFlags.Intersection | TypeFlags.Object)
    ? objectProblem(compiler, type)
    : scalarProblem(compiler, flags)
  if (reason) return rejected('not-serializable', `${typeText(compiler, type)} ${reason}`)
  return isDate(compiler, type) ? createNode({ kind: 'date' }) : undefined
}

const ANY = { ...problem('any-in-args', 'any is not checked; write the type, or unknown'), argsOnly: true }

function readNumberLiteral(value: number): TypeNode {
  if (Number.isFinite(value)) return createNode({ kind: 'literal', value })
  return rejected('not-serializable', `${value} is not a finite number, and JSON has no other`)
}

function scalarProblem({ ts }: Compiler, flags: ts.TypeFlags): string {
  const { TypeFlags } = ts
  if (flags & TypeFlags.BigIntLike) return 'is not supported on the wire yet'
  if (flags & TypeFlags.ESSymbolLike) return 'is a symbol'
  if (flags & (TypeFlags.TemplateLiteral | TypeFlags.StringMapping)) {
    return 'is a template literal type, which is not supported on the wire yet; use string'
  }
  if (flags & TypeFlags.NonPrimitive)
    return 'does not say what is in it; use unknown or Record<string, unknown>'
  return 'is a type parameter that nothing has resolved'
}

function objectProblem(compiler: Compiler, type: ts.Type): string | undefined {
  if ((type.flags & compiler.ts.TypeFlags.Object) === 0) return undefined
  if (type.getCallSignatures().length > 0) return 'is a function'
  if (type.getConstructSignatures().length > 0) return 'is a constructor'
  const reason = platformProblem(compiler, type)
  if (reason || compiler.checker.isArrayType(type) || compiler.checker.isTupleType(type)) return reason
  // The library's own iterators by any name: an object that iterates is no plain object.
  if (wellKnownMember(compiler, type, 'asyncIterator')) return 'is a stream inside a value'
  if (wellKnownMember(compiler, type, 'iterator')) {
    return 'is a synchronous iterator: return an array, or stream it with "async function*"'
  }
  return undefined
}
