// A route and its arguments in → the path with its query, and the body, out. PROTOCOL.md, "Requests".
import { encodeParam } from '../path-grammar.ts'
import type { ClientRoute } from './client-route.ts'

export interface RequestParts {
  /** Path and query, to be put behind the client's prefix. */
  readonly target: string
  readonly body: string | undefined
}

/** What String() writes as PROTOCOL.md, "Text", wants it. */
const TEXTUAL = ['string', 'number', 'boolean', 'bigint']

/** Throws a TypeError for arguments that no request can carry: a parameter that is missing, `null` or an object. */
export function argumentsToRequest(route: ClientRoute, args: unknown): RequestParts {
  if (route.source === 'whole') return { target: route.path, body: JSON.stringify(args) }
  // Without a prototype, so that a parameter named `constructor` is found only when it was given.
  const rest: Record<string, unknown> = { __proto__: null, ...(args as object | undefined) }
  // The compiler has parsed the pattern: `:` and `*` stand nowhere else in it.
  let target = route.path.replace(/([:*])(\w+)/g, (_, sigil, name) => {
    const value = rest[name]
    delete rest[name]
    return encodeParam(
      { kind: sigil === ':' ? 'param' : 'rest', name },
      value === undefined ? '' : toText(name, value),
    )
  })
  if (route.source === 'body') return { target, body: args === undefined ? args : JSON.stringify(rest) }
  const query = toQuery(rest)
  if (query !== '') target += `?${query}`
  return { target, body: undefined }
}

function toQuery(values: Record<string, unknown>): string {
  const query = new URLSearchParams()
  for (const name in values) {
    const value = values[name]
    for (const item of Array.isArray(value) ? value : value === undefined ? [] : [value]) {
      query.append(name, toText(name, item))
    }
  }
  return query.toString()
}

function toText(name: string, value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  if (!TEXTUAL.includes(typeof value)) {
    throw new TypeError(`argument "${name}" cannot be ${value === null ? value : typeof value} in a URL`)
  }
  return String(value)
}
