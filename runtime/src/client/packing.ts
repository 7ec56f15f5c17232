// MessagePack for the client: arguments → bytes of a request, bytes of an answer → what `decode` takes. Loaded when first asked for.
import { mapUnpacked } from '../validation/unpacked-to-json.ts'
import type { MEDIA_TYPES } from '../wire/http-names.ts'
import { createMsgpackClientFraming } from '../wire/msgpack-framing.ts'
import { MAPS_AS_PAIRS, ROWS } from '../wire/msgpack-names.ts'
import { createMsgpackRecordDecoder, type MsgpackRecordDecoder } from '../wire/msgpack-records.ts'
import { createMsgpackReader } from '../wire/msgpack-to-value.ts'
import type { ClientFraming } from '../wire/socket-framing.ts'
import type { TakeRecord } from '../wire/stream-records.ts'
import { createMsgpackWriter, toPackable } from '../wire/value-to-msgpack.ts'
import type { Decoders, RouteDetails } from './client-route.ts'

/** What a call needs of this module. */
export interface Packing {
  /** Of a request's body. */
  readonly type: string
  /** `json` is welcome as well: an older server has nothing else, nor has a proxy that answers in its place. */
  accept(json: string, rows: RouteDetails['rows']): string
  /** How an answer in MessagePack is read; undefined of any other. */
  answer(answer: Response, route: RouteDetails): PackedAnswer | undefined
  /** The body: of `given`, or of those of its members that `parts` has. Throws a TypeError for what no request can carry. */
  pack(given: unknown, parts?: object): Uint8Array<ArrayBuffer> | undefined
  /** Of sockets. */
  createFraming(): ClientFraming
}

export interface PackedAnswer extends Decoders {
  /** Throws for what is no MessagePack. */
  unpack(body: ArrayBuffer): unknown
  createDecoder(take: TakeRecord, maxRecordBytes: number): MsgpackRecordDecoder
}

/** Known by its type: an import would move the names of HTTP to a chunk that this one shares with the client's first. */
const MSGPACK_TYPE: (typeof MEDIA_TYPES)['msgpack'] = 'application/vnd.msgpack'

/** Deepest nesting that is sent or read. */
const MAX_DEPTH = 1_000

export function createPacking(): Packing {
  const writer = createMsgpackWriter()
  const reader = createMsgpackReader('the answer', MAX_DEPTH)
  return {
    type: MSGPACK_TYPE,
    accept: (json, rows) =>
      `${MSGPACK_TYPE};${MAPS_AS_PAIRS}${rows ? `;${ROWS}${rows.schema}` : ''},${json};q=0.1`,
    answer({ ok, headers }, { rows, decode, decodeReturn }) {
      // A proxy may write it otherwise: with spaces, capitals or quotes.
      const type = headers.get('content-type')?.toLowerCase().replace(/[\s"]/g, '')
      if (!type?.startsWith(MSGPACK_TYPE)) return undefined
      // What is in rows is for `unpack` of the route.
      const isRows = ok && rows !== undefined && type.split(';').includes(ROWS + rows.schema)
      return {
        decode: isRows ? rows.unpack : decode,
        decodeReturn: (isRows && rows.unpackReturn) || decodeReturn,
        unpack(body) {
          const { value, hasMaps } = reader.read(new Uint8Array(body))
          return toObjects(value, hasMaps)
        },
        createDecoder: (take, maxRecordBytes) => createMsgpackRecordDecoder(toObjects, take, maxRecordBytes),
      }
    },
    pack(given, parts) {
      if (given === undefined) return undefined
      const packed = parts
        ? Object.fromEntries(Object.entries(given as object).filter(([name]) => name in parts))
        : given
      return writer.write(toPackable(packed))
    },
    createFraming: () => createMsgpackClientFraming(writer, toObjects),
  }
}

/** Objects of all maps: a server sends Maps as pairs. Dates, bigints and bytes are what `decode` takes as well as their JSON. */
function toObjects(value: unknown, hasMaps: boolean): unknown {
  return hasMaps ? mapUnpacked(value, leaf => leaf) : value
}
