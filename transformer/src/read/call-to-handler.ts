// A route call in → its handler's one signature (types of arguments and result, places to point at) out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'

export interface HandlerReading {
  /** Absent when the handler declares no parameter. */
  readonly args?: ts.Type
  readonly returned: ts.Type
  /** Where a finding on the arguments points: the parameter, or the handler if that is declared elsewhere. */
  readonly argsNode: ts.Node
  /** The annotation of the result, if it is written here. */
  readonly resultNode?: ts.Node
  readonly signature: ts.Signature
}

/** A function that is written where it is used. */
export type InlineFunction = ts.FunctionExpression | ts.ArrowFunction | ts.MethodDeclaration

/** The reading, or a message that says why the handler has no single meaning. */
export function readHandler(compiler: Compiler, handler: ts.Expression): HandlerReading | string {
  const { ts, checker } = compiler
  const type = checker.getTypeAtLocation(handler)
  return readFunction(compiler, type, { name: 'The handler', at: handler, inline: functionAt(ts, handler) })
}

export interface HandlerPlace {
  /** What messages call it. */
  readonly name: string
  readonly at: ts.Node
  readonly inline: InlineFunction | undefined
}

/** The same of a function that is known by its type. */
export function readFunction(
  { ts, checker }: Compiler,
  type: ts.Type,
  { name, at, inline }: HandlerPlace,
): HandlerReading | string {
  const signatures = type.getCallSignatures()
  const signature = signatures[0]
  if (!signature) return `${name} is not a function.`
  if (signatures.length > 1) {
    return `${name} is overloaded: which of its signatures would the route have? Wrap it in a function with one.`
  }
  if (signature.typeParameters?.length) {
    return `${name} is generic, so the types of its arguments are not known. Write the types it has for this route.`
  }
  const parameter = signature.parameters[0]
  const declaration = parameter?.valueDeclaration
  if (declaration && ts.isParameter(declaration) && declaration.dotDotDotToken) {
    return `${name} has a rest parameter. It is called with one value and the context.`
  }
  return {
    ...(parameter ? { args: checker.getTypeOfSymbolAtLocation(parameter, at) } : {}),
    returned: checker.getReturnTypeOfSignature(signature),
    argsNode: inline?.parameters.find(it => it.name.getText() !== 'this') ?? at,
    ...(inline?.type ? { resultNode: inline.type } : {}),
    signature,
  }
}

export function functionAt(ts: Compiler['ts'], handler: ts.Expression): InlineFunction | undefined {
  let node = handler
  while (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) {
    node = node.expression
  }
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node) ? node : undefined
}
