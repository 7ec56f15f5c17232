// A route that is a constant at the top of its module, but not exported → `export` before it.

import type { FixOf } from './fix.ts'
import { nodesAround } from './nodes.ts'

export const exportRoute: FixOf = (ts, source, { place }) => {
  const around = nodesAround(ts, source, place.start, place.length)
  const statement = around.find(ts.isVariableStatement)
  if (!statement || statement.parent !== source || statement.modifiers?.length) return undefined
  const [declaration] = statement.declarationList.declarations
  const isConst = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0
  if (!isConst || !declaration || !ts.isIdentifier(declaration.name)) return undefined
  return {
    description: `Export "${declaration.name.text}"`,
    allDescription: 'Export all routes',
    changes: [{ span: { start: statement.getStart(source), length: 0 }, newText: 'export ' }],
  }
}
