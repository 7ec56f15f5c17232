// JSON text that a parser refused → where it stops being JSON. Engines say this in different words, or not at all.

type Token = '[' | ']' | '{' | '}' | ',' | ':' | 'string' | 'scalar'
type State = 'value' | 'firstItem' | 'firstName' | 'name' | 'colon' | 'next'

const ALLOWED: Readonly<Record<State, readonly Token[]>> = {
  value: ['[', '{', 'string', 'scalar'],
  firstItem: ['[', '{', 'string', 'scalar', ']'],
  firstName: ['string', '}'],
  name: ['string'],
  colon: [':'],
  next: [',', ']', '}'],
}

/**
 * The offset of the first token that no JSON text (RFC 8259) could have there, or the text's length when it ends too
 * soon. Of valid JSON it is the length, too.
 */
export function jsonErrorOffset(text: string): number {
  // Space, then a mark, a string, a scalar or nothing. Made anew each time, because a sticky expression has a cursor. A run of
  // plain characters is one loop of its own: as one alternative of two, each of them would take a place on the engine's stack.
  const pattern =
    /([ \t\n\r]*)(?:([[\]{},:])|("[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|)/y
  const open: ('[' | '{')[] = []
  let state: State = 'value'
  for (;;) {
    const match = pattern.exec(text)
    if (!match) return text.length
    const [, space = '', mark, string, scalar] = match
    const start = match.index + space.length
    const token = (mark ?? (string && 'string') ?? (scalar && 'scalar')) as Token | undefined
    if (token === undefined || !isExpected(token, state, open)) return start
    state = advance(token, state, open)
  }
}

function isExpected(token: Token, state: State, open: readonly string[]): boolean {
  if (!ALLOWED[state].includes(token)) return false
  if (token === ']') return open.at(-1) === '['
  if (token === '}') return open.at(-1) === '{'
  return token !== ',' || open.length > 0
}

function advance(token: Token, state: State, open: ('[' | '{')[]): State {
  switch (token) {
    case '[':
      open.push('[')
      return 'firstItem'
    case '{':
      open.push('{')
      return 'firstName'
    case ']':
    case '}':
      open.pop()
      return 'next'
    case ',':
      return open.at(-1) === '[' ? 'value' : 'name'
    case ':':
      return 'value'
    case 'string':
      return state === 'name' || state === 'firstName' ? 'colon' : 'next'
    case 'scalar':
      return 'next'
  }
}
