// MessagePack for the client: arguments → bytes of a request, bytes of an answer → what `decode` takes. Loaded when first asked for.
import { mapUnpacked } from '../validation/unpacked-to-json.ts'
import { MEDIA_TYPES } from '../wire/http-names.ts'
import { createMsgpackClientFraming } from '../wire/msgpack-framing.ts'
import { MAPS_AS_PAIRS, ROWS } from '../wire/msgpack-names.ts'
import { createMsgpackRecordDecoder, type MsgpackRecordDecoder } from '../wire/msgpack-records.ts'
import { createMsgpackReader } from '../wire/msgpack-to-value.ts'
import type { ClientFraming } from '../wire/socket-framing.ts'
import { createMsgpackWriter, toPackable } from '../wire/value-to-msgpack.ts'
import type { ClientRoute } from './client-route.ts'

/** What a call needs of this module. */
export interface Packing {
  /** Of a request's body. */
  readonly type: string
  /** JSON is welcome as well: an older server has nothing else, nor has a proxy that answers in its place. */
  accept(isStream: boolean, rows: ClientRoute['rows']): string
  isPacked(type: string): boolean
  /** True of an answer of rows: what is in it is for `unpack` of the route. */
  isRows(answer: Response, rows: ClientRoute['rows']): boolean
  /** Throws a TypeError for what no request can carry. */
  pack(args: unknown): Uint8Array<ArrayBuffer> | undefined
  /** Throws for what is no MessagePack. */
  unpack(body: ArrayBuffer): unknown
  createDecoder(): MsgpackRecordDecoder
  /** Of sockets. */
  createFraming(): ClientFraming
}

/** Deepest nesting that is sent or read. */
const MAX_DEPTH = 1_000

export function createPacking(): Packing {
  const writer = createMsgpackWriter()
  const reader = createMsgpackReader('the answer', MAX_DEPTH)
  return {
    type: MEDIA_TYPES.msgpack,
    accept: (isStream, rows) =>
      `${MEDIA_TYPES.msgpack};${MAPS_AS_PAIRS}${rows ? `;${ROWS}${rows.schema}` : ''},${isStream ? MEDIA_TYPES.jsonSeq : MEDIA_TYPES.json};q=0.1`,
    isPacked: type => type.startsWith(MEDIA_TYPES.msgpack),
    isRows: ({ ok, headers }, rows) =>
      ok && rows !== undefined && headers.get('content-type')!.endsWith(`;${ROWS}${rows.schema}`),
    pack: args => (args === undefined ? args : writer.write(toPackable(args))),
    unpack(body) {
      const { value, hasMaps } = reader.read(new Uint8Array(body))
      return toObjects(value, hasMaps)
    },
    createDecoder: () => createMsgpackRecordDecoder(toObjects),
    createFraming: () => createMsgpackClientFraming(writer, toObjects),
  }
}

/** Objects of all maps: a server sends Maps as pairs. Dates, bigints and bytes are what `decode` takes as well as their JSON. */
function toObjects(value: unknown, hasMaps: boolean): unknown {
  return hasMaps ? mapUnpacked(value, leaf => leaf) : value
}
