// A type in → its TypeNode out, where it has no parts or is refused as it stands.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import type { TypeModel } from '../model/type-model.ts'
import { platformBase, platformModel, platformProblem, wellKnownMember } from './global-types.ts'
import { memberKind } from './symbol-to-member.ts'
import { readStringIntrinsic, readTemplate } from './template-to-model.ts'
import { createNode, problem, rejected, type TypeNode, typeText } from './type-node.ts'

/** Undefined for a type that has parts to read. */
export function readSimple(compiler: Compiler, type: ts.Type): TypeNode | undefined {
  const { TypeFlags } = compiler.ts
  const { flags } = type
  const is = (mask: ts.TypeFlags) => (flags & mask) !== 0
  if (is(TypeFlags.Any)) return createNode({ kind: 'any' }, ANY)
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
  if (is(TypeFlags.BigInt)) return createNode({ kind: 'bigint' })
  if (is(TypeFlags.BigIntLiteral)) return readBigIntLiteral(type as ts.BigIntLiteralType)
  if (is(TypeFlags.TemplateLiteral)) return readTemplate(compiler, type as ts.TemplateLiteralType)
  if (is(TypeFlags.StringMapping)) return readStringIntrinsic(compiler, type as ts.StringMappingType)
  if (is(TypeFlags.NonPrimitive)) return createNode(ANY_OBJECT)
  const reason = is(TypeFlags.Union | TypeFlags.Intersection | TypeFlags.Object)
    ? objectProblem(compiler, type)
    : scalarProblem(compiler, flags)
  if (reason) return rejected('not-serializable', `${typeText(compiler, type)} ${reason}`)
  const model = platformModel(compiler, type)
  if (!model) return isErrorClass(compiler, type) ? createNode({ kind: 'error' }) : undefined
  return model.kind === 'map' || model.kind === 'set' ? undefined : createNode(model)
}

const UNKNOWN: TypeModel = { kind: 'unknown' }
/** `object` is whatever is no primitive: with JSON in mind, an array or an object. */
const ANY_OBJECT: TypeModel = {
  kind: 'union',
  members: [
    { kind: 'array', item: UNKNOWN, readonly: false },
    { kind: 'object', properties: [], index: UNKNOWN },
  ],
}

function readBigIntLiteral({ value: { negative, base10Value } }: ts.BigIntLiteralType): TypeNode {
  return createNode({ kind: 'bigintLiteral', text: negative ? `-${base10Value}` : base10Value })
}

const ANY = [
  { ...problem('any-in-args', 'any is not checked; write the type, or unknown'), argsOnly: true },
  { ...problem('any-in-result', 'any sends whatever is there; write the type, or unknown'), sentOnly: true },
]

function readNumberLiteral(value: number): TypeNode {
  if (Number.isFinite(value)) return createNode({ kind: 'literal', value })
  return rejected('not-serializable', `${value} is not a finite number, and JSON has no other`)
}

function scalarProblem({ ts }: Compiler, flags: ts.TypeFlags): string {
  const { TypeFlags } = ts
  if (flags & TypeFlags.ESSymbolLike) return 'is a symbol'
  return 'is a type parameter that nothing has resolved'
}

function objectProblem(compiler: Compiler, type: ts.Type): string | undefined {
  if ((type.flags & compiler.ts.TypeFlags.Object) === 0) return undefined
  if (type.getCallSignatures().length > 0) return 'is a function'
  if (type.getConstructSignatures().length > 0) return 'is a constructor'
  const reason = platformProblem(compiler, type)
  if (reason || compiler.checker.isArrayType(type) || compiler.checker.isTupleType(type)) return reason
  if (platformModel(compiler, type)) return undefined
  const base = platformBase(compiler, type)
  if (base) return subclassProblem(compiler, type, base)
  // `Readonly<Map<…>>` has the members of a Map, all of them functions, and is no Map.
  const mapped = type.aliasTypeArguments?.find(
    it => platformModel(compiler, it) && hasMembersOf(compiler, type, it),
  )
  if (mapped) return `makes a plain object of ${mapped.symbol.name}: use ${mapped.symbol.name} itself`
  // The library's own iterators by any name: an object that iterates is no plain object.
  if (wellKnownMember(compiler, type, 'asyncIterator')) return 'is a stream inside a value'
  if (wellKnownMember(compiler, type, 'iterator')) {
    return 'is a synchronous iterator: return an array, or stream it with "async function*"'
  }
  return undefined
}

// What maps a type keeps the declarations of its members; a `Record<string, Map<…>>` only holds it.
function hasMembersOf({ checker }: Compiler, type: ts.Type, origin: ts.Type): boolean {
  const declarations: readonly ts.Node[] = origin.symbol.declarations ?? []
  const members = checker.getPropertiesOfType(type).flatMap(symbol => symbol.declarations ?? [])
  return members.some(member => declarations.includes(member.parent))
}

function isErrorClass(compiler: Compiler, type: ts.Type): boolean {
  const base = platformBase(compiler, type)
  return base !== undefined && platformModel(compiler, base)?.kind === 'error'
}

const MAX_SHOWN_PROPERTIES = 5
const ERROR_PROPERTIES: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause'])

// A receiver makes an instance of the platform's class. Where that loses nothing, it will do.
function subclassProblem(compiler: Compiler, type: ts.Type, base: ts.Type): string | undefined {
  const name = base.symbol.name
  if (platformModel(compiler, base)?.kind !== 'error') {
    return `extends ${name}, and a receiver would get a plain ${name}: use ${name} itself`
  }
  const own = compiler.checker
    .getPropertiesOfType(type)
    .filter(symbol => !ERROR_PROPERTIES.has(symbol.name) && memberKind(compiler, symbol) === 'data')
  if (own.length === 0) return undefined
  const shown = own.slice(0, MAX_SHOWN_PROPERTIES).map(symbol => symbol.name)
  const names = [...shown, ...(own.length > shown.length ? ['others'] : [])].join(', ')
  return `extends ${name}, of which only name and message cross the wire, and not ${names}: use an object`
}
