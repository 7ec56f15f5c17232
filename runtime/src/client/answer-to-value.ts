// A response in → its JSON value out, or the RpcError that it stands for. PROTOCOL.md, "Answers" and "Errors".
import { RpcError, statusToCode } from '../errors.ts'
import { MEDIA_TYPES } from '../wire/http-names.ts'
import type { Call } from './call.ts'

const JSON_TYPE = /[/+]json$/

export async function answerToValue(call: Call, response: Response): Promise<unknown> {
  await refuseFailure(call, response)
  const text = await readText(call, response)
  // A handler that sets a status of its own sends no body for `undefined`, and then no content type either.
  if (response.status === 204 || (text === '' && mediaType(response) === '')) return undefined
  if (!JSON_TYPE.test(mediaType(response))) throw unexpected(call, response, MEDIA_TYPES.json)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw call.error('INTERNAL', 'the answer is not JSON', cause)
  }
}

/** Throws the error of an answer that is not 2xx: from its body, or else (a proxy's page) from its status. */
export async function refuseFailure(call: Call, response: Response): Promise<void> {
  if (response.ok) return
  const { status, statusText } = response
  const text = await readText(call, response)
  const code = statusToCode(status)
  const what = `answered ${status} ${statusText}`
  if (!JSON_TYPE.test(mediaType(response))) throw call.error(code, what)
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (cause) {
    throw call.error(code, what, cause)
  }
  throw RpcError.fromWire(body, code)
}

export function unexpected(call: Call, response: Response, wanted: string): RpcError {
  return call.error(
    'INTERNAL',
    `expected ${wanted}, got ${mediaType(response) || `no content`} (${response.status})`,
  )
}

export function mediaType(response: Response): string {
  return (response.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
}

async function readText(call: Call, response: Response): Promise<string> {
  try {
    return await response.text()
  } catch (cause) {
    throw call.error('UNAVAILABLE', 'the answer was cut', cause)
  }
}
