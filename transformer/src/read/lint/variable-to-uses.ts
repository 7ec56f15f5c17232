// A resource that a generator holds in a constant in → who else takes care of it, and where it is released, out.
import type ts from 'typescript'
import type { Compiler, TypeScript } from '../../compiler.ts'
import { unwrapped } from './own-nodes.ts'
import type { Acquisition } from './statement-to-acquisition.ts'

export interface Uses {
  /** Something else may release it: a function that got it, a callback, a loop that iterates it. */
  readonly isHandedOver: boolean
  /** Where it is released in the block in which it was acquired; undefined: nowhere, or only sometimes. */
  readonly releasedAt?: number
}

export function usesOf(
  { ts, checker }: Compiler,
  { variable, statement, release }: Acquisition,
  body: ts.Block,
): Uses {
  if (!variable) return { isHandedOver: false }
  const symbol = checker.getSymbolAtLocation(variable)
  const uses: ts.Identifier[] = []
  const visit = (node: ts.Node) => {
    const isUse = ts.isIdentifier(node) && node.text === variable.text && node !== variable
    if (isUse && checker.getSymbolAtLocation(node) === symbol) uses.push(node)
    ts.forEachChild(node, visit)
  }
  visit(body)
  const isReleased = (it: ts.Statement) =>
    ts.isExpressionStatement(it) && it.pos >= statement.end && releases(ts, it, release)
  const releasedAt = statementsBeside(statement).find(isReleased)?.pos
  return {
    isHandedOver: uses.some(use => isHandOver(ts, use, body)),
    ...(releasedAt === undefined ? {} : { releasedAt }),
  }
}

function statementsBeside({ parent }: ts.Statement): readonly ts.Statement[] {
  return (parent as Partial<ts.Block>).statements ?? []
}

function releases(ts: TypeScript, { expression }: ts.ExpressionStatement, release: string): boolean {
  const call = unwrapped(ts, expression)
  const name = (text: string) => text.replace(/^await /, '').replace(/\(.*$/s, '')
  return ts.isCallExpression(call) && name(call.getText()) === name(release)
}

/** Files and streams that close themselves once this was read, or left. */
const CLOSES_ITSELF: ReadonlySet<string> = new Set(['readLines', 'createReadStream', 'createWriteStream'])

// All but reading a member, calling it and comparing it.
function isHandOver(ts: TypeScript, use: ts.Identifier, body: ts.Block): boolean {
  if (isInFunction(ts, use, body)) return true
  const { parent } = use
  if (ts.isPropertyAccessExpression(parent)) {
    return parent.expression === use && CLOSES_ITSELF.has(parent.name.text)
  }
  if (ts.isElementAccessExpression(parent) || ts.isNonNullExpression(parent)) return false
  if (ts.isCallExpression(parent) && parent.expression !== use) {
    return parent.expression.getText() !== 'clearInterval'
  }
  const reads =
    ts.isCallExpression(parent) ||
    ts.isPrefixUnaryExpression(parent) ||
    ts.isTypeOfExpression(parent) ||
    ts.isIfStatement(parent)
  return !reads
}

function isInFunction(ts: TypeScript, node: ts.Node, body: ts.Block): boolean {
  for (let at = node.parent; at && at !== body; at = at.parent) if (ts.isFunctionLike(at)) return true
  return false
}
