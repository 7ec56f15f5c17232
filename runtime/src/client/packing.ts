// MessagePack for the client: arguments → bytes of a request, bytes of an answer → what `decode` takes. Loaded when first asked for.
import { foreignToJson } from '../validation/unpacked-to-json.ts'
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
  /** True of an answer of rows: what is in it is for `unpack` of the route, and is nothing that JSON would know. */
  isRows(answer: Response, rows: ClientRoute['rows']): boolean
  /** Throws a TypeError for what no request can carry. */
  pack(args: unknown): Uint8Array<ArrayBuffer> | undefined
  /** Throws for what is no MessagePack. */
  unpack(body: ArrayBuffer, isRows: boolean): unknown
  createDecoder(isRows: boolean): MsgpackRecordDecoder
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
    unpack(body, isRows) {
      const { value, isPlain, hasMaps } = reader.read(new Uint8Array(body))
      return isRows ? value : toJson(value, isPlain && !hasMaps)
    },
    createDecoder: isRows => createMsgpackRecordDecoder(isRows ? value => value : toJson),
    createFraming: () => createMsgpackClientFraming(writer, toJson),
  }
}

/** A client knows no types: what JSON has no form for becomes the form that `decode` takes. A server writes 64 bits for a bigint only. */
function toJson(value: unknown, isJson: boolean): unknown {
  return isJson ? value : foreignToJson(value, String)
}
