// A declaration's symbol in → its JSDoc text out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'

/** The text and, because editors strike such names through, `@deprecated`. Undefined where there is neither. */
export function docOf({ ts, checker }: Compiler, symbol: ts.Symbol): string | undefined {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker))
  const deprecated = symbol.getJsDocTags(checker).filter(tag => tag.name === 'deprecated')
  const tags = deprecated.map(tag => `@deprecated ${ts.displayPartsToString(tag.text)}`.trim())
  return [text, ...tags].filter(part => part !== '').join('\n') || undefined
}
