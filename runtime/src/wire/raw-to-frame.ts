// A frame of a client as it was parsed in → the frame, each of its fields checked, out. PROTOCOL.md, "Frames" and "Violations".
import { RpcError } from '../errors.ts'
import { isCount, isEventId, isObject, isPositive, isText } from './frame-fields.ts'
import { CLIENT_FRAMES, type ClientFrame } from './socket-frames.ts'
import type { RawFrame } from './socket-framing.ts'

/** What follows the kind: each field's name and what it must be. A field whose name ends in `?` may be absent. */
type Fields = { readonly [name: string]: (value: unknown) => boolean }

/** `isNumbered` is whether its message has a number. Throws BAD_REQUEST that names the frame and the field. */
export function rawToClientFrame(raw: RawFrame, isNumbered: boolean): ClientFrame {
  const kind = raw[0] as ClientFrame[0]
  if (!Object.hasOwn(CLIENT_FRAMES, kind)) throw wrong('unknown kind of frame', kind)
  if (CLIENT_FRAMES[kind] !== isNumbered)
    throw wrong(`a message ${isNumbered ? 'with' : 'without'} a number holds`, kind)
  const fields = FIELD_LISTS[kind]
  if (raw.length > fields.length + 1) throw wrong('too many fields in', kind)
  for (let index = 0; index < fields.length; index++) {
    const { name, isOptional, check } = fields[index]!
    const isAbsent = isOptional && index + 1 >= raw.length
    if (!isAbsent && !check(raw[index + 1])) throw wrong(`missing or wrong "${name}" in`, kind)
  }
  return raw as unknown as ClientFrame
}

/** Shortened, since the kind may be anything a peer has sent. */
function wrong(what: string, kind: string): RpcError {
  return new RpcError('BAD_REQUEST', { message: `${what} "${kind.slice(0, 20)}"` })
}

const isValue = (value: unknown) => value !== undefined

/** Lower-case names, and values that no header could be smuggled in. RFC 9110, sections 5.1 and 5.5. */
const areHeaders = (headers: unknown) =>
  isObject(headers) &&
  Object.entries(headers).every(
    ([name, value]) =>
      /^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name) &&
      typeof value === 'string' &&
      /^[\t\x20-\x7e\x80-\xff]*$/.test(value),
  )

const CLIENT_FIELDS: Readonly<Record<ClientFrame[0], Fields>> = {
  hello: {
    hello: hello =>
      isObject(hello) &&
      (hello.headers === undefined || areHeaders(hello.headers)) &&
      (hello.session === undefined || isText(hello.session)),
  },
  notify: { 'message?': isValue },
  request: { id: isPositive, 'request?': isValue },
  subscribe: {
    id: isPositive,
    credit: isCount,
    lastEventId: id => id === null || isEventId(id),
    'subscription?': isValue,
  },
  credit: { id: isPositive, count: isPositive },
  cancel: { id: isPositive },
  pong: {},
}

interface Field {
  readonly name: string
  readonly isOptional: boolean
  check(value: unknown): boolean
}

/** The same in lists: every frame is read by them. */
const FIELD_LISTS = Object.fromEntries(
  Object.entries(CLIENT_FIELDS).map(([kind, fields]) => [
    kind,
    Object.entries(fields).map(
      ([name, check]): Field => ({ name: name.replace('?', ''), isOptional: name.endsWith('?'), check }),
    ),
  ]),
) as unknown as Readonly<Record<ClientFrame[0], readonly Field[]>>
