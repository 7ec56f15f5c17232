// The response of a stream in → its records, one chunk at a time, out. A body that falls silent is aborted.
import { MEDIA_TYPES } from '../wire/http-names.ts'
import { createJsonSeqDecoder, type StreamRecord } from '../wire/stream-records.ts'
import { answerToValue, contentType, unexpected } from './answer-to-value.ts'
import { abortable, type Call, type ClientSettings } from './call.ts'
import { watchSilence } from './silence.ts'

/** The records that the next chunk completes, maybe none; undefined at the end of the body. */
export type PullRecords = () => Promise<StreamRecord[] | undefined>

export async function answerToRecords(
  { clock, silence }: ClientSettings,
  call: Call,
  controller: AbortController,
  response: Response,
): Promise<PullRecords> {
  if (!response.ok) await answerToValue(call, response)
  const { packing } = call
  const isPacked = packing?.isPacked(contentType(response))
  if (!isPacked && !contentType(response).startsWith(MEDIA_TYPES.jsonSeq))
    throw unexpected(call, response, MEDIA_TYPES.jsonSeq)
  if (!response.body) throw call.error('INTERNAL', 'this fetch gives no readable response.body')
  const { signal } = controller
  const reader = response.body.getReader()
  call.isRows = !!isPacked && packing!.isRows(response, call.route.rows)
  const decode = isPacked ? packing!.createDecoder() : createTextDecoder(call)
  const watch = watchSilence(clock, silence, () => {
    controller.abort(call.error('UNAVAILABLE', `the stream was silent for ${silence} ms`))
  })
  signal.addEventListener('abort', () => {
    watch.stop()
    // Only so does a body hear of it that is not the network's; one that fails at that has ended as well.
    reader.cancel(signal.reason).catch(() => undefined)
  })

  return async () => {
    watch.start()
    const { done, value } = await abortable(signal, reader.read()).catch(cause => {
      watch.stop()
      throw signal.aborted ? cause : call.error('UNAVAILABLE', 'the stream was cut', cause)
    })
    watch.pause()
    if (done) {
      watch.stop()
      return undefined
    }
    return decode(value!)
  }
}

function createTextDecoder(call: Call): (bytes: Uint8Array) => StreamRecord[] {
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  const decode = createJsonSeqDecoder()
  return bytes => {
    let text: string
    try {
      text = utf8.decode(bytes, { stream: true })
    } catch (cause) {
      throw call.error('INTERNAL', 'the stream is not UTF-8', cause)
    }
    return decode(text)
  }
}
