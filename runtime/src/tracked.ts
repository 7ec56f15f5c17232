// An id and a value in → an item that carries its id out, so that a stream can be resumed after it.

const TRACKED: unique symbol = Symbol.for('alien-rpc.tracked')

/** A stream item with an id. The client receives `value`; when it resumes, the id of the last one is `context.lastEventId`. */
export interface Tracked<T> {
  /** Known to the compiler only: what tells a tracked item from an item of the same shape. Never set. */
  readonly '~alienRpc'?: 'tracked'
  readonly [TRACKED]: true
  readonly id: string
  readonly value: T
}

/** Ids that mark the end of an event stream; see PROTOCOL.md, "Event streams". */
export const RESERVED_ID = '$end'

/**
 * Gives a stream item an id, so that a client can resume after it: `yield tracked(row.id, row)`. The client receives `value`. After a lost
 * connection it asks again, and the handler finds the last id in `context.lastEventId`.
 *
 * @param id 1 to 256 visible ASCII characters, because it travels in the `Last-Event-ID` header; not `$end`.
 * @throws TypeError for any other id.
 */
export function tracked<T>(id: string, value: T): Tracked<T> {
  if (!/^[\x21-\x7e]{1,256}$/.test(id) || id === RESERVED_ID) {
    throw new TypeError(
      `tracked(): an id is 1 to 256 visible ASCII characters and not "${RESERVED_ID}", got ${JSON.stringify(id)}`,
    )
  }
  return { [TRACKED]: true, id, value }
}

export function isTracked(value: unknown): value is Tracked<unknown> {
  return typeof value === 'object' && value !== null && TRACKED in value
}
