// A Map or Set type in → its TypeNode out.
import type ts from 'typescript'
import { problem, type TypeNode, type TypeReader, typeText, UNDEFINED_HERE } from './type-node.ts'
import { mayBeUndefined } from './union-to-model.ts'

export function readMap(reader: TypeReader, type: ts.TypeReference, readonly: boolean): TypeNode {
  const [key, value] = reader.compiler.checker.getTypeArguments(type)
  const keys = readPart(reader, key!, '.keys()[]')
  const values = readPart(reader, value!, '.values()[]')
  return {
    model: { kind: 'map', key: keys.node.model, value: values.node.model, readonly },
    problems: [...keys.problems, ...values.problems],
    children: [keys, values],
  }
}

export function readSet(reader: TypeReader, type: ts.TypeReference, readonly: boolean): TypeNode {
  const { problems, ...item } = readPart(reader, reader.compiler.checker.getTypeArguments(type)[0]!, '[]')
  return { model: { kind: 'set', item: item.node.model, readonly }, problems, children: [item] }
}

function readPart(reader: TypeReader, type: ts.Type, step: string) {
  const { compiler } = reader
  const message = `${typeText(compiler, type)} ${UNDEFINED_HERE}`
  const problems = mayBeUndefined(compiler, type) ? [problem('not-serializable', message, step)] : []
  return { step, node: reader.read(type), problems }
}
