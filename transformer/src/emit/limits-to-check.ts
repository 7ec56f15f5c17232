// The type tags of a string, number, bigint or array in → the conditions that they put on its values out.
import type { ArrayConstraint, NumberConstraint, StringConstraint, TypeModel } from '../model/type-model.ts'
import type { CheckScope } from './check-scope.ts'
import { allOf, literal, type Test, test } from './code.ts'

type LimitedModel = Extract<TypeModel, { kind: 'string' | 'number' | 'bigint' }>

/** The type itself, and what its tags say. */
export function limitedTest(model: LimitedModel, value: string, scope: CheckScope): Test {
  const constraints = scope.ignoresLimits ? [] : (model.constraints ?? [])
  switch (model.kind) {
    case 'string':
      return allOf([
        test(`typeof ${value} === "string"`),
        ...(constraints as readonly StringConstraint[]).map(it => stringLimit(it, value, scope)),
      ])
    case 'number':
      return numberTest(constraints as readonly NumberConstraint[], value, scope)
    case 'bigint': {
      const isText = scope.domain === 'json'
      const bigint = (limit: number | string) => scope.reach.bigint(String(limit))
      const number = isText ? `${scope.reach.global('BigInt')}(${value})` : value
      const base = isText ? scope.helper('isBigIntText', value) : `typeof ${value} === "bigint"`
      return allOf([
        test(base),
        ...(constraints as readonly NumberConstraint[]).map(({ tag, value: limit }) =>
          test(
            tag === 'multipleOf'
              ? `${number} % ${bigint(limit)} === ${bigint(0)}`
              : `${number} ${OPERATORS[tag]} ${bigint(limit)}`,
          ),
        ),
      ])
    }
    default:
      return model satisfies never
  }
}

function stringLimit({ tag, value: limit }: StringConstraint, value: string, scope: CheckScope): Test {
  switch (tag) {
    case 'minLength':
      // Every character has a code unit, so that one of them is enough to know.
      return test(limit === 1 ? `${value} !== ""` : scope.helper('hasMinLength', value, String(limit)))
    case 'maxLength':
      return test(scope.helper('hasMaxLength', value, String(limit)))
    case 'pattern': {
      // The source as the engine prints it can stand between slashes.
      const pattern = `/${new RegExp(limit, 'u').source}/u`
      return test(`${scope.functions.constant(`pattern_${scope.hint}`, pattern)}.test(${value})`)
    }
    case 'format':
      return test(scope.helper('hasFormat', value, literal(limit)))
    default:
      return tag satisfies never
  }
}

const OPERATORS = {
  minimum: '>=',
  maximum: '<=',
  exclusiveMinimum: '>',
  exclusiveMaximum: '<',
} as const

function numberTest(constraints: readonly NumberConstraint[], value: string, scope: CheckScope): Test {
  const isWhole = constraints.some(it => it.tag === 'multipleOf' && Number(it.value) === 1)
  const limits = constraints.map(({ tag, value: limit }) => {
    if (tag !== 'multipleOf') return test(`${value} ${OPERATORS[tag]} ${limit}`)
    return test(scope.helper('isMultipleOf', value, String(limit)))
  })
  const others = limits.filter((_, index) => {
    return !(constraints[index]!.tag === 'multipleOf' && Number(constraints[index]!.value) === 1)
  })
  return allOf([test(`Number.${isWhole ? 'isInteger' : 'isFinite'}(${value})`), ...others])
}

/** The limits of an array's length, or of a Set's size, and of its items among themselves. */
export function itemLimits(
  constraints: readonly ArrayConstraint[] = [],
  items: string,
  count: string,
  scope: CheckScope,
): { readonly first: readonly Test[]; readonly last: readonly Test[] } {
  if (scope.ignoresLimits) return { first: [], last: [] }
  const first = constraints.flatMap(constraint => {
    if (constraint.tag === 'uniqueItems') return []
    return [test(`${count} ${constraint.tag === 'minItems' ? '>=' : '<='} ${constraint.value}`)]
  })
  const isUnique = constraints.some(({ tag }) => tag === 'uniqueItems')
  return { first, last: isUnique ? [test(scope.helper('hasUniqueItems', items))] : [] }
}
