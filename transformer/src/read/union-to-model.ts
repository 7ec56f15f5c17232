// A union type in → its TypeNode out: booleans and enums put together again, members in a fixed order, discriminant found.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import type { TypeModel } from '../model/type-model.ts'
import {
  createNode,
  type Problem,
  problem,
  rejected,
  TYPE_LIMITS,
  type TypeNode,
  type TypeReader,
  typeText,
} from './type-node.ts'
import { keyOf } from './type-to-name.ts'
import { findAmbiguity } from './union-to-ambiguity.ts'
import { findDiscriminant } from './union-to-discriminant.ts'

export function readUnion(reader: TypeReader, type: ts.UnionType): TypeNode {
  return readMembers(reader, namedMembers(reader, type))
}

/** A type without its `undefined`: that of an optional property. */
export function definedNode(reader: TypeReader, type: ts.Type): TypeNode {
  const { compiler } = reader
  if (!type.isUnion() || !mayBeUndefined(compiler, type)) return reader.read(type)
  const members = namedMembers(reader, type, member => !isUndefined(compiler, member))
  const [first, ...others] = members
  if (first === undefined) return createNode({ kind: 'undefined' })
  return others.length === 0 ? reader.read(first) : readMembers(reader, members)
}

/**
 * The type of an optional property. With exactOptionalPropertyTypes `{ a?: string | undefined }` says more than `{ a?: string }`;
 * TypeScript's internal "missing" type is then no `undefined`.
 */
export function optionalNode(reader: TypeReader, type: ts.Type): TypeNode {
  const { program, checker } = reader.compiler
  const isExact = program.getCompilerOptions().exactOptionalPropertyTypes === true
  const undefinedType = checker.getUndefinedType()
  const isExplicit = isExact && type.isUnion() && type.types.includes(undefinedType)
  return isExplicit ? reader.read(type) : definedNode(reader, type)
}

/** Several types that may come at one place, as one. */
export function readMembers(reader: TypeReader, types: readonly ts.Type[]): TypeNode {
  const { compiler } = reader
  const first = types[0]
  if (first === undefined) return createNode({ kind: 'never' })
  if (types.length > TYPE_LIMITS.unionMembers) {
    return rejected(
      'type-too-deep',
      `is a union of ${types.length} types, more than ${TYPE_LIMITS.unionMembers}`,
    )
  }
  const result = createNode({ kind: 'never' })
  const parts = new Map<string, Part>()
  for (const type of sortMembers(reader, foldMembers(compiler, types))) {
    const node = type === 'boolean' ? createNode({ kind: 'boolean' }) : reader.read(type)
    result.children.push({ step: '', node })
    parts.set(JSON.stringify(node.model), { type, model: node.model })
  }
  const members = foldBooleans([...parts.values()])
  const discriminant = findDiscriminant(compiler, flatten(types))
  result.model = toUnion(members, discriminant)
  if (discriminant === undefined) result.late = () => ambiguityOf(reader, members)
  return result
}

interface Part {
  readonly type: ts.Type | 'boolean'
  readonly model: TypeModel
}

// Brands keep TypeScript from seeing that `boolean & Brand` is whole.
function foldBooleans(parts: readonly Part[]): readonly Part[] {
  const isBoolean = ({ model }: Part) => model.kind === 'literal' && typeof model.value === 'boolean'
  const booleans = parts.filter(isBoolean)
  if (booleans.length < 2) return parts
  const whole: Part = { type: 'boolean', model: { kind: 'boolean' } }
  return parts.flatMap(part => (part === booleans[0] ? [whole] : booleans.includes(part) ? [] : [part]))
}

function toUnion(parts: readonly Part[], discriminant: string | undefined): TypeModel {
  const members = parts.map(part => part.model)
  if (members.length === 1) return members[0]!
  return { kind: 'union', members, ...(discriminant === undefined ? {} : { discriminant }) }
}

function ambiguityOf({ compiler, lookUp }: TypeReader, parts: readonly Part[]): Problem[] {
  const models = parts.map(part => part.model)
  const found = findAmbiguity(models, lookUp)
  if (!found) return []
  const [one, other] = found.pair.map(index => {
    const { type } = parts[index]!
    return type === 'boolean' ? type : typeText(compiler, type)
  })
  const message = `${one} and ${other} can look the same in JSON, where ${found.form}; keep one of them, or make them objects with a property that tells them apart, such as { kind: 'a', … }`
  return [problem('ambiguous-union', message)]
}

export function mayBeUndefined(compiler: Compiler, type: ts.Type): boolean {
  return type.isUnion() ? type.types.some(it => isUndefined(compiler, it)) : isUndefined(compiler, type)
}

function isUndefined({ ts }: Compiler, type: ts.Type): boolean {
  return (type.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) !== 0
}

export function isEnum({ ts }: Compiler, type: ts.Type): type is ts.UnionType {
  return (type.flags & ts.TypeFlags.EnumLiteral) !== 0 && type.isUnion()
}

/** Every type a union consists of, those of named unions among its members included. */
function flatten(types: readonly ts.Type[]): ts.Type[] {
  return types.flatMap(type => (type.isUnion() ? type.types : [type]))
}

// `Status | null` is flat by its types; TypeScript keeps how it was written in an internal field. Where that is missing only
// names are lost. A named union with a member that is not wanted is taken apart.
function namedMembers(
  reader: TypeReader,
  type: ts.UnionType,
  keep: (member: ts.Type) => boolean = () => true,
): ts.Type[] {
  const { origin } = type as ts.UnionType & { readonly origin?: ts.Type }
  if (!origin?.isUnion()) return type.types.filter(keep)
  return origin.types.flatMap(member => {
    if (!member.isUnion()) return keep(member) ? [member] : []
    const isNamed = member.aliasSymbol !== undefined && !reader.isServiceSymbol(member.aliasSymbol)
    return isNamed && member.types.every(keep) ? [member] : member.types.filter(keep)
  })
}

/** `true` and `false` become `boolean`, all members of an enum become the enum. */
function foldMembers(compiler: Compiler, types: readonly ts.Type[]): (ts.Type | 'boolean')[] {
  const { ts } = compiler
  const booleans = types.filter(type => (type.flags & ts.TypeFlags.BooleanLiteral) !== 0)
  const enums = completeEnums(compiler, types)
  const rest = types.filter(type => {
    if (booleans.length === 2 && booleans.includes(type)) return false
    return !enums.some(it => it.types.includes(type))
  })
  return [...rest, ...enums, ...(booleans.length === 2 ? ['boolean' as const] : [])]
}

function completeEnums({ ts, checker }: Compiler, types: readonly ts.Type[]): ts.UnionType[] {
  const found = new Set<ts.UnionType>()
  for (const type of types) {
    if ((type.flags & ts.TypeFlags.EnumLiteral) === 0 || type.isUnion()) continue
    const declaration = type.symbol.valueDeclaration
    if (!declaration || !ts.isEnumMember(declaration)) continue
    const symbol = checker.getSymbolAtLocation(declaration.parent.name)
    const whole = symbol && checker.getDeclaredTypeOfSymbol(symbol)
    if (whole?.isUnion() && whole.types.every(member => types.includes(member))) found.add(whole)
  }
  return [...found]
}

// TypeScript orders members by the time it first met them, which differs between a build and an editor. Here: by kind, literals by
// value, objects by their declarations.
function sortMembers(reader: TypeReader, types: readonly (ts.Type | 'boolean')[]): (ts.Type | 'boolean')[] {
  const keyed = types.map(type => ({
    type,
    rank: rankOf(reader.compiler, type),
    key: undefined as string | undefined,
  }))
  const keyFor = (it: (typeof keyed)[number]) => {
    it.key ??= it.type === 'boolean' ? '' : keyOf(reader.compiler, it.type, reader.isServiceSymbol)
    return it.key
  }
  keyed.sort((a, b) => {
    if (a.rank !== b.rank) return a.rank - b.rank
    const [left, right] = [literalValue(a.type), literalValue(b.type)]
    if (typeof left === 'number' && typeof right === 'number') return left - right
    if (left !== undefined && right !== undefined) return left < right ? -1 : 1
    return keyFor(a) < keyFor(b) ? -1 : 1
  })
  return keyed.map(it => it.type)
}

function literalValue(type: ts.Type | 'boolean'): string | number | undefined {
  if (type === 'boolean') return undefined
  return type.isStringLiteral() || type.isNumberLiteral() ? type.value : undefined
}

function rankOf(compiler: Compiler, type: ts.Type | 'boolean'): number {
  if (type === 'boolean') return 2
  const { TypeFlags } = compiler.ts
  const order = [
    TypeFlags.String,
    TypeFlags.Number,
    TypeFlags.Boolean,
    TypeFlags.StringLiteral,
    TypeFlags.NumberLiteral,
  ]
  const index = order.findIndex(flag => (type.flags & flag) !== 0)
  if (type.isUnion()) return 6
  if (index >= 0) return index
  if ((type.flags & TypeFlags.BooleanLiteral) !== 0) {
    return compiler.checker.typeToString(type) === 'true' ? order.length + 1 : order.length
  }
  if ((type.flags & TypeFlags.Null) !== 0) return 100
  return (type.flags & (TypeFlags.Undefined | TypeFlags.Void)) !== 0 ? 101 : 50
}
