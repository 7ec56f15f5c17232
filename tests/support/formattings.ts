// A module's text → the same module as others would have written it: with tabs, CRLF, semicolons, comments everywhere.
import ts from 'typescript'

const parse = (text: string) => ts.createSourceFile('module.ts', text, ts.ScriptTarget.Latest, true)

/** TypeScript's own printer: four spaces, semicolons. */
function printed(text: string): string {
  return ts.createPrinter().printFile(parse(text))
}

/** Before each token, where none of the language's rules forbids it. */
function commented(text: string): string {
  const source = parse(text)
  const starts = new Set<number>()
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(source)
    if (children.length === 0 && node.getWidth(source) > 0) starts.add(node.getStart(source))
    for (const child of children) visit(child)
  }
  visit(source)
  return [...starts]
    .sort((a, b) => b - a)
    .reduce((rest, start) => `${rest.slice(0, start)}/*c*/${rest.slice(start)}`, text)
}

const withTabs = (text: string) => text.replace(/^(?: {2})+/gm, spaces => '\t'.repeat(spaces.length / 2))

export const FORMATTINGS: Readonly<Record<string, (text: string) => string>> = {
  CRLF: text => text.replaceAll('\n', '\r\n'),
  tabs: withTabs,
  'tabs and CRLF': text => withTabs(text).replaceAll('\n', '\r\n'),
  semicolons: printed,
  'double quotes': text => text.replaceAll("'", '"'),
  comments: commented,
  'no line breaks': text => printed(text).replace(/\s*\n\s*/g, ' '),
}
