// An array or tuple type in → its TypeNode out.
import type ts from 'typescript'
import type { TupleItem } from '../model/type-model.ts'
import {
  createNode,
  type Problem,
  problem,
  rejected,
  type TypeNode,
  type TypeReader,
  typeText,
  UNDEFINED_HERE,
} from './type-node.ts'
import { definedNode, mayBeUndefined } from './union-to-model.ts'

export function readArray(reader: TypeReader, type: ts.TypeReference): TypeNode {
  const { compiler } = reader
  const item = compiler.checker.getTypeArguments(type)[0]!
  const node = reader.read(item)
  const problems: Problem[] = []
  if (mayBeUndefined(compiler, item)) {
    problems.push(problem('not-serializable', `${typeText(compiler, item)} ${UNDEFINED_HERE}`, '[]'))
  }
  const readonly = type.target.symbol?.name === 'ReadonlyArray'
  return { model: { kind: 'array', item: node.model, readonly }, problems, children: [{ step: '[]', node }] }
}

export function readTuple(reader: TypeReader, type: ts.TupleTypeReference): TypeNode {
  const { compiler } = reader
  const { ElementFlags } = compiler.ts
  const { elementFlags, labeledElementDeclarations, readonly } = type.target
  const items: TupleItem[] = []
  const trailing: TupleItem[] = []
  const result = createNode({ kind: 'never' })
  let rest: TypeNode | undefined
  let required = 0
  for (const [index, element] of compiler.checker.getTypeArguments(type).entries()) {
    const flags = elementFlags[index]!
    if ((flags & ElementFlags.Variadic) !== 0) {
      const message = `${typeText(compiler, type)} has a part whose length nothing has resolved`
      return rejected('not-serializable', message)
    }
    const optional = (flags & ElementFlags.Optional) !== 0
    const isRest = (flags & ElementFlags.Rest) !== 0
    const step = isRest ? '[]' : `[${rest ? `…${index}` : index}]`
    const node = optional ? definedNode(reader, element) : reader.read(element)
    if (!optional && mayBeUndefined(compiler, element)) {
      result.problems.push(
        problem('not-serializable', `${typeText(compiler, element)} ${UNDEFINED_HERE}`, step),
      )
    }
    result.children.push({ step, node })
    const item = { ...labelOf(compiler.ts, labeledElementDeclarations?.[index]), model: node.model }
    if (isRest) rest = node
    else if (rest) trailing.push(item)
    else items.push(item)
    if (!optional && !isRest && !rest) required++
  }
  result.model = {
    kind: 'tuple',
    items,
    required,
    ...(rest ? { rest: rest.model } : {}),
    ...(trailing.length > 0 ? { trailing } : {}),
    readonly,
  }
  return result
}

function labelOf(
  ts: TypeReader['compiler']['ts'],
  declaration: ts.NamedTupleMember | ts.ParameterDeclaration | undefined,
): { name?: string } {
  return declaration && ts.isIdentifier(declaration.name) ? { name: declaration.name.text } : {}
}
