// A matched exchange → the arguments its handler takes, validated. Nothing else reaches a handler.
import type { CompiledArgs, CompiledRoute } from '../compiled-route.ts'
import { RpcError } from '../errors.ts'
import { setOwn } from '../validation/generated-helpers.ts'
import { arrayItem, textsToValue, textToValue } from '../validation/text-to-value.ts'
import type { ServerLimits } from '../wire/limits.ts'
import { bodyToValue } from './body-to-value.ts'
import type { HttpExchange } from './http-exchange.ts'
import { decodePercent, queryToTexts } from './query-to-texts.ts'
import type { RouteMatch } from './router.ts'
import { inputMismatch, valueToInput } from './value-to-input.ts'

/** True of a route whose arguments come in the body. */
export function takesBody({ args }: CompiledRoute): boolean {
  return args?.source === 'whole' || args?.source === 'body'
}

/** `bytes`: the body, where the route takes one and there is one. Throws BAD_REQUEST. */
export function exchangeToArgs(
  { headers }: Pick<HttpExchange, 'headers'>,
  match: RouteMatch,
  query: string,
  bytes: Uint8Array | undefined,
  limits: ServerLimits,
): unknown {
  const params = readParams(match)
  const { args } = match.route.compiled
  if (args === undefined) return {}
  switch (args.source) {
    case 'none':
      return validate(addParams({}, params, args), args, limits)
    case 'query':
      return validate(addParams(readQuery(query, args, params, limits), params, args), args, limits)
    case 'whole':
      return validate(bodyToValue(bytes, headers, args, limits), args, limits)
    case 'body': {
      const body = bodyToValue(bytes, headers, args, limits)
      return validate(addParams(body === undefined ? {} : body, params, args), args, limits)
    }
  }
}

type Params = ReadonlyMap<string, string>

const NO_PARAMS: ReadonlyMap<string, string> = new Map()

/** The texts of path parameters, decoded. Throws BAD_REQUEST. */
export function readParams({ params, texts }: Pick<RouteMatch, 'params' | 'texts'>): Params {
  if (params.length === 0) return NO_PARAMS
  const values = new Map<string, string>()
  for (const [index, { kind, name }] of params.entries()) {
    const raw = texts[index] as string
    const text = raw.includes('%') ? decodePercent(raw, 'the path') : raw
    if (kind === 'rest' && /(?:^|\/)\.{0,2}(?:\/|$)/.test(text)) {
      throw new RpcError('BAD_REQUEST', {
        message: `the path parameter "${name}" holds an empty, "." or ".." segment`,
      })
    }
    values.set(name, text)
  }
  return values
}

/**
 * Path parameters win over members of the same name. The object is this call's own and no parameter is named
 * `__proto__` (path-grammar.ts), so plain assignment makes own properties. What is no object is left to fail validation.
 */
function addParams(target: unknown, params: Params, args: CompiledArgs): unknown {
  if (typeof target !== 'object' || target === null || Array.isArray(target)) return target
  for (const [name, text] of params) {
    const table = Object.hasOwn(args.text, name) ? args.text[name] : 'string'
    ;(target as Record<string, unknown>)[name] = textToValue(text, table ?? 'string')
  }
  return target
}

function readQuery(
  query: string,
  args: CompiledArgs,
  params: Params,
  limits: ServerLimits,
): Record<string, unknown> {
  const isDeclared = (name: string) => Object.hasOwn(args.text, name)
  const isWanted = args.strict ? () => true : isDeclared
  const texts = queryToTexts(query, isWanted, limits.maxQueryParameters)
  const values: Record<string, unknown> = {}
  for (const name of Object.keys(args.text)) {
    const table = args.text[name]
    const given = texts.get(name)
    if (table === undefined || params.has(name)) continue
    if (given === undefined) {
      if (Array.isArray(table) && table[0] === 'array') setOwn(values, name, [])
    } else if (given.length > 1 && arrayItem(table) === undefined) {
      throw new RpcError('BAD_REQUEST', {
        message: `the query parameter ${JSON.stringify(name)} occurs more than once`,
      })
    } else setOwn(values, name, textsToValue(given, table))
  }
  // What is not declared is left to fail the check, which knows the types.
  for (const [name, given] of texts) if (!isDeclared(name)) setOwn(values, name, given[0])
  return values
}

function validate(value: unknown, args: CompiledArgs, { maxIssues }: ServerLimits): unknown {
  // Where an object is merged of path and body, a body that is an array could pass for an object without properties.
  if (args.source !== 'whole' && Array.isArray(value)) throw inputMismatch(value, args, 'args', maxIssues)
  return valueToInput(value, args, 'args', maxIssues)
}
