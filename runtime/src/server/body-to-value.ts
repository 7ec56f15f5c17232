// The body of an exchange → its bytes, after every check that can be made before they are read; and those → the JSON value in them.
import type { CompiledInput } from '../compiled-route.ts'
import { RpcError } from '../errors.ts'
import { jsonErrorOffset } from '../validation/json-to-error-offset.ts'
import { unpackedToJson } from '../validation/unpacked-to-json.ts'
import { type BodyFormat, MEDIA_TYPES, MSGPACK_ALIASES } from '../wire/http-names.ts'
import { isDeeper } from '../wire/json-text.ts'
import type { ServerLimits } from '../wire/limits.ts'
import { MsgpackReader, NoMsgpack, type UnpackedValue } from '../wire/msgpack-reader.ts'
import type { HttpExchange } from './http-exchange.ts'
import { splitParameter } from './quality-list.ts'

/** Undefined where there is no body. Throws UNSUPPORTED_MEDIA_TYPE before a byte of it is read. */
export function readBody(exchange: HttpExchange, limits: ServerLimits): Promise<Uint8Array> | undefined {
  if (!exchange.hasBody) return undefined
  bodyFormat(exchange.headers)
  return exchange.readBody(limits.maxBodyBytes, limits.bodyTimeout)
}

/** Undefined of no bytes, and of no body. */
export function bodyToValue(
  bytes: Uint8Array | undefined,
  headers: HttpExchange['headers'],
  input: CompiledInput,
  { maxBodyDepth }: ServerLimits,
): unknown {
  if (bytes === undefined || bytes.byteLength === 0) return undefined
  if (bodyFormat(headers) === 'json') return jsonToValue(bytes, maxBodyDepth)
  return unpackedToJson(unpack(bytes, maxBodyDepth), input)
}

function bodyFormat(headers: HttpExchange['headers']): BodyFormat {
  // What most clients say, without a look at its parts.
  if (headers['content-type'] === MEDIA_TYPES.json && headers['content-encoding'] === undefined) return 'json'
  const encoding = headers['content-encoding']?.trim().toLowerCase()
  if (encoding !== undefined && encoding !== '' && encoding !== 'identity') {
    throw unsupported('the body must not have a Content-Encoding')
  }
  const [type, ...parameters] = (headers['content-type'] ?? '').split(';')
  const name = type?.trim().toLowerCase()
  if (name === MEDIA_TYPES.msgpack || MSGPACK_ALIASES.some(alias => alias === name)) return 'msgpack'
  if (name !== MEDIA_TYPES.json) {
    throw unsupported(`the body must have "Content-Type: ${MEDIA_TYPES.json}" or "${MEDIA_TYPES.msgpack}"`)
  }
  for (const parameter of parameters) {
    const [name, charset] = splitParameter(parameter)
    if (name === 'charset' && !UTF8_NAMES.has(charset.toLowerCase())) {
      throw unsupported('the body must be encoded in UTF-8')
    }
  }
  return 'json'
}

const UTF8_NAMES: ReadonlySet<string> = new Set(['utf-8', 'utf8', '"utf-8"', '"utf8"'])

function unsupported(message: string): RpcError {
  return new RpcError('UNSUPPORTED_MEDIA_TYPE', { message })
}

function jsonToValue(bytes: Uint8Array, maxDepth: number): unknown {
  const text = decodeUtf8(bytes)
  if (isDeeper(text, maxDepth)) {
    throw new RpcError('BAD_REQUEST', { message: `the body is nested deeper than ${maxDepth} levels` })
  }
  try {
    return JSON.parse(text)
  } catch {
    const message = `the body is not valid JSON: unexpected ${place(text, jsonErrorOffset(text))}`
    throw new RpcError('BAD_REQUEST', { message })
  }
}

/** Without a cause, which would be logged: what a stranger sends is no event. */
function unpack(bytes: Uint8Array, maxDepth: number): UnpackedValue {
  try {
    return new MsgpackReader('the body', maxDepth, 'maps').readAll(bytes)
  } catch (error) {
    throw error instanceof NoMsgpack ? new RpcError('BAD_REQUEST', { message: error.message }) : error
  }
}

function place(text: string, offset: number): string {
  return offset >= text.length ? `end after ${offset} characters` : `text at character ${offset + 1}`
}

/** One for all bodies, because making it takes longer than a small body; it keeps nothing from one call to the next. */
const UTF8 = new TextDecoder('utf-8', { fatal: true })

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes)
  } catch {
    throw new RpcError('BAD_REQUEST', { message: 'the body is not valid UTF-8' })
  }
}
