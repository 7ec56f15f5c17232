// A TypeModel in → JavaScript that builds a fresh value of declared keys out: decoding JSON values, or encoding native ones.
import type { ObjectModel, PropertyModel, TupleModel, TypeModel, UnionModel } from '../model/type-model.ts'
import { arrow, block, readProperty } from './check-scope.ts'
import { allOf, anyOf, literal, objectKey, objectText, type Test, test } from './code.ts'
import { isConverted } from './conversions.ts'
import { type Copying, callCopy, isConditional, setProperty, withHint } from './copying.ts'
import { modelToCheck } from './model-to-check.ts'
import { namedType, readsNullAsUndefined, resolve, shapeKey, tupleElement } from './type-facts.ts'
import { unionToBranches } from './union-to-branches.ts'
import {
  isOnly,
  type LookAlikeCase,
  type ObjectCase,
  type Owned,
  ownedProperties,
  toLookAlikes,
  type UnionCases,
  unionToCases,
} from './union-to-cases.ts'

/** An expression for the copy of `value`, which must have passed its check. The value itself where nothing is needed. */
export function modelToCopy(model: TypeModel, value: string, copying: Copying): string {
  if (!copying.needed(model)) return value
  if (isConverted(model)) return copying.convert(model, value)
  switch (model.kind) {
    case 'array': {
      const item = copyElement(model.item, 'item', copying)
      return item === 'item' ? value : `${value}.map(${arrow('item', item, copying.check.functions)})`
    }
    case 'set':
      return copySet(model, value, copying)
    case 'map':
      return copyMap(model, value, copying)
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
    default:
      return value
  }
}

/** The copy of an array's element, a tuple's or a stream's: JSON has `null` there where the native value is `undefined`. */
export function copyElement(model: TypeModel, value: string, copying: Copying): string {
  const copy = modelToCopy(model, value, copying)
  if (copying.mode !== 'decode' || !readsNullAsUndefined(model, copying.check.types)) return copy
  return `${value} === null ? undefined : ${copy}`
}

type SetModel = Extract<TypeModel, { kind: 'set' }>
type MapModel = Extract<TypeModel, { kind: 'map' }>

function copySet(set: SetModel, value: string, copying: Copying): string {
  const { functions, reach } = copying.check
  const item = copyElement(set.item, 'item', copying)
  if (copying.mode === 'decode') {
    const items = item === 'item' ? value : `${value}.map(${arrow('item', item, functions)})`
    return `new ${reach.global('Set')}(${items})`
  }
  return item === 'item' ? `[...${value}]` : `Array.from(${value}, ${arrow('item', item, functions)})`
}

function copyMap(map: MapModel, value: string, copying: Copying): string {
  const { functions, reach } = copying.check
  const pair = [copyElement(map.key, 'pair[0]', copying), copyElement(map.value, 'pair[1]', copying)]
  const isSame = pair[0] === 'pair[0]' && pair[1] === 'pair[1]'
  const copy = arrow('pair', `[${pair.join(', ')}]`, functions)
  if (copying.mode === 'decode') {
    return `new ${reach.global('Map')}(${isSame ? value : `${value}.map(${copy})`})`
  }
  return isSame ? `[...${value}]` : `Array.from(${value}, ${copy})`
}

function copyTuple(tuple: TupleModel, value: string, copying: Copying): string {
  const { items, required, rest, trailing = [] } = tuple
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
    const end = trailing.length === 0 ? 'v.length' : `v.length - ${trailing.length}`
    const loop =
      rest &&
      `for (let i = ${items.length}; i < ${end}; i++) result.push(${copyElement(rest, 'v[i]', copying)})`
    const last = trailing.map(({ model }, index) => {
      const element = copyElement(model, `v[v.length - ${trailing.length - index}]`, copying)
      return `result.push(${element})`
    })
    const lines = [...optional, ...(loop ? [loop] : []), ...last]
    return block([`const result = ${fixed('v')}`, ...lines, 'return result'])
  })
}

// Objects

function copyObject(object: ObjectModel, value: string, copying: Copying): string {
  const { functions } = copying.check
  if (object.index && object.properties.length === 0) return copyRecord(object.index, value, copying)
  if (copying.keepsRest) return copyRest(object, value, copying)
  const isExpression = !object.index && object.properties.every(property => !isConditional(property, copying))
  if (isExpression && functions.standsInline(`${copying.mode}:${shapeKey(object)}`)) {
    return objectText(object.properties.map(property => copyProperty(property, value, copying)))
  }
  return callCopy(object, copying.check.hint, value, copying, inside => objectBody(object, inside))
}

/** The value with what needs converting replaced. */
function copyRest(object: ObjectModel, value: string, copying: Copying): string {
  return `{ ${[`...${value}`, ...replacedProperties(object, value, copying)].join(', ')} }`
}

function replacedProperties({ properties, index }: ObjectModel, value: string, copying: Copying): string[] {
  const replaced = properties
    .filter(({ model }) => copying.needed(model))
    .map(property => copyProperty(property, value, copying))
  if (!index || !copying.needed(index)) return replaced
  const listed = properties.map(({ name }) => `[${literal(name)}]: undefined`)
  // The listed ones are put back afterwards: they are not of the index signature's type.
  const kept = properties
    .filter(({ model }) => !copying.needed(model))
    .map(({ name }) => `${objectKey(name)}: ${readProperty(value, name, copying.check)}`)
  const source = listed.length === 0 ? value : `{ ...${value}, ${listed.join(', ')} }`
  const copy = `value === undefined ? value : ${modelToCopy(index, 'value', copying)}`
  const others = copying.mapRecord(source, arrow('value', copy, copying.check.functions))
  return [`...${others}`, ...kept, ...replaced]
}

function copyProperty(property: PropertyModel, value: string, copying: Copying): string {
  return `${objectKey(property.name)}: ${copyPropertyValue(property, value, copying)}`
}

function copyPropertyValue(property: PropertyModel, value: string, copying: Copying): string {
  const { name, model, optional } = property
  const read = readProperty(value, name, copying.check)
  const copy = modelToCopy(model, read, withHint(copying, name))
  const mayBeAbsent = optional && !copying.omitsUndefined && copy !== read
  return mayBeAbsent ? `${read} === undefined ? undefined : ${copy}` : copy
}

function copyRecord(index: TypeModel, value: string, copying: Copying): string {
  const copy = modelToCopy(index, 'value', copying)
  return copying.mapRecord(value, arrow('value', copy, copying.check.functions))
}

function objectBody(object: ObjectModel, copying: Copying): string {
  if (copying.keepsRest) return `{ return ${copyRest(object, 'v', copying)} }`
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
    const read = readProperty('v', property.name, copying.check)
    lines.push(`if (${read} !== undefined) ${setProperty(property.name, copy, copying)}`)
  }
  if (object.index) {
    const listed = object.properties.map(({ name }) => test(`key !== ${literal(name)}`))
    const set = copying.setOwn('result', 'key', modelToCopy(object.index, 'v[key]', copying))
    lines.push(`for (const key of Object.keys(v)) if (${allOf(listed).text}) ${set}`)
  }
  return block([...lines, 'return result'])
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
  return unionToBranches(cases, {
    check: copying.check,
    write: model => modelToCopy(model, 'v', copying),
    convert: copying.convert,
    plain: 'v',
    asIs: 'v',
    lookAlikes: objects => copyLookAlikes(objects, copying),
  })
}

/**
 * Each property is copied once, whoever declares it: copied for each member, a recursive one would take time exponential
 * in the depth of the value.
 */
function copyLookAlikes(objects: readonly ObjectCase[], copying: Copying): string[] {
  const { types } = copying.check
  const members = toLookAlikes(objects, types)
  const shapes = members.map(({ copied }) => resolve(copied, types) as ObjectModel)
  const checks = members.map(({ model }) => modelToCheck(model, 'v', copying.check))
  const alone = copyOfOne(members, copying)
  const is = [`const is = [${checks.map(({ text }) => text).join(', ')}]`]
  if (shapes.some(({ index }) => index)) {
    return [...(alone.length > 0 ? is : []), ...alone, spreadLookAlikes(members, checks, copying)]
  }
  const isKept = ({ property }: Owned) => copying.keepsRest && !copying.needed(property.model)
  const properties = ownedProperties(shapes).filter(owned => !isKept(owned))
  const isSure = ({ property, owners }: Owned) =>
    owners.length === shapes.length && !isConditional(property, copying)
  const sure = properties.filter(isSure).map(({ property }) => copyProperty(property, 'v', copying))
  const fresh = objectText([...(copying.keepsRest ? ['...v'] : []), ...sure])
  const unsure = properties.filter(owned => !isSure(owned))
  if (unsure.length === 0) return [...(alone.length > 0 ? is : []), ...alone, `return ${fresh}`]
  const lines = unsure.map(({ property, owners }) => {
    const { name } = property
    const read = readProperty('v', name, copying.check)
    const isThere = isConditional(property, copying) ? [test(`${read} !== undefined`)] : []
    const isOwned = owners.length < shapes.length ? [anyOf(owners.map(index => test(`is[${index}]`)))] : []
    const set = setProperty(name, copyPropertyValue(property, 'v', copying), copying)
    return `if (${allOf([...isThere, ...isOwned]).text}) ${set}`
  })
  const isNeeded = alone.length > 0 || unsure.some(({ owners }) => owners.length < shapes.length)
  return [...(isNeeded ? is : []), ...alone, `const result = ${fresh}`, ...lines, 'return result']
}

/**
 * Where members declare a property differently, what is of one member only is copied as that one says: text that another member would
 * have as bytes stays text, and what another member declares in its place stays here. The client's arguments are told by their classes.
 */
function copyOfOne(members: readonly LookAlikeCase[], copying: Copying): string[] {
  if (copying.keepsRest || members.every(({ model, copied }) => model === copied)) return []
  return members.map(
    ({ model }, index) => `if (${isOnly(index, members.length)}) return ${modelToCopy(model, 'v', copying)}`,
  )
}

/** With index signatures, what is there is not known before. */
function spreadLookAlikes(
  members: readonly LookAlikeCase[],
  checks: readonly Test[],
  copying: Copying,
): string {
  const parts = members.flatMap(({ model, copied }, index) => {
    if (copying.keepsRest && !copying.needed(model)) return []
    const part = copying.keepsRest
      ? objectText(replacedProperties(resolve(copied, copying.check.types) as ObjectModel, 'v', copying))
      : modelToCopy(copied, 'v', copying)
    const check = checks[index]!
    return [`...(${check.binds === 'or' ? `(${check.text})` : check.text} && ${part})`]
  })
  return `return { ${[...(copying.keepsRest ? ['...v'] : []), ...parts].join(', ')} }`
}
