// A compiled stream route in → ways to write and read its items, ours and those of other libraries, out.

import type { Route } from '@alien-rpc/service'
import { Decoder as MsgpackDecoder, Encoder as MsgpackEncoder } from '@msgpack/msgpack'
import { Encoder as CborEncoder } from 'cbor-x'
import { Packr } from 'msgpackr'
import type { RouteDetails } from '../../../runtime/dist/client/client-route.js'
import type { CompiledRoute } from '../../../runtime/dist/compiled-route.js'
import { createRecordWriter, type RecordWriter } from '../../../runtime/dist/server/value-to-record.js'
import { CLIENT_LIMITS } from '../../../runtime/dist/wire/limits.js'
import { createMsgpackRecordDecoder } from '../../../runtime/dist/wire/msgpack-records.js'
import { createJsonSeqDecoder, type TakeRecord } from '../../../runtime/dist/wire/stream-records.js'

const MAX_ISSUES = 20

/** An item alone: what a stream writes and reads of it. */
export interface Codec {
  readonly name: string
  /** Ours check, and strip what is not declared. */
  encode(item: unknown): Uint8Array | string
  decode(encoded: never): unknown
}

const MISSING = Symbol('nothing was decoded')

/** Ours decode to the declared type; of the others those do whose format has Dates and bigints. */
export function codecsOf(route: Route, client: RouteDetails): Codec[] {
  const { compiled } = route as Route & { compiled: CompiledRoute }
  const { rows } = compiled
  if (rows === undefined || client.rows === undefined) throw new Error(`${route.path} has no rows`)
  const { unpack } = client.rows
  const revive = (client.decode ?? (value => value)) as (value: unknown) => unknown
  const json = createRecordWriter(compiled, { format: 'jsonSeq' }, MAX_ISSUES)
  const maps = createRecordWriter(compiled, { format: 'msgpack', maps: 'pairs' }, MAX_ISSUES)
  const inRows = createRecordWriter(compiled, { format: 'msgpack', rows: rows.schema }, MAX_ISSUES)
  let item: unknown
  const take: TakeRecord = (kind, value) => {
    if (kind === 'item') item = value
  }
  const only = <Piece>(read: (piece: Piece) => void, piece: Piece) => {
    item = MISSING
    read(piece)
    if (item === MISSING) throw new Error('no item was decoded')
    return item
  }
  const readJson = createJsonSeqDecoder(take)
  const readMaps = createMsgpackRecordDecoder(take, CLIENT_LIMITS.maxRecordLength)
  const readRows = createMsgpackRecordDecoder(take, CLIENT_LIMITS.maxRecordLength)
  return [
    {
      name: 'Alien RPC, json-seq',
      encode: item => taken(json, item),
      decode: (text: string) => revive(only(readJson, text)),
    },
    {
      name: 'Alien RPC, MessagePack maps',
      encode: item => taken(maps, item),
      decode: (bytes: Uint8Array) => revive(only(readMaps, bytes)),
    },
    {
      name: 'Alien RPC, MessagePack rows',
      encode: item => taken(inRows, item),
      decode: (bytes: Uint8Array) => (unpack as (value: unknown) => unknown)(only(readRows, bytes)),
    },
    {
      name: 'JSON',
      encode: item => JSON.stringify(item, bigintText),
      decode: (text: string) => JSON.parse(text),
    },
    coder('msgpackr, maps', new Packr({ useRecords: false, variableMapSize: true })),
    coder('msgpackr, shared structures', new Packr({ structures: [] })),
    msgpackCodec(),
    coder('cbor-x, maps', new CborEncoder({ useRecords: false, variableMapSize: true })),
    coder('cbor-x, shared structures', new CborEncoder({ structures: [] })),
  ]
}

function taken(writer: RecordWriter, item: unknown): string | Uint8Array {
  writer.item(item)
  return writer.take()
}

function bigintText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

/** What these encoders give is overwritten later on, but not before the next item is asked for. */
function coder(
  name: string,
  coder: { encode(value: unknown): Uint8Array; decode(bytes: Uint8Array): unknown },
): Codec {
  return { name, encode: item => coder.encode(item), decode: (bytes: Uint8Array) => coder.decode(bytes) }
}

function msgpackCodec(): Codec {
  const encoder = new MsgpackEncoder({ useBigInt64: true })
  const decoder = new MsgpackDecoder({ useBigInt64: true })
  return {
    name: '@msgpack/msgpack',
    encode: item => encoder.encode(item),
    decode: (bytes: Uint8Array) => decoder.decode(bytes),
  }
}
