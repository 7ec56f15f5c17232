// A declaration's symbol in → what its JSDoc says of it out.
// Comments are parsed here, one by one: for the compiler to do it, as `symbol.getDocumentationComment` needs, it would have to parse
// those of all libraries too, which took a twentieth of the time of a build without routes.
import type ts from 'typescript'
import type { Compiler, TypeScript } from '../compiler.ts'

export interface Docs {
  /** The text and, because editors strike such names through, `@deprecated`. Absent where there is neither, or it is not for callers. */
  readonly doc?: string
  /** The comment has the tag `@internal`. */
  readonly internal?: true
}

export function docsOf(compiler: Compiler, symbol: ts.Symbol): Docs {
  const { texts, tags } = commentOf(compiler, symbol, new Set())
  if (tags.some(({ name }) => name === 'internal')) return { internal: true }
  const deprecated = tags.filter(({ name }) => name === 'deprecated')
  const doc = [...texts, ...deprecated.map(({ text }) => `@deprecated ${text}`.trim())].join('\n')
  return doc === '' ? {} : { doc }
}

interface Comment {
  readonly texts: readonly string[]
  readonly tags: readonly { readonly name: string; readonly text: string }[]
}

const NONE: Comment = { texts: [], tags: [] }

function commentOf(compiler: Compiler, symbol: ts.Symbol, seen: Set<ts.Symbol>): Comment {
  const { ts } = compiler
  const declarations = symbol.declarations ?? []
  if (declarations.some(it => (it.flags & ts.NodeFlags.JavaScriptFile) !== 0))
    return askCompiler(compiler, symbol)
  const comments = declarations.flatMap(it => commentsAt(ts, it))
  if (comments.length === 0) return inherited(compiler, symbol, seen)
  const texts = [...new Set(comments.map(it => textOf(ts, it)))].filter(text => text !== '')
  const tags = comments.flatMap(({ tags = [] }) =>
    tags.map(tag => ({ name: tag.tagName.text, text: textOf(ts, tag) })),
  )
  const inherits = tags.some(({ name }) => /^inheritdoc$/i.test(name))
  if (texts.length > 0 && tags.length > 0 && !inherits) return { texts, tags }
  const base = inherited(compiler, symbol, seen)
  return {
    texts: texts.length === 0 || inherits ? [...base.texts, ...texts] : texts,
    tags: tags.length === 0 || inherits ? [...base.tags, ...tags] : tags,
  }
}

/** In JavaScript comments are types, so that they are parsed always. */
function askCompiler({ ts, checker }: Compiler, symbol: ts.Symbol): Comment {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker))
  return {
    texts: text === '' ? [] : [text],
    tags: symbol.getJsDocTags(checker).map(tag => ({ ...tag, text: ts.displayPartsToString(tag.text) })),
  }
}

/** What the classes and interfaces that a member's own one extends say of it. */
function inherited(compiler: Compiler, symbol: ts.Symbol, seen: Set<ts.Symbol>): Comment {
  const { ts, checker } = compiler
  seen.add(symbol)
  for (const { parent } of symbol.declarations ?? []) {
    if (!parent || !(ts.isClassLike(parent) || ts.isInterfaceDeclaration(parent))) continue
    for (const { types } of parent.heritageClauses ?? []) {
      for (const type of types) {
        const base = checker.getPropertyOfType(checker.getTypeAtLocation(type), symbol.name)
        if (base && !seen.has(base)) return commentOf(compiler, base, seen)
      }
    }
  }
  return NONE
}

/** Of several comments before a declaration the last one counts. The first variable's stands before its statement. */
function commentsAt(ts: TypeScript, declaration: ts.Declaration): ts.JSDoc[] {
  const list = ts.isVariableDeclaration(declaration) ? declaration.parent : undefined
  const isFirst = list && ts.isVariableDeclarationList(list) && list.declarations[0] === declaration
  const nodes = isFirst && ts.isVariableStatement(list.parent) ? [declaration, list.parent] : [declaration]
  const { text } = declaration.getSourceFile()
  return nodes.flatMap(node => {
    if (!startsWithComment(text, node)) return []
    const last = commentRanges(ts, text, node).findLast(
      it => it.end <= node.end && /^\/\*\*[^/]/.test(text.slice(it.pos, it.pos + 4)),
    )
    return last ? parseComment(ts, text, last) : []
  })
}

/** False of most declarations, and of those that the compiler made itself, which stand nowhere. */
function startsWithComment(text: string, { pos }: ts.Node): boolean {
  const start = /\s*\//y
  start.lastIndex = Math.max(0, pos)
  return pos >= 0 && start.test(text)
}

function commentRanges(ts: TypeScript, text: string, node: ts.Node): readonly ts.CommentRange[] {
  // After `(` or `,` and on its line, a comment belongs to what was before; a parameter's stands there all the same.
  const onLine = ts.isParameter(node) ? ts.getTrailingCommentRanges(text, node.pos) : undefined
  return [...(onLine ?? []), ...(ts.getLeadingCommentRanges(text, node.pos) ?? [])]
}

/** The comment in a file of its own, at the column where it stands: what counts as its margin depends on that. */
function parseComment(ts: TypeScript, text: string, { pos, end }: ts.TextRange): readonly ts.JSDoc[] {
  const margin = text.slice(text.lastIndexOf('\n', pos - 1) + 1, pos).replace(/\S/g, ' ')
  const file = ts.createSourceFile(
    'comment.ts',
    `${margin}${text.slice(pos, end)}\nlet it`,
    ts.ScriptTarget.ESNext,
    true,
  )
  return file.statements.flatMap(it => ts.getJSDocCommentsAndTags(it)).filter(ts.isJSDoc)
}

function textOf(ts: TypeScript, { comment }: { readonly comment?: ts.JSDoc['comment'] }): string {
  return ts.getTextOfJSDocComment(comment) ?? ''
}
