// A union's members that JSON writes in another form in → which values are theirs, and what becomes of those, out.
import type { TypeModel } from '../model/type-model.ts'
import type { CheckScope } from './check-scope.ts'
import { allOf, anyOf, literal, type Test, test } from './code.ts'
import { type ConvertedModel, fromJson, isNative } from './conversions.ts'
import { modelToCheck } from './model-to-check.ts'
import { resolve } from './type-facts.ts'
import type { UnionCases } from './union-to-cases.ts'

export interface Conversion {
  /** True of the values, in a union of which the value is known to be. */
  readonly test: Test
  readonly result: string
}

/** Text in JSON. Errors are objects there, and not among these. */
export function jsonConversions(cases: UnionCases, value: string, scope: CheckScope): Conversion[] {
  const texts = cases.converted.filter(({ kind }) => kind !== 'error')
  const byResult = new Map<string, Test[]>()
  for (const model of texts) {
    const result = fromJson(model, value, scope.reach)
    byResult.set(result, [...(byResult.get(result) ?? []), isText(model, cases, value, scope)])
  }
  const strings = cases.plain.map(part => resolve(part, scope.types)).filter(isString)
  if (byResult.size === 1 && strings.length === 0) {
    const [result] = byResult.keys()
    return [
      {
        test: anyOf([test(`typeof ${value} === "string"`), ...packedForms(texts, value, scope)]),
        result: result!,
      },
    ]
  }
  return [...byResult].map(([result, tests]) => ({ test: anyOf(tests), result }))
}

/** What else the members may be in MessagePack, but for what no other code could take for an object. */
function packedForms(
  members: readonly ConvertedModel[],
  value: string,
  { packed, reach }: CheckScope,
): Test[] {
  if (!packed) return []
  const classes = members.flatMap(({ kind }) =>
    kind === 'date' ? ['Date'] : kind === 'bytes' ? ['Uint8Array'] : [],
  )
  return [...new Set(classes)].map(name => test(`${value} instanceof ${reach.global(name)}`))
}

/** Text of this member, and none of the string literals beside it. */
function isText(model: ConvertedModel, { plain }: UnionCases, value: string, scope: CheckScope): Test {
  const check = modelToCheck(model, value, scope)
  // Dates and bigints look like nothing else; base64 looks like many words.
  if (!['bytes', 'url', 'regexp'].includes(model.kind)) return check
  const literals = plain
    .map(part => resolve(part, scope.types))
    .flatMap(part => (part.kind === 'literal' && typeof part.value === 'string' ? [part.value] : []))
  return allOf([...literals.map(text => test(`${value} !== ${literal(text)}`)), check])
}

function isString(model: TypeModel): boolean {
  if (model.kind === 'literal') return typeof model.value === 'string'
  return model.kind === 'string' || model.kind === 'template'
}

/** By class or `typeof`. */
export function nativeConversions(
  { converted }: UnionCases,
  value: string,
  { reach }: CheckScope,
  convert: (model: ConvertedModel, value: string) => string,
): Conversion[] {
  const byResult = new Map<string, Test[]>()
  for (const model of converted) {
    const result = convert(model, value)
    byResult.set(result, [...(byResult.get(result) ?? []), test(isNative(model, value, reach))])
  }
  return [...byResult].map(([result, tests]) => ({ test: anyOf(tests), result }))
}
