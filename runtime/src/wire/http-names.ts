// The names both ends of the HTTP wire use: media types, headers and record marks. Mirrored by PROTOCOL.md.

export const MEDIA_TYPES = {
  json: 'application/json',
  jsonSeq: 'application/json-seq',
  ndjson: 'application/x-ndjson',
  eventStream: 'text/event-stream',
} as const

/** The stream formats, in the order a server prefers them when the client does not care. */
export const STREAM_FORMATS = ['ndjson', 'jsonSeq', 'eventStream'] as const
export type StreamFormat = (typeof STREAM_FORMATS)[number]

export const HEADERS = {
  lastEventId: 'last-event-id',
} as const

/** The member that marks a control record. An item that has such a member of its own is wrapped. */
export const RECORD_MARK = '$'
export const RECORD_KINDS = ['item', 'end', 'error'] as const
export type RecordKind = (typeof RECORD_KINDS)[number]
