// Control flow as TypeScript's binder leaves it on its nodes, which its public types do not show (TypeScript 5.9 and 6.0).
import type ts from 'typescript'
import type { Compiler, TypeScript } from '../compiler.ts'

/** A point of a function's control flow. */
export interface FlowPoint {
  /** The binder's own; absent where it left none, as another version might. */
  readonly flow: unknown
  /** A node of the function from which its names are seen. */
  readonly at: ts.Node
}

interface BoundNode {
  readonly flowNode?: unknown
  /** Of a function: the end of its body, where that can be reached. */
  readonly endFlowNode?: unknown
  /** Of a conditional expression that is returned (since TypeScript 5.8). */
  readonly flowNodeWhenTrue?: unknown
  readonly flowNodeWhenFalse?: unknown
}

export function flowBefore(statement: ts.Statement): FlowPoint {
  return { flow: (statement as BoundNode).flowNode, at: statement }
}

/** The end of a function's body, where control can get there. */
export function flowAtEnd(body: ts.Block): FlowPoint | undefined {
  const flow = (body.parent as BoundNode).endFlowNode
  return flow === undefined ? undefined : { flow, at: body }
}

/** Where the two branches of a conditional expression start, if the binder tells. */
export function flowOfBranches(
  node: ts.ConditionalExpression,
): { readonly whenTrue: FlowPoint; readonly whenFalse: FlowPoint } | undefined {
  const { flowNodeWhenTrue, flowNodeWhenFalse } = node as BoundNode
  if (flowNodeWhenTrue === undefined || flowNodeWhenFalse === undefined) return undefined
  return { whenTrue: { flow: flowNodeWhenTrue, at: node }, whenFalse: { flow: flowNodeWhenFalse, at: node } }
}

interface BoundFlow {
  readonly flags: number
  /** Of a label, where branches meet: several. */
  readonly antecedent?: BoundFlow | BoundFlow[]
  readonly node?: ts.Node
}

interface FlowFlags {
  readonly Unreachable: number
  readonly BranchLabel: number
  readonly Call: number
}

/**
 * The branches that meet at a point, without those by which control never gets there: dead code, and what is behind a call that
 * never returns. The checker narrows nothing in such places.
 */
export function waysTo(compiler: Compiler, point: FlowPoint): FlowPoint[] {
  const { ts, checker } = compiler
  const { FlowFlags } = ts as { readonly FlowFlags?: FlowFlags }
  const { flags, antecedent, node } = (point.flow ?? { flags: 0 }) as BoundFlow
  if (!FlowFlags) return [point]
  if ((flags & FlowFlags.Unreachable) !== 0) return []
  if ((flags & FlowFlags.BranchLabel) !== 0 && Array.isArray(antecedent)) {
    return antecedent.flatMap(flow => waysTo(compiler, { ...point, flow }))
  }
  if ((flags & FlowFlags.Call) === 0 || !node || !ts.isCallExpression(node)) return [point]
  const signature = checker.getResolvedSignature(node)
  const returned = signature && checker.getReturnTypeOfSignature(signature)
  return returned && (returned.flags & ts.TypeFlags.Never) !== 0 ? [] : [point]
}

/** A variable of a function, or a property of it. */
export interface Reference {
  readonly symbol: ts.Symbol
  readonly name: string
  readonly key?: string
}

/**
 * The type that the checker narrows the reference to at that point: what it would say of the expression, were it written there.
 * Undefined where nothing is known: no flow, or a variable that hides this one.
 */
export function typeAt(
  compiler: Compiler,
  { symbol, name, key }: Reference,
  point: FlowPoint,
): ts.Type | undefined {
  const { ts, checker } = compiler
  if (point.flow === undefined) return undefined
  const variable = place(ts, ts.factory.createParenthesizedExpression(identifierAt(ts, name, point)), point)
  if (checker.getSymbolAtLocation(variable.expression) !== symbol) return undefined
  if (key === undefined) return checker.getTypeAtLocation(variable)
  // In brackets, because the checker would tell the user that `never` has no such property.
  const object = identifierAt(ts, name, point)
  const property = ts.factory.createElementAccessExpression(
    object,
    place(ts, ts.factory.createStringLiteral(key), point),
  )
  return checker.getTypeAtLocation(place(ts, property, point))
}

function identifierAt(ts: TypeScript, name: string, point: FlowPoint): ts.Identifier {
  return place(ts, ts.factory.createIdentifier(name), point)
}

/** Makes the checker take a new node for one that was parsed and bound at that point. */
function place<Node extends ts.Node>(ts: TypeScript, node: Node, { flow, at }: FlowPoint): Node {
  Object.assign(node, { flags: ts.NodeFlags.None, parent: at, flowNode: flow, pos: at.pos, end: at.end })
  node.forEachChild(child => {
    Object.assign(child, { parent: node })
  })
  return node
}
