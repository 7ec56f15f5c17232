// A path parameter that the handler does not declare → `name: string` among its arguments.
import type ts from 'typescript'
import type { TypeScript } from '../../../transformer/src/compiler.ts'
import { type Fix, type FixOf, insertion } from './fix.ts'
import { handlerOf, routeCallAround } from './nodes.ts'

export const declareParameter: FixOf = (ts, source, { place }) => {
  const name = /^[:*](\w+)$/.exec(source.text.slice(place.start, place.start + place.length))?.[1]
  const call = routeCallAround(ts, source, place.start, place.length)
  const handler = call && handlerOf(ts, call)
  if (name !== undefined && handler?.parameters.length === 0) return declareAll(source, call, handler)
  const type = handler?.parameters[0]?.type
  if (name === undefined || !type || !ts.isTypeLiteralNode(type)) return undefined
  return {
    description: `Declare the path parameter "${name}"`,
    allDescription: 'Declare all path parameters',
    changes: [insertMember(ts, source, type, `${name}: string`)],
  }
}

/** Of a handler without arguments: all at once, so that each of the findings asks for the same change. */
function declareAll(
  source: ts.SourceFile,
  call: ts.CallExpression | undefined,
  { parameters }: ts.SignatureDeclaration,
): Fix | undefined {
  const path = call?.arguments[0]?.getText(source) ?? ''
  const members = [...path.matchAll(/\/[:*](\w+)/g)].map(([, name]) => `${name}: string`)
  if (source.text[parameters.pos - 1] !== '(') return undefined
  return {
    description: 'Declare the path parameters',
    allDescription: 'Declare all path parameters',
    changes: [insertion(parameters.pos, `args: { ${members.join('; ')} }`)],
  }
}

/** Before the first member, in the manner of the ones that are there. */
function insertMember(
  ts: TypeScript,
  source: ts.SourceFile,
  type: ts.TypeLiteralNode,
  text: string,
): ts.TextChange {
  const [first] = type.members
  if (!first)
    return { span: { start: type.getStart(source), length: type.getWidth(source) }, newText: `{ ${text} }` }
  const start = first.getStart(source)
  const lead = source.text.slice(type.getStart(source) + 1, start)
  const mark = /[;,]$/.exec(first.getText(source))?.[0] ?? ';'
  const isInline = !lead.includes('\n')
  const indent = ts.isTypeLiteralNode(type) && !isInline ? lead.slice(lead.lastIndexOf('\n')) : ' '
  const separator = isInline || /[;,]$/.test(first.getText(source)) ? mark : ''
  return { span: { start, length: 0 }, newText: `${text}${separator}${indent}` }
}
