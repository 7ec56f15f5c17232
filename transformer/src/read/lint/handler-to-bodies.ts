// A handler in → the functions whose `yield` and `return` are what it sends, as far as its own file shows them, out.
import type ts from 'typescript'
import type { Compiler } from '../../compiler.ts'
import { exitsOf } from '../function-to-exits.ts'
import { unwrapped } from './own-nodes.ts'

export type Body = ts.FunctionLikeDeclaration & { readonly body: ts.ConciseBody }
export type Generator = ts.FunctionLikeDeclaration & { readonly body: ts.Block }

/** The handler, and the functions that it returns or whose results it returns. */
export function bodiesOf(compiler: Compiler, signature: ts.Signature): Body[] {
  const { ts } = compiler
  const found = new Set<Body>()
  const visit = (declaration: ts.Node | undefined) => {
    if (!declaration || !ts.isFunctionLike(declaration) || !hasBody(declaration) || found.has(declaration))
      return
    found.add(declaration)
    if (declaration.asteriskToken) return
    const file = declaration.getSourceFile()
    for (const { expression } of exitsOf(ts, declaration)) {
      const made = expression && functionOf(compiler, unwrapped(ts, expression))
      // What other files declare is not judged here: one file's findings depend on that file.
      if (made?.getSourceFile() === file) visit(made)
    }
  }
  visit(signature.getDeclaration())
  return [...found]
}

export function generatorsOf(compiler: Compiler, signature: ts.Signature): Generator[] {
  return bodiesOf(compiler, signature).filter(
    (it): it is Generator => it.asteriskToken !== undefined && compiler.ts.isBlock(it.body),
  )
}

function hasBody(node: ts.Node): node is Body {
  return (node as Partial<Body>).body !== undefined
}

/** What a returned expression is, or calls. */
function functionOf({ ts, checker }: Compiler, expression: ts.Expression): ts.Node | undefined {
  if (ts.isArrowFunction(expression) || ts.isFunctionExpression(expression)) return expression
  if (ts.isCallExpression(expression)) return checker.getResolvedSignature(expression)?.getDeclaration()
  if (!ts.isIdentifier(expression)) return undefined
  const declaration = checker.getSymbolAtLocation(expression)?.valueDeclaration
  if (!declaration || !ts.isVariableDeclaration(declaration)) return declaration
  const { initializer } = declaration
  return initializer && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
    ? initializer
    : undefined
}
