// A generator in → what it acquires where a client that leaves would keep it from being released, out.
import type ts from 'typescript'
import type { Compiler, TypeScript } from '../../compiler.ts'
import type { Generator } from './handler-to-bodies.ts'
import { ancestors, ownNodes } from './own-nodes.ts'
import { type Acquisition, acquisitionOf, scopeOf } from './statement-to-acquisition.ts'
import { usesOf } from './variable-to-uses.ts'

/**
 * An acquisition counts where a `yield` comes after it that no `finally` is around, and nothing else can take care of it: it is not
 * released before, no other function gets to see it, and no loop takes it over.
 */
export function findUnreleased(compiler: Compiler, generator: Generator): Acquisition[] {
  const { ts } = compiler
  const nodes = ownNodes(ts, generator.body)
  const yields = nodes.filter(ts.isYieldExpression).filter(it => !isGuarded(ts, it, generator.body))
  // Nothing is asked of the checker where nothing could be found.
  if (yields.length === 0) return []
  return nodes
    .filter(ts.isStatement)
    .flatMap(statement => acquisitionOf(compiler, statement, generator.body) ?? [])
    .filter(acquisition => {
      const uses = usesOf(compiler, acquisition, generator.body)
      if (uses.isHandedOver) return false
      const { start, end } = scopeOf(acquisition)
      const until = Math.min(end, uses.releasedAt ?? end)
      return yields.some(({ pos }) => pos >= start && pos < until)
    })
}

function isGuarded(ts: TypeScript, node: ts.Node, body: ts.Node): boolean {
  return [node, ...ancestors(node, body)].some(inner => {
    const { parent } = inner
    return ts.isTryStatement(parent) && parent.finallyBlock !== undefined && parent.finallyBlock !== inner
  })
}
