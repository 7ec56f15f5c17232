// A type in → an expression of one of its values out, as an example for readers.
import type { TypeModel } from '../model/type-model.ts'
import { literal, objectKey, singleQuoted } from './code.ts'
import { resolve, type Types } from './type-facts.ts'

/** Deeper values are left out: a reader sees the shape by then. */
const MAX_DEPTH = 4

/** Optional properties are left out. Limits of tags are not looked at. */
export function modelToSample(model: TypeModel, types: Types, depth = 0): string {
  const resolved = resolve(model, types)
  const inner = (part: TypeModel) => modelToSample(part, types, depth + 1)
  switch (resolved.kind) {
    case 'string':
    case 'template':
      return "'text'"
    case 'number':
      return '1'
    case 'boolean':
      return 'true'
    case 'bigint':
      return '1n'
    case 'bigintLiteral':
      return `${resolved.text}n`
    case 'literal':
      return typeof resolved.value === 'string' ? singleQuoted(resolved.value) : literal(resolved.value)
    case 'date':
      return 'new Date()'
    case 'url':
      return "new URL('https://example.com')"
    case 'regexp':
      return '/text/'
    case 'error':
      return "new Error('text')"
    case 'bytes':
      return `new ${resolved.type}(1)`
    case 'map':
      return 'new Map()'
    case 'set':
      return 'new Set()'
    case 'array':
      return depth < MAX_DEPTH ? `[${inner(resolved.item)}]` : '[]'
    case 'tuple': {
      const items = [...resolved.items.slice(0, resolved.required), ...(resolved.trailing ?? [])]
      return `[${items.map(item => inner(item.model)).join(', ')}]`
    }
    case 'object': {
      if (depth >= MAX_DEPTH) return '{}'
      const properties = resolved.properties.filter(({ optional }) => !optional)
      const entries = properties.map(({ name, model }) => `${objectKey(name, singleQuoted)}: ${inner(model)}`)
      return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
    }
    case 'union':
      return resolved.members[0] ? inner(resolved.members[0]) : 'undefined'
    case 'null':
      return 'null'
    case 'undefined':
    case 'never':
    case 'unknown':
    case 'any':
      return 'undefined'
    default:
      return resolved satisfies never
  }
}
