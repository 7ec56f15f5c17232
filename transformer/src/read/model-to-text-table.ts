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

/** What a scalar is as text: a literal by its exact text, or all that one table reads. */
type Scalar = { readonly literal: string | number | boolean } | { readonly name: ScalarTable }
/** The most particular first: text is always a string, so that comes last. */
const TABLES = ['number', 'bigint', 'boolean', 'date', 'url', 'string'] as const
type ScalarTable = (typeof TABLES)[number]

function scalarTable(type: TypeModel, place: TextPlace, lookUp: LookUp): TextReading {
  const scalars: Scalar[] = []
  const members = flattenUnion(type, lookUp)
  for (const member of members) {
    const scalar = toScalar(member, place)
    if (typeof scalar === 'string') return { problem: scalar }
    if (scalar) scalars.push(scalar)
  }
  if (scalars.length === 0) return { problem: 'can only be undefined, so there is nothing to read' }
  const literals = scalars.flatMap(it => ('literal' in it ? [it.literal] : []))
  const kinds = new Set(scalars.flatMap(it => ('name' in it ? [it.name] : [])))
  if (members.some(isNumber) && members.some(isBigInt)) {
    return { problem: 'is a number or a bigint, which text cannot tell apart' }
  }
  const names = TABLES.filter(kind => kinds.has(kind))
  const tables: TextTable[] = literals.length === 0 ? names : [['literals', ...literals], ...names]
  return { table: tables.length === 1 ? tables[0]! : ['any', ...tables] }
}

function isNumber(model: TypeModel): boolean {
  return model.kind === 'number' || (model.kind === 'literal' && typeof model.value === 'number')
}

function isBigInt({ kind }: TypeModel): boolean {
  return kind === 'bigint' || kind === 'bigintLiteral'
}

function flattenUnion(model: TypeModel, lookUp: LookUp): readonly TypeModel[] {
  const type = followRefs(model, lookUp)
  return type.kind === 'union' ? type.members.flatMap(member => flattenUnion(member, lookUp)) : [type]
}

/** Undefined for what text says by being absent. A string says why text cannot hold the type. */
function toScalar(type: TypeModel, place: TextPlace): Scalar | string | undefined {
  switch (type.kind) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'date':
    case 'bigint':
    case 'url':
      return { name: type.kind }
    case 'template':
      return { name: 'string' }
    case 'literal':
      return { literal: type.value }
    case 'bigintLiteral':
      return { literal: type.text }
    case 'undefined':
      return place === 'path' ? 'may be undefined, but a path parameter is always there' : undefined
    case 'null':
      return 'may be null, which text cannot say; leave the parameter out instead'
    case 'array':
    case 'tuple':
      return 'is an array among other types; declare it as an array only'
    case 'map':
    case 'set':
      return `is a ${type.kind === 'map' ? 'Map' : 'Set'}; declare it as an array`
    case 'object':
      return 'is an object'
    case 'bytes':
    case 'regexp':
    case 'error':
      return `is ${BODY_ONLY[type.kind]}, which only a body can hold`
    case 'unknown':
    case 'any':
      return `is ${type.kind}, so it is not known how to read its text`
    case 'never':
      return 'is never, so no value can exist'
    case 'union':
    case 'ref':
      return 'is a type that text cannot hold'
    default:
      return type satisfies never
  }
}

const BODY_ONLY = { bytes: 'binary data', regexp: 'a RegExp', error: 'an Error' } as const
