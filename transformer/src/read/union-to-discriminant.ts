// The members of a union in → the property that tells them apart out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import type { LiteralValue } from '../model/route-model.ts'
import { hasOwnForm, platformBase } from './global-types.ts'

/**
 * A property that every object among the members requires, each with literals of its own. The first such one in declared
 * order. Nothing but null and undefined may stand beside the objects.
 */
export function findDiscriminant(compiler: Compiler, types: readonly ts.Type[]): string | undefined {
  const nullish = compiler.ts.TypeFlags.Null | compiler.ts.TypeFlags.Undefined | compiler.ts.TypeFlags.Void
  const members = types.filter(type => (type.flags & nullish) === 0)
  const first = members[0]
  if (!first || members.length < 2 || !members.every(member => isPlainObject(compiler, member)))
    return undefined
  return compiler.checker
    .getPropertiesOfType(first)
    .map(property => property.name)
    .find(name => tellsApart(compiler, members, name))
}

/** An object with properties on the wire, and nothing of the platform's. */
export function isPlainObject(compiler: Compiler, type: ts.Type): boolean {
  const { TypeFlags } = compiler.ts
  if ((type.flags & (TypeFlags.Object | TypeFlags.Intersection)) === 0) return false
  const parts = type.isIntersection() ? type.types : [type]
  return !parts.some(part => hasOwnForm(compiler, part) || platformBase(compiler, part))
}

function tellsApart(compiler: Compiler, members: readonly ts.Type[], name: string): boolean {
  const seen = new Set<LiteralValue>()
  for (const member of members) {
    const values = requiredLiterals(compiler, member, name)
    if (!values || values.some(value => seen.has(value))) return false
    for (const value of values) seen.add(value)
  }
  return true
}

/** The literals that a required property can have; undefined where it can be more than literals. */
export function requiredLiterals(
  { ts, checker }: Compiler,
  object: ts.Type,
  name: string,
): LiteralValue[] | undefined {
  const property = checker.getPropertyOfType(object, name)
  if (!property || (property.flags & ts.SymbolFlags.Optional) !== 0) return undefined
  return literalsOf({ ts, checker }, checker.getTypeOfSymbol(property))
}

/** The values of a type that has only literals. */
export function literalsOf(
  { ts, checker }: Pick<Compiler, 'ts' | 'checker'>,
  type: ts.Type,
): LiteralValue[] | undefined {
  const literals = (type.isUnion() ? type.types : [type]).map(it => {
    if (it.isStringLiteral() || it.isNumberLiteral()) return it.value
    return (it.flags & ts.TypeFlags.BooleanLiteral) !== 0 ? checker.typeToString(it) === 'true' : undefined
  })
  return literals.every(literal => literal !== undefined) ? literals : undefined
}
