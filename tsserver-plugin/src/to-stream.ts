// A route with a handler that answers once → the refactoring that makes a stream of it: an async generator that yields the answer.
import type ts from 'typescript'
import type { Compiler, TypeScript } from '../../transformer/src/compiler.ts'
import { indentStep, withLineBreaksOf } from './fixes/fix.ts'
import { handlerOf, routeCallAround } from './fixes/nodes.ts'
import type { RouteProject } from './project.ts'
import { routeCallAt } from './route-call-at.ts'

const REFACTOR = 'alien-rpc: Convert to a stream'
const ACTION = {
  name: 'Convert to a stream',
  description: 'Convert to a stream',
  kind: 'refactor.rewrite.route.stream',
} as const

type Handler = ts.ArrowFunction | ts.FunctionExpression
type Where = number | ts.TextRange

export function refactorsOf(project: RouteProject, file: string, where: Where): ts.ApplicableRefactorInfo[] {
  return handlerAt(project, file, where)
    ? [{ name: REFACTOR, description: ACTION.description, actions: [ACTION] }]
    : []
}

/** Undefined: not one of ours. */
export function editsOf(
  project: RouteProject,
  file: string,
  where: Where,
  refactor: string,
): ts.RefactorEditInfo | undefined {
  const found = refactor === REFACTOR ? handlerAt(project, file, where) : undefined
  if (!found) return undefined
  const { handler, compiler } = found
  const textChanges = withLineBreaksOf(handler.getSourceFile(), [toGenerator(compiler, handler)])
  return { edits: [{ fileName: file, textChanges }] }
}

interface Found {
  readonly compiler: Compiler
  readonly handler: Handler
}

/** Of the route whose declaration, but not whose handler's body, is at the position. */
function handlerAt(project: RouteProject, file: string, where: Where): Found | undefined {
  const { ts } = project
  const program = project.program()
  const source = program?.getSourceFile(file)
  if (!program || !source) return undefined
  const compiler = project.compilerOf(program)
  const position = typeof where === 'number' ? where : where.pos
  const here = project
    .analysis()
    .declared(compiler)
    .find(
      ({ place }) =>
        place.file === source.fileName && isIn(position, place.start, place.start + place.length),
    )
  const call = here
    ? routeCallAround(ts, source, here.place.start, here.place.length)
    : routeCallAt(compiler, source, position)?.call
  const handler = call && handlerOf(ts, call)
  if (!handler || (!here && isIn(position, handler.body.getStart(), handler.body.getEnd()))) return undefined
  return answersOnce(compiler, handler) ? { compiler, handler } : undefined
}

function isIn(position: number, start: number, end: number): boolean {
  return position >= start && position <= end
}

/** Neither a stream nor a Response, nor bound to the `this` and `arguments` around it, which a generator would not see. */
function answersOnce({ ts, checker }: Compiler, handler: Handler): boolean {
  if (handler.asteriskToken || usesOuterThis(ts, handler)) return false
  const [signature] = checker.getTypeAtLocation(handler).getCallSignatures()
  const returned = signature && checker.getAwaitedType(signature.getReturnType())
  if (!returned || (returned.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) !== 0) return false
  const name = returned.symbol?.name
  return (
    name !== 'Response' &&
    !checker.getPropertiesOfType(returned).some(it => it.name.startsWith('__@asyncIterator'))
  )
}

function usesOuterThis(ts: TypeScript, handler: Handler): boolean {
  if (!ts.isArrowFunction(handler)) return false
  const isUse = (node: ts.Node): boolean =>
    node.kind === ts.SyntaxKind.ThisKeyword || (ts.isIdentifier(node) && node.text === 'arguments')
  return bodyNodes(ts, handler.body, node => !ts.isArrowFunction(node) && ts.isFunctionLike(node)).some(isUse)
}

/** The nodes of a body, without those inside of nodes that `isClosed`. */
function bodyNodes(ts: TypeScript, body: ts.Node, isClosed: (node: ts.Node) => boolean): ts.Node[] {
  const found: ts.Node[] = []
  const pending = [body]
  for (let node = pending.pop(); node; node = pending.pop()) {
    found.push(node)
    if (!isClosed(node)) ts.forEachChild(node, child => void pending.push(child))
  }
  return found
}

/** The whole handler anew, each part of it as it was written. */
function toGenerator(compiler: Compiler, handler: Handler): ts.TextChange {
  const { ts, checker } = compiler
  const { text } = handler.getSourceFile()
  const [signature] = checker.getTypeAtLocation(handler).getCallSignatures()
  const returned = signature && checker.getAwaitedType(signature.getReturnType())
  // A list becomes its items.
  const isList = returned !== undefined && checker.isArrayType(returned)
  const yieldOf = (value: ts.Expression): string => {
    const plain = ts.isParenthesizedExpression(value) ? value.expression : value
    if (!isList) return `yield ${plain.getText()}`
    const type = checker.getTypeAtLocation(plain)
    return `yield* ${checker.getAwaitedType(type) === type ? '' : 'await '}${plain.getText()}`
  }
  const { parameters, body, name, type } = handler
  const head = `async function* ${name?.text ?? ''}(${text.slice(parameters.pos, parameters.end).trim()})`
  const item = type && itemType(ts, type, isList)
  const start = handler.getStart()
  return {
    span: { start, length: handler.getEnd() - start },
    newText: `${head}${item === undefined ? '' : `: AsyncGenerator<${item}>`} ${toBody(ts, body, yieldOf)}`,
  }
}

type YieldOf = (value: ts.Expression) => string

function toBody(ts: TypeScript, body: ts.ConciseBody, yieldOf: YieldOf): string {
  const { text } = body.getSourceFile()
  if (!ts.isBlock(body)) {
    const indent = indentAt(text, body.getStart())
    return `{\n${indent}${indentStep(body.getSourceFile())}${yieldOf(body)}\n${indent}}`
  }
  const returns = bodyNodes(ts, body, ts.isFunctionLike).filter(ts.isReturnStatement)
  let result = text.slice(body.getStart(), body.getEnd())
  for (const it of returns.sort((a, b) => b.pos - a.pos)) {
    const [start, end] = [it.getStart() - body.getStart(), it.getEnd() - body.getStart()]
    result = result.slice(0, start) + returnText(ts, it, body, yieldOf) + result.slice(end)
  }
  return result
}

/** What is yielded does not end the generator, as the last statement does anyway. */
function returnText(ts: TypeScript, statement: ts.ReturnStatement, body: ts.Block, yieldOf: YieldOf): string {
  const { expression, parent } = statement
  const text = statement.getText()
  if (!expression) return text
  const mark = text.endsWith(';') ? ';' : ''
  const yields = `${yieldOf(expression)}${mark}`
  if (statement === body.statements.at(-1)) return yields
  if (!ts.isBlock(parent) && !ts.isCaseOrDefaultClause(parent))
    return `{ ${yieldOf(expression)}; return${mark} }`
  return `${yields}\n${indentAt(body.getSourceFile().text, statement.getStart())}return${mark}`
}

/** `Promise<User[]>` → `User`. Undefined where the items' type is not written there: it is inferred then. */
function itemType(ts: TypeScript, node: ts.TypeNode, isList: boolean): string | undefined {
  const only = (type: ts.TypeNode, names: readonly string[]) =>
    ts.isTypeReferenceNode(type) && names.includes(type.typeName.getText())
      ? type.typeArguments?.[0]
      : undefined
  const awaited = only(node, ['Promise']) ?? node
  if (!isList) return awaited.getText()
  const list = ts.isTypeOperatorNode(awaited) ? awaited.type : awaited
  const item = ts.isArrayTypeNode(list) ? list.elementType : only(list, ['Array', 'ReadonlyArray'])
  return item?.getText()
}

function indentAt(text: string, position: number): string {
  const line = text.slice(text.lastIndexOf('\n', position - 1) + 1, position)
  return /^[ \t]*/.exec(line)![0]
}
