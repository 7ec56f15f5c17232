// A route and its arguments in → the path with its query, and the body, out. PROTOCOL.md, "Requests".
import { encodeParam } from '../path-grammar.ts'
import { refuseUnsendable, toJson } from '../wire/json-text.ts'
import type { RouteDetails } from './client-route.ts'
import type { Packing } from './packing.ts'

/** Path and query, to be put behind the client's prefix. */
export type RequestParts = readonly [target: string, body: string | Uint8Array<ArrayBuffer> | undefined]

/**
 * Throws a TypeError for arguments that no request can carry: a parameter that is missing, `null` or an object, a number
 * that is not finite, an invalid Date, what has no JSON. `pack` writes the body of the arguments as they are given.
 */
export function argumentsToRequest(
  path: string,
  hasBody: boolean,
  { whole, encode }: Pick<RouteDetails, 'whole' | 'encode'>,
  given: unknown,
  pack?: Packing['pack'],
): RequestParts {
  const args = pack || !encode || given === undefined ? given : encode(given as never)
  if (whole) return [path, pack ? pack(given) : toJson(args)]
  // Without a prototype, so that a parameter named `constructor` is found only when it was given.
  const rest: Record<string, unknown> = { __proto__: null, ...(args as object | undefined) }
  // The compiler has parsed the pattern: `:` and `*` stand nowhere else in it.
  const target = path.replace(/([:*])(\w+)/g, (_, sigil, name) => {
    const text = toText(name, rest[name] ?? '')
    delete rest[name]
    return encodeParam(name, text, sigil === '*')
  })
  if (hasBody) return [target, args === undefined ? args : pack ? pack(given, rest) : toJson(rest)]
  const query = new URLSearchParams()
  for (const name in rest) {
    if (rest[name] === undefined) continue
    for (const item of [rest[name]].flat()) query.append(name, toText(name, item))
  }
  return [`${target}?${query}`.replace(/\?$/, ''), undefined]
}

/** PROTOCOL.md, "Text". Anything without such a text would be sent as `null` or `[object Object]`. */
function toText(name: string, value: unknown): string {
  refuseUnsendable(name, value)
  if (value instanceof Date) return value.toISOString()
  if (value == null || Object(value) === value)
    throw new TypeError(`argument "${name}" cannot be ${value && typeof value}`)
  return String(value)
}
