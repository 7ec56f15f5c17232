// A loop that never ends → one that ends once the signal of its call is aborted.
import type ts from 'typescript'
import type { TypeScript } from '../../../transformer/src/compiler.ts'
import { type FixOf, insertion, replacement } from './fix.ts'
import { nodesAround } from './nodes.ts'

export const loopToSignal: FixOf = (ts, source, { place }) => {
  const around = nodesAround(ts, source, place.start, place.length)
  const loop = around.find(node => ts.isIterationStatement(node, false))
  const handler = around.find((node): node is Handler => isHandler(ts, node))
  const signal = handler && signalOf(ts, source, handler)
  if (!loop || !signal) return undefined
  const condition = conditionChange(ts, source, loop, `!${signal.name}.aborted`)
  if (!condition) return undefined
  return {
    description: 'End it when the call is cancelled',
    allDescription: 'End all such loops when their call is cancelled',
    changes: [...signal.changes, condition],
  }
}

type Handler = ts.FunctionExpression | ts.ArrowFunction | ts.MethodDeclaration

/** What is called with a context: the last argument of a route's call, or `onSubscribe`. */
function isHandler(ts: TypeScript, node: ts.Node): boolean {
  if (ts.isMethodDeclaration(node)) return node.name.getText() === 'onSubscribe'
  if (!ts.isFunctionExpression(node) && !ts.isArrowFunction(node)) return false
  const { parent } = node
  if (ts.isPropertyAssignment(parent)) return parent.name.getText() === 'onSubscribe'
  return ts.isCallExpression(parent) && parent.arguments.at(-1) === node && parent.arguments.length > 1
}

/** How the handler's body can name the signal, and what has to be written for it. */
function signalOf(
  ts: TypeScript,
  source: ts.SourceFile,
  handler: Handler,
): { readonly name: string; readonly changes: readonly ts.TextChange[] } | undefined {
  const [args, context] = handler.parameters
  if (!args) {
    if (source.text[handler.parameters.pos - 1] !== '(') return undefined
    const isSocket = !ts.isCallExpression(handler.parent)
    const text = `${isSocket ? '_: undefined' : '_args: {}'}, { signal }`
    return { name: 'signal', changes: [insertion(handler.parameters.pos, text)] }
  }
  if (!context) return { name: 'signal', changes: [insertion(args.getEnd(), ', { signal }')] }
  if (ts.isIdentifier(context.name)) return { name: `${context.name.text}.signal`, changes: [] }
  if (ts.isArrayBindingPattern(context.name)) return undefined
  const [first] = context.name.elements
  return first ? { name: 'signal', changes: [insertion(first.getStart(source), 'signal, ')] } : undefined
}

function conditionChange(
  ts: TypeScript,
  source: ts.SourceFile,
  loop: ts.Node,
  text: string,
): ts.TextChange | undefined {
  if (ts.isWhileStatement(loop) || ts.isDoStatement(loop)) return replacement(source, loop.expression, text)
  if (!ts.isForStatement(loop)) return undefined
  if (loop.condition) return replacement(source, loop.condition, text)
  const semicolon = source.text.indexOf(';', loop.initializer?.getEnd() ?? loop.getStart(source))
  return insertion(semicolon + 1, ` ${text}`)
}
