// A TypeModel in → the text of its TypeTable out, which the runtime reads to explain why a value was refused.
import type { ObjectModel, TypeModel } from '../model/type-model.ts'
import { literal, objectKey, objectText } from './code.ts'
import type { CheckScope } from './model-to-check.ts'
import { differsByDomain, namedType, readsNullAsUndefined, tupleElement } from './type-facts.ts'

type TableScope = Pick<CheckScope, 'functions' | 'types' | 'domain'>

export function modelToTable(model: TypeModel, scope: TableScope): string {
  switch (model.kind) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
    case 'undefined':
    case 'unknown':
    case 'never':
    case 'date':
      return literal(model.kind)
    case 'any':
      return literal('unknown')
    case 'literal':
      return `["literal", ${literal(model.value)}]`
    case 'array':
      return `["array", ${elementTable(model.item, scope)}]`
    case 'tuple': {
      const items = model.items.map((_, index) => elementTable(tupleElement(model, index), scope))
      return `["tuple", [${items.join(', ')}], ${model.required}${model.rest ? `, ${elementTable(model.rest, scope)}` : ''}]`
    }
    case 'object':
      return objectTable(model, scope)
    case 'union':
      return `["union", [${model.members.map(part => modelToTable(part, scope)).join(', ')}]]`
    case 'ref': {
      const named = namedType(model.id, scope.types)
      const domain = differsByDomain(model, scope.types) ? scope.domain : 'any'
      const request = {
        key: `table:${domain}:${model.id}`,
        name: `table_${named.name}`,
        body: () => `{ return ${modelToTable(named.model, scope)} }`,
      }
      return `["ref", ${literal(named.name)}, ${scope.functions.call(request, '').slice(0, -2)}]`
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

/** JSON has `null` for an element that is `undefined`. */
function elementTable(item: TypeModel, scope: TableScope): string {
  const nullToo = scope.domain === 'json' && readsNullAsUndefined(item, scope.types)
  return modelToTable(nullToo ? { kind: 'union', members: [item, { kind: 'null' }] } : item, scope)
}

function objectTable(object: ObjectModel, scope: TableScope): string {
  const entries = object.properties.map(({ name, model, optional }) => {
    // A name that ends in a mark of its own gets one, so that no key can be read in two ways.
    const mark = optional ? '?' : /[?!]$/.test(name) ? '!' : ''
    return `${objectKey(name + mark)}: ${modelToTable(model, scope)}`
  })
  return `["object", ${objectText(entries)}${object.index ? `, ${modelToTable(object.index, scope)}` : ''}]`
}
