// What a client may send in → the paths of its strings, arrays and sets that have no limit of their own, out.
import type { TypeModel } from '../../model/type-model.ts'
import { partsOf } from '../model-parts.ts'
import type { LookUp } from '../model-to-text-table.ts'
import { propertyStep } from '../property-step.ts'

/** In declared order, each named type once. */
export function unboundedPaths(root: TypeModel, name: string, lookUp: LookUp): string[] {
  const found: string[] = []
  const seen = new Set<string>()
  const visit = (model: TypeModel, path: string) => {
    if (model.kind === 'ref') {
      if (seen.has(model.id)) return
      seen.add(model.id)
      return visit(lookUp(model.id), path)
    }
    if (isUnbounded(model)) found.push(path)
    if (model.kind !== 'object') {
      const step = model.kind === 'array' || model.kind === 'set' || model.kind === 'tuple' ? '[]' : ''
      for (const part of partsOf(model)) visit(part, path + step)
      return
    }
    for (const property of model.properties) visit(property.model, path + propertyStep(property.name))
    if (model.index) visit(model.index, `${path}[]`)
  }
  visit(root, name)
  return found
}

/** A pattern or a format is a limit, as far as it goes. */
const STRING_LIMITS: ReadonlySet<string> = new Set(['maxLength', 'pattern', 'format'])

function isUnbounded(model: TypeModel): boolean {
  if (model.kind === 'string') return !model.constraints?.some(({ tag }) => STRING_LIMITS.has(tag))
  if (model.kind !== 'array' && model.kind !== 'set') return false
  return !model.constraints?.some(({ tag }) => tag === 'maxItems')
}
