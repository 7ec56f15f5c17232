// A frame of a server as it was parsed in → the frame, each of its fields checked, out. PROTOCOL.md, "Frames" and "Violations".
import { isCount } from '../../runtime/src/wire/frame-fields.ts'
import type { ServerFrame } from '../../runtime/src/wire/socket-frames.ts'
import type { RawFrame } from '../../runtime/src/wire/socket-framing.ts'

/**
 * Whether its message has a number, the kind, and a letter for each field: `n` a positive number, `z` zero, `a` an array, `o` an object, `s` a text, `b` true
 * or false, `x` anything else.
 */
const SHAPES = /^(?:0(?:ready o|fail o|ping )|1(?:response n.?|items naa?|end n.?|error [nz]o|drain ))$/

function shapeOf(fields: readonly unknown[]): string {
  return fields
    .map(it => {
      if (Array.isArray(it)) return 'a'
      if (isCount(it)) return it ? 'n' : 'z'
      return it === null || typeof it === 'number' ? 'x' : (typeof it)[0]
    })
    .join('')
}

/**
 * `isNumbered` is whether its message has a number. Throws a TypeError that names the frame. The client trusts its server with all that it does not
 * stumble over itself, so that this judges servers.
 */
export function rawToServerFrame(raw: RawFrame, isNumbered: boolean): ServerFrame {
  const [kind, ...fields] = raw
  const frame = raw as unknown as ServerFrame
  if (
    SHAPES.test(`${+isNumbered}${kind} ${shapeOf(fields)}`) &&
    (frame[0] !== 'ready' || isReady(frame[1])) &&
    (frame[0] !== 'items' || areIds(frame[2], frame[3]))
  )
    return frame
  // Shortened, since the kind may be anything a peer has sent.
  throw new TypeError(`no frame "${kind.slice(0, 20)}"`)
}

function isReady({
  session,
  resumed,
  heartbeat,
  resumeWindow,
}: Extract<ServerFrame, readonly ['ready', unknown]>[1]) {
  return /^sb[nz]{2}$/.test(shapeOf([session, resumed, heartbeat, resumeWindow]))
}

function areIds({ length }: readonly unknown[], ids: readonly unknown[] | undefined) {
  return !ids || (ids.length === length && ids.every(id => id === null || typeof id === 'string'))
}
