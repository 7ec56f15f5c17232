// The query of a request → the texts of each declared name. WHATWG URL, "application/x-www-form-urlencoded parsing".
import { RpcError } from '../errors.ts'

/**
 * Texts by name, for declared names only. Unlike URLSearchParams it is bounded, and invalid percent-encoding is
 * BAD_REQUEST and not passed on.
 */
export function queryToTexts(
  query: string,
  isDeclared: (name: string) => boolean,
  maxParameters: number,
): Map<string, string[]> {
  const texts = new Map<string, string[]>()
  let count = 0
  let start = 0
  while (start < query.length) {
    const separator = query.indexOf('&', start)
    const end = separator < 0 ? query.length : separator
    if (end > start) {
      if (++count > maxParameters) {
        throw new RpcError('BAD_REQUEST', { message: `the query has more than ${maxParameters} parameters` })
      }
      addParameter(query.slice(start, end), isDeclared, texts)
    }
    start = end + 1
  }
  return texts
}

function addParameter(
  text: string,
  isDeclared: (name: string) => boolean,
  texts: Map<string, string[]>,
): void {
  const equals = text.indexOf('=')
  const name = decode(equals < 0 ? text : text.slice(0, equals))
  const value = equals < 0 ? '' : decode(text.slice(equals + 1))
  if (!isDeclared(name)) return
  const known = texts.get(name)
  if (known === undefined) texts.set(name, [value])
  else known.push(value)
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  return spaced.includes('%') ? decodePercent(spaced, 'the query') : spaced
}

/** Invalid percent-encoding and bytes that are not UTF-8 are BAD_REQUEST. `where`: `the query`. */
export function decodePercent(text: string, where: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new RpcError('BAD_REQUEST', { message: `${where} holds invalid percent-encoding` })
  }
}
