// The text of a Markdown document in → its marked tables and its code blocks out.

/** Rows of the table after `<!-- table: name -->`, cells trimmed and without their backticks, header row excluded. */
export function markedTables(markdown: string): ReadonlyMap<string, readonly (readonly string[])[]> {
  const tables = new Map<string, string[][]>()
  for (const [, name, table] of markdown.matchAll(/<!-- table: ([\w-]+) -->\n((?:\|.*\n)+)/g)) {
    tables.set(name!, table!.trim().split('\n').slice(2).map(cells))
  }
  return tables
}

function cells(row: string): string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map(cell => cell.trim().replace(/^`([^`]*)`$/, '$1'))
}

export interface CodeBlock {
  readonly language: string
  /** The rest of the fence's line: a file name, say. */
  readonly info: string
  readonly text: string
}

export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(\w*)[ \t]*(.*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', info = '', text = '']) => ({ language, info: info.trim(), text }),
  )
}
