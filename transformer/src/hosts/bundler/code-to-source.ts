// A module's text and the code of its routes → the text with the code in it, and its source map: what `splice-server-code.ts` does to nodes.
import MagicString, { type SourceMap } from 'magic-string'
import type ts from 'typescript'
import type { TypeScript } from '../../compiler.ts'
import type { ModuleCode } from '../compile-routes.ts'

export interface SplicedSource {
  readonly code: string
  readonly map: SourceMap
}

/** Throws when a route call is not where it was found. */
export function codeToSource(ts: TypeScript, source: ts.SourceFile, code: ModuleCode): SplicedSource {
  const text = new MagicString(source.text)
  for (const spec of code.specs) {
    const last = callAt(ts, source, spec)?.arguments.at(-1)
    if (last === undefined) throw new Error(`no call at ${spec.start} of ${source.fileName}`)
    // Behind it may come a comma, which then follows the new argument.
    text.appendLeft(last.end, `, ${spec.text}`)
  }
  const generated = `import * as ${code.namespace} from "@alien-rpc/service/generated"\n${code.helpers}`
  const { before, at } = placeOfHelpers(ts, source)
  text.appendLeft(at, before ? `${generated}\n` : `\n${generated}`)
  return {
    code: text.toString(),
    map: text.generateMap({ source: source.fileName, includeContent: true, hires: 'boundary' }),
  }
}

/** Behind the imports; without any, before the first statement that is no directive. */
function placeOfHelpers(ts: TypeScript, source: ts.SourceFile): { before: boolean; at: number } {
  const end = source.statements.findIndex(node => !isHead(ts, node))
  const head = end < 0 ? source.statements : source.statements.slice(0, end)
  const last = head.at(-1)
  if (last !== undefined) return { before: false, at: last.end }
  return { before: true, at: source.statements[0]?.getStart(source) ?? source.end }
}

/** `'use strict'` and its like count only at the very start. */
function isHead(ts: TypeScript, node: ts.Statement): boolean {
  const isDirective = ts.isExpressionStatement(node) && ts.isStringLiteral(node.expression)
  return isDirective || ts.isImportDeclaration(node) || ts.isImportEqualsDeclaration(node)
}

function callAt(
  ts: TypeScript,
  source: ts.SourceFile,
  { start, end }: { readonly start: number; readonly end: number },
): ts.CallExpression | undefined {
  const visit = (node: ts.Node): ts.CallExpression | undefined => {
    if (node.pos > start || node.end < end) return undefined
    const isIt = ts.isCallExpression(node) && node.getStart(source) === start && node.end === end
    return isIt ? node : ts.forEachChild(node, visit)
  }
  return visit(source)
}
