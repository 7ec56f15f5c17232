// The response of a stream in → its records, one chunk at a time, out. A body that falls silent is aborted.
import { JSON_SEQ_TYPE } from '../wire/http-names.ts'
import { MAX_RECORD_LENGTH, STREAM_SILENCE } from '../wire/limits.ts'
import { createJsonSeqDecoder, type StreamRecord } from '../wire/stream-records.ts'
import { answerToValue, contentType, unexpected } from './answer-to-value.ts'
import { abortable, type Call } from './call.ts'
import type { ClientRoute, ClientSettings, Decoders } from './client-route.ts'
import { watchSilence } from './silence.ts'

export interface RecordReader {
  readonly codec: Partial<Decoders>
  /** The records that the next chunk completes, maybe none; undefined at the end of the body. */
  pull(): Promise<StreamRecord[] | undefined>
}

export async function answerToRecords(
  { clock, options: { streamSilence = STREAM_SILENCE } }: ClientSettings,
  call: Call,
  route: ClientRoute,
  response: Response,
  controller: AbortController,
): Promise<RecordReader> {
  if (!response.ok) await answerToValue(call, route, response)
  const packed = call.packing?.answer(response, route)
  if (!packed && !contentType(response).startsWith(JSON_SEQ_TYPE))
    throw unexpected(call, response, JSON_SEQ_TYPE)
  if (!response.body) throw call.error('INTERNAL', 'this fetch gives no readable response.body')
  const { signal } = controller
  const reader = response.body.getReader()
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  const readText = createJsonSeqDecoder()
  const read = packed
    ? packed.createDecoder(MAX_RECORD_LENGTH)
    : (bytes: Uint8Array) => readText(utf8.decode(bytes, { stream: true }))
  const watch = watchSilence(clock, streamSilence, () => {
    controller.abort(call.error('UNAVAILABLE', `the stream was silent for ${streamSilence} ms`))
  })
  signal.addEventListener('abort', () => {
    watch.stop()
    // Only so does a body hear of it that is not the network's; one that fails at that has ended as well.
    reader.cancel(signal.reason).catch(() => undefined)
  })
  return {
    codec: packed ?? route,
    async pull() {
      watch.start()
      const { done, value } = await abortable(signal, reader.read()).catch(cause => {
        watch.stop()
        throw signal.aborted ? cause : call.error('UNAVAILABLE', 'the stream was cut', cause)
      })
      watch.pause()
      try {
        if (!done) return read(value)
      } catch (cause) {
        throw call.error('INTERNAL', 'the stream is not UTF-8', cause)
      }
      watch.stop()
      return undefined
    },
  }
}
