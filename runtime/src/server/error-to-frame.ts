// What a handler or middleware threw in → the `error` or `fail` frame that its client may see out.
import { errorToWire, ofHandler, type RpcError, toRpcError } from '../errors.ts'
import type { Encoded, SocketFraming } from '../wire/socket-framing.ts'

export interface ErrorFrame {
  readonly frame: Encoded
  /** As it was sent. */
  readonly error: RpcError
}

/** `head` comes before the error in the frame. `report` is told of what the client does not see: the text of INTERNAL errors, and causes. */
export function errorToFrame(
  thrown: unknown,
  head: readonly [kind: 'error', id: number] | readonly [kind: 'fail'],
  framing: SocketFraming,
  report: (error: unknown) => void,
): ErrorFrame {
  const error = ofHandler(thrown)
  if (error.code === 'INTERNAL' || error.cause !== undefined) report(thrown)
  try {
    return { error, frame: framing.frame([...head, errorToWire(error)]) }
  } catch (unsendable) {
    // The data of the error has no form on the wire.
    report(unsendable)
    const internal = toRpcError(undefined)
    return { error: internal, frame: framing.frame([...head, errorToWire(internal)]) }
  }
}
