// Strings and arrays without a limit in a handler's argument, as it is written there → tags that limit them, to be adapted.
import type ts from 'typescript'
import type { TypeScript } from '../../../transformer/src/compiler.ts'
import { type FixOf, insertion } from './fix.ts'
import { importChanges } from './imports.ts'
import { nodesAround } from './nodes.ts'

const STRING_TAG = 't.MaxLength<100>'
const ARRAY_TAG = 't.MaxItems<100>'
const LISTS: ReadonlySet<string> = new Set(['Array', 'ReadonlyArray', 'Set', 'ReadonlySet'])

export const limitArguments: FixOf = (ts, source, { place }) => {
  const parameter = nodesAround(ts, source, place.start, place.length).find(ts.isParameter)
  const tags = parameter?.type ? tagsOf(ts, parameter.type) : []
  if (tags.length === 0) return undefined
  const texts = new Map<number, string>()
  const insert = (at: number, text: string, isBefore: boolean) => {
    const known = texts.get(at) ?? ''
    texts.set(at, isBefore ? text + known : known + text)
  }
  // Outer types first: their brackets go around those of the inner ones.
  for (const { node, tag } of tags) {
    const needsBrackets = ts.isArrayTypeNode(node.parent) || ts.isTypeOperatorNode(node.parent)
    if (needsBrackets) insert(node.getStart(source), '(', false)
    insert(node.getEnd(), ` & ${tag}${needsBrackets ? ')' : ''}`, true)
  }
  return {
    description: 'Limit it to 100 characters and 100 items',
    allDescription: 'Limit all arguments to 100 characters and 100 items',
    changes: [...importChanges(ts, source, 't'), ...[...texts].map(([at, text]) => insertion(at, text))],
  }
}

interface Tag {
  readonly node: ts.TypeNode
  readonly tag: string
}

function tagsOf(ts: TypeScript, type: ts.TypeNode): Tag[] {
  const found: Tag[] = []
  const visit = (node: ts.Node): void => {
    // Names of properties, and what is limited already.
    if (ts.isIndexSignatureDeclaration(node)) return visit(node.type)
    const name = ts.isTypeReferenceNode(node) ? node.typeName.getText() : ''
    if (name === 'Record' || name === 'Map' || name === 'ReadonlyMap') return
    if (ts.isIntersectionTypeNode(node) && /\bt\./.test(node.getText())) return
    if (node.kind === ts.SyntaxKind.StringKeyword) {
      found.push({ node: node as ts.TypeNode, tag: STRING_TAG })
    } else if (ts.isArrayTypeNode(node) || LISTS.has(name)) {
      // `readonly T[]` is one type.
      const isReadonly = ts.isTypeOperatorNode(node.parent)
      found.push({ node: (isReadonly ? node.parent : node) as ts.TypeNode, tag: ARRAY_TAG })
    }
    ts.forEachChild(node, visit)
  }
  visit(type)
  return found
}
