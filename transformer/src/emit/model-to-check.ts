// A TypeModel in → JavaScript that is true of the type's values and allocates nothing out, for JSON or for native values.
import type {
  NamedType,
  ObjectModel,
  PropertyModel,
  TupleModel,
  TypeModel,
  UnionModel,
} from '../model/type-model.ts'
import { ALWAYS, allOf, anyOf, isInherited, literal, member, NEVER, not, type Test, test } from './code.ts'
import type { Functions } from './functions.ts'
import {
  differsByDomain,
  excludesArrays,
  isCostly,
  namedType,
  readsNullAsUndefined,
  resolve,
  shapeKey,
  type Types,
  tupleElement,
} from './type-facts.ts'
import { type UnionCases, unionToCases } from './union-to-cases.ts'

export interface CheckScope {
  readonly functions: Functions
  readonly types: Types
  /** Whether a Date is ISO text or a Date. */
  readonly domain: 'json' | 'native'
  /** What anonymous functions are named after. */
  readonly hint: string
  readonly helpers: CheckHelpers
}

/** Expressions that depend on what the generated module may import. */
export interface CheckHelpers {
  isDateText(value: string): string
  isValidDate(value: string): string
  /** The own property of that name, or `undefined`. */
  own(value: string, name: string): string
}

/** A condition on `value`, which must be an expression that may be evaluated more than once. */
export function modelToCheck(model: TypeModel, value: string, scope: CheckScope): Test {
  switch (model.kind) {
    case 'string':
    case 'boolean':
      return test(`typeof ${value} === "${model.kind}"`)
    case 'number':
      return test(`Number.isFinite(${value})`)
    case 'null':
    case 'undefined':
      return test(`${value} === ${model.kind}`)
    case 'unknown':
    case 'any':
      return ALWAYS
    case 'never':
      return NEVER
    case 'date':
      return test(
        scope.domain === 'json' ? scope.helpers.isDateText(value) : scope.helpers.isValidDate(value),
      )
    case 'literal':
      return test(`${value} === ${literal(model.value)}`)
    case 'array':
      return allOf([test(`Array.isArray(${value})`), everyElement(model.item, 0, value, scope)])
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
      return callTest(keyOf('check', model, scope), named.name, scope, value, () => namedBody(named, scope))
    }
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

/** Reads a property; one that every object inherits is only read where it is an own one. */
export function readProperty(value: string, name: string, helpers: CheckHelpers): string {
  return isInherited(name) ? helpers.own(value, name) : value + member(name)
}

function keyOf(kind: string, model: TypeModel, scope: CheckScope): string {
  const domain = differsByDomain(model, scope.types) ? scope.domain : 'any'
  return `${kind}:${domain}:${shapeKey(model)}`
}

function callTest(key: string, name: string, scope: CheckScope, value: string, body: () => string): Test {
  // Types that both domains check alike share one function, whatever asks for it first.
  const mode = key.includes(':native:') ? 'matches' : 'check'
  return test(scope.functions.call({ key, name: `${mode}_${name}`, body }, value))
}

function namedBody(named: NamedType, scope: CheckScope): string {
  const inside = { ...scope, hint: named.name }
  const { model } = named
  if (model.kind === 'object') return `{ return ${objectTest(model, 'v', inside).text} }`
  if (model.kind === 'union') return unionBody(unionToCases(model, scope.types), inside)
  return `{ return ${modelToCheck(model, 'v', inside).text} }`
}

// Arrays

/** Every element from `start` on. In the value of an array JSON has `null` where the native value has `undefined`. */
function everyElement(item: TypeModel, start: number, value: string, scope: CheckScope): Test {
  const element = elementTest(item, 'item', scope)
  if (element.text === ALWAYS.text) return ALWAYS
  // `every` is the faster one, but boxes each number once it has seen fractions, and skips holes, which JSON has none of.
  if (start === 0 && scope.domain === 'json' && resolve(item, scope.types).kind !== 'number') {
    return test(`${value}.every(${arrow('item', element.text, scope.functions)})`)
  }
  const key = `${keyOf('every', { kind: 'array', item, readonly: false }, scope)}:${start}`
  return callTest(key, `every_${scope.hint}`, scope, value, () => {
    const lines = [
      `for (let i = ${start}; i < v.length; i++) {`,
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

function tupleTest(tuple: TupleModel, value: string, scope: CheckScope): Test {
  const { items, required, rest } = tuple
  const length = `${value}.length`
  const lengths = [
    ...(required > 0 && (rest || required < items.length) ? [test(`${length} >= ${required}`)] : []),
    ...(rest ? [] : [test(`${length} ${required === items.length ? '===' : '<='} ${items.length}`)]),
  ]
  const elements = items.map((_, index) =>
    elementTest(tupleElement(tuple, index), `${value}[${index}]`, scope),
  )
  const others = rest ? [everyElement(rest, items.length, value, scope)] : []
  return allOf([test(`Array.isArray(${value})`), ...lengths, ...elements, ...others])
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
  return allOf([...noArray, ...tests, indexTest(object, value, scope)])
}

function cheapFirst(properties: readonly PropertyModel[], scope: CheckScope): PropertyModel[] {
  const cost = ({ model }: PropertyModel) => Number(isCostly(model, scope.types))
  return [...properties].sort((a, b) => cost(a) - cost(b))
}

function propertyTest({ name, model, optional }: PropertyModel, value: string, scope: CheckScope): Test {
  const read = readProperty(value, name, scope.helpers)
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
  if (cases.objects.length < 2) return anyOf(union.members.map(part => modelToCheck(part, value, scope)))
  return callTest(keyOf('check', union, scope), scope.hint, scope, value, () => unionBody(cases, scope))
}

function unionBody(cases: UnionCases, scope: CheckScope): string {
  const { plain, dates, arrays, objects, discriminant } = cases
  const others = anyOf([...plain, ...dates, ...arrays].map(part => modelToCheck(part, 'v', scope)))
  if (objects.length === 0) return `{ return ${others.text} }`
  const lines = others.text === NEVER.text ? [] : [`if (${others.text}) return true`]
  lines.push('if (typeof v !== "object" || v === null) return false')
  if (!discriminant) return block([...lines, ...anyObjectLines(cases, scope)])
  for (const { model, object, values } of discriminant.cases) {
    const property = object.properties.find(({ name }) => name === discriminant.name)!
    const inside =
      model.kind === 'ref'
        ? modelToCheck(model, 'v', scope)
        : insideTest(object, 'v', scope, new Set([property]))
    const read = readProperty('v', discriminant.name, scope.helpers)
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

// Text

/** `param => body`, or just the function where the body is a call with the parameter. */
export function arrow(param: string, body: string, { annotation }: Functions): string {
  const call = body.match(/^([\w$\p{ID_Continue}]+)\((\w+)\)$/u)
  if (call?.[2] === param) return call[1]!
  const text = body.startsWith('{') ? `(${body})` : body
  return annotation ? `(${param}${annotation}) => ${text}` : `${param} => ${text}`
}

export function block(lines: readonly string[]): string {
  return `{\n${lines.map(line => `  ${line}`).join('\n')}\n}`
}
