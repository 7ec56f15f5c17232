// An array, tuple, Set or Map in → the condition that is true of its values, in JSON or native, out.
import type { ArrayModel, TupleModel, TypeModel } from '../model/type-model.ts'
import { arrow, block, type CheckScope, callTest, keyOf } from './check-scope.ts'
import { ALWAYS, allOf, anyOf, not, type Test, test } from './code.ts'
import { itemLimits } from './limits-to-check.ts'
import { readsNullAsUndefined, resolve, tupleElement } from './type-facts.ts'

/** Checks what is inside (model-to-check.ts). */
type Check = (model: TypeModel, value: string, scope: CheckScope) => Test
type SetModel = Extract<TypeModel, { kind: 'set' }>
type MapModel = Extract<TypeModel, { kind: 'map' }>

export function listTest(
  model: ArrayModel | SetModel | MapModel | TupleModel,
  value: string,
  scope: CheckScope,
  check: Check,
): Test {
  switch (model.kind) {
    case 'array':
      return arrayTest(model, value, scope, check)
    case 'set':
      return setTest(model, value, scope, check)
    case 'map':
      return mapTest(model, value, scope, check)
    case 'tuple':
      return tupleTest(model, value, scope, check)
    default:
      return model satisfies never
  }
}

function arrayTest(array: ArrayModel, value: string, scope: CheckScope, check: Check): Test {
  const find = findCall(array, value, scope, check)
  if (find !== undefined) return { text: `${find} < 0`, binds: 'and' }
  const body = arrayBody(array, scope, check)
  if (body !== undefined)
    return callTest(keyOf('check', array, scope), `every_${scope.hint}`, scope, value, () => body)
  const { first, last } = itemLimits(array.constraints, value, `${value}.length`, scope)
  const helper = listHelper(array.item, scope)
  const isArray = helper && first.length === 0 ? [] : [test(`Array.isArray(${value})`)]
  const items = helper ? test(scope.helper(helper, value)) : everyElement(array.item, 0, value, scope, check)
  return allOf([...isArray, ...first, items, ...last])
}

/**
 * A call that gives the index of the first element that is none of its type, 0 where there is no array, -1 where all is right: a report
 * goes on from there. Undefined where it takes other words to say it.
 */
function findCall(array: ArrayModel, value: string, scope: CheckScope, check: Check): string | undefined {
  const { functions, hint, ignoresLimits } = scope
  if (ignoresLimits || array.constraints?.length || listHelper(array.item, scope)) return undefined
  const element = elementTest(array.item, 'v[i]', scope, check)
  if (element.text === ALWAYS.text) return undefined
  const body = () =>
    block([
      'if (!Array.isArray(v)) return 0',
      `for (; i < v.length; i++) if (${not(element)}) return i`,
      'return -1',
    ])
  const { annotation } = functions
  const parameter = `v${annotation}, i${annotation}`
  return functions.call(
    { key: keyOf('find', array, scope), name: `find_${hint}`, parameter, body },
    `${value}, 0`,
  )
}

/** Undefined where an expression says it. */
export function arrayBody(
  { item, constraints }: ArrayModel,
  scope: CheckScope,
  check: Check,
): string | undefined {
  if (scope.ignoresLimits || listHelper(item, scope)) return undefined
  const element = elementTest(item, 'v[i]', scope, check)
  if (element.text === ALWAYS.text) return undefined
  const { first, last } = itemLimits(constraints, 'v', 'v.length', scope)
  const isList = allOf([test('Array.isArray(v)'), ...first])
  return block([`if (${not(isList)}) return false`, ...loop(element), `return ${allOf(last).text}`])
}

/** What the runtime checks for all routes alike, and faster than a loop of so few words can. */
function listHelper(
  item: TypeModel,
  { types, ignoresLimits }: CheckScope,
): 'areNumbers' | 'areStrings' | undefined {
  const model = resolve(item, types)
  if (model.kind !== 'number' && model.kind !== 'string') return undefined
  if (model.constraints && model.constraints.length > 0 && !ignoresLimits) return undefined
  return model.kind === 'number' ? 'areNumbers' : 'areStrings'
}

/**
 * Statements that return false at an element that is none. A loop, because `every` skips holes; because one that has seen integers
 * and fractions in arrays that V8 holds to have holes boxes each number; and because objects are checked faster in a loop of their own.
 * The element is read where it is needed: in a variable, numbers would be boxed.
 */
function loop(element: Test, start = 0, without = 0): string[] {
  const end = without === 0 ? 'v.length' : `v.length - ${without}`
  return [`for (let i = ${start}; i < ${end}; i++) if (${not(element)}) return false`]
}

/** Every element of an array from `start` on, but for the last `without`. */
function everyElement(
  item: TypeModel,
  start: number,
  value: string,
  scope: CheckScope,
  check: Check,
  without = 0,
): Test {
  // A client is small before it is fast.
  if (scope.ignoresLimits && start + without === 0) {
    const { text } = elementTest(item, 'item', scope, check)
    return text === ALWAYS.text ? ALWAYS : test(`${value}.every(${arrow('item', text, scope.functions)})`)
  }
  const element = elementTest(item, 'v[i]', scope, check)
  if (element.text === ALWAYS.text) return ALWAYS
  const key = `${keyOf('every', { kind: 'array', item, readonly: false }, scope)}:${start}:${without}`
  return callTest(key, `every_${scope.hint}`, scope, value, () =>
    block([...loop(element, start, without), 'return true']),
  )
}

/** In the value of an array JSON has `null` where the native value has `undefined`. */
function elementTest(item: TypeModel, value: string, scope: CheckScope, check: Check): Test {
  const nullToo = scope.domain === 'json' && readsNullAsUndefined(item, scope.types)
  return anyOf([...(nullToo ? [test(`${value} === null`)] : []), check(item, value, scope)])
}

/** In JSON, a Set is an array. Equal items count once. */
function setTest(set: SetModel, value: string, scope: CheckScope, check: Check): Test {
  const isJson = scope.domain === 'json'
  const { global } = scope.reach
  const size = isJson ? `new ${global('Set')}(${value}).size` : `${value}.size`
  const { first, last } = itemLimits(set.constraints, value, size, scope)
  if (isJson) {
    return allOf([
      test(`Array.isArray(${value})`),
      ...first,
      everyElement(set.item, 0, value, scope, check),
      ...last,
    ])
  }
  const items = everyOf('item', elementTest(set.item, 'item', scope, check), set, value, scope)
  return allOf([test(`${value} instanceof ${global('Set')}`), ...first, items, ...last])
}

/** In JSON, a Map is an array of pairs. */
function mapTest(map: MapModel, value: string, scope: CheckScope, check: Check): Test {
  if (scope.domain === 'native') {
    const entry = allOf([
      elementTest(map.key, 'key', scope, check),
      elementTest(map.value, 'value', scope, check),
    ])
    return allOf([
      test(`${value} instanceof ${scope.reach.global('Map')}`),
      everyOf('[key, value]', entry, map, value, scope),
    ])
  }
  const pair = allOf([
    test('Array.isArray(pair)'),
    test('pair.length === 2'),
    elementTest(map.key, 'pair[0]', scope, check),
    elementTest(map.value, 'pair[1]', scope, check),
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

function tupleTest(tuple: TupleModel, value: string, scope: CheckScope, check: Check): Test {
  const { items, required, rest, trailing = [] } = tuple
  const length = `${value}.length`
  const least = required + trailing.length
  const lengths = [
    ...(least > 0 && (rest || required < items.length) ? [test(`${length} >= ${least}`)] : []),
    ...(rest ? [] : [test(`${length} ${required === items.length ? '===' : '<='} ${items.length}`)]),
  ]
  const elements = items.map((_, index) =>
    elementTest(tupleElement(tuple, index), `${value}[${index}]`, scope, check),
  )
  const others = rest ? [everyElement(rest, items.length, value, scope, check, trailing.length)] : []
  const fromEnd = trailing.map(({ model }, index) =>
    elementTest(model, `${value}[${length} - ${trailing.length - index}]`, scope, check),
  )
  return allOf([test(`Array.isArray(${value})`), ...lengths, ...elements, ...fromEnd, ...others])
}
