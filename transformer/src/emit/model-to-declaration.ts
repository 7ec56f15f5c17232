// TypeModels in → the TypeScript text that declares them for users of the client out.
import type { NamedType, ObjectModel, PropertyModel, TupleModel, TypeModel } from '../model/type-model.ts'
import { indentRest, isIdentifier, objectKey, singleQuoted } from './code.ts'
import { resolve, shapeKey, type Types } from './type-facts.ts'

export interface DeclarationScope {
  readonly types: Types
  /** The exported name of a named type, by its id. */
  readonly nameOf: (id: string) => string
  /** Declarations for a file that holds nothing else: values are declared, and defined elsewhere. */
  readonly ambient?: true
}

// Longer object types get a line for each property.
const MAX_INLINE_LENGTH = 90

/** A type expression. */
export function modelToType(model: TypeModel, scope: DeclarationScope): string {
  switch (model.kind) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
    case 'undefined':
    case 'unknown':
    case 'any':
    case 'never':
      return model.kind
    case 'bigint':
      return 'bigint'
    case 'date':
      return 'Date'
    case 'url':
      return 'URL'
    case 'regexp':
      return 'RegExp'
    case 'error':
      return 'Error'
    case 'bytes':
      return model.type
    case 'bigintLiteral':
      return `${model.text}n`
    case 'template':
      return model.text
    case 'map': {
      const [key, value] = [model.key, model.value].map(part => modelToType(part, scope))
      return `${model.readonly ? 'ReadonlyMap' : 'Map'}<${key}, ${value}>`
    }
    case 'set':
      return `${model.readonly ? 'ReadonlySet' : 'Set'}<${modelToType(model.item, scope)}>`
    case 'literal':
      return typeof model.value === 'string' ? singleQuoted(model.value) : String(model.value)
    case 'array': {
      const item = modelToType(model.item, scope)
      const needsParentheses =
        isUnion(model.item) || (model.item.kind === 'object' && isMixed(model.item, scope.types))
      const isOperator = /^readonly /.test(item)
      return `${model.readonly ? 'readonly ' : ''}${needsParentheses || isOperator ? `(${item})` : item}[]`
    }
    case 'tuple':
      return tupleType(model, scope)
    case 'object':
      return objectType(model, scope)
    case 'union':
      return [...new Set(model.members.map(part => modelToType(part, scope)))].join(' | ') || 'never'
    case 'ref':
      return scope.nameOf(model.id)
    default:
      return model satisfies never
  }
}

/** The exported declaration of a named type, ending in a newline. An enum is a constant and the type of its values. */
export function namedTypeToDeclaration(named: NamedType, scope: DeclarationScope): string {
  const name = scope.nameOf(named.id)
  const doc = docComment(named.doc)
  if (named.enumMembers) {
    const values = named.enumMembers.length === 0 ? 'never' : `(typeof ${name})[keyof typeof ${name}]`
    const constant = scope.ambient
      ? `declare const ${name}: ${enumLines(named.enumMembers, 'readonly ', '')}\n`
      : enumToConstant(named.enumMembers, name)
    return `${doc}export ${constant}${doc}export type ${name} = ${values}\n`
  }
  if (named.model.kind === 'object' && !isMixed(named.model, scope.types)) {
    return `${doc}export interface ${name} ${objectLines(named.model, scope)}\n`
  }
  return `${doc}export type ${name} = ${modelToType(named.model, scope)}\n`
}

type EnumMembers = NonNullable<NamedType['enumMembers']>

/** The object that stands for an enum, ending in a newline. */
export function enumToConstant(members: EnumMembers, name: string): string {
  return `const ${name} = ${enumLines(members, '', ',')} as const\n`
}

function enumLines(members: EnumMembers, before: string, after: string): string {
  const lines = members.map(({ name, value }) => {
    const text = typeof value === 'string' ? singleQuoted(value) : String(value)
    return `  ${before}${objectKey(name, singleQuoted)}: ${text}${after}\n`
  })
  return `{\n${lines.join('')}}`
}

/** A JSDoc comment with a newline after it, or nothing. */
export function docComment(doc: string | undefined): string {
  const text = doc?.trim().replaceAll('*/', '*\\/')
  if (!text) return ''
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/)
  if (lines.length === 1) return `/** ${text} */\n`
  return `/**\n${lines.map(line => ` * ${line}`.trimEnd()).join('\n')}\n */\n`
}

function isUnion(model: TypeModel): boolean {
  return model.kind === 'union' && model.members.length > 1
}

function tupleType(tuple: TupleModel, scope: DeclarationScope): string {
  const { items, required, rest, trailing = [], readonly } = tuple
  const named = [...items, ...trailing].every(({ name }) => name !== undefined && isIdentifier(name))
  const hasNames = named && items.length + trailing.length > 0
  const parts = items.map(({ name, model }, index) => {
    const type = modelToType(model, scope)
    if (named) return `${name}${index < required ? '' : '?'}: ${type}`
    return index < required ? type : `${isUnion(model) ? `(${type})` : type}?`
  })
  const more = rest && modelToType({ kind: 'array', item: rest, readonly: false }, scope)
  if (more) parts.push(hasNames ? `...rest: ${more}` : `...${more}`)
  for (const { name, model } of trailing) {
    parts.push(`${hasNames ? `${name}: ` : ''}${modelToType(model, scope)}`)
  }
  return `${readonly ? 'readonly ' : ''}[${parts.join(', ')}]`
}

function objectType(object: ObjectModel, scope: DeclarationScope): string {
  const { index, properties } = object
  if (index && isMixed(object, scope.types)) {
    return `${objectType({ kind: 'object', properties }, scope)} & ${objectType({ kind: 'object', properties: [], index }, scope)}`
  }
  const members = memberTypes(object, scope)
  if (members.length === 0) return '{}'
  const inline = `{ ${members.map(({ text }) => text).join('; ')} }`
  const hasDocs = members.some(({ doc }) => doc !== '')
  return hasDocs || inline.length > MAX_INLINE_LENGTH || inline.includes('\n')
    ? objectLines(object, scope)
    : inline
}

function objectLines(object: ObjectModel, scope: DeclarationScope): string {
  const lines = memberTypes(object, scope).map(({ doc, text }) => `  ${indentRest(doc + text, '  ')}\n`)
  return lines.length === 0 ? '{}' : `{\n${lines.join('')}}`
}

function memberTypes(
  { properties, index }: ObjectModel,
  scope: DeclarationScope,
): { doc: string; text: string }[] {
  const members = properties.map(({ name, model, optional, readonly, doc }) => ({
    doc: docComment(doc),
    text: `${readonly ? 'readonly ' : ''}${propertyName(name)}${optional ? '?' : ''}: ${modelToType(model, scope)}`,
  }))
  if (index) members.push({ doc: '', text: `[key: string]: ${modelToType(index, scope)}` })
  return members
}

function propertyName(name: string): string {
  return isIdentifier(name) ? name : singleQuoted(name)
}

/** True if a property is not of the index signature's type, which only an intersection can declare. */
function isMixed({ properties, index }: ObjectModel, types: Types): boolean {
  if (!index) return false
  const resolved = resolve(index, types)
  if (resolved.kind === 'unknown' || resolved.kind === 'any') return false
  const members = (model: TypeModel) => (model.kind === 'union' ? model.members : [model])
  const accepted = new Set([shapeKey(index), ...members(resolved).map(shapeKey)])
  const fits = ({ model, optional }: PropertyModel) =>
    members(model).every(part => accepted.has(shapeKey(part))) && (!optional || accepted.has('undefined'))
  return !properties.every(fits)
}
