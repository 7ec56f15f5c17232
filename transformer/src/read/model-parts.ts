// A model in → the models directly inside it out.
import type { TypeModel } from '../model/type-model.ts'

/** A `ref` has no parts: what it stands for is looked up. */
export function partsOf(model: TypeModel): readonly TypeModel[] {
  switch (model.kind) {
    case 'array':
      return [model.item]
    case 'set':
      return [model.item]
    case 'map':
      return [model.key, model.value]
    case 'tuple': {
      const items = [...model.items, ...(model.trailing ?? [])].map(item => item.model)
      return [...items, ...(model.rest ? [model.rest] : [])]
    }
    case 'object':
      return [...model.properties.map(property => property.model), ...(model.index ? [model.index] : [])]
    case 'union':
      return model.members
    default:
      return []
  }
}
