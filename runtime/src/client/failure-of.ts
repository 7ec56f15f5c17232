// The place of a call in → errors that name it out.
import { type ErrorCode, RpcError } from '../errors.ts'

export type Fail = (code: ErrorCode, what: string, cause?: unknown) => RpcError

export function failureOf(place: string): Fail {
  return (code, what, cause) => new RpcError(code, { message: `${place}: ${what}`, cause, remote: true })
}
