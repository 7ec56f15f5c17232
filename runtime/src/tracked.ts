// An id and a value in → an item that carries its id out, so that a stream can be resumed after it.

const TRACKED: unique symbol = Symbol.for('alien-rpc.tracked')

/** A stream item with an id. The client receives `value`; the id comes back as `context.lastEventId` on a resume. */
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
 * Marks a stream item with an id: `yield tracked(row.id, row)`.
 * The id is 1 to 256 visible ASCII characters, because it travels in the `Last-Event-ID` header, and not `$end`.
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
