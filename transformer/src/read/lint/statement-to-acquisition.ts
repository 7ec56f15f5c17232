// A statement in → what it acquires that has to be released again, and how, out.
import type ts from 'typescript'
import type { Compiler, TypeScript } from '../../compiler.ts'
import { isPlatformSymbol } from '../global-types.ts'
import { ancestors, unwrapped } from './own-nodes.ts'

export interface Acquisition {
  readonly statement: ts.Statement
  /** What is marked. */
  readonly call: ts.CallExpression
  /** The constant that holds it, where there is one. */
  readonly variable?: ts.Identifier
  /** The statement that gives it back, as text. */
  readonly release: string
  /** False of a listener that has no name: only its own options could take it off. */
  readonly canBeWritten: boolean
}

/** Functions with these names acquire something, where what they return can also be released. */
const ACQUIRING: ReadonlySet<string> = new Set([
  ...['open', 'opendir', 'connect', 'createConnection', 'getConnection', 'acquire', 'checkout', 'lock'],
  ...['createReadStream', 'createWriteStream', 'subscribe', 'listen', 'watch'],
])
const RELEASING = ['release', 'unsubscribe', 'unlock', 'close', 'end', 'destroy', 'disconnect', 'dispose']
/** What these return is often the function that ends it. */
const RETURNS_RELEASE: ReadonlySet<string> = new Set([
  ...['subscribe', 'listen', 'watch', 'acquire', 'checkout', 'lock'],
])

export function acquisitionOf(
  compiler: Compiler,
  statement: ts.Statement,
  body: ts.Block,
): Acquisition | undefined {
  const { ts } = compiler
  if (ts.isExpressionStatement(statement)) {
    const call = unwrapped(ts, statement.expression)
    if (!ts.isCallExpression(call)) return undefined
    const release = timerRelease(compiler, call, undefined) ?? listenerRelease(compiler, call, body)
    if (release === undefined) return undefined
    return { statement, call, release, canBeWritten: !call.arguments.slice(1).some(it => isInline(ts, it)) }
  }
  if (!ts.isVariableStatement(statement) || isUsing(ts, statement)) return undefined
  const [declaration] = statement.declarationList.declarations
  const call = declaration?.initializer && unwrapped(ts, declaration.initializer)
  if (!call || !ts.isCallExpression(call) || !ts.isIdentifier(declaration.name)) return undefined
  const variable = declaration.name
  const release = timerRelease(compiler, call, variable) ?? objectRelease(compiler, call, variable)
  return release === undefined ? undefined : { statement, call, variable, release, canBeWritten: true }
}

function isInline(ts: TypeScript, node: ts.Expression): boolean {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node)
}

/** From the end of the statement to that of the block that it stands in: `[start, end)`. */
export function scopeOf({ statement }: Acquisition): { readonly start: number; readonly end: number } {
  return { start: statement.end, end: statement.parent.end }
}

function isUsing(ts: TypeScript, { declarationList }: ts.VariableStatement): boolean {
  return (declarationList.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using
}

function calledName(ts: TypeScript, { expression }: ts.CallExpression): string | undefined {
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text
  return ts.isIdentifier(expression) ? expression.text : undefined
}

/** Of the platform's `setInterval`, and of no other: that of node:timers/promises is an iterable. */
function timerRelease(
  compiler: Compiler,
  call: ts.CallExpression,
  variable: ts.Identifier | undefined,
): string | undefined {
  if (!compiler.ts.isIdentifier(call.expression) || call.expression.text !== 'setInterval') return undefined
  const symbol = compiler.checker.getSymbolAtLocation(call.expression)
  if (!symbol || !isPlatformSymbol(compiler, symbol)) return undefined
  return `clearInterval(${variable?.text ?? 'interval'})`
}

/** Of a listener on what lives longer than the call. */
function listenerRelease(
  { ts, checker }: Compiler,
  call: ts.CallExpression,
  body: ts.Block,
): string | undefined {
  const { expression, arguments: args } = call
  if (!ts.isPropertyAccessExpression(expression) || expression.name.text !== 'addEventListener') {
    return undefined
  }
  const target = expression.expression
  const options = args[2]
  // Such options may hold a signal, or `once`.
  if (options && options.kind !== ts.SyntaxKind.TrueKeyword && options.kind !== ts.SyntaxKind.FalseKeyword)
    return undefined
  if (/\bsignal\b/.test(target.getText()) || !args[0] || !args[1]) return undefined
  const declaration = checker.getSymbolAtLocation(rootOf(ts, target))?.valueDeclaration
  if (declaration && ancestors(declaration, body.parent).includes(body)) return undefined
  const listener = isInline(ts, args[1]) ? 'listener' : args[1].getText()
  return `${target.getText()}.removeEventListener(${args[0].getText()}, ${listener})`
}

function rootOf(ts: TypeScript, expression: ts.Expression): ts.Expression {
  let node = expression
  while (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) node = node.expression
  return node
}

function objectRelease(
  compiler: Compiler,
  call: ts.CallExpression,
  variable: ts.Identifier,
): string | undefined {
  const { ts, checker } = compiler
  const name = calledName(ts, call)
  if (name === undefined || !ACQUIRING.has(name)) return undefined
  const type = checker.getNonNullableType(checker.getTypeAtLocation(variable))
  if (RETURNS_RELEASE.has(name) && type.getCallSignatures().length > 0) return `${variable.text}()`
  const method = RELEASING.find(it => isMethod(compiler, type, it))
  if (method === undefined) return undefined
  const text = `${variable.text}.${method}()`
  return returnsPromise(compiler, type, method) ? `await ${text}` : text
}

function isMethod(compiler: Compiler, type: ts.Type, name: string): boolean {
  const member = compiler.checker.getPropertyOfType(type, name)
  if (!member) return false
  const signatures = compiler.checker.getTypeOfSymbol(member).getCallSignatures()
  return signatures.length > 0
}

function returnsPromise({ checker }: Compiler, type: ts.Type, name: string): boolean {
  const member = checker.getPropertyOfType(type, name)
  const [signature] = member ? checker.getTypeOfSymbol(member).getCallSignatures() : []
  const returned = signature && checker.getReturnTypeOfSignature(signature)
  const awaited = returned && checker.getAwaitedType(returned)
  return awaited !== undefined && awaited !== returned
}
