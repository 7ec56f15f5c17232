// A union in → the statements that find the member that a checked value `v` is of, and return what is made of it, out.
import type { TypeModel } from '../model/type-model.ts'
import { block, type CheckScope, readProperty } from './check-scope.ts'
import { anyOf, literal, test } from './code.ts'
import type { ConvertedModel } from './conversions.ts'
import { modelToCheck } from './model-to-check.ts'
import { admits, resolve } from './type-facts.ts'
import {
  groupLookAlikes,
  isCollection,
  mergeArrays,
  type ObjectCase,
  type UnionCases,
} from './union-to-cases.ts'
import { jsonConversions, nativeConversions } from './union-to-conversions.ts'

/** What is made of `v`, as expressions. */
export interface Branches {
  readonly check: CheckScope
  readonly write: (model: TypeModel) => string
  readonly convert: (model: ConvertedModel, value: string) => string
  /** Of what stands in JSON as it is: primitives and null. */
  readonly plain: string
  /** Where the union has `unknown`. */
  readonly asIs: string
  /** Statements for objects that nothing tells apart: a value may be of several. */
  readonly lookAlikes: (objects: readonly ObjectCase[]) => string[]
}

export function unionToBranches(cases: UnionCases, branches: Branches): string {
  const { plain, converted, lists, objects } = cases
  const { types, domain } = branches.check
  // Whatever is `unknown` passes as it is, so there is nothing left to tell apart.
  if (plain.some(part => admits(part, 'null', types) && admits(part, 'undefined', types))) {
    return `{ return ${branches.asIs} }`
  }
  const lines = (
    domain === 'json'
      ? jsonConversions(cases, 'v', branches.check)
      : nativeConversions(cases, 'v', branches.check, branches.convert)
  ).map(({ test, result }) => `if (${test.text}) return ${result}`)
  if (plain.length > 0) lines.push(`if (typeof v !== "object" || v === null) return ${branches.plain}`)
  const arrays = domain === 'json' ? lists : lists.filter(part => !isCollection(part, types))
  if (domain === 'native') lines.push(...collectionLines(lists, branches))
  const error = domain === 'json' && converted.find(({ kind }) => kind === 'error')
  if (arrays.length > 0) {
    const members = chain(mergeArrays(arrays, types), branches)
    lines.push(
      ...(objects.length === 0 && !error
        ? members
        : [`if (Array.isArray(v)) ${members.length === 1 ? members[0] : block(members)}`]),
    )
  }
  if (error) lines.push(errorLine(error, objects, branches))
  if (objects.length > 0) lines.push(...objectLines(cases, branches))
  else if (arrays.length === 0 && !error) lines.push(`return ${branches.plain}`)
  return block(lines)
}

/** In JSON an Error is an object: one that is none of the others. */
function errorLine(error: ConvertedModel, objects: readonly ObjectCase[], branches: Branches): string {
  const result = `return ${branches.convert(error, 'v')}`
  if (objects.length === 0) return result
  const isOther = anyOf(objects.map(({ model }) => modelToCheck(model, 'v', branches.check)))
  return `if (!(${isOther.text})) ${result}`
}

/** Native Maps and Sets, by class. */
function collectionLines(lists: readonly TypeModel[], branches: Branches): string[] {
  const { types, reach } = branches.check
  return (['map', 'set'] as const).flatMap(kind => {
    const members = lists.filter(part => resolve(part, types).kind === kind)
    if (members.length === 0) return []
    const lines = chain(members, branches)
    const isOne = `v instanceof ${reach.global(kind === 'map' ? 'Map' : 'Set')}`
    return [`if (${isOne}) ${lines.length === 1 ? lines[0] : block(lines)}`]
  })
}

/** The first member whose check passes; the last one needs none. */
function chain(members: readonly TypeModel[], { check, write }: Branches): string[] {
  return members.map((model, index) => {
    const result = `return ${write(model)}`
    return index === members.length - 1 ? result : `if (${modelToCheck(model, 'v', check).text}) ${result}`
  })
}

function objectLines({ objects, discriminant }: UnionCases, branches: Branches): string[] {
  if (objects.length === 1) return [`return ${branches.write(objects[0]!.model)}`]
  if (!discriminant) return groupLines(groupLookAlikes(objects, branches.check.types), branches)
  const read = readProperty('v', discriminant.name, branches.check)
  return discriminant.cases.map(({ model, values }, index) => {
    const result = `return ${branches.write(model)}`
    const isThis = anyOf(values.map(value => test(`${read} === ${literal(value)}`))).text
    return index === discriminant.cases.length - 1 ? result : `if (${isThis}) ${result}`
  })
}

// A value may belong to several members at once (`{ id } | { id, name }`): it keeps the properties of them all.

function groupLines(groups: readonly (readonly ObjectCase[])[], branches: Branches): string[] {
  return groups.flatMap((group, index) => {
    const [only] = group
    const lines = group.length > 1 ? branches.lookAlikes(group) : [`return ${branches.write(only!.model)}`]
    // A value that is of none of the others is of the last.
    if (index === groups.length - 1) return lines
    const isOne = anyOf(group.map(({ model }) => modelToCheck(model, 'v', branches.check)))
    return [`if (${isOne.text}) ${lines.length === 1 ? lines[0] : block(lines)}`]
  })
}
