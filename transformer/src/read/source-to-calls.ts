// A source file in → the calls in it that could declare a route, and methods taken from what could be a builder, found without
// asking for any type, out.
import type ts from 'typescript'
import type { Compiler, TypeScript } from '../compiler.ts'
import { isGenerated } from '../model/generated.ts'
import type { HttpMethod } from '../model/route-model.ts'

export interface CandidateCall {
  readonly call: ts.CallExpression
  /** The object whose method is called. */
  readonly builder: ts.Expression
  readonly method: RouteMethod
}

/** How a route is declared: an HTTP method, or a socket. */
export type RouteMethod = HttpMethod | 'WS'

const METHODS: ReadonlyMap<string, RouteMethod> = new Map([
  ['get', 'GET'],
  ['post', 'POST'],
  ['put', 'PUT'],
  ['patch', 'PATCH'],
  ['delete', 'DELETE'],
  ['ws', 'WS'],
])

export function isMethodName(name: string): boolean {
  return METHODS.has(name)
}

const ANY_METHOD = /\b(?:get|post|put|patch|delete|ws)\b/
const ANY_METHODS = new RegExp(ANY_METHOD, 'g')
// `map.get(key)` is the most frequent call that looks like a route; a route has a path and a handler, or handlers.
const MIN_ARGUMENTS = 2

/**
 * The files that may declare routes, by name, so that nothing depends on the order of the program's roots. A client is none, and is
 * the one file that changes whenever a type on the wire does.
 */
export function routeFiles({ program }: Compiler): ts.SourceFile[] {
  return program
    .getSourceFiles()
    .filter(
      file =>
        !file.isDeclarationFile &&
        !program.isSourceFileFromExternalLibrary(file) &&
        !file.fileName.includes('/node_modules/') &&
        !isGenerated(file.text) &&
        ANY_METHOD.test(file.text),
    )
    .sort((a, b) => (a.fileName < b.fileName ? -1 : 1))
}

/** A builder's method that is not called where it is named: `const { get } = route`, `const get = route.get`. */
export interface DetachedMethod {
  readonly name: string
  /** What is marked. */
  readonly node: ts.Node
  /** Has the builder's type: an expression or a binding pattern. */
  readonly builder: ts.Node
}

export interface Candidates {
  readonly calls: readonly CandidateCall[]
  readonly detached: readonly DetachedMethod[]
}

export function findCandidates(ts: TypeScript, file: ts.SourceFile): Candidates {
  const calls: CandidateCall[] = []
  const detached: DetachedMethod[] = []
  const isNamedIn = methodNamesOf(file.text)
  // A list instead of recursion: a long chain of operators is a deep tree.
  const pending: ts.Node[] = [file]
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (!isNamedIn(node) || ts.isTypeNode(node)) continue
    const candidate = ts.isCallExpression(node) ? toCandidate(ts, node) : undefined
    if (candidate) calls.push(candidate)
    const method = toDetached(ts, node)
    if (method) detached.push(method)
    ts.forEachChild(node, child => {
      pending.push(child)
    })
  }
  return { calls: calls.sort((a, b) => a.call.getStart(file) - b.call.getStart(file)), detached }
}

/** Whether a method's name stands in a node's text: most of a file need not be walked through. Names may be written with escapes. */
function methodNamesOf(text: string): (node: ts.Node) => boolean {
  if (/\\[ux]/.test(text)) return () => true
  const places = [...text.matchAll(ANY_METHODS)].map(({ index }) => index)
  return ({ pos, end }) => {
    let [low, high] = [0, places.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (places[middle]! < pos) low = middle + 1
      else high = middle
    }
    return low < places.length && places[low]! < end
  }
}

function toDetached(ts: TypeScript, node: ts.Node): DetachedMethod | undefined {
  if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
    const key = node.propertyName ?? node.name
    const name = ts.isIdentifier(key) || ts.isStringLiteralLike(key) ? key.text : ''
    return METHODS.has(name) ? { name, node, builder: node.parent } : undefined
  }
  const name = methodName(ts, node)
  if (name === undefined || !METHODS.has(name)) return undefined
  const { parent } = node
  if (ts.isCallExpression(parent) && parent.expression === node) return undefined
  return { name, node, builder: (node as Access).expression }
}

type Access = ts.PropertyAccessExpression | ts.ElementAccessExpression

function toCandidate(ts: TypeScript, call: ts.CallExpression): CandidateCall | undefined {
  if (call.arguments.length < MIN_ARGUMENTS && !call.arguments.some(ts.isSpreadElement)) return undefined
  const callee = call.expression
  const name = methodName(ts, callee)
  const method = name === undefined ? undefined : METHODS.get(name)
  if (!method) return undefined
  return {
    call,
    builder: (callee as Access).expression,
    method,
  }
}

function methodName(ts: TypeScript, callee: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text
  if (!ts.isElementAccessExpression(callee)) return undefined
  return ts.isStringLiteralLike(callee.argumentExpression) ? callee.argumentExpression.text : undefined
}
