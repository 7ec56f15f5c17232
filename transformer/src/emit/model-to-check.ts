// A TypeModel in → JavaScript that is true of the type's values and allocates nothing out, for JSON or for native values.
import type { NamedType, ObjectModel, PropertyModel, TypeModel, UnionModel } from '../model/type-model.ts'
import { cheapFirst } from './check-cost.ts'
import { block, type CheckScope, callTest, keyOf, readProperty } from './check-scope.ts'
import { ALWAYS, allOf, anyOf, literal, NEVER, not, type Test, test } from './code.ts'
import { isNative } from './conversions.ts'
import { leafTest } from './leaf-to-check.ts'
import { arrayBody, listTest } from './lists-to-check.ts'
import { branches } from './recursive-branches.ts'
import { admits, excludesArrays, isCostly, namedType, resolve, shapeKey } from './type-facts.ts'
import { isCollection, type UnionCases, unionToCases } from './union-to-cases.ts'

/** A condition on `value`, which must be an expression that may be evaluated more than once. */
export function modelToCheck(model: TypeModel, value: string, scope: CheckScope): Test {
  switch (model.kind) {
    case 'array':
    case 'set':
    case 'map':
    case 'tuple':
      return listTest(model, value, scope, modelToCheck)
    case 'object': {
      const key = keyOf('check', model, scope)
      const isAlone = scope.functions.standsInline(key)
      // As a parameter an object is read once, where `v.a.b` and `v.a.c` would read it twice.
      if (isAlone && /^\w+$/.test(value)) return objectTest(model, value, scope)
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
  const loops = model.kind === 'array' ? arrayBody(model, inside, modelToCheck) : undefined
  return loops ?? `{ return ${modelToCheck(model, 'v', inside).text} }`
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
  const properties = cheapFirst(object.properties, scope.types).filter(property => !known.has(property))
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
