// A frame as it was parsed in → the frame, each of its fields checked, out. PROTOCOL.md, "Frames" and "Violations".
import { RpcError } from '../errors.ts'
import { RESERVED_ID } from '../tracked.ts'
import { CLIENT_FRAMES, type ClientFrame, SERVER_FRAMES, type ServerFrame } from './socket-frames.ts'
import type { RawFrame } from './socket-framing.ts'

type Check = (value: unknown, frame: RawFrame) => boolean

/** What follows the kind: each field's name and what it must be. A field whose name ends in `?` may be absent. */
type Fields = { readonly [name: string]: Check }

/** `isNumbered` is whether its message has a number. Throws BAD_REQUEST that names the frame and the field. */
export function rawToClientFrame(raw: RawFrame, isNumbered: boolean): ClientFrame {
  return checkFrame(raw, isNumbered, CLIENT_FRAMES, CLIENT_FIELDS) as ClientFrame
}

/** The same for the frames of a server. */
export function rawToServerFrame(raw: RawFrame, isNumbered: boolean): ServerFrame {
  return checkFrame(raw, isNumbered, SERVER_FRAMES, SERVER_FIELDS) as ServerFrame
}

function checkFrame<Kind extends string>(
  raw: RawFrame,
  isNumbered: boolean,
  kinds: Readonly<Record<Kind, boolean>>,
  fields: Readonly<Record<Kind, Fields>>,
): RawFrame {
  const kind = raw[0] as Kind
  if (!Object.hasOwn(kinds, kind)) throw wrong('unknown kind of frame', kind)
  if (kinds[kind] !== isNumbered)
    throw wrong(`a message ${isNumbered ? 'with' : 'without'} a number holds`, kind)
  const names = Object.keys(fields[kind])
  if (raw.length > names.length + 1) throw wrong('too many fields in', kind)
  for (const [index, name] of names.entries()) {
    const isAbsent = index + 1 >= raw.length && name.endsWith('?')
    if (!isAbsent && !fields[kind][name]!(raw[index + 1], raw))
      throw wrong(`missing or wrong "${name.replace('?', '')}" in`, kind)
  }
  return raw
}

/** Shortened, since the kind may be anything a peer has sent. */
function wrong(what: string, kind: string): RpcError {
  return new RpcError('BAD_REQUEST', { message: `${what} "${kind.slice(0, 20)}"` })
}

const isValue = (value: unknown) => value !== undefined
const isText = (value: unknown) => typeof value === 'string'
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0
const isPositive = (value: unknown) => isCount(value) && value !== 0
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** As `tracked()` takes them: PROTOCOL.md, "Resuming". */
export const isEventId = (id: unknown) =>
  typeof id === 'string' && /^[\x21-\x7e]{1,256}$/.test(id) && id !== RESERVED_ID

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

const SERVER_FIELDS: Readonly<Record<ServerFrame[0], Fields>> = {
  ready: {
    ready: ready =>
      isObject(ready) &&
      isText(ready.session) &&
      typeof ready.resumed === 'boolean' &&
      isCount(ready.heartbeat) &&
      isCount(ready.resumeWindow),
  },
  fail: { error: isObject },
  response: { id: isPositive, 'value?': isValue },
  items: {
    id: isPositive,
    values: Array.isArray,
    'ids?': (ids, [, , values]) =>
      Array.isArray(ids) &&
      ids.length === (values as unknown[]).length &&
      ids.every(id => id === null || isText(id)),
  },
  end: { id: isPositive, 'value?': isValue },
  error: { id: isCount, error: isObject },
  ping: {},
  drain: {},
}
