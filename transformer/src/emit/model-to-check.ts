// A TypeModel in → JavaScript that is true of the type's values and allocates nothing out, for JSON or for native values.
import type {
  NamedType,
  ObjectModel,
  PropertyModel,
  TupleModel,
  TypeModel,
  UnionModel,
} from '../model/type-model.ts'
import { arrow, block, type CheckScope, readProperty, variantOf } from './check-scope.ts'
import { ALWAYS, allOf, anyOf, literal, NEVER, not, type Test, test } from './code.ts'
import { isNative } from './conversions.ts'
import { leafTest } from './leaf-to-check.ts'
import { itemLimits } from './limits-to-check.ts'
import { branches } from './recursive-branches.ts'
import {
  admits,
  excludesArrays,
  isCostly,
  namedType,
  readsNullAsUndefined,
  resolve,
  shapeKey,
  tupleElement,
} from './type-facts.ts'
import { isCollection, type UnionCases, unionToCases } from './union-to-cases.ts'

/** A condition on `value`, which must be an expression that may be evaluated more than once. */
export function modelToCheck(model: TypeModel, value: string, scope: CheckScope): Test {
  switch (model.kind) {
    case 'array': {
      const { first, last } = itemLimits(model.constraints, value, `${value}.length`, scope)
      return allOf([
        test(`Array.isArray(${value})`),
        ...first,
        everyElement(model.item, 0, value, scope),
        ...last,
      ])
    }
    case 'set':
      return setTest(model, value, scope)
    case 'map':
      return mapTest(model, value, scope)
    case 'tuple':
      return tupleTest(model, value, scope)
    case 'object': {
      const key = keyOf('check', model, scope)
      if (scope.functions.standsInline(key)) return objectTest(model, value, scope)
      return callTest(key, scope.hint, scope, value, () => `{ return ${objectTest(model, 'v', scope).text} }`)
    }
    case 'union':
      return unionTest(model, value, scope)
    case 'ref': {
      const named = namedType(model.id, scope.types)
      const call = callTest(keyOf('check', model, scope), named.name, scope, value, () =>
        namedBody(named, scope),
      )
      return remembersResults(named, scope) ? remembered(named, call, value, scope) : call
    }
    default:
      return leafTest(model, value, scope)
  }
}

function keyOf(kind: string, model: TypeModel, scope: CheckScope): string {
  return `${kind}:${variantOf(model, scope)}:${shapeKey(model)}`
}

function callTest(key: string, name: string, scope: CheckScope, value: string, body: () => string): Test {
  const mode = key.includes(':native:') ? 'matches' : key.includes(':closed:') ? 'exact' : 'check'
  return test(scope.functions.call({ key, name: `${mode}_${name}`, body }, value))
}

/** JSON values do not change while they are checked. What a handler gives may, and the client changes it in place. */
function remembersResults(named: NamedType, { domain, ignoresLimits, types }: CheckScope): boolean {
  return domain === 'json' && !ignoresLimits && branches(named, types)
}

/** The same check, made once for each object: members that look alike would make it again and again. */
function remembered(named: NamedType, call: Test, value: string, scope: CheckScope): Test {
  const check = call.text.slice(0, call.text.indexOf('('))
  return test(
    `${scope.functions.constant(`once_${named.name}`, scope.helper('rememberResults', check))}(${value})`,
  )
}

function namedBody(named: NamedType, scope: CheckScope): string {
  const inside = { ...scope, hint: named.name }
  const { model } = named
  if (model.kind === 'object') return `{ return ${objectTest(model, 'v', inside).text} }`
  if (model.kind === 'union') return unionBody(unionToCases(model, scope.types), inside)
  return `{ return ${modelToCheck(model, 'v', inside).text} }`
}

// Arrays

/** Every element from `start` on, but for the last `without`. In the value of an array JSON has `null` where the native value has `undefined`. */
function everyElement(item: TypeModel, start: number, value: string, scope: CheckScope, without = 0): Test {
  const element = elementTest(item, 'item', scope)
  if (element.text === ALWAYS.text) return ALWAYS
  // `every` is the faster one, but skips holes, which JSON has none of; and it boxes each number, 14 times as slow, once it has
  // seen fractions and integers in arrays that V8 holds to have holes, which JSON.parse makes too.
  const isNumber = resolve(item, scope.types).kind === 'number'
  if (start + without === 0 && scope.domain === 'json' && !isNumber) {
    return test(`${value}.every(${arrow('item', element.text, scope.functions)})`)
  }
  const key = `${keyOf('every', { kind: 'array', item, readonly: false }, scope)}:${start}:${without}`
  return callTest(key, `every_${scope.hint}`, scope, value, () => {
    const lines = [
      `for (let i = ${start}; i < v.length${without === 0 ? '' : ` - ${without}`}; i++) {`,
      '  const item = v[i]',
      `  if (${not(element)}) return false`,
      '}',
    ]
    return block([...lines, 'return true'])
  })
}

function elementTest(item: TypeModel, value: string, scope: CheckScope): Test {
  const nullToo = scope.domain === 'json' && readsNullAsUndefined(item, scope.types)
  return anyOf([...(nullToo ? [test(`${value} === null`)] : []), modelToCheck(item, value, scope)])
}

/** In JSON, a Set is an array. Equal items count once. */
function setTest(set: SetModel, value: string, scope: CheckScope): Test {
  const isJson = scope.domain === 'json'
  const { global } = scope.reach
  const size = isJson ? `new ${global('Set')}(${value}).size` : `${value}.size`
  const { first, last } = itemLimits(set.constraints, value, size, scope)
  const kind = isJson ? `Array.isArray(${value})` : `${value} instanceof ${global('Set')}`
  const items = isJson
    ? everyElement(set.item, 0, value, scope)
    : everyOf('item', elementTest(set.item, 'item', scope), set, value, scope)
  return allOf([test(kind), ...first, items, ...last])
}

/** In JSON, a Map is an array of pairs. */
function mapTest(map: MapModel, value: string, scope: CheckScope): Test {
  if (scope.domain === 'native') {
    const entry = allOf([elementTest(map.key, 'key', scope), elementTest(map.value, 'value', scope)])
    return allOf([
      test(`${value} instanceof ${scope.reach.global('Map')}`),
      everyOf('[key, value]', entry, map, value, scope),
    ])
  }
  const pair = allOf([
    test('Array.isArray(pair)'),
    test('pair.length === 2'),
    elementTest(map.key, 'pair[0]', scope),
    elementTest(map.value, 'pair[1]', scope),
  ])
  const every = `${value}.every(${arrow('pair', pair.text, scope.functions)})`
  return allOf([test(`Array.isArray(${value})`), test(every)])
}

/** A loop over what an iterable gives. */
function everyOf(variable: string, wanted: Test, model: TypeModel, value: string, scope: CheckScope): Test {
  if (wanted.text === ALWAYS.text) return ALWAYS
  return callTest(keyOf('every', model, scope), `every_${scope.hint}`, scope, value, () =>
    block([`for (const ${variable} of v) {`, `  if (${not(wanted)}) return false`, '}', 'return true']),
  )
}

function tupleTest(tuple: TupleModel, value: string, scope: CheckScope): Test {
  const { items, required, rest, trailing = [] } = tuple
  const length = `${value}.length`
  const least = required + trailing.length
  const lengths = [
    ...(least > 0 && (rest || required < items.length) ? [test(`${length} >= ${least}`)] : []),
    ...(rest ? [] : [test(`${length} ${required === items.length ? '===' : '<='} ${items.length}`)]),
  ]
  const elements = items.map((_, index) =>
    elementTest(tupleElement(tuple, index), `${value}[${index}]`, scope),
  )
  const others = rest ? [everyElement(rest, items.length, value, scope, trailing.length)] : []
  const fromEnd = trailing.map(({ model }, index) =>
    elementTest(model, `${value}[${length} - ${trailing.length - index}]`, scope),
  )
  return allOf([test(`Array.isArray(${value})`), ...lengths, ...elements, ...fromEnd, ...others])
}

// Objects

function isObject(value: string): Test {
  return { text: `typeof ${value} === "object" && ${value} !== null`, binds: 'and' }
}

function objectTest(object: ObjectModel, value: string, scope: CheckScope): Test {
  return allOf([isObject(value), insideTest(object, value, scope)])
}

/** What is left to check of a value that is known to be an object, but for the properties in `known`. */
function insideTest(
  object: ObjectModel,
  value: string,
  scope: CheckScope,
  known: ReadonlySet<PropertyModel> = new Set(),
): Test {
  const noArray = excludesArrays(object, scope.types) ? [] : [test(`!Array.isArray(${value})`)]
  const properties = cheapFirst(object.properties, scope).filter(property => !known.has(property))
  const tests = properties.map(property => propertyTest(property, value, scope))
  return allOf([...noArray, ...tests, indexTest(object, value, scope), closedTest(object, value, scope)])
}

/** No property but the declared ones. */
function closedTest({ properties, index }: ObjectModel, value: string, scope: CheckScope): Test {
  if (!scope.closed || index) return ALWAYS
  // All of them have been seen to be there, so that any other would be one too many.
  if (properties.every(({ model, optional }) => !optional && !admits(model, 'undefined', scope.types))) {
    return test(`${scope.helper('countKeys', value)} === ${properties.length}`)
  }
  const names = properties.map(({ name }) => name)
  const key = `names:closed:${JSON.stringify([...names].sort())}`
  return callTest(key, `names_${scope.hint}`, scope, value, () =>
    block([
      'for (const key in v) {',
      `  if (${allOf(names.map(name => test(`key !== ${literal(name)}`))).text}) return false`,
      '}',
      'return true',
    ]),
  )
}

function cheapFirst(properties: readonly PropertyModel[], scope: CheckScope): PropertyModel[] {
  const cost = ({ model }: PropertyModel) => Number(isCostly(model, scope.types))
  return [...properties].sort((a, b) => cost(a) - cost(b))
}

function propertyTest({ name, model, optional }: PropertyModel, value: string, scope: CheckScope): Test {
  const read = readProperty(value, name, scope)
  const inner = modelToCheck(model, read, { ...scope, hint: name })
  return optional ? anyOf([test(`${read} === undefined`), inner]) : inner
}

function indexTest(object: ObjectModel, value: string, scope: CheckScope): Test {
  if (!object.index) return ALWAYS
  const entry = modelToCheck(object.index, 'v[key]', scope)
  if (entry.text === ALWAYS.text) return ALWAYS
  const listed = object.properties.map(({ name }) => test(`key !== ${literal(name)}`))
  const names = object.properties.map(({ name }) => JSON.stringify(name)).join()
  return callTest(
    `${keyOf('entries', object.index, scope)}:${names}`,
    `entries_${scope.hint}`,
    scope,
    value,
    () => {
      const wrong = allOf([...listed, test(not(entry))]).text
      return block([
        'for (const key of Object.keys(v)) {',
        `  if (${wrong}) return false`,
        '}',
        'return true',
      ])
    },
  )
}

// Unions

function unionTest(union: UnionModel, value: string, scope: CheckScope): Test {
  const cases = unionToCases(union, scope.types)
  const isInline = cases.objects.length < (hasInstances(cases, scope) ? 1 : 2)
  if (isInline) return anyOf(union.members.map(part => modelToCheck(part, value, scope)))
  return callTest(keyOf('check', union, scope), scope.hint, scope, value, () => unionBody(cases, scope))
}

/** True if an object of the platform, such as a Date, could pass for one of the object types. */
function hasInstances({ converted, lists, objects }: UnionCases, { domain, types }: CheckScope): boolean {
  if (domain === 'json' || objects.length === 0) return false
  return converted.length > 0 || lists.some(part => isCollection(part, types))
}

/** An instance of a class that the union has is of that member or of none, as for encoding. */
function instanceLines(cases: UnionCases, scope: CheckScope): string[] {
  const byClass = new Map<string, Test[]>()
  const add = (isOne: string, model: TypeModel) => {
    byClass.set(isOne, [...(byClass.get(isOne) ?? []), modelToCheck(model, 'v', scope)])
  }
  for (const model of cases.converted) add(isNative(model, 'v', scope.reach), model)
  for (const model of cases.lists.filter(part => isCollection(part, scope.types))) {
    const name = resolve(model, scope.types).kind === 'map' ? 'Map' : 'Set'
    add(`v instanceof ${scope.reach.global(name)}`, model)
  }
  return [...byClass].map(([isOne, tests]) => {
    const wanted = anyOf(tests).text
    return `if (${isOne}) return ${wanted === isOne ? 'true' : wanted}`
  })
}

function unionBody(cases: UnionCases, scope: CheckScope): string {
  const { plain, converted, lists, objects, discriminant } = cases
  const byInstance = hasInstances(cases, scope)
  const inline = byInstance
    ? [...plain, ...lists.filter(part => !isCollection(part, scope.types))]
    : [...plain, ...converted, ...lists]
  const others = anyOf(inline.map(part => modelToCheck(part, 'v', scope)))
  if (objects.length === 0) return `{ return ${others.text} }`
  const lines = byInstance ? instanceLines(cases, scope) : []
  if (others.text !== NEVER.text) lines.push(`if (${others.text}) return true`)
  lines.push('if (typeof v !== "object" || v === null) return false')
  if (!discriminant) return block([...lines, ...anyObjectLines(cases, scope)])
  for (const { model, object, values } of discriminant.cases) {
    const property = object.properties.find(({ name }) => name === discriminant.name)!
    const inside =
      model.kind === 'ref'
        ? modelToCheck(model, 'v', scope)
        : insideTest(object, 'v', scope, new Set([property]))
    const read = readProperty('v', discriminant.name, scope)
    lines.push(
      `if (${anyOf(values.map(value => test(`${read} === ${literal(value)}`))).text}) return ${inside.text}`,
    )
  }
  return block([...lines, 'return false'])
}

/**
 * Objects that nothing tells apart. What costs much and is in several of them is checked once: checked again for each
 * of them, a recursive property would take time exponential in the depth of the value.
 */
function anyObjectLines({ objects }: UnionCases, scope: CheckScope): string[] {
  const keyOfProperty = ({ name, optional, model }: PropertyModel) =>
    JSON.stringify([name, optional, shapeKey(model)])
  const costly = objects.flatMap(({ object }) =>
    object.properties.filter(({ model }) => isCostly(model, scope.types)),
  )
  const keys = costly.map(keyOfProperty)
  const shared = costly.filter((property, index) => {
    const key = keyOfProperty(property)
    return keys.indexOf(key) === index && keys.lastIndexOf(key) !== index
  })
  const nameOf = new Map(shared.map((property, index) => [keyOfProperty(property), `is${index + 1}`]))
  const tests = objects.map(({ model, object }) => {
    const known = object.properties.filter(property => nameOf.has(keyOfProperty(property)))
    if (known.length === 0) return modelToCheck(model, 'v', scope)
    const results = known.map(property => test(nameOf.get(keyOfProperty(property))!))
    return allOf([...results, insideTest(object, 'v', scope, new Set(known))])
  })
  const results = shared.map(property => {
    return `const ${nameOf.get(keyOfProperty(property))} = ${propertyTest(property, 'v', scope).text}`
  })
  return [...results, `return ${anyOf(tests).text}`]
}

type SetModel = Extract<TypeModel, { kind: 'set' }>
type MapModel = Extract<TypeModel, { kind: 'map' }>
