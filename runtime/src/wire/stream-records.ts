// Stream records ↔ the text of a body. PROTOCOL.md, "Records" and "Event streams". Pure: no sockets, no timers.
import { RpcError, type WireError } from '../errors.ts'
import { RESERVED_ID } from '../tracked.ts'
import { RECORD_MARK, type RecordKind, type TextFormat } from './http-names.ts'
import { MAX_RECORD_LENGTH } from './limits.ts'

/** How one stream format writes records. Values are JSON texts without line breaks, as JSON.stringify writes them. */
export interface RecordEncoder {
  /** `isUnmarked`: it is known already that the text is no object with a member `$`. */
  item(json: string, id?: string, isUnmarked?: boolean): string
  /** The text of a return value, if there is one. */
  end(json?: string): string
  error(error: WireError): string
  readonly keepAlive: string
}

const RS = '\x1e'

export function createRecordEncoder(format: TextFormat): RecordEncoder {
  if (format === 'eventStream') return eventStream
  return format === 'jsonSeq' ? jsonSeq : ndjson
}

function textEncoder(start: string, keepAlive: string): RecordEncoder {
  const open = `${start}{"${RECORD_MARK}":`
  return {
    item: (json, id, isUnmarked = false) => {
      if (id === undefined && (isUnmarked || !mayHaveMark(json))) return `${start}${json}\n`
      return `${open}"item"${id === undefined ? '' : `,"id":${JSON.stringify(id)}`},"value":${json}}\n`
    },
    end: json => `${open}"end"${json === undefined ? '' : `,"value":${json}`}}\n`,
    error: error => `${open}"error","error":${JSON.stringify(error)}}\n`,
    keepAlive,
  }
}

// Marked pure, so that bundlers leave the encoders out of a client, which only decodes.
const jsonSeq = /* @__PURE__ */ textEncoder(RS, RS)
const ndjson = /* @__PURE__ */ textEncoder('', '\n')

// An id was checked by tracked(): no line breaks. JSON text has none either, so a value is one `data:` line.
const eventStream: RecordEncoder = {
  item: (json, id) => `${id === undefined ? '' : `id: ${id}\n`}data: ${json}\n\n`,
  end: json => {
    const data = json === undefined ? '{}' : `{"value":${json}}`
    return `event: end\nid: ${RESERVED_ID}\ndata: ${data}\n\n`
  },
  error: error => `event: failure\nid: ${RESERVED_ID}\ndata: ${JSON.stringify(error)}\n\n`,
  keepAlive: ':\n\n',
}

const MARK_TEXT = `"${RECORD_MARK}":`

/**
 * True of the text of every object with a member `$`. True as well where that member is one of an object inside:
 * wrapping is never wrong. The text is what is sent, whatever a `toJSON` or a getter has made of the value.
 */
function mayHaveMark(json: string): boolean {
  return json.startsWith('{') && json.includes(MARK_TEXT)
}

export type StreamRecord =
  | { readonly kind: 'item'; readonly value: unknown; readonly id: string | undefined }
  | { readonly kind: 'end'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: RpcError }

/**
 * Takes the text of a body in any cuts and gives the records that are complete.
 * What is wrong with the body is its last record, an error like those a server sends: INTERNAL for what is no record,
 * PAYLOAD_TOO_LARGE for one longer than the limit. So the records before it are never lost, wherever the text was cut.
 * Nothing comes after a terminal record (`end` or `error`): further text is ignored. A body that ends before one was cut.
 */
export type JsonSeqDecoder = (text: string) => StreamRecord[]

/**
 * An incremental decoder of `json-seq`, stricter than RFC 7464 asks: a record is RS, JSON text without raw line breaks,
 * LF. Where a lenient parser skips a truncated record and goes on (section 2.3), an item would be lost in silence. Lone
 * RS, the keep-alives, are silent (section 2.1). Each record is parsed alone: one JSON.parse of many, joined, is not
 * faster on V8 once they are cut apart, and takes `[1` and `2]` for a record.
 */
export function createJsonSeqDecoder(maxRecordLength: number = MAX_RECORD_LENGTH): JsonSeqDecoder {
  /** What there is of the record whose LF has not come yet. Nobody looks at it before, so that cuts cost nothing. */
  let held = ''
  /** RS has come. */
  let isOpen = false
  let isOver = false

  return text => {
    const records: StreamRecord[] = []
    const add = (record: StreamRecord) => {
      isOver = record.kind !== 'item'
      records.push(record)
    }
    const lines = text.split('\n')
    for (let i = 0; i < lines.length && !isOver; i++) {
      let piece = lines[i]!
      for (; !held && piece[0] === RS; piece = piece.slice(1)) isOpen = true
      const isWhole = i < lines.length - 1
      held += piece
      if (!isOpen && (held || isWhole)) add(broken('text that is no record'))
      else if (held.length > maxRecordLength) add(tooLong(maxRecordLength))
      else if (isWhole) {
        add(toRecord(held))
        held = ''
        isOpen = false
      }
    }
    return records
  }
}

function toRecord(json: string): StreamRecord {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (cause) {
    return broken('a record that is not JSON', cause)
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, RECORD_MARK)) {
    return { kind: 'item', value, id: undefined }
  }
  const record = value as { $: RecordKind; id?: unknown; value?: unknown; error?: unknown }
  switch (record.$) {
    case 'item':
      return { kind: 'item', value: record.value, id: typeof record.id === 'string' ? record.id : undefined }
    case 'end':
      return { kind: 'end', value: record.value }
    case 'error':
      return { kind: 'error', error: RpcError.fromWire(record.error, 'INTERNAL') }
    default:
      return broken('an unknown control record')
  }
}

function broken(what: string, cause?: unknown): StreamRecord {
  const error = new RpcError('INTERNAL', { message: `the stream holds ${what}`, cause })
  return { kind: 'error', error }
}

function tooLong(limit: number): StreamRecord {
  const message = `a record of the stream is longer than ${limit} characters`
  return { kind: 'error', error: new RpcError('PAYLOAD_TOO_LARGE', { message, remote: true }) }
}
