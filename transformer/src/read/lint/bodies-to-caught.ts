// The functions of a handler in → the paths in what it sends that hold a caught error's own parts, `any` by a compiler option, out.
import type ts from 'typescript'
import type { Compiler } from '../../compiler.ts'
import { propertyStep } from '../property-step.ts'
import type { Body } from './handler-to-bodies.ts'
import { ownNodes, unwrapped } from './own-nodes.ts'

/** `yield { error: error.message }` in `catch (error)`: `.error`. Without useUnknownInCatchVariables that is `any`. */
export function caughtPaths(compiler: Compiler, bodies: readonly Body[]): ReadonlySet<string> {
  const { ts } = compiler
  const found = new Set<string>()
  const visit = (expression: ts.Expression, path: string) => {
    const node = unwrapped(ts, expression)
    if (isOfCaught(compiler, node)) found.add(path)
    if (ts.isConditionalExpression(node)) {
      visit(node.whenTrue, path)
      visit(node.whenFalse, path)
    }
    if (!ts.isObjectLiteralExpression(node)) return
    for (const property of node.properties) {
      if (!ts.isPropertyAssignment(property)) continue
      const { name, initializer } = property
      if (ts.isIdentifier(name) || ts.isStringLiteralLike(name))
        visit(initializer, path + propertyStep(name.text))
    }
  }
  for (const { body } of bodies) {
    for (const node of ownNodes(ts, body)) {
      const isSent = ts.isYieldExpression(node) || ts.isReturnStatement(node)
      if (isSent && node.expression) visit(node.expression, '')
    }
  }
  return found
}

function isOfCaught({ ts, checker }: Compiler, expression: ts.Expression): boolean {
  let root = expression
  while (
    ts.isPropertyAccessExpression(root) ||
    ts.isElementAccessExpression(root) ||
    ts.isCallExpression(root)
  ) {
    root = root.expression
  }
  const declaration = ts.isIdentifier(root) ? checker.getSymbolAtLocation(root)?.valueDeclaration : undefined
  return declaration !== undefined && ts.isCatchClause(declaration.parent)
}
