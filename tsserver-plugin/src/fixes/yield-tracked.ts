// Items that are sent without ids, though they have a property `id` → tracked items.
import type ts from 'typescript'
import type { Compiler, TypeScript } from '../../../transformer/src/compiler.ts'
import { type Fix, type FixOf, replacement } from './fix.ts'
import { importChanges } from './imports.ts'
import { nodesAround } from './nodes.ts'

/** Of the `yield` at the place. */
export const yieldTracked: FixOf = (ts, source, { place }, compiler) => {
  const node = nodesAround(ts, source, place.start, place.length).find(ts.isYieldExpression)
  return node && trackAll(ts, source, [node], compiler)
}

/** Of every `yield` of the handler that reads `lastEventId` at the place, and of generators in it. */
export const yieldAllTracked: FixOf = (ts, source, { place }, compiler) => {
  const handler = nodesAround(ts, source, place.start, place.length).findLast(ts.isFunctionLike)
  const yields: ts.YieldExpression[] = []
  const visit = (node: ts.Node) => {
    if (ts.isYieldExpression(node)) yields.push(node)
    ts.forEachChild(node, visit)
  }
  if (handler) visit(handler)
  return trackAll(ts, source, yields, compiler)
}

function trackAll(
  ts: TypeScript,
  source: ts.SourceFile,
  yields: readonly ts.YieldExpression[],
  compiler: Compiler,
): Fix | undefined {
  const changes = yields.flatMap(({ expression, asteriskToken }) => {
    const id = expression && !asteriskToken ? idOf(ts, expression, compiler) : undefined
    if (!expression || id === undefined) return []
    return [replacement(source, expression, `tracked(${id}, ${expression.getText(source)})`)]
  })
  if (changes.length === 0) return undefined
  return {
    description: 'Send it with its "id": tracked(id, item)',
    allDescription: 'Send all items with their "id"',
    changes: [...importChanges(ts, source, 'tracked'), ...changes],
  }
}

/** The text of the item's own `id`, which must be a string; only of what can be written twice. */
function idOf(ts: TypeScript, item: ts.Expression, { checker }: Compiler): string | undefined {
  const id = checker.getPropertyOfType(checker.getTypeAtLocation(item), 'id')
  const type = id && checker.getTypeOfSymbol(id)
  if (!type) return undefined
  const isText = (type.flags & ts.TypeFlags.StringLike) !== 0
  if (!isText && (type.flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.BigIntLike)) === 0) return undefined
  const text = ts.isObjectLiteralExpression(item) ? idOfLiteral(ts, item) : idOfName(ts, item)
  return text === undefined || isText ? text : `String(${text})`
}

function idOfName(ts: TypeScript, item: ts.Expression): string | undefined {
  const isName = ts.isIdentifier(item) || ts.isPropertyAccessExpression(item)
  return isName ? `${item.getText()}.id` : undefined
}

function idOfLiteral(ts: TypeScript, { properties }: ts.ObjectLiteralExpression): string | undefined {
  const property = properties.find(it => it.name?.getText() === 'id')
  if (property && ts.isShorthandPropertyAssignment(property)) return 'id'
  const value = property && ts.isPropertyAssignment(property) ? property.initializer : undefined
  const isPlain = value && (ts.isIdentifier(value) || ts.isPropertyAccessExpression(value))
  return isPlain ? value.getText() : undefined
}
