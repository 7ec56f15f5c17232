// The body of an exchange → the JSON value in it, after every check that can be made before and while it is read.
import { RpcError } from '../errors.ts'
import { jsonErrorOffset } from '../validation/json-to-error-offset.ts'
import { MEDIA_TYPES } from '../wire/http-names.ts'
import type { ServerLimits } from '../wire/limits.ts'
import type { HttpExchange } from './http-exchange.ts'

/** Undefined when there is no body. Throws UNSUPPORTED_MEDIA_TYPE before a byte of the body is read. */
export async function bodyToValue(exchange: HttpExchange, limits: ServerLimits): Promise<unknown> {
  if (!exchange.hasBody) return undefined
  checkMediaType(exchange.headers)
  const bytes = await exchange.readBody(limits.maxBodyBytes, limits.bodyTimeout)
  return bytes.byteLength === 0 ? undefined : bytesToValue(bytes, limits.maxBodyDepth)
}

function checkMediaType(headers: HttpExchange['headers']): void {
  const encoding = headers['content-encoding']?.trim().toLowerCase()
  if (encoding !== undefined && encoding !== '' && encoding !== 'identity') {
    throw unsupported('the body must not have a Content-Encoding')
  }
  const [type, ...parameters] = (headers['content-type'] ?? '').split(';')
  if (type?.trim().toLowerCase() !== MEDIA_TYPES.json) {
    throw unsupported(`the body must have "Content-Type: ${MEDIA_TYPES.json}"`)
  }
  for (const parameter of parameters) {
    const charset = parameter.match(/^\s*charset\s*=\s*"?([^"]*?)"?\s*$/i)?.[1]?.toLowerCase()
    if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') {
      throw unsupported('the body must be encoded in UTF-8')
    }
  }
}

function unsupported(message: string): RpcError {
  return new RpcError('UNSUPPORTED_MEDIA_TYPE', { message })
}

function bytesToValue(bytes: Uint8Array, maxDepth: number): unknown {
  if (isDeeper(bytes, maxDepth)) {
    throw new RpcError('BAD_REQUEST', { message: `the body is nested deeper than ${maxDepth} levels` })
  }
  const text = decodeUtf8(bytes)
  try {
    return JSON.parse(text)
  } catch {
    const message = `the body is not valid JSON: unexpected ${place(text, jsonErrorOffset(text))}`
    throw new RpcError('BAD_REQUEST', { message })
  }
}

function place(text: string, offset: number): string {
  return offset >= text.length ? `end after ${offset} characters` : `text at character ${offset + 1}`
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new RpcError('BAD_REQUEST', { message: 'the body is not valid UTF-8' })
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** True when brackets outside of strings nest deeper than `maxDepth`. Looks at bytes, before anything is built of them. */
function isDeeper(bytes: Uint8Array, maxDepth: number): boolean {
  let depth = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) at = endOfString(bytes, at + 1)
    // `[` is 0x5b and `{` is 0x7b, and their partners are two further.
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > maxDepth) return true
    } else if (byte === 0x5d || byte === 0x7d) depth--
  }
  return false
}

function endOfString(bytes: Uint8Array, start: number): number {
  let at = start
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at
}
