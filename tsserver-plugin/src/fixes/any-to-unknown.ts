// An argument or a result that is `any` → `unknown` in each place of its declaration that says `any`.
import type ts from 'typescript'
import type { TypeScript } from '../../../transformer/src/compiler.ts'
import { type FixOf, replacement } from './fix.ts'
import { nodesAround } from './nodes.ts'

export const anyToUnknown: FixOf = (ts, source, { place }) => {
  const parameter = nodesAround(ts, source, place.start, place.length).find(ts.isParameter)
  const keywords = parameter?.type ? anyKeywords(ts, parameter.type) : []
  if (keywords.length === 0) return undefined
  return {
    description: 'Declare it as "unknown"',
    allDescription: 'Declare all arguments that are "any" as "unknown"',
    changes: keywords.map(node => replacement(source, node, 'unknown')),
  }
}

/** Only of a declared result: what is inferred has no place to say it. */
export const anyResultToUnknown: FixOf = (ts, source, { place }) => {
  const type = nodesAround(ts, source, place.start, place.length).find(ts.isTypeNode)
  const keywords = type ? anyKeywords(ts, type) : []
  if (keywords.length === 0) return undefined
  return {
    description: 'Declare it as "unknown"',
    allDescription: 'Declare all results that are "any" as "unknown"',
    changes: keywords.map(node => replacement(source, node, 'unknown')),
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
