// A generator in → its loops that never end, wait for nothing and do not look whether anybody still listens, out.
import type ts from 'typescript'
import type { Compiler, TypeScript } from '../../compiler.ts'
import type { Generator } from './handler-to-bodies.ts'
import { ancestors, ownNodes } from './own-nodes.ts'

export function findIdleLoops(compiler: Compiler, generator: Generator): ts.IterationStatement[] {
  const { ts } = compiler
  const watched = watchedNames(ts, generator)
  return ownNodes(ts, generator.body)
    .filter((node): node is ts.IterationStatement => isEndless(ts, node))
    .filter(loop => {
      const inside = ownNodes(ts, loop)
      return !inside.some(node => leaves(ts, node, loop) || waits(compiler, node) || looks(ts, node, watched))
    })
}

function isEndless(ts: TypeScript, node: ts.Node): boolean {
  if (ts.isForStatement(node)) return !node.condition || isTrue(ts, node.condition)
  return (ts.isWhileStatement(node) || ts.isDoStatement(node)) && isTrue(ts, node.expression)
}

function isTrue(ts: TypeScript, node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.TrueKeyword || (ts.isNumericLiteral(node) && Number(node.text) !== 0)
}

function leaves(ts: TypeScript, node: ts.Node, loop: ts.Node): boolean {
  if (ts.isReturnStatement(node) || ts.isThrowStatement(node)) return true
  if (!ts.isBreakStatement(node)) return false
  const isOfInner = ancestors(node, loop).some(
    it => ts.isIterationStatement(it, false) || ts.isSwitchStatement(it),
  )
  return node.label !== undefined || !isOfInner
}

function waits({ ts, checker }: Compiler, node: ts.Node): boolean {
  if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return true
  if (!ts.isYieldExpression(node)) return false
  if (node.asteriskToken || !node.expression) return node.asteriskToken !== undefined
  // A promise that is yielded is awaited first.
  const type = checker.getTypeAtLocation(node.expression)
  const awaited = checker.getAwaitedType(type)
  return awaited !== undefined && awaited !== type
}

/** Names that say that the loop can know of its end. */
function watchedNames(ts: TypeScript, { parameters }: Generator): ReadonlySet<string> {
  const context = parameters.filter(it => it.name.getText() !== 'this')[1]?.name
  return new Set(['signal', 'aborted', ...(context && ts.isIdentifier(context) ? [context.text] : [])])
}

function looks(ts: TypeScript, node: ts.Node, watched: ReadonlySet<string>): boolean {
  if (!ts.isIdentifier(node) || !watched.has(node.text)) return false
  const { parent } = node
  // Of the context, only as a whole: `context.signal` is seen by its own name.
  return !ts.isPropertyAccessExpression(parent) || parent.expression !== node || node.text === 'signal'
}
