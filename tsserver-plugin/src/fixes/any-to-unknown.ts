// An argument that is `any` → `unknown` in each place of its declaration that says `any`.
import type ts from 'typescript'
import type { TypeScript } from '../../../transformer/src/compiler.ts'
import type { FixOf } from './fix.ts'
import { nodesAround } from './nodes.ts'

export const anyToUnknown: FixOf = (ts, source, { place }) => {
  const parameter = nodesAround(ts, source, place.start, place.length).find(ts.isParameter)
  const keywords = parameter?.type ? anyKeywords(ts, parameter.type) : []
  if (keywords.length === 0) return undefined
  return {
    description: 'Declare it as "unknown"',
    allDescription: 'Declare all arguments that are "any" as "unknown"',
    changes: keywords.map(node => ({
      span: { start: node.getStart(source), length: node.getEnd() - node.getStart(source) },
      newText: 'unknown',
    })),
  }
}

function anyKeywords(ts: TypeScript, type: ts.TypeNode): ts.Node[] {
  const found: ts.Node[] = []
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(type)
  return found
}
