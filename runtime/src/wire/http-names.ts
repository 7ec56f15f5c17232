// The names both ends of the HTTP wire use: media types, headers and record marks. Mirrored by PROTOCOL.md.

/** The parameter of `json-seq` by which a client says that it reads the record `items`. */
export const ITEMS_TOGETHER = 'items=together'

/** Apart from the table, so that a client carries no more of it than it needs. */
export const JSON_TYPE = 'application/json'
export const JSON_SEQ_TYPE = 'application/json-seq'

export const MEDIA_TYPES = {
  json: JSON_TYPE,
  jsonSeq: JSON_SEQ_TYPE,
  ndjson: 'application/x-ndjson',
  eventStream: 'text/event-stream',
  msgpack: 'application/vnd.msgpack',
} as const

/** The stream formats whose records are text, … */
export const TEXT_FORMATS = ['ndjson', 'jsonSeq', 'eventStream'] as const
export type TextFormat = (typeof TEXT_FORMATS)[number]

/** … and all of them, in the order a server prefers them when the client does not care. */
export const STREAM_FORMATS = ['ndjson', 'jsonSeq', 'eventStream', 'msgpack'] as const
export type StreamFormat = (typeof STREAM_FORMATS)[number]

/** The formats of request bodies, results and errors; the first is the default. */
export const BODY_FORMATS = ['json', 'msgpack'] as const
export type BodyFormat = (typeof BODY_FORMATS)[number]

/** What else a client may call MessagePack. */
export const MSGPACK_ALIASES = ['application/msgpack', 'application/x-msgpack'] as const

export const LAST_EVENT_ID = 'last-event-id'
export const HEADERS = { lastEventId: LAST_EVENT_ID } as const

/** The member that marks a control record. An item that has such a member of its own is wrapped. */
export const RECORD_MARK = '$'
export const RECORD_KINDS = ['item', 'items', 'end', 'error'] as const
export type RecordKind = (typeof RECORD_KINDS)[number]
