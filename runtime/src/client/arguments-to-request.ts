// A route and its arguments in → the path with its query, and the body, out. PROTOCOL.md, "Requests".
import { refuseUnsendable, toJson } from '../wire/json-text.ts'
import type { PutArguments, RequestParts, RouteDetails } from './client-route.ts'
import type { Packing } from './packing.ts'

/** Those of GET and DELETE. */
export const inQuery: PutArguments = (target, rest) => {
  const query = new URLSearchParams()
  for (const name in rest) {
    if (rest[name] === undefined) continue
    for (const item of [rest[name]].flat()) query.append(name, toText(name, item))
  }
  return [`${target}?${query}`.replace(/\?$/, '')]
}

/** Those of POST, PUT and PATCH. No arguments are no body. */
export const inBody: PutArguments = (target, rest, args, given, pack) => [
  target,
  args && (pack ? pack(given, rest) : toJson(rest)),
]

/** The argument itself is the body: it is no object. */
export const asBody: PutArguments = (target, _, args, given, pack) => [
  target,
  pack ? pack(given) : toJson(args),
]

/**
 * Throws a TypeError for arguments that no request can carry: a parameter that is missing, `null` or an object, a number
 * that is not finite, an invalid Date, what has no JSON. `pack` writes the body of the arguments as they are given.
 */
export function argumentsToRequest(
  path: string,
  { put, encode }: Pick<RouteDetails, 'put' | 'encode'>,
  given: unknown,
  pack?: Packing['pack'],
): RequestParts {
  const args = pack || !encode || given === undefined ? given : encode(given as never)
  const rest: Record<string, unknown> = { __proto__: null, ...(args as object | undefined) }
  // The compiler has parsed the pattern: `:` and `*` stand nowhere else in it.
  const target = path.replace(/([:*])(\w+)/g, (_, sigil, name) => {
    const text = encodeURIComponent(toText(name, rest[name]))
    const param = sigil === '*' ? text.replaceAll('%2F', '/') : text
    // "." and ".." would be resolved by URL parsers, and "" would match another route.
    refuseUnsendable(name, `"${rest[name]}" in a path`, /(^|\/)\.{0,2}(\/|$)/.test(param))
    delete rest[name]
    return param
  })
  return put ? put(target, rest, args, given, pack) : [target]
}

/** PROTOCOL.md, "Text". Anything without such a text would be sent as `null` or `[object Object]`. */
function toText(name: string, value: unknown): string {
  refuseUnsendable(name, value)
  const text = value instanceof Date ? value.toJSON() : value
  refuseUnsendable(name, value, text == null || Object(text) === text)
  return `${text}`
}
