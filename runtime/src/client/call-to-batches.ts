// A streaming call in → its items, one batch a chunk, out. A cut is repaired by resuming where that loses nothing.
import type { RpcError } from '../errors.ts'
import type { StreamRecord } from '../wire/stream-records.ts'
import { answerToRecords, type PullRecords } from './answer-to-records.ts'
import { type Call, type ClientSettings, createCall } from './call.ts'
import type { CallOptions, ClientRoute } from './client-route.ts'

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
  let pull: PullRecords | undefined
  let lastEventId = options.lastEventId
  /** False once an item without an id came: a repeated request would bring it again. */
  let resumable = true
  /** The terminal record has come. */
  let complete = false
  let failure: RpcError | undefined

  const connect = async (call: Call): Promise<PullRecords> => {
    const records = await call.attempt(async () =>
      answerToRecords(settings, call, await call.send(lastEventId)),
    )
    resumable &&= route.method === 'GET'
    return records
  }

  const receive = async (call: Call): Promise<Batch> => {
    pull ??= await connect(call)
    const records = await pull()
    if (!records) throw call.error('UNAVAILABLE', 'the stream was cut before its end')
    const batch: Batch = []
    for (const record of records) {
      toBatch(record, batch)
      if (complete) {
        finish(call, pull)
        break
      }
    }
    if (batch.length > 0) call.renew()
    return batch
  }

  const toBatch = (record: StreamRecord, batch: Batch): void => {
    if (record.kind === 'item') {
      batch.push({ done: false, value: route.decode ? route.decode(record.value as never) : record.value })
      lastEventId = record.id
      resumable = route.method === 'GET' && record.id !== undefined
      return
    }
    complete = true
    if (record.kind === 'error') failure = record.error
    else {
      const { value } = record
      batch.push({
        done: true,
        value: route.decodeReturn && value !== undefined ? route.decodeReturn(value as never) : value,
      })
    }
  }

  return {
    async read() {
      call ??= createCall(settings, route, args, options)
      for (;;) {
        if (failure) throw failure
        try {
          const batch = await receive(call)
          if (batch.length > 0) return batch
        } catch (error) {
          pull = undefined
          if (!resumable) throw error
          await call.recover(error)
        }
      }
    },
    close() {
      call?.release()
      if (!complete) call?.cancel()
    },
  }
}

/** The terminal record is here and the body's end is due: reading it keeps the connection for later calls. */
function finish(call: Call, pull: PullRecords): void {
  call.release()
  const controller = call.controller()
  pull().then(
    rest => rest && controller.abort(),
    // The stream is complete: how its connection ends afterwards changes nothing.
    () => undefined,
  )
}
