// The types of a route's answers in → a short hash of all that decides how their rows look, out.
import { createHash } from 'node:crypto'
import type { TypeModel } from '../model/type-model.ts'
import { namedType, type Types } from './type-facts.ts'

/** Hexadecimal digits, 64 bits: in small letters, because not everybody leaves the case of a parameter alone. */
const LENGTH = 16

/**
 * Two builds whose hashes are equal write and read the same rows. Names of types, documentation, tags and the order of properties change
 * nothing; everything else does. `undefined` stands for a type that a route does not have.
 */
export function modelsToSchema(models: readonly (TypeModel | undefined)[], types: Types): string {
  const known = new Map<string, number>()
  const text = JSON.stringify(models.map(model => (model ? describe(model, types, known) : null)))
  return createHash('sha256').update(text).digest('hex').slice(0, LENGTH)
}

/** Plain data. A named type is described where it comes first, and has a number from then on. */
function describe(model: TypeModel, types: Types, known: Map<string, number>): unknown {
  const inside = (part: TypeModel) => describe(part, types, known)
  switch (model.kind) {
    case 'literal':
      return ['literal', model.value]
    case 'bigintLiteral':
    case 'template':
      return [model.kind, model.text]
    case 'bytes':
      return ['bytes', model.type]
    case 'array':
    case 'set':
      return [model.kind, inside(model.item)]
    case 'map':
      return ['map', inside(model.key), inside(model.value)]
    case 'tuple':
      return [
        ...['tuple', model.required, model.items.map(item => inside(item.model))],
        ...[model.rest ? inside(model.rest) : null, (model.trailing ?? []).map(item => inside(item.model))],
      ]
    case 'object': {
      const properties = [...model.properties].sort((a, b) => (a.name < b.name ? -1 : 1))
      const described = properties.map(({ name, optional, model: part }) => [name, optional, inside(part)])
      return ['object', described, model.index ? inside(model.index) : null]
    }
    case 'union':
      return ['union', model.members.map(inside)]
    case 'ref': {
      const number = known.get(model.id)
      if (number !== undefined) return ['again', number]
      known.set(model.id, known.size)
      return ['named', inside(namedType(model.id, types).model)]
    }
    default:
      return model.kind
  }
}
