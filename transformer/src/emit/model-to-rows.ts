// A TypeModel in → expressions that pack its values without names, and unpack them, out: "keys once". PROTOCOL.md, "Rows".
import type { ObjectModel, TypeModel } from '../model/type-model.ts'
import { arrow, block, type CheckScope, readProperty } from './check-scope.ts'
import { literal, objectKey } from './code.ts'
import { admits, namedType, readsNullAsUndefined, resolve, shapeKey, type Types } from './type-facts.ts'
import { type UnionCases, unionToCases } from './union-to-cases.ts'

/** The two directions of one walk, side by side so that neither can drift from the other. */
type Direction = 'pack' | 'unpack'

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
          ({ model: part, optional }) =>
            fits(part) && !((optional || admits(part, 'undefined', types)) && admits(part, 'null', types)),
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

/** An expression of what is packed of a checked native value; the value itself where that is all. */
export function modelToPack(model: TypeModel, value: string, scope: CheckScope): string {
  return convert('pack', model, value, scope)
}

/** An expression of the declared value, from what was packed. */
export function modelToUnpack(model: TypeModel, value: string, scope: CheckScope): string {
  return convert('unpack', model, value, scope)
}

function convert(direction: Direction, model: TypeModel, value: string, scope: CheckScope): string {
  switch (model.kind) {
    case 'bigint':
    case 'bigintLiteral':
      // Beyond 64 bits it comes as text.
      return direction === 'pack' ? value : `${scope.reach.global('BigInt')}(${value})`
    case 'url':
      return direction === 'pack' ? `${value}.href` : `new ${scope.reach.global('URL')}(${value})`
    case 'array':
      return convertArray(direction, model.item, value, scope)
    case 'set':
      if (direction === 'pack') return convertArray(direction, model.item, `Array.from(${value})`, scope)
      return `new ${scope.reach.global('Set')}(${convertArray(direction, model.item, value, scope)})`
    case 'tuple': {
      const read = (index: number) => `${value}[${index}]`
      const items = model.items.map((item, index) =>
        convertElement(direction, item.model, read(index), scope),
      )
      return items.every((item, index) => item === read(index)) ? value : `[${items.join(', ')}]`
    }
    case 'map': {
      const pair = `[${convertElement(direction, model.key, 'pair[0]', scope)}, ${convertElement(direction, model.value, 'pair[1]', scope)}]`
      const each = arrow('pair', pair, scope.functions)
      if (direction === 'pack') return `Array.from(${value}, ${each})`
      return `new ${scope.reach.global('Map')}(${value}.map(${each}))`
    }
    case 'object':
      return call(direction, model, scope.hint, value, scope, () => objectBody(direction, model, [], scope))
    case 'union':
      return convertUnion(direction, unionToCases(model, scope.types), model, value, scope)
    case 'ref': {
      const { name, model: target } = namedType(model.id, scope.types)
      const inside = { ...scope, hint: name }
      return call(direction, model, name, value, scope, () =>
        target.kind === 'object'
          ? objectBody(direction, target, [], inside)
          : `{ return ${convert(direction, target, 'v', inside)} }`,
      )
    }
    default:
      return value
  }
}

function convertArray(direction: Direction, item: TypeModel, value: string, scope: CheckScope): string {
  const each = convertElement(direction, item, 'item', scope)
  return each === 'item' ? value : `${value}.map(${arrow('item', each, scope.functions)})`
}

function convertElement(direction: Direction, model: TypeModel, value: string, scope: CheckScope): string {
  const converted = convert(direction, model, value, scope)
  if (!readsNullAsUndefined(model, scope.types)) return converted
  const absent = direction === 'pack' ? 'undefined' : 'null'
  return converted === value && direction === 'pack'
    ? value
    : `${value} === ${absent} ? ${direction === 'pack' ? 'null' : 'undefined'} : ${converted}`
}

/** `[a, b, …]` of the members in the order of their names, after what tells the object apart from others. */
function objectBody(
  direction: Direction,
  { properties }: ObjectModel,
  head: readonly string[],
  scope: CheckScope,
): string {
  const sorted = [...properties].sort((a, b) => (a.name < b.name ? -1 : 1))
  const isAbsentable = (part: TypeModel, optional: boolean) =>
    optional || admits(part, 'undefined', scope.types)
  if (direction === 'pack') {
    const members = sorted.map(({ name, model, optional }) => {
      const read = readProperty('v', name, scope)
      const packed = convert(direction, model, read, { ...scope, hint: name })
      return isAbsentable(model, optional) && packed !== read
        ? `${read} === undefined ? null : ${packed}`
        : packed
    })
    return `{ return [${[...head, ...members].join(', ')}] }`
  }
  const places = new Map(sorted.map(({ name }, index) => [name, `v[${index + head.length}]`]))
  const required: string[] = []
  const lines: string[] = []
  for (const { name, model, optional } of properties) {
    const read = places.get(name)!
    const unpacked = convert(direction, model, read, { ...scope, hint: name })
    // Assigning to `__proto__` would set the prototype.
    if (optional && name === '__proto__')
      required.push(`...(${read} !== null && { ${objectKey(name)}: ${unpacked} })`)
    else if (optional) lines.push(`if (${read} !== null) result[${literal(name)}] = ${unpacked}`)
    else
      required.push(
        `${objectKey(name)}: ${isAbsentable(model, false) ? `${read} === null ? undefined : ${unpacked}` : unpacked}`,
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

function convertUnion(
  direction: Direction,
  { converted, lists, objects, discriminant }: UnionCases,
  model: TypeModel,
  value: string,
  scope: CheckScope,
): string {
  const only = lists[0] ?? (objects.length === 1 ? objects[0]!.model : undefined)
  const hasBigint = direction === 'unpack' && converted.some(isBigint)
  const isAsItIs = only ? convert(direction, only, value, scope) === value : !discriminant
  if (isAsItIs && !hasBigint) return value
  return call(direction, model, scope.hint, value, scope, () => {
    const lines: string[] = []
    if (hasBigint) lines.push(`if (typeof v === "string") return ${scope.reach.global('BigInt')}(v)`)
    if (isAsItIs) return block([...lines, 'return v'])
    lines.push(`if (${isOther(direction, lists.length > 0, converted, scope)}) return v`)
    if (only) return block([...lines, `return ${convert(direction, only, 'v', scope)}`])
    const { name, cases } = discriminant!
    for (const [index, { model: part, object, values }] of cases.entries()) {
      const read = readProperty('v', name, scope)
      const isThis =
        direction === 'pack'
          ? values.map(it => `${read} === ${literal(it)}`).join(' || ')
          : `v[0] === ${index}`
      const inside = { ...scope, hint: part.kind === 'ref' ? namedType(part.id, scope.types).name : name }
      const { functions } = scope
      const key = `${direction}:case${index}:${shapeKey(part)}`
      const body = () => objectBody(direction, object, [String(index)], inside)
      lines.push(
        `if (${isThis}) return ${functions.call({ key, name: `${direction}_${inside.hint}`, body }, 'v')}`,
      )
    }
    return block([...lines, 'return v'])
  })
}

/** True of what is neither the list nor one of the objects. Both are arrays once they are packed. */
function isOther(
  direction: Direction,
  isList: boolean,
  converted: UnionCases['converted'],
  { reach }: CheckScope,
): string {
  if (direction === 'unpack' || isList) return '!Array.isArray(v)'
  const classes = converted.flatMap(({ kind }) =>
    kind === 'date' ? ['Date'] : kind === 'bytes' ? ['Uint8Array'] : [],
  )
  const instances = classes.map(name => ` || v instanceof ${reach.global(name)}`)
  return `typeof v !== "object" || v === null${instances.join('')}`
}

function call(
  direction: Direction,
  model: TypeModel,
  hint: string,
  value: string,
  { functions }: CheckScope,
  body: () => string,
): string {
  return functions.call({ key: `${direction}:${shapeKey(model)}`, name: `${direction}_${hint}`, body }, value)
}
