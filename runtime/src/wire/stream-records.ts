// Stream records ↔ the text of a body. PROTOCOL.md, "Records" and "Event streams". Pure: no sockets, no timers.
import type { WireError } from '../errors.ts'
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

/** A record of `json-seq` that holds several items: their JSON texts and those of their ids, with commas between them. No item in it needs a mark. */
export function itemsRecord(values: string, ids: string): string {
  return `${RS}{"${RECORD_MARK}":"items","values":[${values}]${ids && `,"ids":[${ids}]`}}\n`
}

const MARK_TEXT = `"${RECORD_MARK}":`

/**
 * True of the text of every object with a member `$`. True as well where that member is one of an object inside:
 * wrapping is never wrong. The text is what is sent, whatever a `toJSON` or a getter has made of the value.
 */
function mayHaveMark(json: string): boolean {
  return json.startsWith('{') && json.includes(MARK_TEXT)
}

/** An item, the return value, or an error body, which it throws. What `kind` is was checked by nobody. Of `items` it is given one by one. */
export type TakeRecord = (kind: RecordKind, value: unknown, id?: string) => void

/**
 * Takes the text of a body in any cuts and hands out the records that are complete. A record longer than the limit is an error, and it
 * throws what is no record: after those before it, wherever the text was cut. It is given nothing more after that. Nothing comes after the
 * end: further text is ignored. A body that ends before one was cut.
 */
export type JsonSeqDecoder = (text: string) => void

/**
 * An incremental decoder of `json-seq`, stricter than RFC 7464 asks: a record is RS, JSON text without raw line breaks,
 * LF. Where a lenient parser skips a truncated record and goes on (section 2.3), an item would be lost in silence. Lone
 * RS, the keep-alives, are silent (section 2.1). Each record is parsed alone: joined ones would take `[1` and `2]` for a
 * record. A server that joins items itself saves a third of the time of parsing them.
 */
export function createJsonSeqDecoder(
  take: TakeRecord,
  maxRecordLength: number = MAX_RECORD_LENGTH,
): JsonSeqDecoder {
  /** What there is of the record whose LF has not come yet. Nobody looks at it before, so that cuts cost nothing. */
  let held = ''

  const hold = (piece: string) => {
    const isNew = held.length < 2
    held += piece
    // A keep-alive is rare, and a search in every record takes a third of the time of decoding it.
    if (isNew && held[1] === RS) held = held.replace(/^\x1e+/, RS)
    if (isNew && held && held[0] !== RS) throw new TypeError('no record')
    if (held.length > maxRecordLength + 1) {
      take('error', { code: 'PAYLOAD_TOO_LARGE', message: `a record is longer than ${maxRecordLength}` })
    }
  }
  return text => {
    const pieces = text.split('\n')
    const rest = pieces.pop()!
    for (const piece of pieces) {
      hold(piece)
      const record = JSON.parse(held.slice(1))
      held = ''
      // JSON has no `undefined`, and no member that is inherited.
      const kind = record?.$
      if (kind === undefined) take('item', record)
      // Nothing that JSON has but an array can do this.
      else if (kind === 'items')
        record.values.forEach((value: unknown, i: number) => take('item', value, record.ids?.[i]))
      else take(kind, kind === 'error' ? record.error : record.value, record.id)
      if (kind === 'end') return
    }
    hold(rest)
  }
}
