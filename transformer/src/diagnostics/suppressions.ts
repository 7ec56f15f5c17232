// The text of a file → its comments that suppress warnings: `// alien-rpc-ignore any-in-args, no-ids: why`.

/** Text in which suppressions are searched. */
export interface CommentedFile {
  readonly fileName: string
  readonly text: string
}

export interface Suppression {
  readonly file: string
  /** Of the comment. */
  readonly start: number
  readonly length: number
  /** As they are written; one that is empty where none is. */
  readonly rules: readonly string[]
  /** The line that it is about: `[start, end)`. */
  readonly covered: readonly [start: number, end: number]
  /** Filled by whoever applies it. */
  readonly used: Set<string>
}

const RULES = String.raw`[\w-]+(?:[ \t]*,[ \t]*[\w-]+)*`
/** A comment that has its line for itself; of a block comment that is longer, its first line. */
const COMMENT = new RegExp(
  String.raw`^[ \t]*(?:\/\/|\/\*\*?)[ \t]*alien-rpc-ignore\b(?:[ \t]+(${RULES}))?.*$`,
  'gm',
)

export function suppressionsIn({ fileName, text }: CommentedFile): Suppression[] {
  if (!text.includes('alien-rpc-ignore')) return []
  return [...text.matchAll(COMMENT)].map(match => {
    const [line, rules = ''] = match
    const comment = line.trim()
    const start = match.index + line.indexOf(comment)
    const end = comment.startsWith('/*') ? blockEnd(text, start) : start + comment.length
    const next = nextCode(text, end)
    return {
      file: fileName,
      start,
      length: end - start,
      rules: rules.split(',').map(rule => rule.trim()),
      covered: [next, nextLine(text, next)],
      used: new Set(),
    }
  })
}

function blockEnd(text: string, from: number): number {
  const end = text.indexOf('*/', from + 2)
  return end < 0 ? text.length : end + 2
}

/** Lines without code are skipped: the reason may take more than one, and comments may follow each other. */
const NO_CODE = /^(?:[ \t]*(?:\/\/.*)?(?:\r?\n|$)|[ \t]*\/\*(?:[^*]|\*(?!\/))*\*\/[ \t]*(?:\r?\n|$))/

function nextCode(text: string, end: number): number {
  let next = nextLine(text, end)
  while (next < text.length) {
    const [skipped] = NO_CODE.exec(text.slice(next, next + MAX_COMMENT)) ?? []
    if (!skipped) break
    next += skipped.length
  }
  return next
}

/** How far the end of a comment between is looked for. */
const MAX_COMMENT = 10_000

function nextLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end + 1
}
