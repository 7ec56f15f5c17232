// What a unary handler returned → the body that says it, checked against the declared type and cut to declared keys.
import type { CompiledRoute } from '../compiled-route.ts'
import type { BodyFormat } from '../wire/http-names.ts'
import type { ServerLimits } from '../wire/limits.ts'
import type { MsgpackWriter } from '../wire/value-to-msgpack.ts'
import type { Form } from './accept-to-format.ts'
import { valueToBody } from './value-to-body.ts'

/**
 * Undefined where the answer has no body. Throws ResultMismatch for a value of another type, TypeError for one that has no form on the wire.
 */
export function valueToReply(
  value: unknown,
  { name, result, rows }: CompiledRoute,
  status: number | undefined,
  { maxIssues }: ServerLimits,
  form: Form<BodyFormat>,
  writer: MsgpackWriter,
): string | Uint8Array | undefined {
  // Nothing is declared: nothing is sent.
  if (result === undefined) return undefined
  const body = valueToBody(value, result, rows, { route: name, what: 'result', maxIssues }, form, writer)
  return value === undefined || isBodiless(status) ? undefined : body
}

/** Throws a TypeError at a status that no final answer can have. */
export function checkStatus(status: number | undefined): number | undefined {
  if (status === undefined || (Number.isInteger(status) && status >= 200 && status <= 599)) return status
  throw new TypeError(`context.response.status is an integer from 200 to 599, got ${String(status)}`)
}

/** RFC 9110, section 6.4.1. */
function isBodiless(status: number | undefined): boolean {
  return status === 204 || status === 205 || status === 304
}
