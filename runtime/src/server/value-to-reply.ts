// What a unary handler returned → status and JSON text, checked against the declared type and cut to declared keys.
import type { CompiledRoute } from '../compiled-route.ts'
import { mismatchToIssues } from '../validation/table-to-issues.ts'
import type { ServerLimits } from '../wire/limits.ts'
import { ResultMismatch } from './value-to-record.ts'

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
  if (!result.check(value)) {
    const issues = mismatchToIssues(value, result, { domain: 'native', root: 'result', maxIssues })
    throw new ResultMismatch(name, 'result', issues)
  }
  if (value === undefined) return { status: status ?? 204, body: undefined }
  const body = JSON.stringify(result.encode(value as never)) as string | undefined
  return { status: status ?? (body === undefined ? 204 : 200), body: hasBody(status) ? body : undefined }
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
