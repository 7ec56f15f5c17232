// A function's body in → the expressions that it returns or yields, and its end, each with the point of control flow it is at, out.
import type ts from 'typescript'
import type { TypeScript } from '../compiler.ts'
import { type FlowPoint, flowAtEnd, flowBefore, flowOfBranches } from './flow-internals.ts'

export interface Exit {
  /** 'delegate' is `yield*`. */
  readonly kind: 'return' | 'yield' | 'delegate'
  /** Absent: `undefined`. */
  readonly expression?: ts.Expression
  /** Absent: any. */
  readonly point?: FlowPoint
  /** The end of the body, where nothing is written. */
  readonly isEnd?: true
}

export type FunctionWithBody = ts.FunctionLikeDeclaration & { readonly body: ts.ConciseBody }

export function exitsOf(ts: TypeScript, { body }: FunctionWithBody): Exit[] {
  if (!ts.isBlock(body)) return branchesOf(ts, body, undefined)
  const statements = statementsOf(ts, body)
  const isBound = statements.some(hasFlow)
  const exits = statements
    .filter(statement => !(isBound && isDead(ts, statement)))
    .flatMap(statement => exitsOfStatement(ts, statement))
  const end = flowAtEnd(body)
  return end ? [...exits, { kind: 'return', point: end, isEnd: true }] : exits
}

function hasFlow(statement: ts.Statement): boolean {
  return flowBefore(statement).flow !== undefined
}

// The binder gives every `return` its flow, other statements only where dead code is reported.
function isDead(ts: TypeScript, statement: ts.Statement): boolean {
  return ts.isReturnStatement(statement) && !hasFlow(statement)
}

/** Every statement of a function at any depth, functions inside it left out. */
export function statementsOf(ts: TypeScript, body: ts.Block): ts.Statement[] {
  const found: ts.Statement[] = []
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return
    if (ts.isStatement(node) && !ts.isBlock(node)) found.push(node)
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(body, visit)
  return found
}

function exitsOfStatement(ts: TypeScript, statement: ts.Statement): Exit[] {
  const point = flowBefore(statement)
  const yields = yieldsOf(ts, statement).map((it): Exit => {
    const kind = it.asteriskToken ? 'delegate' : 'yield'
    return { kind, point, ...(it.expression ? { expression: it.expression } : {}) }
  })
  if (!ts.isReturnStatement(statement)) return yields
  const { expression } = statement
  return [
    ...yields,
    ...(expression ? branchesOf(ts, expression, point) : [{ kind: 'return' as const, point }]),
  ]
}

/** Those of the statement itself: what it holds in statements of its own is theirs. */
function yieldsOf(ts: TypeScript, statement: ts.Statement): ts.YieldExpression[] {
  const found: ts.YieldExpression[] = []
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isStatement(node)) return
    if (ts.isYieldExpression(node)) found.push(node)
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(statement, visit)
  return found
}

/** The expressions that a returned one chooses from: `a ? b : c` is `b` or `c`. */
function branchesOf(ts: TypeScript, expression: ts.Expression, point: FlowPoint | undefined): Exit[] {
  if (ts.isParenthesizedExpression(expression)) return branchesOf(ts, expression.expression, point)
  const branches = ts.isConditionalExpression(expression) ? flowOfBranches(expression) : undefined
  if (!branches || !ts.isConditionalExpression(expression)) {
    return [{ kind: 'return', expression, ...(point ? { point } : {}) }]
  }
  return [
    ...branchesOf(ts, expression.whenTrue, branches.whenTrue),
    ...branchesOf(ts, expression.whenFalse, branches.whenFalse),
  ]
}
