// Text of programs in → Markdown that shows it as it is out.

/** A code span. CommonMark, section 6.1: its fence is longer than any run of backticks in it. */
export function code(text: string): string {
  const runs = text.match(/`+/g) ?? []
  const fence = '`'.repeat(Math.max(0, ...runs.map(({ length }) => length)) + 1)
  const padding = fence.length > 1 ? ' ' : ''
  return `${fence}${padding}${text.replace(/\s*\n\s*/g, ' ')}${padding}${fence}`
}

/** Lines of one paragraph, each on a line of its own. */
export function lines(texts: readonly string[]): string {
  return texts.join('  \n')
}
