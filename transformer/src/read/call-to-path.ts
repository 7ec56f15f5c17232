// A route call in → its path pattern, or a finding at the very characters that are wrong, out.
import { isPathProblem, type PathPattern, parsePath } from '@alien-rpc/service/generated'
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import type { Findings } from '../diagnostics/findings.ts'
import { placeInLiteral, placeOf } from '../diagnostics/node-to-place.ts'
import type { Place } from '../model/finding.ts'

export interface PathReading {
  readonly text: string
  readonly pattern: PathPattern
  /** The place of a range of the path's text, where that is written in the call. */
  placeAt(offset: number, length: number): Place
}

export function readPath(
  { ts, checker }: Compiler,
  call: ts.CallExpression,
  findings: Findings,
): PathReading | undefined {
  const node = call.arguments[0]
  if (!node) return undefined
  const type = checker.getTypeAtLocation(node)
  if (!type.isStringLiteral()) {
    const text = checker.typeToString(type)
    const message = `The path has the type ${text}, but the client is generated from it: it must be one string literal.`
    findings.add('path-not-literal', placeOf(node), message)
    return undefined
  }
  const text = type.value
  const placeAt = (offset: number, length: number) =>
    ts.isStringLiteralLike(node) ? placeInLiteral(node, offset, length) : placeOf(node)
  const pattern = parsePath(text)
  if (!isPathProblem(pattern)) return { text, pattern, placeAt }
  findings.add(
    'path-syntax',
    placeAt(pattern.offset, pattern.length),
    `The path cannot be parsed: ${pattern.problem}.`,
  )
  return undefined
}
