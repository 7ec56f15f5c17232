// A streaming call in → its items, one batch a chunk, out. A cut is repaired by resuming where that loses nothing.
import type { RpcError } from '../errors.ts'
import { JSON_SEQ_TYPE } from '../wire/http-names.ts'
import type { StreamRecord } from '../wire/stream-records.ts'
import { answerToRecords, type RecordReader } from './answer-to-records.ts'
import { decodeValue } from './answer-to-value.ts'
import { type Call, createCall } from './call.ts'
import type { CallOptions, ClientRoute, ClientSettings } from './client-route.ts'

/** Items in order; the last one of a complete stream is its return value, with `done: true`. */
export type Batch = IteratorResult<unknown, unknown>[]

export interface BatchReader {
  /** The next batch, never empty. The first call sends the request. */
  read(): Promise<Batch>
  /** Ends the call at once. Harmless when it has ended. */
  close(): void
}

export function callToBatches(
  settings: ClientSettings,
  route: ClientRoute,
  args: unknown,
  options: CallOptions,
): BatchReader {
  let call: Call | undefined
  let reader: RecordReader | undefined
  let lastEventId = options.lastEventId
  /** False once a repeated request would bring again what was received: the last item had no id. */
  let resumable = true
  /** The reader has left. */
  let closed = false
  /** The end record has come. */
  let complete = false
  /** The error record that has come, or a record that cannot be decoded: thrown after the items before it. */
  let failure: RpcError | undefined

  const receive = async (call: Call): Promise<Batch> => {
    if (!reader) {
      reader = await call.attempt(
        (answer, controller) => answerToRecords(settings, call, route, answer, controller),
        lastEventId,
      )
      resumable &&= route.method === 'GET'
    }
    const records = await reader.pull()
    if (!records) throw call.error('UNAVAILABLE', 'the stream was cut before its end')
    const batch: Batch = []
    for (const record of records) if (!failure) accept(call, reader, record, batch)
    if (complete) leave(call, reader)
    if (batch.length > 0) call.renew()
    return batch
  }

  const accept = (call: Call, { codec }: RecordReader, record: StreamRecord, batch: Batch) => {
    if (record.kind === 'error') {
      failure = record.error
      return
    }
    complete = record.kind === 'end'
    try {
      batch.push({
        done: complete,
        value: decodeValue(call, complete ? codec.decodeReturn : codec.decode, record.value),
      })
    } catch (error) {
      failure = error as RpcError
      return
    }
    if (record.kind === 'item') {
      lastEventId = record.id
      resumable = route.method === 'GET' && record.id !== undefined
    }
  }

  return {
    async read() {
      if (!call) {
        call = await createCall(settings, route, args, options, JSON_SEQ_TYPE)
        if (closed) call.cancel()
      }
      for (;;) {
        if (failure) throw failure
        // The caller has aborted what is unread: that is the one who reads on.
        if (complete) throw call.error('CANCELLED', 'cancelled', options.signal?.reason)
        try {
          const batch = await receive(call)
          if (batch.length > 0) return batch
        } catch (error) {
          reader = undefined
          if (!resumable) throw error
          await call.recover(error)
        }
      }
    },
    close() {
      closed = true
      call?.release()
      if (!complete) call?.cancel()
    },
  }
}

/** The end record is here and the end of the body is due: reading that too keeps the connection for later calls. */
function leave(call: Call, reader: RecordReader): void {
  call.release()
  reader.pull().then(
    more => more && call.cancel(),
    // All items are here: how the connection ends changes nothing any more.
    () => undefined,
  )
}
