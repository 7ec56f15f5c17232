// A response in → its decoded value out, or the RpcError that it stands for. PROTOCOL.md, "Answers" and "Errors".
import { RpcError, statusToCode } from '../errors.ts'
import type { RouteDetails } from './client-route.ts'
import type { Fail } from './failure-of.ts'
import type { PackedAnswer, Packing } from './packing.ts'

/** Always throws for an answer that is not 2xx: by its body, or else (a proxy's page) by its status. What breaks off while it is read is thrown as it is. */
export async function answerToValue(
  fail: Fail,
  details: RouteDetails,
  answer: Response,
  packing: Packing | undefined,
): Promise<unknown> {
  const { ok, status } = answer
  const { decode, unpack }: Partial<PackedAnswer> = packing?.answer(answer, details) ?? details
  const body = await answer[unpack ? 'arrayBuffer' : 'text']()
  // A handler that sets a status of its own sends no body for `undefined`, and then no content type either.
  if (ok && !body && (status === 204 || !contentType(answer))) return undefined
  let value: unknown
  try {
    value = (unpack ?? JSON.parse)(body as never)
    if (ok) return decodeValue(decode, value)
  } catch (cause) {
    throw unexpected(fail, answer, cause)
  }
  throw RpcError.fromWire(value, statusToCode(status))
}

/** What `decode`, which was generated for the declared type, makes of a value. Throws where it does not have that shape. */
export function decodeValue(decode: RouteDetails['decode'], value: unknown): unknown {
  return decode && value !== undefined ? decode(value as never) : value
}

/** The error of an answer that is not what the route declares, or no answer of ours at all. */
export function unexpected(fail: Fail, answer: Response, cause?: unknown): RpcError {
  const { ok, status } = answer
  return fail(
    ok ? 'INTERNAL' : statusToCode(status),
    `unexpected answer: ${status} ${contentType(answer)}`,
    cause,
  )
}

export function contentType(answer: Response): string {
  return answer.headers.get('content-type') ?? ''
}
