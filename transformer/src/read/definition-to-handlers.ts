// The definition of a socket route in → the handlers that it has, each with its one signature, or findings, out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import type { Findings } from '../diagnostics/findings.ts'
import { placeOf } from '../diagnostics/node-to-place.ts'
import { functionAt, type HandlerReading, type InlineFunction, readFunction } from './call-to-handler.ts'

export type SocketHandlerName = 'onMessage' | 'onRequest' | 'onSubscribe'

export interface SocketHandler extends HandlerReading {
  readonly args: ts.Type
  /** Where a finding on what is sent points. */
  readonly place: ts.Node
}

export type SocketHandlers = { readonly [Name in SocketHandlerName]?: SocketHandler }

const NAMES: readonly SocketHandlerName[] = ['onMessage', 'onRequest', 'onSubscribe']

/** Read from the type, so that a constant, a spread or a function from elsewhere are as good as a method. */
export function readHandlers(
  compiler: Compiler,
  call: ts.CallExpression,
  findings: Findings,
): SocketHandlers {
  const definition = call.arguments[1]
  if (!definition) return {}
  const type = compiler.checker.getTypeAtLocation(definition)
  if ((type.flags & compiler.ts.TypeFlags.Any) !== 0) {
    const message =
      'The definition of the socket is `any`, so its handlers are not known. Write it as an object in the call.'
    findings.add('handler-not-callable', placeOf(definition), message)
  }
  const handlers = NAMES.flatMap(name => {
    const property = compiler.checker.getPropertyOfType(type, name)
    if (!property) return []
    const place = placeNode(compiler, definition, property)
    const handler = readHandlerOf(compiler, name, property, definition, place)
    if (typeof handler !== 'string') return [[name, handler]]
    findings.add('handler-not-callable', placeOf(place), handler)
    return []
  })
  return Object.fromEntries(handlers)
}

function readHandlerOf(
  compiler: Compiler,
  name: SocketHandlerName,
  property: ts.Symbol,
  definition: ts.Expression,
  place: ts.Node,
): SocketHandler | string {
  const { ts, checker } = compiler
  const type = checker.getTypeOfSymbolAtLocation(property, definition)
  if ((property.flags & ts.SymbolFlags.Optional) !== 0 || type !== checker.getNonNullableType(type)) {
    return `${name} may be absent, so it is not known what the socket takes. Write the definition as an object in the call, or as a constant without a type annotation.`
  }
  const inline = inlineFunction(ts, property)
  const reading = readFunction(compiler, type, { name, at: place, inline })
  if (typeof reading === 'string') return reading
  // Without a parameter: clients send no value, and any other is refused.
  const args = reading.args ?? checker.getUndefinedType()
  if (isUnannotated(ts, args, inline)) {
    return `The parameter of ${name} has no type, so what a client sends could not be validated. Declare it, as in ${name}(${EXAMPLES[name]}).`
  }
  return { ...reading, args, place }
}

const EXAMPLES: { readonly [Name in SocketHandlerName]: string } = {
  onMessage: 'message: { text: string }',
  onRequest: "request: { type: 'join'; room: string }",
  onSubscribe: "subscription: { type: 'updates'; room: string }",
}

/** The name in the definition where that is written in the call, else the definition. */
function placeNode({ ts }: Compiler, definition: ts.Expression, property: ts.Symbol): ts.Node {
  const declaration = property.valueDeclaration
  const isOwn = declaration && ts.isObjectLiteralElement(declaration) && declaration.parent === definition
  return (isOwn && declaration.name) || definition
}

function inlineFunction(ts: Compiler['ts'], { valueDeclaration }: ts.Symbol): InlineFunction | undefined {
  if (!valueDeclaration) return undefined
  if (ts.isMethodDeclaration(valueDeclaration)) return valueDeclaration
  return ts.isPropertyAssignment(valueDeclaration) ? functionAt(ts, valueDeclaration.initializer) : undefined
}

// The author API gives such a parameter the type `any`.
function isUnannotated(ts: Compiler['ts'], args: ts.Type, inline: InlineFunction | undefined): boolean {
  const parameter = inline?.parameters.find(it => it.name.getText() !== 'this')
  if (!parameter || (args.flags & ts.TypeFlags.Any) === 0) return false
  return parameter.type === undefined && ts.getJSDocType(parameter) === undefined
}
