// A frame of a server as it was parsed in → the frame, each of its fields checked, out. PROTOCOL.md, "Frames" and "Violations".
import { RpcError } from '../errors.ts'
import { isCount, isObject, isPositive, isText } from './frame-fields.ts'
import { SERVER_FRAMES, type ServerFrame } from './socket-frames.ts'
import type { RawFrame } from './socket-framing.ts'

/** The most fields that follow the kind, and what they must be; an absent one is `undefined`. */
type Check = readonly [most: number, areFit?: (...fields: readonly unknown[]) => boolean]

const isId: Check = [2, isPositive]

const FIELDS: Readonly<Record<ServerFrame[0], Check>> = {
  ready: [
    1,
    ready =>
      isObject(ready) &&
      isText(ready.session) &&
      typeof ready.resumed === 'boolean' &&
      isCount(ready.heartbeat) &&
      isCount(ready.resumeWindow),
  ],
  fail: [1, isObject],
  response: isId,
  items: [
    3,
    (id, values, ids) =>
      isPositive(id) &&
      Array.isArray(values) &&
      (ids === undefined ||
        (Array.isArray(ids) && ids.length === values.length && ids.every(id => id === null || isText(id)))),
  ],
  end: isId,
  error: [2, (id, error) => isCount(id) && isObject(error)],
  ping: [0],
  drain: [0],
}

/**
 * `isNumbered` is whether its message has a number. Throws BAD_REQUEST that names the frame, and not the field: a client carries no
 * more text than its user can do something about.
 */
export function rawToServerFrame(raw: RawFrame, isNumbered: boolean): ServerFrame {
  const [kind, ...fields] = raw as [ServerFrame[0], ...unknown[]]
  if (Object.hasOwn(SERVER_FRAMES, kind) && SERVER_FRAMES[kind] === isNumbered) {
    const [most, areFit] = FIELDS[kind]
    const isWhole = fields.length <= most && !fields.includes(undefined)
    if (isWhole && (!areFit || areFit(...fields))) return raw as unknown as ServerFrame
  }
  // Shortened, since the kind may be anything a peer has sent.
  throw new RpcError('BAD_REQUEST', { message: `no server sends such a frame "${kind.slice(0, 20)}"` })
}
