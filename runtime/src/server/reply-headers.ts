// Several sets of response headers → one, by lower-case name. Later ones win, except `vary`, which adds up.
import type { MutableHeaders, ReplyHeaders } from './http-exchange.ts'

export type { MutableHeaders }

export function mergeHeaders(...sets: readonly ReplyHeaders[]): MutableHeaders {
  const merged: MutableHeaders = Object.create(null)
  for (const set of sets) {
    for (const name of Object.keys(set)) {
      const key = name.toLowerCase()
      const value = set[name] as string | readonly string[]
      if (key === 'vary') addVary(merged, String(value))
      else merged[key] = value
    }
  }
  return merged
}

export function addVary(headers: MutableHeaders, names: string): void {
  // One name and no others, as in most answers.
  if (headers.vary === undefined && !names.includes(',')) {
    headers.vary = names
    return
  }
  const listed = headers.vary === undefined ? [] : splitList(String(headers.vary))
  for (const name of splitList(names)) {
    if (!listed.some(other => other.toLowerCase() === name.toLowerCase())) listed.push(name)
  }
  headers.vary = listed.includes('*') ? '*' : listed.join(', ')
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
}

// RFC 9110, sections 5.1 (token) and 5.5 (field-value), which excludes CR, LF and NUL.
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

export function isHeaderName(name: string): boolean {
  return HEADER_NAME.test(name)
}

/** They frame the message, which is the server's own business. */
const FRAMING_HEADERS: readonly string[] = ['connection', 'content-length', 'transfer-encoding', 'upgrade']

/** What is wrong with headers that a handler set, so that none can split the response; undefined when they are fine. */
export function headersProblem(headers: ReplyHeaders): string | undefined {
  for (const name of Object.keys(headers)) {
    if (!HEADER_NAME.test(name))
      return `context.response.headers: ${JSON.stringify(name)} is not a header name`
    if (FRAMING_HEADERS.includes(name.toLowerCase())) {
      return `context.response.headers: ${JSON.stringify(name)} is set by the server`
    }
    const value = headers[name] as unknown
    for (const text of Array.isArray(value) ? value : [value]) {
      if (typeof text !== 'string' || !HEADER_VALUE.test(text)) {
        return `context.response.headers[${JSON.stringify(name)}] holds what no header can: ${JSON.stringify(text)}`
      }
    }
  }
  return undefined
}
