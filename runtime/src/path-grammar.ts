// A path pattern (`/users/:id`) in → its segments, or what is wrong with it, out. Shared by router, client and compiler.

export type PathSegment =
  | { readonly kind: 'static'; readonly text: string }
  /** `:name`, exactly one segment. */
  | { readonly kind: 'param'; readonly name: string }
  /** `*name`, the rest of the path: one segment or more, last in the pattern. */
  | { readonly kind: 'rest'; readonly name: string }

export type PathPattern = { readonly segments: readonly PathSegment[]; readonly params: readonly string[] }
/** Where in the pattern (a character offset) and what is wrong there. */
export type PathProblem = { readonly offset: number; readonly length: number; readonly problem: string }

const PARAM_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
// RFC 3986 pchar, without `:` and `*`, which belong to the grammar, and without bare `%`.
const STATIC_TEXT = /^(?:[A-Za-z0-9\-._~!$&'()+,;=@]|%[0-9A-Fa-f]{2})+$/

/**
 * Parses a pattern: `/` separated segments, each a literal, `:name` or a final `*name`.
 * No trailing slash, no empty segment, no query; names are identifiers and appear once.
 */
export function parsePath(pattern: string): PathPattern | PathProblem {
  if (!pattern.startsWith('/'))
    return { offset: 0, length: Math.max(pattern.length, 1), problem: 'a path starts with "/"' }
  if (pattern === '/') return { segments: [], params: [] }
  const segments: PathSegment[] = []
  const params: string[] = []
  let offset = 1
  const texts = pattern.slice(1).split('/')
  for (const [index, text] of texts.entries()) {
    const segment = parseSegment(text, index === texts.length - 1)
    if (typeof segment === 'string') return { offset, length: Math.max(text.length, 1), problem: segment }
    if (segment.kind !== 'static') {
      if (params.includes(segment.name)) {
        return { offset, length: text.length, problem: `the parameter "${segment.name}" appears twice` }
      }
      params.push(segment.name)
    }
    segments.push(segment)
    offset += text.length + 1
  }
  return { segments, params }
}

function parseSegment(text: string, isLast: boolean): PathSegment | string {
  if (text === '') return isLast ? 'a path has no trailing "/"' : 'a path has no empty segment ("//")'
  if (text === '.' || text === '..') return `"${text}" is resolved by clients before the request is sent`
  const sigil = text[0]
  if (sigil === ':' || sigil === '*') {
    const name = text.slice(1)
    if (!PARAM_NAME.test(name)) return `"${text}" needs a name of letters, digits and "_" after "${sigil}"`
    if (name === '__proto__') return '"__proto__" cannot name a parameter'
    if (sigil === ':') return { kind: 'param', name }
    return isLast ? { kind: 'rest', name } : `"${text}" takes the rest of the path, so it must come last`
  }
  if (STATIC_TEXT.test(text)) return { kind: 'static', text }
  if (text.includes('?'))
    return 'a path has no query: declare query parameters as properties of the arguments'
  if (text.includes(':') || text.includes('*'))
    return `"${text}" mixes text and a parameter: a parameter fills its segment`
  return `"${text}" has characters that must be percent-encoded`
}

export function isPathProblem(parsed: PathPattern | PathProblem): parsed is PathProblem {
  return 'problem' in parsed
}

/** Two patterns that match the same paths have the same key: names do not count. */
export function pathKey(pattern: PathPattern): string {
  return `/${pattern.segments.map(s => (s.kind === 'static' ? s.text : s.kind === 'param' ? ':' : '*')).join('/')}`
}

/** Writes a request path. Every value is percent-encoded; a `*rest` keeps its slashes. Empty values are refused. */
export function fillPath(pattern: PathPattern, values: Readonly<Record<string, unknown>>): string {
  const parts = pattern.segments.map(segment => {
    if (segment.kind === 'static') return segment.text
    const value = values[segment.name]
    const text = value instanceof Date ? value.toISOString() : String(value ?? '')
    return encodeParam(segment.name, text, segment.kind === 'rest')
  })
  return `/${parts.join('/')}`
}

function encodeParam(name: string, text: string, isRest: boolean): string {
  const encoded = encodeURIComponent(text)
  const param = isRest ? encoded.replaceAll('%2F', '/') : encoded
  // "." and ".." would be resolved by URL parsers, and "" would match another route.
  if (/(^|\/)\.{0,2}(\/|$)/.test(param)) {
    throw new TypeError(`path parameter "${name}" cannot be "${text}"`)
  }
  return param
}
