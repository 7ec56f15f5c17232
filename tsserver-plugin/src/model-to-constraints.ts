// What a route takes or gives → its type tags in words, by their paths: `args.age` minimum 0, maximum 150.
import type { TypeGraph, TypeModel } from '../../transformer/src/model/type-model.ts'
import { partsOf } from '../../transformer/src/read/model-parts.ts'
import { propertyStep } from '../../transformer/src/read/property-step.ts'
import { code } from './markdown.ts'

/** In declared order, each named type once. */
export function constraintsOf(root: TypeModel, name: string, graph: TypeGraph): string[] {
  const found = new Set<string>()
  const seen = new Set<string>()
  const visit = (model: TypeModel, path: string): void => {
    if (model.kind === 'ref') {
      const named = graph.get(model.id)
      if (!named || seen.has(model.id)) return
      seen.add(model.id)
      return visit(named.model, path)
    }
    const words = wordsOf(model)
    if (words.length > 0) found.add(`${code(path)} ${words.join(', ')}`)
    if (model.kind === 'object') {
      for (const property of model.properties) visit(property.model, path + propertyStep(property.name))
      if (model.index) visit(model.index, `${path}[]`)
      return
    }
    const isList = model.kind !== 'union'
    for (const part of partsOf(model)) visit(part, isList ? `${path}[]` : path)
  }
  visit(root, name)
  return [...found]
}

function wordsOf(model: TypeModel): string[] {
  if (!('constraints' in model)) return []
  return (model.constraints ?? []).map(constraint => {
    if (constraint.tag === 'uniqueItems') return 'unique items'
    const words = constraint.tag.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)
    return `${words} ${constraint.tag === 'pattern' ? code(constraint.value) : constraint.value}`
  })
}
