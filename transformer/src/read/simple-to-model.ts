// A type in → its TypeNode out, where it has no parts or is refused as it stands.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import { isDate, platformProblem, wellKnownMember } from './global-types.ts'
import { createNode, problem, rejected, type TypeNode, typeText } from './type-node.ts'

/** Undefined for a type that has parts to read. */
export function readSimple(compiler: Compiler, type: ts.Type): TypeNode | undefined {
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
