// A TypeModel in → TypeScript that turns a fresh JSON value, as the server checked it, into the declared value in place, out.
import type { ObjectModel, PropertyModel, TupleModel, TypeModel } from '../model/type-model.ts'
import { arrow, block, type CheckScope, readProperty } from './check-scope.ts'
import { allOf, anyOf, literal, member, test } from './code.ts'
import { type ConvertedModel, fromJson, isConverted } from './conversions.ts'
import { modelToCheck } from './model-to-check.ts'
import {
  admits,
  holdsMoreThanJson,
  namedType,
  readsNullAsUndefined,
  resolve,
  shapeKey,
  tupleElement,
} from './type-facts.ts'
import {
  groupLookAlikes,
  isOnly,
  type LookAlikeCase,
  mergeArrays,
  type ObjectCase,
  toLookAlikes,
  type UnionCases,
  unionToCases,
} from './union-to-cases.ts'
import { jsonConversions } from './union-to-conversions.ts'

/** An expression for the declared value. The value itself where JSON says it all. */
export function modelToRevive(model: TypeModel, value: string, scope: CheckScope): string {
  if (!holdsMoreThanJson(model, scope.types)) return value
  if (isConverted(model)) return fromJson(model, value, scope.reach)
  switch (model.kind) {
    case 'set': {
      const item = elementToRevive(model.item, 'item', scope)
      const items = item === 'item' ? value : `${value}.map(${arrow('item', item, scope.functions)})`
      return `new ${scope.reach.global('Set')}(${items})`
    }
    case 'map': {
      const key = elementToRevive(model.key, 'pair[0]', scope)
      const entry = elementToRevive(model.value, 'pair[1]', scope)
      const isSame = key === 'pair[0]' && entry === 'pair[1]'
      const pairs = isSame ? value : `${value}.map(${arrow('pair', `[${key}, ${entry}]`, scope.functions)})`
      return `new ${scope.reach.global('Map')}(${pairs})`
    }
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
    default:
      return value
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
  const trailing = tuple.trailing ?? []
  const end = trailing.length === 0 ? 'v.length' : `v.length - ${trailing.length}`
  if (rest !== 'v[i]') lines.push(`for (let i = ${tuple.items.length}; i < ${end}; i++) v[i] = ${rest}`)
  for (const [index, { model }] of trailing.entries()) {
    const element = `v[v.length - ${trailing.length - index}]`
    const revived = elementToRevive(model, element, scope)
    if (revived !== element) lines.push(`${element} = ${revived}`)
  }
  return block([...lines, 'return v'])
}

function objectBody(object: ObjectModel, scope: CheckScope): string {
  const lines = object.properties.flatMap(property => propertyLines(property, scope))
  return block([...lines, ...indexLines(object, scope), 'return v'])
}

function indexLines({ properties, index }: ObjectModel, scope: CheckScope): string[] {
  if (!index || !holdsMoreThanJson(index, scope.types)) return []
  const listed = properties.map(({ name }) => test(`key !== ${literal(name)}`))
  const only = listed.length === 0 ? '' : `if (${allOf(listed).text}) `
  return [`for (const key of Object.keys(v)) ${only}v[key] = ${modelToRevive(index, 'v[key]', scope)}`]
}

function propertyLines({ name, model, optional }: PropertyModel, scope: CheckScope): string[] {
  if (!holdsMoreThanJson(model, scope.types)) return []
  const read = readProperty('v', name, scope)
  const write = `v${member(name)} = ${modelToRevive(model, read, { ...scope, hint: name })}`
  return [optional || admits(model, 'undefined', scope.types) ? `if (${read} !== undefined) ${write}` : write]
}

function unionBody(cases: UnionCases, scope: CheckScope): string {
  const { plain, converted, objects } = cases
  const lists = mergeArrays(cases.lists, scope.types)
  const texts = jsonConversions(cases, 'v', scope)
  const lines = texts.map(({ test, result }) => `if (${test.text}) return ${result}`)
  // What needs no reviving is not told by what is left.
  const isTold = lists.every(model => holdsMoreThanJson(model, scope.types))
  lines.push(
    ...lists.flatMap((model, index) => listLines(model, isTold && index === lists.length - 1, scope)),
  )
  const error = converted.find(({ kind }) => kind === 'error')
  const revivable = objects.filter(({ model }) => holdsMoreThanJson(model, scope.types))
  if (!error && revivable.length === 0) return block([...lines, 'return v'])
  if (plain.length + texts.length + lists.length > 0) {
    lines.push('if (typeof v !== "object" || v === null || Array.isArray(v)) return v')
  }
  if (error) lines.push(errorLine(error, objects, scope))
  if (objects.length === 0) return block(lines)
  if (objects.length === 1) return block([...lines, `return ${modelToRevive(objects[0]!.model, 'v', scope)}`])
  lines.push(...(cases.discriminant ? taggedLines(cases.discriminant, scope) : groupLines(objects, scope)))
  return block([...lines, 'return v'])
}

/** In JSON an Error is an object: one that is none of the others. */
function errorLine(error: ConvertedModel, objects: readonly ObjectCase[], scope: CheckScope): string {
  const result = `return ${fromJson(error, 'v', scope.reach)}`
  if (objects.length === 0) return result
  const isOther = anyOf(objects.map(({ model }) => modelToCheck(model, 'v', scope)))
  return `if (!(${isOther.text})) ${result}`
}

function taggedLines({ name, cases }: NonNullable<UnionCases['discriminant']>, scope: CheckScope): string[] {
  const read = readProperty('v', name, scope)
  return cases
    .filter(({ model }) => holdsMoreThanJson(model, scope.types))
    .map(({ model, values }) => {
      const isThis = anyOf(values.map(value => test(`${read} === ${literal(value)}`))).text
      return `if (${isThis}) return ${modelToRevive(model, 'v', scope)}`
    })
}

function groupLines(objects: readonly ObjectCase[], scope: CheckScope): string[] {
  const groups = groupLookAlikes(objects, scope.types)
  if (groups.length === 1) return lookAlikeLines(objects, scope)
  return groups.flatMap(group => {
    if (!group.some(({ model }) => holdsMoreThanJson(model, scope.types))) return []
    const lines =
      group.length === 1
        ? [`return ${modelToRevive(group[0]!.model, 'v', scope)}`]
        : [...lookAlikeLines(group, scope), 'return v']
    const isOne = anyOf(group.map(({ model }) => modelToCheck(model, 'v', scope)))
    return [`if (${isOne.text}) ${lines.length === 1 ? lines[0] : block(lines)}`]
  })
}

/** A value may be of several members, and what they share must be revived once, after all of them were checked. */
function lookAlikeLines(objects: readonly ObjectCase[], scope: CheckScope): string[] {
  const checks = objects.map(({ model }) => modelToCheck(model, 'v', scope).text)
  const groups = new Map<string, { readonly lines: readonly string[]; readonly members: number[] }>()
  const members = toLookAlikes(objects, scope.types)
  const models = members.map(({ copied }) => resolve(copied, scope.types) as ObjectModel)
  for (const [index, model] of withSharedOptions(models).entries()) {
    for (const [key, lines] of revivals(model, scope)) {
      const group = groups.get(key) ?? { lines, members: [] }
      group.members.push(index)
      groups.set(key, group)
    }
  }
  const guarded = [...groups.values()].map(({ lines, members }) => {
    const isAny = members.map(index => `is[${index}]`).join(' || ')
    return `if (${isAny}) ${lines.length === 1 ? lines[0] : block(lines)}`
  })
  if (guarded.length === 0) return []
  return [`const is = [${checks.join(', ')}]`, ...revivalsOfOne(members, scope), ...guarded]
}

/** Where members declare a property differently, what is of one member only is revived as that one says. */
function revivalsOfOne(members: readonly LookAlikeCase[], scope: CheckScope): string[] {
  if (members.every(({ model, copied }) => model === copied)) return []
  return members.map(
    ({ model }, index) => `if (${isOnly(index, members.length)}) return ${modelToRevive(model, 'v', scope)}`,
  )
}

/** One statement revives what several members have: what is optional in one of them may be missing there. */
function withSharedOptions(objects: readonly ObjectModel[]): ObjectModel[] {
  const optional = new Set(
    objects.flatMap(({ properties }) => properties.filter(it => it.optional).map(({ name }) => name)),
  )
  return objects.map(object => ({
    ...object,
    properties: object.properties.map(it => ({ ...it, optional: optional.has(it.name) })),
  }))
}

/** What must be done to a value of the type, by what it is done to. */
function revivals(object: ObjectModel, scope: CheckScope): [string, string[]][] {
  const properties = object.properties.map((property): [string, string[]] => [
    JSON.stringify(property.name),
    propertyLines(property, scope),
  ])
  const listed = object.properties.map(({ name }) => name).sort()
  return [...properties, [`*${JSON.stringify(listed)}`, indexLines(object, scope)]].filter(
    (entry): entry is [string, string[]] => entry[1]!.length > 0,
  )
}

function listLines(model: TypeModel, isLast: boolean, scope: CheckScope): string[] {
  if (!holdsMoreThanJson(model, scope.types)) return []
  const condition = isLast ? 'Array.isArray(v)' : modelToCheck(model, 'v', scope).text
  return [`if (${condition}) return ${modelToRevive(model, 'v', scope)}`]
}
