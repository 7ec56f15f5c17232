// A compiled stream route in → ways to write and read its items, ours and those of other libraries, out.

import type { Route } from '@alien-rpc/service'
import { Decoder as MsgpackDecoder, Encoder as MsgpackEncoder } from '@msgpack/msgpack'
import { Encoder as CborEncoder } from 'cbor-x'
import { Packr } from 'msgpackr'
import type { RouteDetails } from '../../../runtime/dist/client/client-route.js'
import type { CompiledRoute } from '../../../runtime/dist/compiled-route.js'
import {
  createRecordWriter,
  type RecordForm,
  type RecordWriter,
} from '../../../runtime/dist/server/value-to-record.js'
import { CLIENT_LIMITS } from '../../../runtime/dist/wire/limits.js'
import { createMsgpackRecordDecoder } from '../../../runtime/dist/wire/msgpack-records.js'
import { createJsonSeqDecoder, type TakeRecord } from '../../../runtime/dist/wire/stream-records.js'

const MAX_ISSUES = 20

type Batch = Uint8Array | string

/** Items that leave together, as a stream writes and reads them. */
export interface Codec {
  readonly name: string
  /** Ours check, and strip what is not declared. */
  write(items: readonly unknown[]): Batch
  /** How many items there were. */
  read(batch: never): number
}

/** Ours decode to the declared type; of the others those do whose format has Dates and bigints. */
export function codecsOf(route: Route, client: RouteDetails): Codec[] {
  const { compiled } = route as Route & { compiled: CompiledRoute }
  const { rows } = compiled
  if (rows === undefined || client.rows === undefined) throw new Error(`${route.path} has no rows`)
  const own = (name: string, form: RecordForm, decode: unknown): Codec => {
    const write = writeWith(createRecordWriter(compiled, form, MAX_ISSUES))
    const isText = form.format !== 'msgpack'
    return { name: `Alien RPC, ${name}`, write, read: isText ? readText(decode) : readPacked(decode) }
  }
  return [
    own('json-seq', { format: 'jsonSeq', isTogether: true }, client.decode),
    own('MessagePack maps', { format: 'msgpack', maps: 'pairs' }, client.decode),
    own('MessagePack rows', { format: 'msgpack', rows: rows.schema }, client.rows.unpack),
    {
      name: 'JSON',
      write: items => items.map(item => JSON.stringify(item, bigintText)).join('\n'),
      read: (text: string) => text.split('\n').map(line => JSON.parse(line)).length,
    },
    msgpackr('maps', new Packr({ useRecords: false, variableMapSize: true })),
    msgpackr('shared structures', new Packr({ structures: [] })),
    msgpackCodec(),
    cbor('maps', new CborEncoder({ useRecords: false, variableMapSize: true })),
    cbor('shared structures', new CborEncoder({ structures: [] })),
  ]
}

function writeWith(writer: RecordWriter): Codec['write'] {
  return items => {
    for (const item of items) writer.item(item)
    return writer.take()
  }
}

/** As the client does: what was decoded is kept until the batch is. */
function listing<Piece>(createDecoder: (take: TakeRecord) => (piece: Piece) => void, decode: unknown) {
  const finish = (decode ?? (value => value)) as (value: unknown) => unknown
  let items: unknown[] = []
  const read = createDecoder((kind, value) => {
    if (kind === 'item') items.push(finish(value))
  })
  return (piece: Piece) => {
    items = []
    read(piece)
    return items.length
  }
}

function readText(decode: unknown): Codec['read'] {
  return listing<string>(createJsonSeqDecoder, decode)
}

function readPacked(decode: unknown): Codec['read'] {
  return listing<Uint8Array>(take => createMsgpackRecordDecoder(take, CLIENT_LIMITS.maxRecordLength), decode)
}

function bigintText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

/** What these encoders give is overwritten by the next item, so a batch is a copy. */
function writeEach(encode: (item: unknown) => Uint8Array): Codec['write'] {
  let batch = new Uint8Array(1024)
  return items => {
    let at = 0
    for (const item of items) {
      const bytes = encode(item)
      if (at + bytes.length > batch.length) {
        const larger = new Uint8Array(2 * (at + bytes.length))
        larger.set(batch.subarray(0, at))
        batch = larger
      }
      batch.set(bytes, at)
      at += bytes.length
    }
    return batch.subarray(0, at)
  }
}

function msgpackr(name: string, packr: Packr): Codec {
  return {
    name: `msgpackr, ${name}`,
    write: writeEach(item => packr.encode(item)),
    read: (bytes: Uint8Array) => packr.unpackMultiple(bytes).length,
  }
}

function cbor(name: string, coder: CborEncoder): Codec {
  return {
    name: `cbor-x, ${name}`,
    write: writeEach(item => coder.encode(item)),
    read: (bytes: Uint8Array) => coder.decodeMultiple(bytes).length,
  }
}

function msgpackCodec(): Codec {
  const encoder = new MsgpackEncoder({ useBigInt64: true })
  const decoder = new MsgpackDecoder({ useBigInt64: true })
  return {
    name: '@msgpack/msgpack',
    write: writeEach(item => encoder.encodeSharedRef(item)),
    read: (bytes: Uint8Array) => [...decoder.decodeMulti(bytes)].length,
  }
}
