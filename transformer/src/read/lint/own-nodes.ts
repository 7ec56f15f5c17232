// A function's body in → the nodes that run as part of it out: functions and classes inside it run on their own.
import type ts from 'typescript'
import type { TypeScript } from '../../compiler.ts'

/** In the order of the source; the node itself comes first. */
export function ownNodes(ts: TypeScript, root: ts.Node): ts.Node[] {
  const found: ts.Node[] = []
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return
    found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(root)
  return found
}

/** The nodes around this one, innermost first, up to `root` and without it. */
export function ancestors(node: ts.Node, root: ts.Node): ts.Node[] {
  const found: ts.Node[] = []
  for (let at = node.parent; at && at !== root; at = at.parent) found.push(at)
  return found
}

/** Without what changes nothing about the value: `(await x)!` is `x`. */
export function unwrapped(ts: TypeScript, expression: ts.Expression): ts.Expression {
  let node = expression
  while (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isAwaitExpression(node)
  ) {
    node = node.expression
  }
  return node
}
