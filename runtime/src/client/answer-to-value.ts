// A response in → its decoded value out, or the RpcError that it stands for. PROTOCOL.md, "Answers" and "Errors".
import { RpcError, statusToCode } from '../errors.ts'
import type { Call } from './call.ts'
import type { ClientRoute } from './client-route.ts'

const NO_TYPE = 'no content type'

/** Always throws for an answer that is not 2xx: by its body, or else (a proxy's page) by its status. */
export async function answerToValue(call: Call, route: ClientRoute, response: Response): Promise<unknown> {
  const { ok, status } = response
  const packed = call.packing?.answer(response, route)
  const body = await (packed ? response.arrayBuffer() : response.text()).catch(cause => {
    throw call.error('UNAVAILABLE', 'the answer was cut', cause)
  })
  // A handler that sets a status of its own sends no body for `undefined`, and then no content type either.
  if (status === 204 || (ok && body === '' && contentType(response) === NO_TYPE)) return undefined
  let value: unknown
  try {
    value = packed ? packed.unpack(body as ArrayBuffer) : JSON.parse(body as string)
  } catch (cause) {
    throw unexpected(call, response, packed ? call.packing!.type : 'JSON', cause)
  }
  if (!ok) throw RpcError.fromWire(value, statusToCode(status))
  return decodeValue(call, (packed ?? route).decode, value)
}

/** What `decode`, which was generated for the declared type, makes of a value; INTERNAL when it cannot. */
export function decodeValue(
  call: Pick<Call, 'error'>,
  decode: ClientRoute['decode'],
  value: unknown,
): unknown {
  if (!decode || value === undefined) return value
  try {
    return decode(value as never)
  } catch (cause) {
    throw call.error('INTERNAL', 'the answer does not have the declared shape', cause)
  }
}

/** The error of an answer that is not what the route declares, or no answer of ours at all. */
export function unexpected(call: Call, response: Response, wanted: string, cause?: unknown): RpcError {
  const { ok, status } = response
  const what = `expected ${wanted}, got ${status}, ${contentType(response)}`
  return call.error(ok ? 'INTERNAL' : statusToCode(status), what, cause)
}

export function contentType(response: Response): string {
  return (response.headers.get('content-type') ?? NO_TYPE).toLowerCase()
}
