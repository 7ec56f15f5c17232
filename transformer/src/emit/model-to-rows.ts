// A TypeModel in → whether its values can be rows, and expressions that make values of rows, out. PROTOCOL.md, "Rows".
import type { ObjectModel, PropertyModel, TypeModel } from '../model/type-model.ts'
import { arrow, block, type CheckScope } from './check-scope.ts'
import { literal, objectKey } from './code.ts'
import { admits, namedType, readsNullAsUndefined, resolve, shapeKey, type Types } from './type-facts.ts'
import { type UnionCases, unionToCases } from './union-to-cases.ts'

const AS_THEY_ARE: ReadonlySet<TypeModel['kind']> = new Set([
  ...(['string', 'number', 'boolean', 'null', 'literal', 'template', 'date'] as const),
])

/**
 * False for a type whose values rows cannot have: they go as maps. Rows hold no names, so they have neither undeclared members nor an
 * order of their own; and nil stands for what is absent, so a member that may be absent may not be `null` as well.
 */
export function fitsRows(model: TypeModel, types: Types, seen = new Set<string>()): boolean {
  const fits = (part: TypeModel) => fitsRows(part, types, seen)
  switch (model.kind) {
    case 'bigint':
    case 'bigintLiteral':
    case 'url':
      return true
    case 'bytes':
      return model.type === 'Uint8Array'
    case 'array':
    case 'set':
      return fits(model.item) && isClearElement(model.item, types)
    case 'tuple':
      return (
        model.items.length === model.required &&
        model.rest === undefined &&
        model.items.every(({ model: part }) => fits(part) && isClearElement(part, types))
      )
    case 'map':
      return [model.key, model.value].every(part => fits(part) && isClearElement(part, types))
    case 'object':
      return (
        model.index === undefined &&
        model.properties.every(
          property =>
            fits(property.model) && !(isAbsentable(property, types) && admits(property.model, 'null', types)),
        )
      )
    case 'union':
      return fitsUnion(unionToCases(model, types), types, fits)
    case 'ref': {
      if (seen.has(model.id)) return true
      seen.add(model.id)
      return fits(namedType(model.id, types).model)
    }
    default:
      return AS_THEY_ARE.has(model.kind)
  }
}

function isClearElement(element: TypeModel, types: Types): boolean {
  return !admits(element, 'undefined', types) || readsNullAsUndefined(element, types)
}

/** What stands as it is, and one kind of list, or objects that a literal tells apart. A bigint may come as text. */
function fitsUnion(
  { plain, converted, lists, objects, discriminant }: UnionCases,
  types: Types,
  fits: (part: TypeModel) => boolean,
): boolean {
  const isPlain = plain.every(part => {
    const { kind } = resolve(part, types)
    return AS_THEY_ARE.has(kind) || kind === 'undefined'
  })
  const mayBeText = plain.some(part => mayBeString(resolve(part, types)))
  const isOneObject = objects.length === 0 || discriminant !== undefined || objects.length === 1
  return (
    isPlain &&
    converted.every(part => fits(part) && part.kind !== 'url' && !(isBigint(part) && mayBeText)) &&
    lists.length + Math.min(objects.length, 1) <= 1 &&
    lists.every(list => ['array', 'tuple'].includes(resolve(list, types).kind)) &&
    isOneObject &&
    [...lists, ...objects.map(({ model }) => model)].every(fits)
  )
}

/** The members of a row: what writes them and what reads them ask here. In UTF-16 code units. */
export function inOrderOfNames(properties: readonly PropertyModel[]): PropertyModel[] {
  return [...properties].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** nil may stand in its place. */
export function isAbsentable({ model, optional }: PropertyModel, types: Types): boolean {
  return optional || admits(model, 'undefined', types)
}

/** An expression of the declared value, from what was read of a row. */
export function modelToUnpack(model: TypeModel, value: string, scope: CheckScope): string {
  switch (model.kind) {
    case 'bigint':
    case 'bigintLiteral':
      // Beyond 64 bits it comes as text.
      return `${scope.reach.global('BigInt')}(${value})`
    case 'url':
      return `new ${scope.reach.global('URL')}(${value})`
    case 'array':
      return unpackArray(model.item, value, scope)
    case 'set':
      return `new ${scope.reach.global('Set')}(${unpackArray(model.item, value, scope)})`
    case 'tuple': {
      const read = (index: number) => `${value}[${index}]`
      const items = model.items.map((item, index) => unpackElement(item.model, read(index), scope))
      return items.every((item, index) => item === read(index)) ? value : `[${items.join(', ')}]`
    }
    case 'map': {
      const pair = `[${unpackElement(model.key, 'pair[0]', scope)}, ${unpackElement(model.value, 'pair[1]', scope)}]`
      return `new ${scope.reach.global('Map')}(${value}.map(${arrow('pair', pair, scope.functions)}))`
    }
    case 'object':
      return call(model, scope.hint, value, scope, () => objectBody(model, 0, scope))
    case 'union':
      return unpackUnion(unionToCases(model, scope.types), model, value, scope)
    case 'ref': {
      const { name, model: target } = namedType(model.id, scope.types)
      const inside = { ...scope, hint: name }
      return call(model, name, value, scope, () =>
        target.kind === 'object'
          ? objectBody(target, 0, inside)
          : `{ return ${modelToUnpack(target, 'v', inside)} }`,
      )
    }
    default:
      return value
  }
}

function unpackArray(item: TypeModel, value: string, scope: CheckScope): string {
  const each = unpackElement(item, 'item', scope)
  return each === 'item' ? value : `${value}.map(${arrow('item', each, scope.functions)})`
}

function unpackElement(model: TypeModel, value: string, scope: CheckScope): string {
  const unpacked = modelToUnpack(model, value, scope)
  if (!readsNullAsUndefined(model, scope.types)) return unpacked
  return `${value} === null ? undefined : ${unpacked}`
}

/** Of `[a, b, …]`, the members in the order of their names, after `head` elements that tell the object apart from others. */
function objectBody({ properties }: ObjectModel, head: number, scope: CheckScope): string {
  const places = new Map(inOrderOfNames(properties).map(({ name }, index) => [name, `v[${index + head}]`]))
  const required: string[] = []
  const lines: string[] = []
  for (const property of properties) {
    const { name, model, optional } = property
    const read = places.get(name)!
    const unpacked = modelToUnpack(model, read, { ...scope, hint: name })
    // Assigning to `__proto__` would set the prototype.
    if (optional && name === '__proto__')
      required.push(`...(${read} !== null && { ${objectKey(name)}: ${unpacked} })`)
    else if (optional) lines.push(`if (${read} !== null) result[${literal(name)}] = ${unpacked}`)
    else
      required.push(
        `${objectKey(name)}: ${isAbsentable(property, scope.types) ? `${read} === null ? undefined : ${unpacked}` : unpacked}`,
      )
  }
  const made = `{ ${required.join(', ')} }`
  if (lines.length === 0) return `{ return ${made} }`
  return block([`const result${scope.functions.annotation} = ${made}`, ...lines, 'return result'])
}

function isBigint({ kind }: TypeModel): boolean {
  return kind === 'bigint' || kind === 'bigintLiteral'
}

function mayBeString(model: TypeModel): boolean {
  if (model.kind === 'literal') return typeof model.value === 'string'
  return model.kind === 'string' || model.kind === 'template'
}

function unpackUnion(
  { converted, lists, objects, discriminant }: UnionCases,
  model: TypeModel,
  value: string,
  scope: CheckScope,
): string {
  const only = lists[0] ?? (objects.length === 1 ? objects[0]!.model : undefined)
  const hasBigint = converted.some(isBigint)
  const isAsItIs = only ? modelToUnpack(only, value, scope) === value : !discriminant
  if (isAsItIs && !hasBigint) return value
  return call(model, scope.hint, value, scope, () => {
    const lines: string[] = []
    if (hasBigint) lines.push(`if (typeof v === "string") return ${scope.reach.global('BigInt')}(v)`)
    if (isAsItIs) return block([...lines, 'return v'])
    lines.push('if (!Array.isArray(v)) return v')
    if (only) return block([...lines, `return ${modelToUnpack(only, 'v', scope)}`])
    const { name, cases } = discriminant!
    for (const [index, { model: part, object }] of cases.entries()) {
      const inside = { ...scope, hint: part.kind === 'ref' ? namedType(part.id, scope.types).name : name }
      const key = `unpack:case${index}:${shapeKey(part)}`
      const body = () => objectBody(object, 1, inside)
      lines.push(
        `if (v[0] === ${index}) return ${scope.functions.call({ key, name: `unpack_${inside.hint}`, body }, 'v')}`,
      )
    }
    return block([...lines, 'return v'])
  })
}

function call(
  model: TypeModel,
  hint: string,
  value: string,
  { functions }: CheckScope,
  body: () => string,
): string {
  return functions.call({ key: `unpack:${shapeKey(model)}`, name: `unpack_${hint}`, body }, value)
}
