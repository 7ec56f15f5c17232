// A TypeModel in → the text of its TypeTable out, which the runtime reads to explain why a value was refused.
import type {
  ArrayConstraint,
  ArrayModel,
  NumberConstraint,
  ObjectModel,
  PropertyModel,
  StringConstraint,
  TupleModel,
  TypeModel,
} from '../model/type-model.ts'
import { arrow, type CheckScope } from './check-scope.ts'
import { isInherited, jsonText, literal, member, objectKey, objectText } from './code.ts'
import { modelToCheck } from './model-to-check.ts'
import { branches } from './recursive-branches.ts'
import {
  differsByDomain,
  holdsObjects,
  holdsUndefinedElement,
  isCostly,
  namedType,
  readsNullAsUndefined,
  resolve,
  tupleElement,
} from './type-facts.ts'

export function modelToTable(model: TypeModel, scope: CheckScope): string {
  switch (model.kind) {
    case 'string':
    case 'number':
    case 'bigint': {
      const limits = limitsText(model.constraints)
      return limits ? `[${literal(model.kind)}, ${limits}]` : literal(model.kind)
    }
    case 'boolean':
    case 'null':
    case 'undefined':
    case 'unknown':
    case 'never':
    case 'date':
    case 'url':
    case 'regexp':
    case 'error':
      return literal(model.kind)
    case 'any':
      return literal('unknown')
    case 'literal':
      return `["literal", ${literal(model.value)}]`
    case 'bigintLiteral':
      return `["bigintLiteral", ${literal(model.text)}]`
    case 'template':
      return `["template", ${jsonText(model.texts)}, ${jsonText(model.holes)}, ${literal(model.text)}]`
    case 'bytes':
      return `["bytes", ${literal(model.type)}]`
    case 'array': {
      const limits = limitsText(model.constraints)
      const find = findOf(model, scope)
      const rest = find ? `, , ${find}` : limits && `, ${limits}`
      // What is found has a wrong item, which is read by names: that is rare, and nameless items are many types.
      const isFound = find && model.item.kind === 'object'
      const item = isFound ? objectTable(model.item, scope, false) : elementTable(model.item, scope)
      return `["array", ${item}${rest}]`
    }
    case 'set': {
      const limits = limitsText(model.constraints)
      return `[${literal(model.kind)}, ${elementTable(model.item, scope)}${limits ? `, ${limits}` : ''}]`
    }
    case 'map':
      return `["map", ${elementTable(model.key, scope)}, ${elementTable(model.value, scope)}]`
    case 'tuple':
      return tupleTable(model, scope)
    case 'object':
      return objectTable(model, scope)
    case 'union':
      return `["union", [${model.members.map(part => modelToTable(part, scope)).join(', ')}]]`
    case 'ref': {
      const named = namedType(model.id, scope.types)
      const request = {
        key: `table:${variantOf(model, scope)}:${model.id}`,
        name: `table_${named.name}`,
        body: () => `["ref", ${literal(named.name)}, () => ${modelToTable(named.model, scope)}]`,
      }
      return scope.functions.shared(request)
    }
    default:
      return model satisfies never
  }
}

function limitsText(
  constraints: readonly (StringConstraint | NumberConstraint | ArrayConstraint)[] = [],
): string {
  if (constraints.length === 0) return ''
  return objectText(
    constraints.map(it => `${it.tag}: ${it.tag === 'uniqueItems' ? 'true' : literal(it.value)}`),
  )
}

function tupleTable(tuple: TupleModel, scope: CheckScope): string {
  const { items, required, rest, trailing } = tuple
  const list = (models: readonly TypeModel[]) => `[${models.map(it => elementTable(it, scope)).join(', ')}]`
  const parts = [list(items.map((_, index) => tupleElement(tuple, index))), required]
  if (rest) parts.push(elementTable(rest, scope))
  if (trailing) parts.push(list(trailing.map(({ model }) => model)))
  return `["tuple", ${parts.join(', ')}]`
}

/** Tables say nothing of how a Date is written, so that both domains mostly share them. */
function variantOf(model: TypeModel, { closed, domain, types }: CheckScope): string {
  if (closed && holdsObjects(model, types)) return 'closed'
  return holdsUndefinedElement(model, types) ? domain : 'any'
}

/** The function that looks for wrong items, where it is one for both domains. It is there already, for the array's own check. */
function findOf(array: ArrayModel, scope: CheckScope): string {
  const { types } = scope
  if (!isCostly(array.item, types) || differsByDomain(array, types)) return ''
  // These checks are only fast while they remember their results, which they do not for values of handlers.
  if (array.item.kind === 'ref' && branches(namedType(array.item.id, types), types)) return ''
  return /^([\p{ID_Continue}$]+)\(v, 0\) < 0$/u.exec(modelToCheck(array, 'v', scope).text)?.[1] ?? ''
}

/** JSON has `null` for an element that is `undefined`. */
function elementTable(item: TypeModel, scope: CheckScope): string {
  const nullToo = scope.domain === 'json' && readsNullAsUndefined(item, scope.types)
  return modelToTable(nullToo ? { kind: 'union', members: [item, { kind: 'null' }] } : item, scope)
}

const NEVER: TypeModel = { kind: 'never' }

function objectTable(object: ObjectModel, scope: CheckScope, isQuick = true): string {
  const entries = object.properties.map(({ name, model, optional }) => {
    // A name that ends in a mark of its own gets one, so that no key can be read in two ways.
    const mark = optional ? '?' : /[?!]$/.test(name) ? '!' : ''
    return `${objectKey(name + mark)}: ${modelToTable(model, scope)}`
  })
  const others = object.index ?? (scope.closed ? NEVER : undefined)
  if (others) return `["object", ${objectText(entries)}, ${modelToTable(others, scope)}]`
  const faults = isQuick ? faultsOf(object, scope) : ''
  return `["object", ${objectText(entries)}${faults && `, , ${faults}`}]`
}

/** Objects of fewer properties, and of more than the other, are read by names in a list: slower, and shorter. */
const FEW = 3
const MANY = 32

/** A function that gives the properties that may be wrong. Empty where it is not worth its bytes, and where names have another order. */
function faultsOf({ properties }: ObjectModel, scope: CheckScope): string {
  const names = properties.map(({ name }) => name)
  if (names.length < FEW || names.length > MANY) return ''
  if (names.length === FEW && !properties.every(isPrimitive)) return ''
  if (names.some(name => isInherited(name) || /^\d+$/.test(name))) return ''
  const list = properties.reduceRight((next, property, at) => faultOf(property, at, next, scope), '')
  return arrow('v', list, scope.functions)
}

/** These have a function of their own in the runtime. */
const PRIMITIVES: { readonly [Kind in TypeModel['kind']]?: keyof typeof FAULTS } = {
  string: 'unlessString',
  number: 'unlessNumber',
  boolean: 'unlessBoolean',
}

function isPrimitive({ model, optional }: PropertyModel): boolean {
  const isLimited = 'constraints' in model && (model.constraints?.length ?? 0) > 0
  return !optional && !isLimited && model.kind in PRIMITIVES
}

/** The property, if it is wrong, and then those in `next`. */
function faultOf(property: PropertyModel, at: number, next: string, scope: CheckScope): string {
  const { name, model, optional } = property
  const value = `v${member(name)}`
  const call = (helper: keyof typeof FAULTS, ...args: readonly unknown[]) => {
    const function_ = scope.functions.constant(FAULTS[helper], scope.helper(helper).slice(0, -'()'.length))
    return `${function_}(${[...args, value, at, ...(next ? [next] : [])].join(', ')})`
  }
  if (isPrimitive(property)) return call(PRIMITIVES[model.kind]!)
  if (optional) return call('perhaps')
  const check = checkOf(model, value, { ...scope, hint: name })
  return check ? call('unless', check) : call('perhaps')
}

const FAULTS = {
  unlessString: 'f_s',
  unlessNumber: 'f_n',
  unlessBoolean: 'f_b',
  unless: 'f_t',
  perhaps: 'f_u',
} as const

/** A call that checks it, where there is one for both domains. Lists are looked at item by item. */
function checkOf(model: TypeModel, value: string, scope: CheckScope): string {
  const { types } = scope
  if (resolve(model, types).kind === 'array' || !isCostly(model, types) || differsByDomain(model, types))
    return ''
  if (model.kind === 'ref' && branches(namedType(model.id, types), types)) return ''
  const { text } = modelToCheck(model, value, scope)
  return /^[\p{ID_Continue}$]+\([^()]*\)$/u.test(text) ? text : ''
}
