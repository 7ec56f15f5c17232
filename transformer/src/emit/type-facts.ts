// A TypeModel in → what generated code needs to know of it out: is it JSON as it is, may it be absent, which shape is it.
import type { NamedType, ObjectModel, TupleModel, TypeGraph, TypeModel } from '../model/type-model.ts'

/**
 * A type graph, and what has been found out about its types. Shared by the files of a program and kept by model: with 500
 * routes, two thirds of the time in which code is generated went into finding the same again.
 */
export interface Types {
  readonly graph: TypeGraph
  /** The answers for models: a bit for each question. */
  readonly known: Map<TypeModel, number>
  /** The answers for named types. Absent before the first question. */
  named?: ReadonlyMap<string, number>
  /** Whether checking a named type can take exponential time. */
  readonly branching: Map<string, boolean>
  /** The named types whose values may be of any depth. Absent before the first question. */
  endless?: ReadonlySet<string>
}

export function createTypes(graph: TypeGraph): Types {
  return { graph, known: new Map(), branching: new Map() }
}

const UNDEFINED: TypeModel = { kind: 'undefined' }

export function namedType(id: string, types: Types): NamedType {
  const named = types.graph.get(id)
  if (!named) throw new Error(`The type graph has no type "${id}"`)
  return named
}

/** What a chain of references stands for. A chain that only leads to itself has no values. */
export function resolve(model: TypeModel, types: Types): Exclude<TypeModel, { kind: 'ref' }> {
  const seen = new Set<string>()
  let current = model
  while (current.kind === 'ref') {
    if (seen.has(current.id)) return { kind: 'never' }
    seen.add(current.id)
    current = namedType(current.id, types).model
  }
  return current
}

/** The element type of an optional tuple position: it may be there and `undefined`. */
export function tupleElement(tuple: TupleModel, index: number): TypeModel {
  const model = tuple.items[index]!.model
  return index < tuple.required ? model : { kind: 'union', members: [model, UNDEFINED] }
}

/** The types directly inside it. */
export function children(model: TypeModel): readonly TypeModel[] {
  switch (model.kind) {
    case 'array':
    case 'set':
      return [model.item]
    case 'map':
      return [model.key, model.value]
    case 'tuple':
      return [
        ...model.items.map((_, index) => tupleElement(model, index)),
        ...(model.rest ? [model.rest] : []),
        ...(model.trailing ?? []).map(item => item.model),
      ]
    case 'object':
      return [...model.properties.map(property => property.model), ...(model.index ? [model.index] : [])]
    case 'union':
      return model.members
    case 'ref':
    case 'literal':
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
    case 'undefined':
    case 'unknown':
    case 'any':
    case 'never':
    case 'date':
    case 'bigint':
    case 'bigintLiteral':
    case 'template':
    case 'bytes':
    case 'url':
    case 'regexp':
    case 'error':
      return []
    default:
      return model satisfies never
  }
}

/** Kinds whose values JSON has no form of its own for. */
const CONVERTED: ReadonlySet<TypeModel['kind']> = new Set([
  ...(['date', 'bigint', 'bigintLiteral', 'bytes', 'url', 'regexp', 'error', 'map', 'set'] as const),
])
const COMPOSITE: ReadonlySet<TypeModel['kind']> = new Set(['object', 'array', 'tuple', 'map', 'set'])
const MANY: ReadonlySet<TypeModel['kind']> = new Set(['array', 'set', 'map'])

function hasTag(part: TypeModel, tag: string): boolean {
  return part.kind === 'string' && (part.constraints ?? []).some(it => it.tag === tag)
}

/** What is asked of a type and of all types inside it. */
const QUESTIONS = {
  object: part => part.kind === 'object',
  converted: part => CONVERTED.has(part.kind),
  beyondStringify: part => CONVERTED.has(part.kind) && part.kind !== 'date',
  undefinedElement: (part, types) => elements(part).some(element => readsNullAsUndefined(element, types)),
  optional: part => part.kind === 'object' && part.properties.some(property => property.optional),
  composite: part => COMPOSITE.has(part.kind),
  formatted: part => hasTag(part, 'format'),
  patterned: part => part.kind === 'template' || hasTag(part, 'format') || hasTag(part, 'pattern'),
  many: part => MANY.has(part.kind) || ('rest' in part && !!part.rest) || ('index' in part && !!part.index),
} satisfies Record<string, (part: TypeModel, types: Types) => boolean>
type Question = keyof typeof QUESTIONS

const NAMES = Object.keys(QUESTIONS) as Question[]
const BITS = Object.fromEntries(NAMES.map((name, index) => [name, 1 << index])) as Record<Question, number>

/** True if the answer is yes for the type or any type inside it. */
export function reaches(question: Question, model: TypeModel, types: Types): boolean {
  return (answersFor(model, types) & BITS[question]) !== 0
}

/** All questions are answered in one walk: asked one by one, they took a sixth of the time of generating code. */
function answersFor(model: TypeModel, types: Types): number {
  if (model.kind === 'ref') return namedAnswers(types).get(model.id) ?? 0
  const known = types.known.get(model)
  if (known !== undefined) return known
  const answers = children(model).reduce(
    (sum, child) => sum | answersFor(child, types),
    ownAnswers(model, types),
  )
  types.known.set(model, answers)
  return answers
}

function ownAnswers(model: TypeModel, types: Types): number {
  return NAMES.reduce((sum, name) => (QUESTIONS[name](model, types) ? sum | BITS[name] : sum), 0)
}

/** Of types that may contain each other: what each says itself, and then what it leads to, until nothing is new. */
function namedAnswers(types: Types): ReadonlyMap<string, number> {
  if (types.named) return types.named
  const answers = new Map<string, number>()
  const users = new Map<string, string[]>()
  for (const { id, model } of types.graph.values()) {
    let own = 0
    for (const part of partsOf(model)) {
      own |= ownAnswers(part, types)
      if (part.kind !== 'ref') continue
      const known = users.get(part.id)
      if (known) known.push(id)
      else users.set(part.id, [id])
    }
    answers.set(id, own)
  }
  const changed = new Set(answers.keys())
  for (const id of changed) {
    changed.delete(id)
    for (const user of users.get(id) ?? []) {
      const before = answers.get(user) ?? 0
      const after = before | (answers.get(id) ?? 0)
      if (after === before) continue
      answers.set(user, after)
      changed.add(user)
    }
  }
  types.named = answers
  return answers
}

/** The type and all types inside it, named ones not entered. */
export function partsOf(model: TypeModel): TypeModel[] {
  const parts = [model]
  for (const part of parts) parts.push(...children(part))
  return parts
}

/** The named types that these types are made of. */
export function reachedTypes(models: readonly TypeModel[], types: Types): NamedType[] {
  const reached = new Map<string, NamedType>()
  const visit = (model: TypeModel): void => {
    if (model.kind !== 'ref') {
      for (const child of children(model)) visit(child)
    } else if (!reached.has(model.id)) {
      const named = namedType(model.id, types)
      reached.set(model.id, named)
      visit(named.model)
    }
  }
  for (const model of models) visit(model)
  return [...reached.values()]
}

/** True if `null` or `undefined` is among the type's values. */
export function admits(model: TypeModel, value: 'null' | 'undefined', types: Types): boolean {
  const resolved = resolve(model, types)
  if (resolved.kind === 'union') return resolved.members.some(part => admits(part, value, types))
  return resolved.kind === value || resolved.kind === 'unknown' || resolved.kind === 'any'
}

/** JSON has no `undefined` in arrays, only `null`: true where an element must be turned back from one into the other. */
export function readsNullAsUndefined(element: TypeModel, types: Types): boolean {
  return admits(element, 'undefined', types) && !admits(element, 'null', types)
}

function elements(model: TypeModel): readonly TypeModel[] {
  return COMPOSITE.has(model.kind) && model.kind !== 'object' ? children(model) : []
}

/** True if a JSON value of this type is not yet the declared value, whoever sent it. */
export function holdsMoreThanJson(model: TypeModel, types: Types): boolean {
  return reaches('converted', model, types) || reaches('undefinedElement', model, types)
}

/** False if values are passed on as they are: nothing to strip and nothing to convert. */
export function needsDecode(model: TypeModel, types: Types): boolean {
  return reaches('object', model, types) || holdsMoreThanJson(model, types)
}

export function needsEncode(model: TypeModel, types: Types): boolean {
  return reaches('object', model, types) || reaches('converted', model, types)
}

/** True if decoding and encoding make the same copy. */
export function copiesAlike(model: TypeModel, types: Types): boolean {
  return !holdsMoreThanJson(model, types) && !reaches('optional', model, types)
}

/** True if JSON.stringify would lose or refuse some of the type's values. It knows what to do with a Date. */
export function needsSending(model: TypeModel, types: Types): boolean {
  return reaches('beyondStringify', model, types)
}

/** True if an element somewhere is `null` in JSON where it is `undefined` natively. */
export function holdsUndefinedElement(model: TypeModel, types: Types): boolean {
  return reaches('undefinedElement', model, types)
}

/** True of `unknown`, alone or in a union. */
export function holdsAnything(model: TypeModel, types: Types): boolean {
  const resolved = resolve(model, types)
  if (resolved.kind === 'union') return resolved.members.some(part => holdsAnything(part, types))
  return resolved.kind === 'unknown' || resolved.kind === 'any'
}

/** True of objects whose JSON text never has a member `$`, which marks the records of a stream, alone or beside primitives. */
export function isUnmarked(model: TypeModel, types: Types): boolean {
  const resolved = resolve(model, types)
  if (resolved.kind === 'object') {
    // What a `toJSON` gives is not known.
    return !resolved.index && resolved.properties.every(({ name }) => name !== '$' && name !== 'toJSON')
  }
  if (resolved.kind !== 'union') return false
  const members = resolved.members.filter(part => !PRIMITIVE.has(resolve(part, types).kind))
  return members.length > 0 && members.every(part => isUnmarked(part, types))
}

const PRIMITIVE: ReadonlySet<TypeModel['kind']> = new Set([
  ...(['string', 'number', 'boolean', 'null', 'undefined', 'literal', 'template', 'never'] as const),
])

/** True if `strict` makes a difference. */
export function holdsObjects(model: TypeModel, types: Types): boolean {
  return reaches('object', model, types)
}

/** The string formats that the type uses, sorted. */
export function formatsOf(models: readonly TypeModel[], types: Types): string[] {
  if (!models.some(model => reaches('formatted', model, types))) return []
  const all = [...models, ...reachedTypes(models, types).map(named => named.model)].flatMap(partsOf)
  const formats = all.flatMap(part => (part.kind === 'string' ? (part.constraints ?? []) : []))
  return [...new Set(formats.flatMap(({ tag, value }) => (tag === 'format' ? [value] : [])))].sort()
}

/** True if JSON values and native values of the type are checked by different code. */
export function differsByDomain(model: TypeModel, types: Types): boolean {
  return holdsMoreThanJson(model, types)
}

/** True if a check of the type costs a call or a loop, so that cheap neighbours go first. */
export function isCostly(model: TypeModel, types: Types): boolean {
  return reaches('composite', model, types)
}

/** True if a required property tells these objects from arrays. */
export function excludesArrays(object: ObjectModel, types: Types): boolean {
  return object.properties.some(
    ({ name, model, optional }) =>
      !optional && name !== 'length' && !/^\d+$/.test(name) && !admits(model, 'undefined', types),
  )
}

/** Equal for types that generated code treats alike: names of tuple items, docs and `readonly` do not count. */
export function shapeKey(model: TypeModel): string {
  switch (model.kind) {
    case 'literal':
      return `=${JSON.stringify(model.value)}`
    case 'bigintLiteral':
      return `=${model.text}n`
    case 'template':
      return model.text
    case 'bytes':
      return model.type
    case 'array':
      return `${shapeKey(model.item)}[]${constraintsKey(model.constraints)}`
    case 'set':
      return `Set<${shapeKey(model.item)}>${constraintsKey(model.constraints)}`
    case 'map':
      return `Map<${shapeKey(model.key)},${shapeKey(model.value)}>`
    case 'tuple': {
      const rest = model.rest ? `,...${shapeKey(model.rest)}` : ''
      const trailing = (model.trailing ?? []).map(item => `,${shapeKey(item.model)}`).join('')
      return `[${model.required}:${model.items.map(item => shapeKey(item.model)).join()}${rest}${trailing}]`
    }
    case 'object': {
      const keys = model.properties.map(
        ({ name, optional, model }) => `${JSON.stringify(name)}${optional ? '?' : ''}:${shapeKey(model)}`,
      )
      return `{${keys.join()}${model.index ? `,*:${shapeKey(model.index)}` : ''}}`
    }
    case 'union':
      return `(${model.members.map(shapeKey).join('|')})`
    case 'ref':
      return `#${JSON.stringify(model.id)}`
    case 'string':
    case 'number':
    case 'bigint':
      return model.kind + constraintsKey(model.constraints)
    case 'boolean':
    case 'null':
    case 'undefined':
    case 'unknown':
    case 'any':
    case 'never':
    case 'date':
    case 'url':
    case 'regexp':
    case 'error':
      return model.kind
    default:
      return model satisfies never
  }
}

function constraintsKey(constraints: readonly object[] | undefined): string {
  return constraints && constraints.length > 0 ? JSON.stringify(constraints) : ''
}
