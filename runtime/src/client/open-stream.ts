// A streaming route of the emitted client in → its method out, which gives an RpcStream. A cut is repaired by resuming where that loses nothing.
import { RpcError } from '../errors.ts'
import { ITEMS_TOGETHER, JSON_SEQ_TYPE } from '../wire/http-names.ts'
import { MAX_RECORD_LENGTH, STREAM_SILENCE } from '../wire/limits.ts'
import { createJsonSeqDecoder, type TakeRecord } from '../wire/stream-records.ts'
import { answerToValue, contentType, decodeValue, unexpected } from './answer-to-value.ts'
import { type Batch, batchesToStream } from './batches-to-stream.ts'
import { type Call, createCall, failureOf } from './call.ts'
import { createChunkDecoder } from './chunks-to-text.ts'
import type { CallOptions, RouteDetails } from './client-route.ts'
import type { OpenRoute } from './client-table.ts'
import { wait } from './clock.ts'
import type { Packing } from './packing.ts'

export const openStream: OpenRoute<RouteDetails> =
  (settings, place, details) =>
  (args?: unknown, options: CallOptions = {}) => {
    const [{ streamSilence = STREAM_SILENCE }, , clock] = settings
    const fail = failureOf(place)
    let call: Call | undefined
    /** Reads one chunk; true when there was one. */
    let pull: (() => Promise<boolean>) | undefined
    let items: unknown[] = []
    /** The return value, once the end record has come. */
    let end: Exclude<Batch, readonly unknown[]> | undefined
    let { lastEventId } = options
    /** False once a repeated request would bring again what was received: the last item had no id. */
    let isResumable = true
    /** An item has come since the last failure. */
    let isRenewed = false
    /** The error record that has come, or what is wrong with the stream: thrown after the items before it. */
    let failure: unknown

    const open = async (answer: Response, controller: AbortController, packing: Packing | undefined) => {
      if (!answer.ok) await answerToValue(fail, details, answer, packing)
      const packed = packing?.answer(answer, details)
      const reader = answer.body?.getReader()
      if (!reader || !(packed || contentType(answer).startsWith(JSON_SEQ_TYPE)))
        throw unexpected(fail, answer)
      const { signal } = controller
      const { decode, decodeReturn } = packed ?? details
      const take: TakeRecord = (kind, value, id) => {
        if (kind === 'error') throw RpcError.fromWire(value, 'INTERNAL')
        if (kind === 'item') items.push(decodeValue(decode, value))
        else if (kind === 'end') end = { done: true, value: decodeValue(decodeReturn, value) }
        else throw new TypeError('no record')
        isRenewed = true
        lastEventId = id
        isResumable = id !== undefined && place[0] === 'G'
      }
      const decodeChunk = createChunkDecoder()
      const readText = createJsonSeqDecoder(take)
      const receive =
        packed?.createDecoder(take, MAX_RECORD_LENGTH) ?? (bytes => readText(decodeChunk(bytes)))
      const late = () =>
        controller.abort(fail('UNAVAILABLE', `the stream was silent for ${streamSilence} ms`))
      isResumable &&= place[0] === 'G'
      // Only so does a body hear of it that is not the network's; one that fails at that has ended as well.
      signal.addEventListener('abort', () => void reader.cancel(signal.reason).catch(() => undefined))
      return async () => {
        const { done, value } = await wait(clock, signal, streamSilence, reader.read(), late).catch(cause => {
          throw signal.aborted ? cause : fail('UNAVAILABLE', 'the stream was cut', cause)
        })
        try {
          if (value?.length && !end) receive(value)
        } catch (cause) {
          failure = cause instanceof RpcError ? cause : unexpected(fail, answer, cause)
        }
        return !done
      }
    }

    const read = async () => {
      if (end) return end
      call ??= createCall(settings, place, fail, details, args, options, `${JSON_SEQ_TYPE};${ITEMS_TOGETHER}`)
      const [attempt, recover, finish] = call
      if (failure) throw failure
      items = []
      pull ??= await attempt(open, lastEventId)
      try {
        if (!(await pull()) && !failure) throw fail('UNAVAILABLE', 'the stream was cut')
        // The end of the body is due: reading that too keeps the connection for later calls.
        if (end) leave(finish, pull)
      } catch (error) {
        pull = undefined
        if (!isResumable) throw error
        await recover(error, isRenewed)
        isRenewed = false
      }
      return items
    }
    return batchesToStream(fail, options.signal, read, () => call?.[2](!!end))
  }

/** All items are here: how the connection ends changes nothing any more. */
function leave(finish: Call[2], pull: () => Promise<boolean>): void {
  finish(true)
  pull().then(
    isMore => isMore && finish(),
    () => undefined,
  )
}
