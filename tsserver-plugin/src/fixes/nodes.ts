// A place in a file → the nodes of the syntax tree around it.
import type ts from 'typescript'
import type { TypeScript } from '../../../transformer/src/compiler.ts'

/** From the innermost node that holds the range outwards. */
export function nodesAround(ts: TypeScript, source: ts.SourceFile, start: number, length: number): ts.Node[] {
  const path: ts.Node[] = []
  let node: ts.Node | undefined = source
  while (node) {
    path.unshift(node)
    node = ts.forEachChild(node, child =>
      child.getStart(source) <= start && child.getEnd() >= start + length ? child : undefined,
    )
  }
  return path
}

/** The route call that holds the range, or that initialises the declaration that does. */
export function routeCallAround(ts: TypeScript, source: ts.SourceFile, start: number, length: number) {
  const around = nodesAround(ts, source, start, length)
  const declaration = around.find(ts.isVariableDeclaration)
  const call = declaration?.initializer ?? around.find(ts.isCallExpression)
  return call && ts.isCallExpression(call) ? call : undefined
}

/** The handler that a call ends in, where it is written there. */
export function handlerOf(ts: TypeScript, call: ts.CallExpression) {
  const handler = call.arguments.at(-1)
  return handler && (ts.isArrowFunction(handler) || ts.isFunctionExpression(handler)) ? handler : undefined
}
