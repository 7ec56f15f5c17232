// A declaration's symbol in → what its JSDoc says of it out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'

export interface Docs {
  /** The text and, because editors strike such names through, `@deprecated`. Absent where there is neither, or it is not for callers. */
  readonly doc?: string
  /** The comment has the tag `@internal`. */
  readonly internal?: true
}

export function docsOf({ ts, checker }: Compiler, symbol: ts.Symbol): Docs {
  const all = symbol.getJsDocTags(checker)
  if (all.some(tag => tag.name === 'internal')) return { internal: true }
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker))
  const deprecated = all.filter(tag => tag.name === 'deprecated')
  const tags = deprecated.map(tag => `@deprecated ${ts.displayPartsToString(tag.text)}`.trim())
  const doc = [text, ...tags].filter(part => part !== '').join('\n')
  return doc === '' ? {} : { doc }
}
