// A position → the call that declares a route around it, and the nodes between, innermost first.
import type ts from 'typescript'
import type { Compiler } from '../../transformer/src/compiler.ts'
import { brandOf } from '../../transformer/src/read/brand.ts'
import { isMethodName } from '../../transformer/src/read/source-to-calls.ts'
import { nodesAround } from './fixes/nodes.ts'

export interface RouteCallAt {
  readonly call: ts.CallExpression
  readonly around: readonly ts.Node[]
}

/** Half-written calls too, as they are while somebody types. */
export function routeCallAt(
  compiler: Compiler,
  source: ts.SourceFile,
  position: number,
): RouteCallAt | undefined {
  const { ts, checker } = compiler
  const around = nodesAround(ts, source, position, 0)
  const call = around.filter(ts.isCallExpression).find(({ expression }) => {
    if (!ts.isPropertyAccessExpression(expression) || !isMethodName(expression.name.text)) return false
    return brandOf(compiler, checker.getTypeAtLocation(expression.expression), 'builder') !== undefined
  })
  return call && { call, around }
}
