// What a unary handler returned → status and JSON text, checked against the declared type and cut to declared keys.
import type { CompiledRoute } from '../compiled-route.ts'
import type { ServerLimits } from '../wire/limits.ts'
import { valueToJson } from './value-to-json.ts'

export interface UnaryReply {
  readonly status: number
  /** Undefined: the answer has no body. */
  readonly body: string | undefined
}

/** Throws ResultMismatch for a value of another type, TypeError for one that is no JSON. */
export function valueToReply(
  value: unknown,
  { name, result }: CompiledRoute,
  status: number | undefined,
  { maxIssues }: ServerLimits,
): UnaryReply {
  // Nothing is declared: nothing is sent.
  if (result === undefined) return { status: status ?? 204, body: undefined }
  const json = valueToJson(value, result, { route: name, what: 'result', maxIssues })
  if (value === undefined) return { status: status ?? 204, body: undefined }
  return { status: status ?? 200, body: hasBody(status) ? json : undefined }
}

/** Throws a TypeError at a status that no final answer can have. */
export function checkStatus(status: number | undefined): number | undefined {
  if (status === undefined || (Number.isInteger(status) && status >= 200 && status <= 599)) return status
  throw new TypeError(`context.response.status is an integer from 200 to 599, got ${String(status)}`)
}

/** RFC 9110, section 6.4.1. */
function hasBody(status: number | undefined): boolean {
  return status !== 204 && status !== 205 && status !== 304
}
