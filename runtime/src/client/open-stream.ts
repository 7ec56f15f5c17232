// A streaming route of the emitted client in → its method out, which gives an RpcStream. A cut is repaired by resuming where that loses nothing.
import { RpcError } from '../errors.ts'
import { ITEMS_TOGETHER, JSON_SEQ_TYPE, LAST_EVENT_ID } from '../wire/http-names.ts'
import { MAX_RECORD_LENGTH, STREAM_SILENCE } from '../wire/limits.ts'
import { createJsonSeqDecoder, type TakeRecord } from '../wire/stream-records.ts'
import { answerToValue, contentType, decodeValue, unexpected } from './answer-to-value.ts'
import { type Batch, batchesToStream } from './batches-to-stream.ts'
import { type Call, createCall } from './call.ts'
import { createChunkDecoder } from './chunks-to-text.ts'
import type { CallOptions, RouteDetails } from './client-route.ts'
import type { OpenRoute } from './client-table.ts'
import { within } from './clock.ts'
import { failureOf } from './failure-of.ts'
import type { PackedAnswer, Packing } from './packing.ts'

export const openStream: OpenRoute<RouteDetails> =
  (settings, place, details) =>
  (args?: unknown, options: CallOptions = {}) => {
    const [{ streamSilence = STREAM_SILENCE }, , clock] = settings
    const fail = failureOf(place)
    const { signal: given } = options
    /** Ends all that the stream waits for. */
    const ended = new AbortController()
    const { signal } = ended
    const cancel = () => {
      ended.abort(given?.reason)
      drop()
    }
    let call: Call | undefined
    let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
    /** Takes a chunk of the present body. */
    let receive: (chunk: Uint8Array) => void
    let items: unknown[] = []
    /** The return value, once the end record has come. */
    let end: Exclude<Batch, readonly unknown[]> | undefined
    let { lastEventId } = options
    /** False once a repeated request would bring again what was received: the last item had no id. */
    let isResumable = place[0] === 'G'
    /** Why the body before this one has ended. */
    let cut: unknown
    /** An item has come since the last failure. */
    let isRenewed = false
    /** The error record that has come, or what is wrong with the stream: thrown after the items before it. */
    let failure: unknown

    /** The connection is of no use any more; one that fails at that has ended as well. */
    const drop = () => {
      reader?.cancel().catch(() => undefined)
      reader = undefined
    }

    const open = async (answer: Response, packing: Packing | undefined) => {
      if (!answer.ok) await answerToValue(fail, details, answer, packing)
      const { decode, decodeReturn, createDecoder }: Partial<PackedAnswer> =
        packing?.answer(answer, details) ?? details
      reader = answer.body?.getReader()
      if (!reader || !(createDecoder || contentType(answer).startsWith(JSON_SEQ_TYPE)))
        throw unexpected(fail, answer)
      const take: TakeRecord = (kind, value, id) => {
        if (kind === 'error') throw RpcError.fromWire(value)
        if (kind === 'item') items.push(decodeValue(decode, value))
        else if (kind === 'end') end = { done: true, value: decodeValue(decodeReturn, value) }
        else throw new TypeError('no record')
        isRenewed = true
        lastEventId = id
        isResumable = id !== undefined && place[0] === 'G'
      }
      const decodeChunk = createChunkDecoder()
      const readText = createJsonSeqDecoder(take)
      const decodeRecords =
        createDecoder?.(take, MAX_RECORD_LENGTH) ?? (bytes => readText(decodeChunk(bytes)))
      receive = chunk => {
        try {
          decodeRecords(chunk)
        } catch (cause) {
          failure = cause instanceof RpcError ? cause : unexpected(fail, answer, cause)
        }
      }
    }

    /** Reads one chunk; true when there was one. */
    const pull = async () => {
      const late = () => fail('UNAVAILABLE', `the stream was silent for ${streamSilence} ms`)
      const { done, value } = await within(clock, fail, signal, streamSilence, late, () =>
        reader!.read().catch(cause => {
          throw fail('UNAVAILABLE', 'the stream was cut', cause)
        }),
      )
      if (value?.length && !end) receive(value)
      return !done
    }

    const read = async () => {
      if (end) return end
      if (!call) {
        call = createCall(settings, place, fail, details, args, { ...options, signal })
        given?.addEventListener('abort', cancel)
      }
      if (failure) throw failure
      items = []
      if (!reader) {
        const own: Record<string, string> = { accept: `${JSON_SEQ_TYPE};${ITEMS_TOGETHER}` }
        if (lastEventId !== undefined) own[LAST_EVENT_ID] = lastEventId
        await call(open, own, cut, isRenewed)
        isRenewed = false
      }
      try {
        if (!(await pull()) && !failure) throw fail('UNAVAILABLE', 'the stream was cut')
        // The end of the body is due: reading that too keeps the connection for later calls.
        if (end) pull().then(isMore => isMore && drop(), drop)
      } catch (error) {
        drop()
        if (!isResumable) throw error
        cut = error
      }
      return items
    }

    const close = () => {
      given?.removeEventListener('abort', cancel)
      // How the connection ends changes nothing any more once all items are here.
      if (!end) cancel()
    }
    return batchesToStream(fail, given, read, close)
  }
