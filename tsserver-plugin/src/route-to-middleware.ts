// The call that declares a route → the middleware that runs before its handler, in order, as the source calls it.
import type ts from 'typescript'
import type { Compiler, TypeScript } from '../../transformer/src/compiler.ts'
import { code } from './markdown.ts'

/** `signedIn`, `limit(10)`; a function that is written there has no name. */
export function middlewareOf(compiler: Compiler, call: ts.CallExpression): string[] {
  const { expression } = call
  const { ts } = compiler
  if (!ts.isPropertyAccessExpression(expression) && !ts.isElementAccessExpression(expression)) return []
  return [...ofBuilder(compiler, expression.expression, 0), ...ofOptions(compiler, call)]
}

/** How many constants a builder is followed through. */
const MAX_BUILDERS = 50

/** `route.use(a).use(b)`, or a constant that is one. */
function ofBuilder(compiler: Compiler, node: ts.Expression, depth: number): string[] {
  const { ts } = compiler
  const builder = unwrapped(ts, node)
  if (depth === MAX_BUILDERS || isPlain(compiler, builder)) return []
  const used = builderUsed(ts, builder)
  if (used) return [...ofBuilder(compiler, used.builder, depth + 1), ...used.middleware]
  const initializer = initializerOf(compiler, builder)
  return initializer
    ? ofBuilder(compiler, initializer, depth + 1)
    : [`that of ${code(shortened(builder.getText()))}`]
}

/** The builder that nothing was added to: a middleware changes the type of the context even where it adds nothing. */
function isPlain({ checker }: Compiler, builder: ts.Expression): boolean {
  const [context] = checker.getTypeArguments(checker.getTypeAtLocation(builder) as ts.TypeReference)
  return context?.symbol?.name === 'RouteContext'
}

/** `builder.use(…middleware)`. */
function builderUsed(ts: TypeScript, node: ts.Expression) {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined
  const { name, expression } = node.expression
  if (name.text !== 'use') return undefined
  return { builder: expression, middleware: node.arguments.map(it => nameOf(ts, it)) }
}

/** Of the constant, or the property, that an expression names, in whatever file. */
function initializerOf({ ts, checker }: Compiler, node: ts.Expression): ts.Expression | undefined {
  const symbol = checker.getSymbolAtLocation(node)
  if (!symbol) return undefined
  const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0
  const declaration = (isAlias ? checker.getAliasedSymbol(symbol) : symbol).valueDeclaration
  if (!declaration) return undefined
  const hasInitializer = ts.isVariableDeclaration(declaration) || ts.isPropertyAssignment(declaration)
  return hasInitializer ? declaration.initializer : undefined
}

/** `middleware: […]` of a route's options, or of a socket's definition. */
function ofOptions({ ts, checker }: Compiler, call: ts.CallExpression): string[] {
  const options = call.arguments[1]
  const property = options && checker.getPropertyOfType(checker.getTypeAtLocation(options), 'middleware')
  const declaration = property?.valueDeclaration
  if (!declaration) return []
  if (!ts.isPropertyAssignment(declaration)) return [code(property.name)]
  const list = unwrapped(ts, declaration.initializer)
  const all = ts.isArrayLiteralExpression(list) ? list.elements : [list]
  return all.map(it => nameOf(ts, it))
}

function nameOf(ts: TypeScript, node: ts.Expression): string {
  const plain = unwrapped(ts, node)
  if (ts.isFunctionExpression(plain) && plain.name) return code(plain.name.text)
  const isNameless = ts.isArrowFunction(plain) || ts.isFunctionExpression(plain)
  return isNameless ? 'an inline function' : code(shortened(plain.getText()))
}

/** A hover has no room for the options of a middleware. */
const MAX_LENGTH = 40

function shortened(text: string): string {
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH - 1)}…`
}

function unwrapped(ts: TypeScript, node: ts.Expression): ts.Expression {
  let plain = node
  while (ts.isParenthesizedExpression(plain) || ts.isAsExpression(plain) || ts.isSatisfiesExpression(plain)) {
    plain = plain.expression
  }
  return plain
}
