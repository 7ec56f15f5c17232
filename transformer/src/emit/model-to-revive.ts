// A TypeModel in → TypeScript that turns a fresh JSON value, as the server checked it, into the declared value in place, out.
import type { ObjectModel, PropertyModel, TupleModel, TypeModel } from '../model/type-model.ts'
import { allOf, anyOf, literal, member, test } from './code.ts'
import { arrow, block, type CheckScope, modelToCheck, readProperty } from './model-to-check.ts'
import {
  admits,
  holdsMoreThanJson,
  namedType,
  readsNullAsUndefined,
  shapeKey,
  tupleElement,
} from './type-facts.ts'
import { mergeArrays, type UnionCases, unionToCases } from './union-to-cases.ts'

/** An expression for the declared value. The value itself where JSON says it all. */
export function modelToRevive(model: TypeModel, value: string, scope: CheckScope): string {
  if (!holdsMoreThanJson(model, scope.types)) return value
  switch (model.kind) {
    case 'date':
      return `new Date(${value})`
    case 'array': {
      const item = elementToRevive(model.item, 'item', scope)
      return `${value}.map(${arrow('item', item, scope.functions)})`
    }
    case 'tuple':
      return callRevive(model, scope.hint, value, scope, () => tupleBody(model, scope))
    case 'object':
      return callRevive(model, scope.hint, value, scope, () => objectBody(model, scope))
    case 'union':
      return callRevive(model, scope.hint, value, scope, () =>
        unionBody(unionToCases(model, scope.types), scope),
      )
    case 'ref': {
      const { name, model: target } = namedType(model.id, scope.types)
      return callRevive(model, name, value, scope, () => namedBody(target, { ...scope, hint: name }))
    }
    case 'string':
    case 'number':
    case 'boolean':
    case 'literal':
    case 'null':
    case 'undefined':
    case 'unknown':
    case 'any':
    case 'never':
      return value
    case 'bigint':
    case 'bigintLiteral':
    case 'template':
    case 'bytes':
    case 'url':
    case 'regexp':
    case 'error':
    case 'map':
    case 'set':
      throw new Error(`Code for the kind "${model.kind}" is not emitted`)
    default:
      return model satisfies never
  }
}

/** The same for an element of an array, or an item of a stream, where JSON has `null` instead of `undefined`. */
export function elementToRevive(model: TypeModel, value: string, scope: CheckScope): string {
  const revived = modelToRevive(model, value, scope)
  return readsNullAsUndefined(model, scope.types) ? `${value} === null ? undefined : ${revived}` : revived
}

function namedBody(target: TypeModel, scope: CheckScope): string {
  if (target.kind === 'object') return objectBody(target, scope)
  if (target.kind === 'tuple') return tupleBody(target, scope)
  if (target.kind === 'union') return unionBody(unionToCases(target, scope.types), scope)
  return `{ return ${modelToRevive(target, 'v', scope)} }`
}

function callRevive(
  model: TypeModel,
  hint: string,
  value: string,
  scope: CheckScope,
  body: () => string,
): string {
  const name = `decode${hint.charAt(0).toUpperCase()}${hint.slice(1)}`
  return scope.functions.call({ key: `revive:${shapeKey(model)}`, name, body }, value)
}

function tupleBody(tuple: TupleModel, scope: CheckScope): string {
  const lines = tuple.items.flatMap((_, index) => {
    const revived = elementToRevive(tupleElement(tuple, index), `v[${index}]`, scope)
    const exists = index < tuple.required ? '' : `if (v.length > ${index}) `
    return revived === `v[${index}]` ? [] : [`${exists}v[${index}] = ${revived}`]
  })
  const rest = tuple.rest ? elementToRevive(tuple.rest, 'v[i]', scope) : 'v[i]'
  if (rest !== 'v[i]') lines.push(`for (let i = ${tuple.items.length}; i < v.length; i++) v[i] = ${rest}`)
  return block([...lines, 'return v'])
}

function objectBody(object: ObjectModel, scope: CheckScope): string {
  const lines = object.properties.flatMap(property => propertyLines(property, scope))
  if (object.index && holdsMoreThanJson(object.index, scope.types)) {
    const listed = object.properties.map(({ name }) => test(`key !== ${literal(name)}`))
    const only = listed.length === 0 ? '' : `if (${allOf(listed).text}) `
    lines.push(
      `for (const key of Object.keys(v)) ${only}v[key] = ${modelToRevive(object.index, 'v[key]', scope)}`,
    )
  }
  return block([...lines, 'return v'])
}

function propertyLines({ name, model, optional }: PropertyModel, scope: CheckScope): string[] {
  if (!holdsMoreThanJson(model, scope.types)) return []
  const read = readProperty('v', name, scope.helpers)
  const write = `v${member(name)} = ${modelToRevive(model, read, { ...scope, hint: name })}`
  return [optional || admits(model, 'undefined', scope.types) ? `if (${read} !== undefined) ${write}` : write]
}

function unionBody(cases: UnionCases, scope: CheckScope): string {
  const { plain, dates, objects, discriminant } = cases
  const arrays = mergeArrays(cases.arrays, scope.types)
  const lines: string[] = []
  if (dates.length > 0) {
    lines.push(`if (${scope.helpers.isDateText('v')}) return new Date(v)`)
    // Look-alike members may both have the property: the second finds it revived.
    if (objects.length > 0) lines.push('if (v instanceof Date) return v')
  }
  lines.push(...arrays.flatMap((model, index) => arrayLines(model, index === arrays.length - 1, scope)))
  const revivable = objects.filter(({ model }) => holdsMoreThanJson(model, scope.types))
  if (revivable.length > 0) {
    if (plain.length + dates.length + arrays.length > 0) {
      lines.push('if (typeof v !== "object" || v === null || Array.isArray(v)) return v')
    }
    if (objects.length === 1)
      return block([...lines, `return ${modelToRevive(objects[0]!.model, 'v', scope)}`])
    if (discriminant) {
      const read = readProperty('v', discriminant.name, scope.helpers)
      for (const { model, values } of discriminant.cases.filter(entry =>
        holdsMoreThanJson(entry.model, scope.types),
      )) {
        const isThis = anyOf(values.map(value => test(`${read} === ${literal(value)}`))).text
        lines.push(`if (${isThis}) return ${modelToRevive(model, 'v', scope)}`)
      }
    } else {
      // All are checked before the first is revived: then the value would no longer be JSON.
      lines.push(
        `const is = [${revivable.map(({ model }) => modelToCheck(model, 'v', scope).text).join(', ')}]`,
      )
      lines.push(
        ...revivable.map(({ model }, index) => `if (is[${index}]) ${modelToRevive(model, 'v', scope)}`),
      )
    }
  }
  return block([...lines, 'return v'])
}

function arrayLines(model: TypeModel, isLast: boolean, scope: CheckScope): string[] {
  if (!holdsMoreThanJson(model, scope.types)) return []
  const condition = isLast ? 'Array.isArray(v)' : modelToCheck(model, 'v', scope).text
  return [`if (${condition}) return ${modelToRevive(model, 'v', scope)}`]
}
