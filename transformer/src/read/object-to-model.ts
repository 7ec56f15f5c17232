// An object type (interface, class, literal, intersection, mapped type) in → its TypeNode out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import type { PropertyModel } from '../model/type-model.ts'
import { docsOf } from './symbol-to-doc.ts'
import { isReadonly, isSymbolBrand, memberKind, memberStep } from './symbol-to-member.ts'
import { looseTagProblem, tagsOf } from './tags-to-constraints.ts'
import {
  createNode,
  problem,
  rejected,
  TYPE_LIMITS,
  type TypeNode,
  type TypeReader,
  typeText,
  UNDEFINED_HERE,
} from './type-node.ts'
import { mayBeUndefined, optionalNode } from './union-to-model.ts'

export function readObject(reader: TypeReader, type: ts.Type): TypeNode {
  const { compiler } = reader
  const symbols = orderedProperties(compiler, type)
  if (symbols.length > TYPE_LIMITS.properties) {
    return rejected('type-too-deep', `has ${symbols.length} properties, more than ${TYPE_LIMITS.properties}`)
  }
  const result = createNode({ kind: 'never' })
  const properties: PropertyModel[] = []
  for (const symbol of symbols) {
    const property = readProperty(reader, type, symbol, result)
    if (property) properties.push(property)
  }
  const index = readIndex(reader, type, result)
  result.model = { kind: 'object', properties, ...(index ? { index: index.model } : {}) }
  return result
}

/** The property's model; undefined for one that no value shows. Problems and parts go to the object's node. */
function readProperty(
  reader: TypeReader,
  owner: ts.Type,
  symbol: ts.Symbol,
  object: TypeNode,
): PropertyModel | undefined {
  const { compiler } = reader
  const { SymbolFlags, TypeFlags } = compiler.ts
  const kind = memberKind(compiler, symbol)
  if (kind === 'hidden') return undefined
  const { name } = symbol
  const step = memberStep(compiler, symbol)
  if (kind === 'method') {
    const message = 'is a method of a class, which a value from the client does not have'
    object.problems.push({ ...problem('not-serializable', message, step), argsOnly: true })
    return undefined
  }
  if (kind === 'symbol') {
    if (isSymbolBrand(compiler, owner, symbol)) return undefined
    object.problems.push(problem('not-serializable', 'is a property whose key is a symbol', step))
    return undefined
  }
  const tagProblem = looseTagProblem(name)
  if (tagProblem) {
    object.problems.push(tagProblem)
    return undefined
  }
  const type = compiler.checker.getTypeOfSymbol(symbol)
  const optional = (symbol.flags & SymbolFlags.Optional) !== 0
  if (!optional && (type.flags & TypeFlags.Never) !== 0) {
    object.problems.push(problem('not-serializable', 'is never, so no value can exist', step))
  }
  const node = optional ? optionalNode(reader, type) : reader.read(type)
  object.children.push({ step, node })
  return {
    name,
    model: node.model,
    optional,
    readonly: isReadonly(compiler, symbol),
    ...docsOf(compiler, symbol),
  }
}

// A number is a string once it is a JSON key, so `[id: number]` is read as an index of strings.
function readIndex(reader: TypeReader, type: ts.Type, object: TypeNode): TypeNode | undefined {
  const { compiler } = reader
  let found: TypeNode | undefined
  for (const { keyType, type: valueType } of compiler.checker.getIndexInfosOfType(type)) {
    const keyText = typeText(compiler, keyType)
    const step = `[${keyText}]`
    if (!isPlainKey(compiler, keyType)) {
      object.problems.push(
        problem(
          'not-serializable',
          `keys of type ${keyText} are not supported on the wire; use string`,
          step,
        ),
      )
      continue
    }
    if (mayBeUndefined(compiler, valueType)) {
      object.problems.push(
        problem('not-serializable', `${typeText(compiler, valueType)} ${UNDEFINED_HERE}`, step),
      )
    }
    const node = reader.read(valueType)
    object.children.push({ step, node })
    if (!found || (keyType.flags & compiler.ts.TypeFlags.String) !== 0) found = node
  }
  return found
}

/** `string` or `number`, branded or not. Keys are not checked, so they cannot have tags. */
function isPlainKey(compiler: Compiler, type: ts.Type): boolean {
  const { TypeFlags } = compiler.ts
  const parts = type.isIntersection() && tagsOf(compiler, type).length === 0 ? type.types : [type]
  return parts.some(part => (part.flags & (TypeFlags.String | TypeFlags.Number)) !== 0)
}

// Properties come as declared, but for mapped types: those follow their keys, whose order depends on which file was
// checked first. They are put in the order of their declarations, and by name where there is none.
function orderedProperties(compiler: Compiler, type: ts.Type): ts.Symbol[] {
  const symbols = compiler.checker.getPropertiesOfType(type)
  const parts = type.isIntersection() ? type.types : [type]
  if (!parts.some(part => isMapped(compiler, part))) return symbols
  return symbols
    .map(symbol => ({ symbol, key: declarationKey(symbol) }))
    .sort(byKey)
    .map(it => it.symbol)
}

function isMapped({ ts }: Compiler, type: ts.Type): boolean {
  if ((type.flags & ts.TypeFlags.Object) === 0) return false
  return ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Mapped) !== 0
}

function declarationKey(symbol: ts.Symbol): string {
  const declaration = symbol.declarations?.[0]
  if (!declaration) return `\uffff${symbol.name}`
  return `${declaration.getSourceFile().fileName}:${String(declaration.pos).padStart(9, '0')}:${symbol.name}`
}

function byKey(a: { key: string }, b: { key: string }): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0
}
