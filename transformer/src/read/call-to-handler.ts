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
}

/** The reading, or a message that says why the handler has no single meaning. */
export function readHandler({ ts, checker }: Compiler, handler: ts.Expression): HandlerReading | string {
  const signatures = checker.getTypeAtLocation(handler).getCallSignatures()
  const signature = signatures[0]
  if (!signature) return 'The handler is not a function.'
  if (signatures.length > 1) {
    return 'The handler is overloaded: which of its signatures would the route have? Wrap it in a function with one.'
  }
  if (signature.typeParameters?.length) {
    return 'The handler is generic, so the types of its arguments are not known. Write the types it has for this route.'
  }
  const inline = functionAt(ts, handler)
  const parameter = signature.parameters[0]
  const declaration = parameter?.valueDeclaration
  if (declaration && ts.isParameter(declaration) && declaration.dotDotDotToken) {
    return 'The handler has a rest parameter. It is called with (args, context).'
  }
  return {
    ...(parameter ? { args: checker.getTypeOfSymbolAtLocation(parameter, handler) } : {}),
    returned: checker.getReturnTypeOfSignature(signature),
    argsNode: inline?.parameters.find(it => it.name.getText() !== 'this') ?? handler,
    ...(inline?.type ? { resultNode: inline.type } : {}),
  }
}

function functionAt(
  ts: Compiler['ts'],
  handler: ts.Expression,
): ts.FunctionExpression | ts.ArrowFunction | undefined {
  let node = handler
  while (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) {
    node = node.expression
  }
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node) ? node : undefined
}
