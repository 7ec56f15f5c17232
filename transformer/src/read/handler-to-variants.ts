// A handler of requests in → the exits of its body, and with which variants of its input control gets to each, out.
import type ts from 'typescript'
import type { Compiler, TypeScript } from '../compiler.ts'
import type { LiteralValue } from '../model/route-model.ts'
import type { SocketHandler } from './definition-to-handlers.ts'
import { type FlowPoint, type Reference, typeAt, waysTo } from './flow-internals.ts'
import { type Exit, exitsOf, type FunctionWithBody } from './function-to-exits.ts'
import { type InputVariants, variantsOf } from './input-to-variants.ts'
import { iterationOf } from './return-to-output.ts'
import { unionParts } from './socket-answer-types.ts'
import { literalsOf } from './union-to-discriminant.ts'

/** A handler whose body says what becomes of each variant. */
export interface VariantReading {
  readonly variants: InputVariants
  readonly all: readonly LiteralValue[]
  readonly body: FunctionWithBody
  readonly exits: readonly ReachedExit[]
  /** The variants with which control can get there. All of them where that is not known. */
  valuesAt(point: FlowPoint | undefined): ReadonlySet<LiteralValue>
}

export type ReachedExit = Exit & { readonly values: ReadonlySet<LiteralValue> }

/** Undefined where the input has no variants, or the body cannot be seen. */
export function readVariants(
  compiler: Compiler,
  { args, signature }: SocketHandler,
): VariantReading | undefined {
  const { ts, checker } = compiler
  const body = signature.getDeclaration() as FunctionWithBody | undefined
  const variants = variantsOf(compiler, args)
  const reference = body?.body && variants && referenceTo(compiler, body, variants.key)
  if (!body || !variants || !reference) return undefined
  // The checker must not count a question of ours as a use of a parameter that has none.
  if (!isMentioned(ts, body, reference.name) || isAssigned(ts, body, reference.name)) return undefined
  const all = variants.members.flatMap(({ values }) => values)
  const valuesOf = (point: FlowPoint): readonly LiteralValue[] => {
    const type = typeAt(compiler, reference, point)
    if (!type) return all
    return (type.flags & ts.TypeFlags.Never) !== 0 ? [] : (literalsOf({ ts, checker }, type) ?? all)
  }
  const valuesAt = (point: FlowPoint | undefined): ReadonlySet<LiteralValue> =>
    new Set(point ? waysTo(compiler, point).flatMap(valuesOf) : all)
  const exits = exitsOf(ts, body)
    .filter(exit => !exit.isEnd || mayEndWithout(compiler, body, signature))
    .map(exit => ({ ...exit, values: valuesAt(exit.point) }))
  return { variants, all, body, exits, valuesAt }
}

/** `request.type`, or `type` where the parameter is `{ type }`. */
function referenceTo(
  { ts, checker }: Compiler,
  { parameters }: FunctionWithBody,
  key: string,
): Reference | undefined {
  const parameter = parameters.find(it => it.name.getText() !== 'this')?.name
  if (!parameter || ts.isArrayBindingPattern(parameter)) return undefined
  const name = ts.isIdentifier(parameter) ? parameter : boundName(ts, parameter, key)
  const symbol = name && checker.getSymbolAtLocation(name)
  if (!name || !symbol) return undefined
  return { symbol, name: name.text, ...(ts.isIdentifier(parameter) ? { key } : {}) }
}

function boundName(
  ts: TypeScript,
  { elements }: ts.ObjectBindingPattern,
  key: string,
): ts.Identifier | undefined {
  for (const { name, propertyName, initializer, dotDotDotToken } of elements) {
    const property = propertyName ?? name
    const isKey = (ts.isIdentifier(property) || ts.isStringLiteralLike(property)) && property.text === key
    if (isKey && ts.isIdentifier(name) && !initializer && !dotDotDotToken) return name
  }
  return undefined
}

function isMentioned(ts: TypeScript, { body }: FunctionWithBody, name: string): boolean {
  const visit = (node: ts.Node): boolean =>
    ts.isIdentifier(node) ? node.text === name : (ts.forEachChild(node, visit) ?? false)
  return visit(body)
}

// After an assignment the checker narrows what was assigned, which is not what the client sent.
function isAssigned(ts: TypeScript, { body }: FunctionWithBody, name: string): boolean {
  const isTarget = (node: ts.Node): boolean => {
    if (ts.isIdentifier(node)) return node.text === name
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node))
      return isTarget(node.expression)
    if (ts.isPropertyAssignment(node)) return isTarget(node.initializer)
    return ts.forEachChild(node, isTarget) ?? false
  }
  const visit = (node: ts.Node): boolean => {
    if (ts.isBinaryExpression(node) && isAssignment(ts, node) && isTarget(node.left)) return true
    if ((ts.isForOfStatement(node) || ts.isForInStatement(node)) && isTarget(node.initializer)) return true
    return ts.forEachChild(node, visit) ?? false
  }
  return visit(body)
}

// The checker leaves `undefined` out of what a function returns when its end cannot be reached, as after a call that never returns.
function mayEndWithout(
  compiler: Compiler,
  { asteriskToken }: FunctionWithBody,
  signature: ts.Signature,
): boolean {
  const { ts, checker } = compiler
  const returned = checker.getReturnTypeOfSignature(signature)
  const awaited = checker.getAwaitedType(returned) ?? returned
  const types = asteriskToken ? iterationOf(compiler, awaited).returns : [awaited]
  const nothing = ts.TypeFlags.Undefined | ts.TypeFlags.Void | ts.TypeFlags.Any | ts.TypeFlags.Unknown
  return types.flatMap(unionParts).some(part => (part.flags & nothing) !== 0)
}

function isAssignment(ts: TypeScript, { operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment
}
