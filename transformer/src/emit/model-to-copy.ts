// A TypeModel in → JavaScript that builds a fresh value of declared keys out: decoding JSON values, or encoding native ones.
import type { ObjectModel, PropertyModel, TupleModel, TypeModel, UnionModel } from '../model/type-model.ts'
import { allOf, anyOf, literal, objectKey, objectText, test } from './code.ts'
import { arrow, block, type CheckScope, modelToCheck, readProperty } from './model-to-check.ts'
import { admits, namedType, readsNullAsUndefined, shapeKey, tupleElement } from './type-facts.ts'
import { mergeArrays, type ObjectCase, type UnionCases, unionToCases } from './union-to-cases.ts'

/** What decoding and encoding do differently. */
export interface Copying {
  readonly mode: 'decode' | 'encode'
  /** False where a value is passed on as it is. */
  readonly needed: (model: TypeModel) => boolean
  readonly date: (value: string) => string
  /** True of the values of a union that are its Dates, when all others are known not to look like one. */
  readonly isDate: (value: string) => string
  /** JSON.stringify leaves out what is `undefined`, so that only decoding has to. */
  readonly omitsUndefined: boolean
  readonly check: CheckScope
  /** `$alien.mapRecord` and `$alien.setOwn`. */
  readonly mapRecord: string
  readonly setOwn: string
}

/** An expression for the copy of `value`, which must have passed its check. The value itself where nothing is needed. */
export function modelToCopy(model: TypeModel, value: string, copying: Copying): string {
  if (!copying.needed(model)) return value
  switch (model.kind) {
    case 'date':
      return copying.date(value)
    case 'array': {
      const item = copyElement(model.item, 'item', copying)
      return item === 'item' ? value : `${value}.map(${arrow('item', item, copying.check.functions)})`
    }
    case 'tuple':
      return copyTuple(model, value, copying)
    case 'object':
      return copyObject(model, value, copying)
    case 'union':
      return copyUnion(model, value, copying)
    case 'ref': {
      const named = namedType(model.id, copying.check.types)
      return callCopy(model, named.name, value, copying, inside =>
        named.model.kind === 'object'
          ? objectBody(named.model, inside)
          : named.model.kind === 'union'
            ? unionBody(unionToCases(named.model, inside.check.types), inside)
            : `{ return ${modelToCopy(named.model, 'v', inside)} }`,
      )
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

/** The copy of an array's element, a tuple's or a stream's: JSON has `null` there where the native value is `undefined`. */
export function copyElement(model: TypeModel, value: string, copying: Copying): string {
  const copy = modelToCopy(model, value, copying)
  if (copying.mode === 'encode' || !readsNullAsUndefined(model, copying.check.types)) return copy
  return `${value} === null ? undefined : ${copy}`
}

function withHint(copying: Copying, hint: string): Copying {
  return { ...copying, check: { ...copying.check, hint } }
}

function callCopy(
  model: TypeModel,
  hint: string,
  value: string,
  copying: Copying,
  body: (inside: Copying) => string,
): string {
  const key = `${copying.mode}:${shapeKey(model)}`
  const request = { key, name: `${copying.mode}_${hint}`, body: () => body(withHint(copying, hint)) }
  return copying.check.functions.call(request, value)
}

function copyTuple(tuple: TupleModel, value: string, copying: Copying): string {
  const { items, required, rest } = tuple
  const element = (index: number, array: string) =>
    copyElement(tupleElement(tuple, index), `${array}[${index}]`, copying)
  const fixed = (array: string) =>
    `[${items
      .slice(0, required)
      .map((_, index) => element(index, array))
      .join(', ')}]`
  if (!rest && required === items.length) return fixed(value)
  return callCopy(tuple, copying.check.hint, value, copying, () => {
    const optional = items.slice(required).map((_, offset) => {
      const index = required + offset
      return `if (v.length > ${index}) result.push(${element(index, 'v')})`
    })
    const loop =
      rest &&
      `for (let i = ${items.length}; i < v.length; i++) result.push(${copyElement(rest, 'v[i]', copying)})`
    return block([`const result = ${fixed('v')}`, ...optional, ...(loop ? [loop] : []), 'return result'])
  })
}

// Objects

function copyObject(object: ObjectModel, value: string, copying: Copying): string {
  const { functions } = copying.check
  if (object.index && object.properties.length === 0) return copyRecord(object.index, value, copying)
  const isExpression = !object.index && object.properties.every(property => !isConditional(property, copying))
  if (isExpression && functions.standsInline(`${copying.mode}:${shapeKey(object)}`)) {
    return objectText(object.properties.map(property => copyProperty(property, value, copying)))
  }
  return callCopy(object, copying.check.hint, value, copying, inside => objectBody(object, inside))
}

/** True if the property is only set when it is there. */
function isConditional({ optional }: PropertyModel, { omitsUndefined }: Copying): boolean {
  return optional && omitsUndefined
}

function copyProperty(property: PropertyModel, value: string, copying: Copying): string {
  return `${objectKey(property.name)}: ${copyPropertyValue(property, value, copying)}`
}

function copyPropertyValue(property: PropertyModel, value: string, copying: Copying): string {
  const { name, model, optional } = property
  const read = readProperty(value, name, copying.check.helpers)
  const copy = modelToCopy(model, read, withHint(copying, name))
  const mayBeAbsent = optional && !copying.omitsUndefined && copy !== read
  return mayBeAbsent ? `${read} === undefined ? undefined : ${copy}` : copy
}

function copyRecord(index: TypeModel, value: string, copying: Copying): string {
  const copy = modelToCopy(index, 'value', copying)
  return `${copying.mapRecord}(${value}, ${arrow('value', copy, copying.check.functions)})`
}

function objectBody(object: ObjectModel, copying: Copying): string {
  if (object.index && object.properties.length === 0)
    return `{ return ${copyRecord(object.index, 'v', copying)} }`
  const always = object.properties.filter(property => !isConditional(property, copying))
  const sometimes = object.properties.filter(
    property => isConditional(property, copying) && property.model.kind !== 'never',
  )
  const fresh = objectText(always.map(property => copyProperty(property, 'v', copying)))
  if (sometimes.length === 0 && !object.index) return `{ return ${fresh} }`
  const lines = [`const result = ${fresh}`]
  for (const property of sometimes) {
    const copy = copyPropertyValue(property, 'v', copying)
    const read = readProperty('v', property.name, copying.check.helpers)
    lines.push(`if (${read} !== undefined) ${setProperty(property.name, copy, copying)}`)
  }
  if (object.index) {
    const listed = object.properties.map(({ name }) => test(`key !== ${literal(name)}`))
    const set = `${copying.setOwn}(result, key, ${modelToCopy(object.index, 'v[key]', copying)})`
    lines.push(`for (const key of Object.keys(v)) if (${allOf(listed).text}) ${set}`)
  }
  return block([...lines, 'return result'])
}

function setProperty(name: string, value: string, { setOwn }: Copying): string {
  if (name === '__proto__') return `${setOwn}(result, ${literal(name)}, ${value})`
  return `${objectKey(name).startsWith('"') ? `result[${literal(name)}]` : `result.${name}`} = ${value}`
}

// Unions

function copyUnion(union: UnionModel, value: string, copying: Copying): string {
  const { types } = copying.check
  const nothing = union.members.filter(part => part.kind === 'null' || part.kind === 'undefined')
  const others = union.members.filter(part => !nothing.includes(part))
  if (others.length === 1) {
    const copy = modelToCopy(others[0]!, value, copying)
    const isNothing = anyOf(nothing.map(part => test(`${value} === ${part.kind}`))).text
    return nothing.length === 0 ? copy : `(${isNothing} ? ${value} : ${copy})`
  }
  return callCopy(union, copying.check.hint, value, copying, inside =>
    unionBody(unionToCases(union, types), inside),
  )
}

function unionBody(cases: UnionCases, copying: Copying): string {
  const { plain, dates, arrays, objects } = cases
  // Whatever is `unknown` passes as it is, so there is nothing left to tell apart.
  if (
    plain.some(
      part => admits(part, 'null', copying.check.types) && admits(part, 'undefined', copying.check.types),
    )
  ) {
    return '{ return v }'
  }
  const lines: string[] = []
  if (dates.length > 0) lines.push(`if (${copying.isDate('v')}) return ${copying.date('v')}`)
  if (plain.length > 0) lines.push('if (typeof v !== "object" || v === null) return v')
  if (arrays.length > 0) {
    const branches = chain(mergeArrays(arrays, copying.check.types), copying)
    lines.push(
      ...(objects.length === 0
        ? branches
        : [`if (Array.isArray(v)) ${branches.length === 1 ? branches[0] : block(branches)}`]),
    )
  }
  if (objects.length > 0) lines.push(...objectBranches(cases, copying))
  else if (arrays.length === 0) lines.push('return v')
  return block(lines)
}

/** The first member whose check passes; the last one needs none. */
function chain(members: readonly TypeModel[], copying: Copying): string[] {
  return members.map((model, index) => {
    const copy = `return ${modelToCopy(model, 'v', copying)}`
    return index === members.length - 1
      ? copy
      : `if (${modelToCheck(model, 'v', copying.check).text}) ${copy}`
  })
}

function objectBranches({ objects, discriminant }: UnionCases, copying: Copying): string[] {
  if (objects.length === 1) return [`return ${modelToCopy(objects[0]!.model, 'v', copying)}`]
  if (!discriminant) return [`return { ${objects.map(entry => partOf(entry, copying)).join(', ')} }`]
  const read = readProperty('v', discriminant.name, copying.check.helpers)
  return discriminant.cases.map(({ model, values }, index) => {
    const copy = `return ${modelToCopy(model, 'v', copying)}`
    const isThis = anyOf(values.map(value => test(`${read} === ${literal(value)}`))).text
    return index === discriminant.cases.length - 1 ? copy : `if (${isThis}) ${copy}`
  })
}

// A value may belong to several members at once (`{ id } | { id, name }`): it keeps the properties of them all.
function partOf({ model }: ObjectCase, copying: Copying): string {
  const check = modelToCheck(model, 'v', copying.check)
  return `...(${check.binds === 'or' ? `(${check.text})` : check.text} && ${modelToCopy(model, 'v', copying)})`
}
