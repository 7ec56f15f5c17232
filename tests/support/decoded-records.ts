// Pieces of a stream's body in → its records as a list out, what ends it badly as the last one.
import { RpcError } from '../../runtime/src/errors.ts'
import { createMsgpackRecordDecoder } from '../../runtime/src/wire/msgpack-records.ts'
import { createJsonSeqDecoder, type TakeRecord } from '../../runtime/src/wire/stream-records.ts'

export type StreamRecord =
  | { readonly kind: 'item'; readonly value: unknown; readonly id: string | undefined }
  | { readonly kind: 'end'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: RpcError }

export function jsonSeqRecords(maxRecordLength?: number): (text: string) => StreamRecord[] {
  return listing(take => createJsonSeqDecoder(take, maxRecordLength))
}

export function msgpackRecords(maxRecordBytes: number): (bytes: Uint8Array) => StreamRecord[] {
  return listing(take => createMsgpackRecordDecoder(take, maxRecordBytes))
}

/** As the client reads: nothing further after a throw, and what is no RpcError is INTERNAL. */
function listing<Piece>(createDecoder: (take: TakeRecord) => (piece: Piece) => void) {
  let records: StreamRecord[] = []
  let isOver = false
  const decode = createDecoder((kind, value, id) => {
    if (kind === 'error') throw RpcError.fromWire(value, 'INTERNAL')
    if (kind === 'item') records.push({ kind, value, id })
    else if (kind === 'end') records.push({ kind, value })
    else throw new TypeError('an unknown record')
    isOver = kind === 'end'
  })
  return (piece: Piece) => {
    records = []
    try {
      if (!isOver) decode(piece)
    } catch (cause) {
      isOver = true
      const error = cause instanceof RpcError ? cause : new RpcError('INTERNAL', { cause })
      records.push({ kind: 'error', error })
    }
    return records
  }
}
