// A named type in → whether checking it could take time exponential in the depth of a value out.
import type { NamedType, TypeModel } from '../model/type-model.ts'
import { partsOf, reachedTypes, shapeKey, type Types } from './type-facts.ts'
import { type UnionCases, unionToCases } from './union-to-cases.ts'

/**
 * True if several members of a union in it look at the same part of a value, and each leads back to the type: with every
 * level, the number of visits of what is below would double.
 */
export function branches(named: NamedType, types: Types): boolean {
  const known = types.branching.get(named.id) ?? findsBranches(named, types)
  types.branching.set(named.id, known)
  return known
}

function findsBranches({ id, model }: NamedType, types: Types): boolean {
  const recurs = (part: TypeModel) => reachedTypes([part], types).some(reached => reached.id === id)
  if (!recurs(model)) return false
  return partsOf(model).some(part => part.kind === 'union' && divides(unionToCases(part, types), recurs))
}

function divides(
  { lists, objects, discriminant }: UnionCases,
  recurs: (part: TypeModel) => boolean,
): boolean {
  if (lists.filter(recurs).length > 1) return true
  if (discriminant) return false
  if (objects.filter(({ object }) => object.index && recurs(object.index)).length > 0 && objects.length > 1) {
    return true
  }
  // What several members declare alike is checked once for all of them.
  const shapes = new Map<string, Set<string>>()
  for (const { name, model, optional } of objects.flatMap(({ object }) => object.properties)) {
    if (!recurs(model)) continue
    const known = shapes.get(name) ?? new Set()
    shapes.set(name, known.add(`${optional}${shapeKey(model)}`))
  }
  return [...shapes.values()].some(known => known.size > 1)
}
