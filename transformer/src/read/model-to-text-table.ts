// The model of one path or query parameter in → how its text is read, or why text cannot hold it, out.
import type { TextTable } from '@alien-rpc/service/generated'
import type { TypeModel } from '../model/type-model.ts'

export type LookUp = (id: string) => TypeModel
export type TextPlace = 'path' | 'query'

/** A string that continues "args.filter " says what is wrong. */
export type TextReading = { readonly table: TextTable } | { readonly problem: string }

export function modelToTextTable(model: TypeModel, place: TextPlace, lookUp: LookUp): TextReading {
  const type = followRefs(model, lookUp)
  if (type.kind !== 'array') return scalarTable(type, place, lookUp)
  if (place === 'path') return { problem: 'is an array, but a path parameter is one value' }
  const item = scalarTable(followRefs(type.item, lookUp), place, lookUp)
  return 'problem' in item
    ? { problem: `has items of which each ${item.problem}` }
    : { table: ['array', item.table] }
}

/** Steps through named types to what they stand for. */
export function followRefs(model: TypeModel, lookUp: LookUp): TypeModel {
  let type = model
  while (type.kind === 'ref') type = lookUp(type.id)
  return type
}

type Scalar =
  | { kind: 'literal'; value: string | number | boolean }
  | { kind: 'number' | 'boolean' | 'date' | 'string' }

function scalarTable(type: TypeModel, place: TextPlace, lookUp: LookUp): TextReading {
  const scalars: Scalar[] = []
  for (const member of flattenUnion(type, lookUp)) {
    const problem = scalarProblem(member, place)
    if (problem !== undefined) return { problem }
    if (member.kind !== 'undefined') scalars.push(member as Scalar)
  }
  if (scalars.length === 0) return { problem: 'can only be undefined, so there is nothing to read' }
  const tables = scalarsToTables(scalars)
  return { table: tables.length === 1 ? tables[0]! : ['any', ...tables] }
}

/** The most particular first: text is always a string, so that comes last. */
function scalarsToTables(scalars: readonly Scalar[]): TextTable[] {
  const literals = scalars.flatMap(it => (it.kind === 'literal' ? [it.value] : []))
  const kinds = new Set(scalars.map(it => it.kind))
  const order = ['number', 'boolean', 'date', 'string'] as const
  const names = order.filter(kind => kinds.has(kind))
  return literals.length === 0 ? names : [['literals', ...literals], ...names]
}

function flattenUnion(model: TypeModel, lookUp: LookUp): readonly TypeModel[] {
  const type = followRefs(model, lookUp)
  return type.kind === 'union' ? type.members.flatMap(member => flattenUnion(member, lookUp)) : [type]
}

function scalarProblem(type: TypeModel, place: TextPlace): string | undefined {
  switch (type.kind) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'date':
    case 'literal':
      return undefined
    case 'undefined':
      return place === 'path' ? 'may be undefined, but a path parameter is always there' : undefined
    case 'null':
      return 'may be null, which text cannot say; leave the parameter out instead'
    case 'array':
    case 'tuple':
      return 'is an array among other types; declare it as an array only'
    case 'object':
      return 'is an object'
    case 'unknown':
    case 'any':
      return `is ${type.kind}, so it is not known how to read its text`
    case 'never':
      return 'is never, so no value can exist'
    case 'union':
    case 'ref':
      return 'is a type that text cannot hold'
  }
}
