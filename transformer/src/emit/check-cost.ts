// A type in → how long it takes to check a value of it, as a rank, out: what is told apart first is refused soonest.
import type { PropertyModel, TypeModel } from '../model/type-model.ts'
import { partsOf, reaches, type Types } from './type-facts.ts'

/**
 * 0 for what is compared in place: primitives and literals, alone or in unions. 1 for a few objects or fixed tuples, whose check is
 * called. 2 where a text is read by a pattern, as of a date. 3 for what takes longer the more there is of it: lists, records, and types
 * that recur. A type is as slow to check as the slowest type inside it.
 */
export function checkCost(model: TypeModel, types: Types): 0 | 1 | 2 | 3 {
  const isComposite = reaches('composite', model, types)
  if (isComposite && (reaches('many', model, types) || isEndless(model, types))) return 3
  if (reaches('converted', model, types) || reaches('patterned', model, types)) return 2
  return isComposite ? 1 : 0
}

/** Those that are quick to check first, else as declared. What is reported of a value has the order of the declaration all the same. */
export function cheapFirst(properties: readonly PropertyModel[], types: Types): PropertyModel[] {
  const costs = new Map(properties.map(property => [property, checkCost(property.model, types)]))
  return [...properties].sort((a, b) => costs.get(a)! - costs.get(b)!)
}

function isEndless(model: TypeModel, types: Types): boolean {
  types.endless ??= findEndless(types)
  const { endless } = types
  return endless.size > 0 && partsOf(model).some(part => part.kind === 'ref' && endless.has(part.id))
}

/** The named types that lead back to themselves, or to one that does: what is left when those that lead to none of the rest are taken away. */
function findEndless({ graph }: Types): ReadonlySet<string> {
  const rest = new Map<string, readonly string[]>()
  for (const { id, model } of graph.values()) {
    rest.set(
      id,
      partsOf(model).flatMap(part => (part.kind === 'ref' ? [part.id] : [])),
    )
  }
  for (let size = -1; size !== rest.size; ) {
    size = rest.size
    for (const [id, uses] of rest) if (!uses.some(used => rest.has(used))) rest.delete(id)
  }
  return new Set(rest.keys())
}
