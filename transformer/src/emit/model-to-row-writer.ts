// A TypeModel in → code that writes its checked values as rows, without names, out. PROTOCOL.md, "Rows".
import type { ObjectModel, TypeModel } from '../model/type-model.ts'
import { block, type CheckScope, readProperty } from './check-scope.ts'
import { literal } from './code.ts'
import { inOrderOfNames, isAbsentable } from './model-to-rows.ts'
import { namedType, readsNullAsUndefined, resolve, shapeKey } from './type-facts.ts'
import { type UnionCases, unionToCases } from './union-to-cases.ts'

/** A function of a value and a PackedWriter of the runtime. */
export function modelToRowWriter(model: TypeModel, scope: CheckScope): string {
  const { annotation } = scope.functions
  const write = writeValue(model, 'v', scope)
  const name = /^([\w$\p{ID_Continue}]+)\(v, w\)$/u.exec(write)?.[1]
  return name ?? `(v${annotation}, w${annotation}) => ${write}`
}

/** An expression that writes `value` to `w`. */
function writeValue(model: TypeModel, value: string, scope: CheckScope): string {
  const leaf = leafFunction(model, scope)
  if (leaf !== undefined) return `w.${leaf}(${value})`
  const { name: hint } = model.kind === 'ref' ? namedType(model.id, scope.types) : { name: scope.hint }
  const key = `write:${shapeKey(model)}`
  return call(key, { ...scope, hint }, value, inside => bodyOf(resolve(model, scope.types), inside))
}

/** The function of the writer for all values of a type, where there is one. */
function leafFunction(model: TypeModel, scope: CheckScope): string | undefined {
  const resolved = resolve(model, scope.types)
  switch (resolved.kind) {
    case 'string':
    case 'template':
      return 'text'
    case 'number':
    case 'boolean':
    case 'bigint':
    case 'date':
    case 'bytes':
      return resolved.kind
    case 'bigintLiteral':
      return 'bigint'
    case 'literal':
      return typeof resolved.value === 'string' ? 'text' : typeof resolved.value
    case 'union': {
      const { lists, objects } = unionToCases(resolved, scope.types)
      if (lists.length + objects.length > 0) return undefined
      const [first, ...others] = new Set(resolved.members.map(member => leafFunction(member, scope)))
      return others.length === 0 ? first : 'leaf'
    }
    case 'null':
    case 'undefined':
      return 'leaf'
    default:
      return undefined
  }
}

function bodyOf(model: TypeModel, scope: CheckScope): string {
  switch (model.kind) {
    case 'url':
      return '{ w.text(v.href) }'
    case 'array':
      // Its length is asked for once: it has been written.
      return block([
        'const { length } = v',
        'w.list(length)',
        `for (let i = 0; i < length; i++) ${writeElement(model.item, 'v[i]', scope)}`,
      ])
    case 'set':
      return block(['w.list(v.size)', `for (const item of v) ${writeElement(model.item, 'item', scope)}`])
    case 'tuple':
      return block([
        `w.list(${model.items.length})`,
        ...model.items.map((item, index) => writeElement(item.model, `v[${index}]`, scope)),
      ])
    case 'map':
      return block([
        'w.list(v.size)',
        'for (const pair of v) {',
        '  w.list(2)',
        `  ${writeElement(model.key, 'pair[0]', scope)}`,
        `  ${writeElement(model.value, 'pair[1]', scope)}`,
        '}',
      ])
    case 'object':
      return objectBody(model, undefined, scope)
    case 'union':
      return unionBody(unionToCases(model, scope.types), scope)
    default:
      throw new Error(`A ${model.kind} has no rows`)
  }
}

function writeElement(model: TypeModel, value: string, scope: CheckScope): string {
  const write = writeValue(model, value, scope)
  return readsNullAsUndefined(model, scope.types) ? orNil(write, value) : write
}

function orNil(write: string, value: string): string {
  return write.startsWith('w.leaf(') ? write : `${value} === undefined ? w.nil() : ${write}`
}

/** The members in the order of their names, after the number of the object among others, where a literal tells them apart. */
function objectBody({ properties }: ObjectModel, index: number | undefined, scope: CheckScope): string {
  const members = inOrderOfNames(properties).map(property => {
    const read = readProperty('v', property.name, scope)
    const write = writeValue(property.model, read, { ...scope, hint: property.name })
    return isAbsentable(property, scope.types) ? orNil(write, read) : write
  })
  const head = index === undefined ? [] : [`w.number(${index})`]
  return block([`w.list(${members.length + head.length})`, ...head, ...members])
}

/** Leaves, and one list, or objects that a literal tells apart. */
function unionBody({ converted, lists, objects, discriminant }: UnionCases, scope: CheckScope): string {
  const { reach } = scope
  const classes = converted.flatMap(({ kind }) =>
    kind === 'date' ? ['Date'] : kind === 'bytes' ? ['Uint8Array'] : [],
  )
  const instances = classes.map(name => ` || v instanceof ${reach.global(name)}`)
  const isLeaf =
    lists.length > 0
      ? `!${reach.global('Array')}.isArray(v)`
      : `typeof v !== "object" || v === null${instances.join('')}`
  const lines = [`if (${isLeaf}) return w.leaf(v)`]
  const only = lists[0] ?? (discriminant ? undefined : objects[0]?.model)
  if (only) return block([...lines, writeValue(only, 'v', scope)])
  const { name, cases } = discriminant!
  for (const [index, { model, object, values }] of cases.entries()) {
    const read = readProperty('v', name, scope)
    const isThis = values.map(it => `${read} === ${literal(it)}`).join(' || ')
    const hint = model.kind === 'ref' ? namedType(model.id, scope.types).name : name
    const write = call(`write:case${index}:${shapeKey(model)}`, { ...scope, hint }, 'v', inside =>
      objectBody(object, index, inside),
    )
    lines.push(`if (${isThis}) return ${write}`)
  }
  return block(lines)
}

function call(key: string, scope: CheckScope, value: string, body: (scope: CheckScope) => string): string {
  const { functions, hint } = scope
  const { annotation } = functions
  const parameter = `v${annotation}, w${annotation}`
  return functions.call({ key, name: `write_${hint}`, parameter, body: () => body(scope) }, `${value}, w`)
}
