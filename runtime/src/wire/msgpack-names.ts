// The names of the MessagePack wire that JSON has no like of. Mirrored by PROTOCOL.md, "MessagePack".

/** Extension types, as signed bytes. Values hold none but timestamps, so that no data can imitate a record of a stream. */
export const EXTENSIONS = {
  /** A Date. MessagePack specification, "Timestamp extension type". */
  timestamp: -1,
  /** `[id, value]`: an item with an id. */
  item: 1,
  /** The return value, or nothing. */
  end: 2,
  /** An error body. */
  error: 3,
  /** Nothing at all. */
  keepAlive: 4,
} as const

/** A parameter of MessagePack's media types in `Accept`: Maps are to come as arrays of pairs, for readers that know no types. */
export const MAPS_AS_PAIRS = 'maps=pairs'

/** A parameter of those media types, before a schema: in `Accept`, rows are welcome; in `Content-Type`, these are rows. */
export const ROWS = 'rows='
