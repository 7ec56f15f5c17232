// A route and its arguments in → the path with its query, and the body, out. PROTOCOL.md, "Requests".
import { encodeParam } from '../path-grammar.ts'
import { refuseUnsendable, toJson } from '../wire/json-text.ts'
import type { ClientRoute } from './client-route.ts'
import type { Packing } from './packing.ts'

export interface RequestParts {
  /** Path and query, to be put behind the client's prefix. */
  readonly target: string
  readonly body: string | Uint8Array<ArrayBuffer> | undefined
}

/**
 * Throws a TypeError for arguments that no request can carry: a parameter that is missing, `null` or an object, a number
 * that is not finite, an invalid Date, what has no JSON. `pack` writes the body of the arguments as they are given.
 */
export function argumentsToRequest(
  { path, source, encode }: Pick<ClientRoute, 'path' | 'source' | 'encode'>,
  given: unknown,
  pack?: Packing['pack'],
): RequestParts {
  const args = pack || !encode || given === undefined ? given : encode(given as never)
  if (source === 'whole') return { target: path, body: pack ? pack(given) : toJson(args) }
  // Without a prototype, so that a parameter named `constructor` is found only when it was given.
  const rest: Record<string, unknown> = { __proto__: null, ...(args as object | undefined) }
  // The compiler has parsed the pattern: `:` and `*` stand nowhere else in it.
  const target = path.replace(/([:*])(\w+)/g, (_, sigil, name) => {
    const text = toText(name, rest[name] ?? '')
    delete rest[name]
    return encodeParam(name, text, sigil === '*')
  })
  if (source === 'body') {
    const isAbsent = args === undefined
    return { target, body: isAbsent ? undefined : pack ? pack(given, rest) : toJson(rest) }
  }
  const query = new URLSearchParams()
  for (const name in rest) {
    const value = rest[name]
    if (value === undefined) continue
    for (const item of Array.isArray(value) ? value : [value]) query.append(name, toText(name, item))
  }
  const search = `${query}`
  return { target: target + (search && `?${search}`), body: undefined }
}

/** PROTOCOL.md, "Text". Anything without such a text would be sent as `null` or `[object Object]`. */
function toText(name: string, value: unknown): string {
  refuseUnsendable(name, value)
  if (value instanceof Date) return value.toISOString()
  if (value === null || value === undefined || Object(value) === value) {
    throw new TypeError(`argument "${name}" cannot be ${value && typeof value} in a URL`)
  }
  return String(value)
}
