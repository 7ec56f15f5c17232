// The members of a union in → the two that a receiver of JSON could take for each other out: `Date` and `string`, say.
import type { TypeModel } from '../model/type-model.ts'
import { partsOf } from './model-parts.ts'
import { createComparison, FORMS, type LookUp } from './models-to-comparison.ts'

export interface Ambiguity {
  /** The indices of two members that a receiver of JSON could take for each other. */
  readonly pair: readonly [number, number]
  /** What one of them holds that JSON writes as something else: `a Date is text`. */
  readonly form: string
}

/** The first ambiguity, in the order of the members. */
export function findAmbiguity(members: readonly TypeModel[], lookUp: LookUp): Ambiguity | undefined {
  const candidates = members.flatMap((model, index) => (mayBeMistaken(model) ? [{ model, index }] : []))
  if (candidates.length < 2) return undefined
  const compare = createComparison(lookUp)
  const plain = new Set<string>()
  for (const one of candidates) {
    const form = formIn(one.model, lookUp, plain)
    if (form === undefined) continue
    const other = candidates.find(it => it !== one && compare(one.model, it.model) === 'conflict')
    if (!other) continue
    return { pair: one.index < other.index ? [one.index, other.index] : [other.index, one.index], form }
  }
  return undefined
}

// Most unions are settled here: numbers, booleans, and one type beside null.
function mayBeMistaken(model: TypeModel): boolean {
  switch (model.kind) {
    case 'number':
    case 'boolean':
    case 'null':
    case 'undefined':
    case 'never':
      return false
    case 'literal':
      return typeof model.value === 'string'
    default:
      return true
  }
}

function formOf(model: TypeModel): string | undefined {
  if (model.kind === 'tuple' && model.items.length > model.required) return 'a missing element is null'
  return FORMS[model.kind]
}

/** The form of the first part that has one. `plain` collects the named types that hold none, so that they are walked once. */
function formIn(root: TypeModel, lookUp: LookUp, plain: Set<string>): string | undefined {
  const seen = new Set<string>()
  const pending = [root]
  for (let model = pending.pop(); model; model = pending.pop()) {
    const form = formOf(model)
    if (form !== undefined) return form
    if (model.kind !== 'ref') pending.push(...partsOf(model))
    else if (!seen.has(model.id) && !plain.has(model.id)) {
      seen.add(model.id)
      pending.push(lookUp(model.id))
    }
  }
  for (const id of seen) plain.add(id)
  return undefined
}
