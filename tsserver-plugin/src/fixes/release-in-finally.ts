// What is acquired and not released for sure → the rest of its block in `try`, and the release in `finally`.
import type ts from 'typescript'
import type { TypeScript } from '../../../transformer/src/compiler.ts'
import { acquisitionOf } from '../../../transformer/src/read/lint/statement-to-acquisition.ts'
import { type FixOf, indentStep, insertion } from './fix.ts'
import { nodesAround } from './nodes.ts'

export const releaseInFinally: FixOf = (ts, source, { place }, compiler) => {
  const around = nodesAround(ts, source, place.start, place.length)
  const statement = around.find((node): node is ts.Statement => ts.isStatement(node))
  const body = around.filter(ts.isBlock).find(block => ts.isFunctionLike(block.parent))
  const block = statement?.parent
  if (!statement || !body || !block || !ts.isBlock(block)) return undefined
  const acquired = acquisitionOf(compiler, statement, body)
  if (!acquired?.canBeWritten) return undefined
  const { release, variable } = acquired
  // An interval that nothing holds gets a name.
  const isNameless = !variable && release === 'clearInterval(interval)'
  if (isNameless && /\binterval\b/.test(body.getText(source))) return undefined
  const rest = block.statements.slice(block.statements.indexOf(statement) + 1)
  const wrapped = wrap(ts, source, statement, rest, release)
  if (!wrapped) return undefined
  return {
    description: `Release it in "finally": ${release}`,
    changes: [...(isNameless ? [insertion(statement.getStart(source), 'const interval = ')] : []), wrapped],
  }
}

/** A release that ends the block moves to `finally`. */
function wrap(
  ts: TypeScript,
  source: ts.SourceFile,
  statement: ts.Statement,
  rest: readonly ts.Statement[],
  release: string,
): ts.TextChange | undefined {
  const isRelease = (it: ts.Statement | undefined) =>
    it
      ?.getText(source)
      .replace(/;$/, '')
      .replace(/^await /, '') === release.replace(/^await /, '')
  const kept = isRelease(rest.at(-1)) ? rest.slice(0, -1) : rest
  const [first, last, end] = [kept[0], kept.at(-1), rest.at(-1)]
  if (!first || !last || !end) return undefined
  const span = { start: statement.getEnd(), length: end.getEnd() - statement.getEnd() }
  const inner = source.text.slice(statement.getEnd(), last.getEnd())
  const line = source.text.lastIndexOf('\n', statement.getStart(source)) + 1
  const indent = /^[ \t]*/.exec(source.text.slice(line))?.[0] ?? ''
  if (!inner.includes('\n')) {
    return { span, newText: ` try {${inner.replace(/^;/, '')} } finally { ${release} }` }
  }
  const step = indentStep(source)
  const mark = statement.getText(source).endsWith(';') ? ';' : ''
  const body = indented(ts, source, statement.getEnd(), last, step)
  return {
    span,
    newText: `\n${indent}try {${body}\n${indent}} finally {\n${indent}${step}${release}${mark}\n${indent}}`,
  }
}

/** One step further in, but for lines that begin inside a template: they are part of its text. */
function indented(
  ts: TypeScript,
  source: ts.SourceFile,
  start: number,
  last: ts.Statement,
  step: string,
): string {
  const templates: ts.Node[] = []
  const visit = (node: ts.Node) => {
    if (ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node)) templates.push(node)
    ts.forEachChild(node, visit)
  }
  visit(last.parent)
  return source.text.slice(start, last.getEnd()).replace(/\n(?=[^\n])/g, (newline, offset: number) => {
    const at = start + offset
    const isInside = templates.some(node => node.getStart(source) < at && at < node.getEnd())
    return isInside ? newline : newline + step
  })
}
