// A model in → the models directly inside it out.
import type { TypeModel } from '../model/type-model.ts'

/** A `ref` has no parts: what it stands for is looked up. */
export function partsOf(model: TypeModel): readonly TypeModel[] {
  switch (model.kind) {
    case 'array':
      return [model.item]
    case 'tuple':
      return [...model.items.map(item => item.model), ...(model.rest ? [model.rest] : [])]
    case 'object':
      return [...model.properties.map(property => property.model), ...(model.index ? [model.index] : [])]
    case 'union':
      return model.members
    default:
      return []
  }
}
