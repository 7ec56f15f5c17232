// MessagePack for the client: arguments → bytes of a request, bytes of an answer → what `decode` takes. Loaded when first asked for.
import type { MEDIA_TYPES } from '../wire/http-names.ts'
import { PACKED_DEPTH } from '../wire/limits.ts'
import { createMsgpackClientFraming } from '../wire/msgpack-framing.ts'
import { MAPS_AS_PAIRS, ROWS } from '../wire/msgpack-names.ts'
import { MsgpackReader } from '../wire/msgpack-reader.ts'
import { createMsgpackRecordDecoder, type MsgpackRecordDecoder } from '../wire/msgpack-records.ts'
import type { ClientFraming } from '../wire/socket-framing.ts'
import type { TakeRecord } from '../wire/stream-records.ts'
import { MsgpackWriter } from '../wire/value-to-msgpack.ts'
import type { Decoders, RouteDetails } from './client-route.ts'

/** What a call needs of this module, which is one: what a call needs of it is made by that call. */
export interface Packing {
  /**
   * Asks for an answer, where `own` says that one in JSON is welcome: it still is, as an older server has nothing else, nor has a proxy that answers
   * in its place. Gives the type of a request's body.
   */
  head(
    headers: Record<string, string>,
    rows: RouteDetails['rows'],
    own?: { readonly accept?: string },
  ): string
  /** How an answer in MessagePack is read; undefined of any other. */
  answer(answer: Response, route: RouteDetails): PackedAnswer | undefined
  /** The body: of `given`, or of those of its members that `parts` has. Throws a TypeError for what no request can carry. */
  pack(given: unknown, parts?: object): Uint8Array<ArrayBuffer> | undefined
  /** Of a socket. `rows`: the schema of the rows that its answers can be. */
  createFraming(rows: string | undefined): ClientFraming
}

/** The name of a type's decoder, so that a route that has none of this stands for JSON. */
export interface PackedAnswer extends Decoders {
  /** Throws for what is no MessagePack. */
  unpack(body: ArrayBuffer): unknown
  createDecoder(take: TakeRecord, maxRecordBytes: number): MsgpackRecordDecoder
}

/** Known by its type: an import would move the names of HTTP to a chunk that this one shares with the client's first. */
const MSGPACK_TYPE: (typeof MEDIA_TYPES)['msgpack'] = 'application/vnd.msgpack'

export const head: Packing['head'] = (headers, rows, own) => {
  const rowsParameter = rows ? `;${ROWS}${rows.schema}` : ''
  if (own) headers.accept = `${MSGPACK_TYPE};${MAPS_AS_PAIRS}${rowsParameter},${own.accept};q=0.1`
  return MSGPACK_TYPE
}

export const answer: Packing['answer'] = ({ ok, headers }, { rows, decode, decodeReturn }) => {
  // A proxy may write it otherwise: with spaces, capitals or quotes.
  const type = headers.get('content-type')?.toLowerCase().replace(/[\s"]/g, '')
  if (!type?.startsWith(MSGPACK_TYPE)) return undefined
  // What is in rows is for `unpack` of the route.
  const isRows = ok && rows !== undefined && type.split(';').includes(ROWS + rows.schema)
  return {
    decode: isRows ? rows.unpack : decode,
    decodeReturn: (isRows && rows.unpackReturn) || decodeReturn,
    unpack: body => new MsgpackReader('the answer', PACKED_DEPTH).readAll(new Uint8Array(body)).value,
    createDecoder: createMsgpackRecordDecoder,
  }
}

export const pack: Packing['pack'] = (given, parts) => {
  if (given === undefined) return undefined
  const packed = parts
    ? Object.fromEntries(Object.entries(given as object).filter(([name]) => name in parts))
    : given
  return new MsgpackWriter().pack(packed)
}

export const createFraming: Packing['createFraming'] = rows =>
  createMsgpackClientFraming(new MsgpackWriter(), rows)
