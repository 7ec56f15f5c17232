// A handler with variants in → those that no branch handles out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import type { LiteralValue } from '../model/route-model.ts'
import { flowBefore } from './flow-internals.ts'
import { statementsOf } from './function-to-exits.ts'
import type { VariantReading } from './handler-to-variants.ts'

/**
 * A variant is not handled when all that becomes of it is the end of the body: it is answered nothing, no statement is
 * there for it (or for it and some others), and the body does not name it. Where nothing tells variants apart, all are handled.
 */
export function findUnhandled(compiler: Compiler, reading: VariantReading): readonly LiteralValue[] {
  const { ts } = compiler
  const { all, body, exits, valuesAt } = reading
  const onlyEnd = all.filter(value =>
    exits.every(exit => exit.isEnd === exit.values.has(value) || !exit.values.has(value)),
  )
  const { body: block } = body
  if (onlyEnd.length === 0 || !ts.isBlock(block)) return []
  const reached = statementsOf(ts, block).map(flowBefore)
  if (reached.some(point => point.flow === undefined)) return []
  const particular = reached.map(valuesAt).filter(values => values.size > 0 && values.size < all.length)
  if (particular.length === 0) return []
  const named = literalsIn(compiler, block)
  return onlyEnd.filter(value => !named.has(value) && !particular.some(values => values.has(value)))
}

function literalsIn({ ts, checker }: Compiler, block: ts.Block): ReadonlySet<LiteralValue> {
  const found = new Set<LiteralValue>()
  const visit = (node: ts.Node) => {
    if (ts.isStringLiteralLike(node)) found.add(node.text)
    else if (ts.isNumericLiteral(node)) found.add(Number(node.text))
    else if (node.kind === ts.SyntaxKind.TrueKeyword) found.add(true)
    else if (node.kind === ts.SyntaxKind.FalseKeyword) found.add(false)
    else if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
      const value = checker.getConstantValue(node)
      if (value !== undefined) found.add(value)
    }
    ts.forEachChild(node, visit)
  }
  visit(block)
  return found
}
