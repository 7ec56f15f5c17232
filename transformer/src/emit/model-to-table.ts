// A TypeModel in → the text of its TypeTable out, which the runtime reads to explain why a value was refused.
import type {
  ArrayConstraint,
  NumberConstraint,
  ObjectModel,
  StringConstraint,
  TupleModel,
  TypeModel,
} from '../model/type-model.ts'
import type { CheckScope } from './check-scope.ts'
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
      const check = itemCheck(model.item, scope)
      const rest = check ? `, ${limits || '{}'}, ${check}` : limits && `, ${limits}`
      return `["array", ${elementTable(model.item, scope)}${rest}]`
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

/** The function that checks items of a named type, where it is one for both domains. It is there already, for the array's own check. */
function itemCheck(item: TypeModel, scope: CheckScope): string {
  const { types } = scope
  if (item.kind !== 'ref' || !isCostly(item, types) || differsByDomain(item, types)) return ''
  // These checks are only fast while they remember their results, which they do not for values of handlers.
  if (branches(namedType(item.id, types), types)) return ''
  return /^([\p{ID_Continue}$]+)\(v\)$/u.exec(modelToCheck(item, 'v', scope).text)?.[1] ?? ''
}

/** JSON has `null` for an element that is `undefined`. */
function elementTable(item: TypeModel, scope: CheckScope): string {
  const nullToo = scope.domain === 'json' && readsNullAsUndefined(item, scope.types)
  return modelToTable(nullToo ? { kind: 'union', members: [item, { kind: 'null' }] } : item, scope)
}

const NEVER: TypeModel = { kind: 'never' }

function objectTable(object: ObjectModel, scope: CheckScope): string {
  const entries = object.properties.map(({ name, model, optional }) => {
    // A name that ends in a mark of its own gets one, so that no key can be read in two ways.
    const mark = optional ? '?' : /[?!]$/.test(name) ? '!' : ''
    return `${objectKey(name + mark)}: ${modelToTable(model, scope)}`
  })
  const others = object.index ?? (scope.closed ? NEVER : undefined)
  if (others) return `["object", ${objectText(entries)}, ${modelToTable(others, scope)}]`
  const values = valuesOf(object)
  return `["object", ${objectText(entries)}${values && `, , ${values}`}]`
}

/** More than these are read at once, each by its name: by names in a list they take five times as long. */
const FEW = 2

/** Empty where it is not worth its bytes, and where the values' order could be another one. */
function valuesOf({ properties }: ObjectModel): string {
  const names = properties.map(({ name }) => name)
  if (names.length <= FEW || names.some(name => isInherited(name) || /^\d+$/.test(name))) return ''
  return `v => [${names.map(name => `v${member(name)}`).join(', ')}]`
}
