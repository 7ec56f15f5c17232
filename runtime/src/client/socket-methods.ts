// Values of an application in → notifications, requests and subscriptions, and what they are answered with, out. A client carries those that its routes have.
import { isEventId } from '../wire/frame-fields.ts'
import { CALL_TIMEOUT, CREDIT } from '../wire/limits.ts'
import type { ClientFraming, Encoded } from '../wire/socket-framing.ts'
import { decodeValue } from './answer-to-value.ts'
import { batchesToStream } from './batches-to-stream.ts'
import type {
  ClientCodec,
  ClientOptions,
  RequestOptions,
  RpcStream,
  SubscribeOptions,
} from './client-route.ts'
import type { Fail } from './failure-of.ts'
import { createItemQueue } from './item-queue.ts'
import type { SocketCall, SocketCalls } from './socket-calls.ts'

/** What a method is made with, beside the codec of its route. */
export type SocketParts = readonly [
  calls: SocketCalls,
  framing: ClientFraming,
  fail: Fail,
  options: ClientOptions,
  /** Answers of the present session come in rows. */
  isRows: () => boolean,
]

/** Throws BAD_REQUEST for a value that no frame can hold. */
function toFrame(
  [, framing, fail]: SocketParts,
  { encode }: ClientCodec,
  head: readonly [string, ...unknown[]],
  value: unknown,
): Encoded {
  try {
    // MessagePack takes values as they are.
    const isConverted = encode && framing.name === 'json' && value !== undefined
    return framing.frame([...head, isConverted ? encode(value as never) : value])
  } catch (cause) {
    throw fail('BAD_REQUEST', (cause as TypeError).message, cause)
  }
}

export const socketNotify =
  (parts: SocketParts, codec: ClientCodec) =>
  (message?: unknown): void => {
    parts[0][0](toFrame(parts, codec, ['notify'], message))
  }

export const socketRequest = (parts: SocketParts, codec: ClientCodec) => {
  const [[, start], , , client, isRows] = parts
  return (
    request?: unknown,
    { signal, timeout = client.timeout ?? CALL_TIMEOUT }: RequestOptions = {},
  ): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const call: SocketCall = {
        frame: id => toFrame(parts, codec, ['request', id], request),
        answer([kind, , value]) {
          if (kind !== 'response') return false
          const { decode } = codec.choose?.(codec, request, isRows()) ?? codec
          resolve(decodeValue(decode, value))
          return true
        },
        fail: reject,
      }
      start(call, signal, timeout)
    })
}

export const socketSubscribe = (parts: SocketParts, codec: ClientCodec) => {
  const [[, start, cancel, grant], , fail, { websocket }, isRows] = parts
  return (
    subscription?: unknown,
    { signal, lastEventId, onRestart, credit = websocket?.credit ?? CREDIT }: SubscribeOptions = {},
  ): RpcStream<unknown, unknown> => {
    const queue = createItemQueue(credit, count => grant(call, count))
    let isStarted = false
    const call: SocketCall = {
      frame: id =>
        toFrame(parts, codec, ['subscribe', id, queue.restart(), lastEventId ?? null], subscription),
      answer([kind, , value, ids]) {
        const { decode, decodeReturn } = codec.choose?.(codec, subscription, isRows()) ?? codec
        if (kind === 'end') queue.finish(decodeValue(decodeReturn, value))
        else if (kind !== 'items' || !queue.admit((value as unknown[]).length)) return false
        else {
          for (const item of value as unknown[]) queue.push(decodeValue(decode, item))
          for (const id of (ids ?? []) as (string | null)[]) lastEventId = id ?? lastEventId
        }
        return true
      },
      fail: queue.fail,
      restarted: () => onRestart && callBack(onRestart, lastEventId),
    }
    const read = async () => {
      if (!isStarted) {
        isStarted = true
        // What breaks the protocol would end the whole session.
        if (!Number.isSafeInteger(credit) || credit < 1)
          throw fail('BAD_REQUEST', `credit must be 1 or more, got ${credit}`)
        if (lastEventId !== undefined && !isEventId(lastEventId))
          throw fail('BAD_REQUEST', `lastEventId must be the id of an item, got "${lastEventId}"`)
        start(call, signal, 0)
      }
      return queue.read()
    }
    const close = () => {
      cancel(call)
      queue.fail(true)
    }
    return batchesToStream(fail, signal, read, close)
  }
}

/** Calls what the application has given. Its error becomes an uncaught one, as that of any listener. */
function callBack<Detail>(listener: (detail: Detail) => void, detail: Detail): void {
  try {
    listener(detail)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

/** For routes whose answers depend on what was sent, or can come in rows: the codec of this answer. */
export const chooseAnswer: NonNullable<ClientCodec['choose']> = (codec, value, isRows) => {
  const { variants } = codec
  const text = variants && String((value as Record<string, unknown> | null | undefined)?.[variants.key])
  const answer: ClientCodec =
    text !== undefined && Object.hasOwn(variants!.answers, text) ? variants!.answers[text]! : codec
  return isRows ? { decode: answer.unpack, decodeReturn: answer.unpackReturn } : answer
}
