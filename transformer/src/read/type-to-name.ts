// A type in → the name its declaration gives it, and its place in the order of names, out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import { platformModel } from './global-types.ts'

export interface DeclaredName {
  /** As declared; `PageOfUser` for an instantiated generic. Other types may have the same one. */
  readonly name: string
  /** Sorts names by the file and position of their declarations. */
  readonly key: string
  /** The declaration, for its documentation. Absent for a type that only needs a name because it recurs. */
  readonly symbol?: ts.Symbol
  /** Of a generic, so that there may be endlessly many of it. */
  readonly isInstance: boolean
}

export type IsServiceSymbol = (symbol: ts.Symbol) => boolean

const MAX_NAME_LENGTH = 60

/** The name of a class, interface, enum or type alias of the user's; undefined for all other types. */
export function declaredName(
  compiler: Compiler,
  type: ts.Type,
  isService: IsServiceSymbol,
): DeclaredName | undefined {
  const named = namedBy(compiler, type, isService)
  if (!named) return undefined
  const { symbol, args } = named
  return {
    symbol,
    name: instanceName(compiler, symbol, args, isService),
    key: keyOf(compiler, type, isService),
    isInstance: args.length > 0,
  }
}

/** The name of a type that nobody named, but that contains itself: `PartialOfTree` where the library has a name for it. */
export function recursiveName(compiler: Compiler, type: ts.Type, isService: IsServiceSymbol): DeclaredName {
  const alias = type.aliasSymbol
  const name =
    alias && !isService(alias)
      ? instanceName(compiler, alias, type.aliasTypeArguments ?? [], isService)
      : 'Recursive'
  return { name, key: keyOf(compiler, type, isService), isInstance: false }
}

interface Named {
  readonly symbol: ts.Symbol
  readonly args: readonly ts.Type[]
}

function namedBy(compiler: Compiler, type: ts.Type, isService: IsServiceSymbol): Named | undefined {
  const { ts } = compiler
  const alias = type.aliasSymbol
  if (alias && !isService(alias) && !isLibrarySymbol(compiler, alias)) {
    return { symbol: alias, args: type.aliasTypeArguments ?? [] }
  }
  const { symbol } = type
  if (compiler.checker.isArrayType(type) || compiler.checker.isTupleType(type)) return undefined
  if (isCollection(compiler, type)) return undefined
  const declares = ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.Enum
  if (!symbol || (symbol.flags & declares) === 0 || isService(symbol) || symbol.name.startsWith('__'))
    return undefined
  return { symbol, args: referenceArguments(compiler, type) }
}

// An interface that mentions `this` has it as a further, hidden argument.
function referenceArguments({ ts, checker }: Compiler, type: ts.Type): readonly ts.Type[] {
  if ((type.flags & ts.TypeFlags.Object) === 0) return []
  if (((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference) === 0) return []
  const reference = type as ts.TypeReference
  return checker.getTypeArguments(reference).slice(0, reference.target.typeParameters?.length ?? 0)
}

function isLibrarySymbol({ program }: Compiler, symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some(it => program.isSourceFileDefaultLibrary(it.getSourceFile()))
}

function instanceName(
  compiler: Compiler,
  symbol: ts.Symbol,
  args: readonly ts.Type[],
  isService: IsServiceSymbol,
): string {
  const base = symbol.name === 'default' ? 'Default' : toIdentifier(symbol.name)
  if (args.length === 0) return base
  const name = `${base}Of${args.map(arg => partName(compiler, arg, isService, 0)).join('And')}`
  return name.length > MAX_NAME_LENGTH ? base : name
}

const MAX_PART_DEPTH = 4

function partName(compiler: Compiler, type: ts.Type, isService: IsServiceSymbol, depth: number): string {
  const { checker } = compiler
  if (depth > MAX_PART_DEPTH) return 'Type'
  const part = (inner: ts.Type) => partName(compiler, inner, isService, depth + 1)
  const named = namedBy(compiler, type, isService)
  if (named) {
    const base = capitalise(toIdentifier(named.symbol.name))
    return named.args.length === 0 ? base : `${base}Of${named.args.map(part).join('And')}`
  }
  if (type.isStringLiteral() || type.isNumberLiteral())
    return capitalise(nameChars(String(type.value))) || 'Text'
  // A brand or a tag: `string & t.MinLength<1>` is a string.
  const base = type.isIntersection() ? type.types.find(it => isPrimitive(compiler, it)) : undefined
  if (base) return part(base)
  if (checker.isArrayType(type)) return `${checker.getTypeArguments(type as ts.TypeReference).map(part)}Array`
  if (isCollection(compiler, type)) return type.symbol.name
  const text = checker.typeToString(type)
  if (/^[a-z]+$/.test(text)) return capitalise(text)
  if (type.isUnion()) return type.types.map(part).sort().join('Or')
  return 'Object'
}

function isPrimitive({ ts }: Compiler, type: ts.Type): boolean {
  return (type.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BigIntLike)) !== 0
}

function isCollection(compiler: Compiler, type: ts.Type): boolean {
  const kind = platformModel(compiler, type)?.kind
  return kind === 'map' || kind === 'set'
}

function toIdentifier(text: string): string {
  const plain = nameChars(text)
  return /^\d/.test(plain) ? `_${plain}` : plain
}

function nameChars(text: string): string {
  return text.replace(/[^\p{ID_Continue}$]+/gu, '')
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** File, position and arguments of a type's declaration: an order that does not depend on who was read first. */
export function keyOf(compiler: Compiler, type: ts.Type, isService: IsServiceSymbol, depth = 0): string {
  const named = namedBy(compiler, type, isService)
  const declaration = (named?.symbol ?? type.symbol)?.declarations?.[0]
  const place = declaration
    ? `${declaration.getSourceFile().fileName}:${String(declaration.pos).padStart(9, '0')}`
    : ''
  const args = depth > MAX_PART_DEPTH ? [] : (named?.args ?? [])
  const argKeys = args.map(arg => keyOf(compiler, arg, isService, depth + 1))
  // Its place and arguments tell a declared type from all others, and printing types takes long.
  const isTold = (named && depth <= MAX_PART_DEPTH) || isWrittenOnce(compiler, type)
  return [place, ...argKeys, ...(isTold ? [] : [textOf(compiler, type)])].join('|')
}

/** True of `{ … }` that no type parameter makes into several types. */
function isWrittenOnce({ ts }: Compiler, type: ts.Type): boolean {
  if ((type.flags & ts.TypeFlags.Object) === 0 || !type.symbol) return false
  const isInstance = ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Instantiated) !== 0
  return !isInstance && (type.symbol.flags & ts.SymbolFlags.TypeLiteral) !== 0
}

const PLAIN_TEXT = /^[\w -]{0,80}$/

/** As TypeScript prints it; what members of unions mostly are is printed here, without making nodes of it first. */
function textOf({ ts, checker }: Compiler, type: ts.Type): string {
  if (type.isStringLiteral() && !type.symbol && PLAIN_TEXT.test(type.value)) return `"${type.value}"`
  const { TypeFlags } = ts
  switch (type.flags) {
    case TypeFlags.String:
      return 'string'
    case TypeFlags.Number:
      return 'number'
    case TypeFlags.Null:
      return 'null'
    case TypeFlags.Undefined:
      return 'undefined'
    default:
      return checker.typeToString(type)
  }
}
