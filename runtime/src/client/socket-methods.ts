// Values of an application in → notifications, requests and subscriptions, and what they are answered with, out. A client carries those that its routes have.
import { isEventId } from '../wire/frame-fields.ts'
import { CALL_TIMEOUT, CREDIT } from '../wire/limits.ts'
import type { ClientFraming, Encoded, RawFrame } from '../wire/socket-framing.ts'
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
import { callBack } from './socket-events.ts'

/** What a method is made with, beside the codec of its route. */
export type SocketParts = readonly [
  calls: SocketCalls,
  framing: ClientFraming,
  fail: Fail,
  options: ClientOptions,
]

/** Throws BAD_REQUEST for a value that no frame can hold. */
function toFrame(
  [, framing, fail]: SocketParts,
  { encode }: ClientCodec,
  frame: [string, ...unknown[]],
  value: unknown,
): Encoded {
  try {
    // MessagePack takes values as they are.
    if (value !== undefined) frame.push(encode && framing.isJson ? encode(value as never) : value)
    return framing.frame(frame)
  } catch (cause) {
    throw fail('BAD_REQUEST', (cause as TypeError).message, cause)
  }
}

export const socketNotify =
  (parts: SocketParts, codec: ClientCodec) =>
  (message?: unknown): void => {
    parts[0][0](toFrame(parts, codec, ['notify'], message))
  }

interface Request extends SocketCall {
  readonly resolve: (value: unknown) => void
}

export const socketRequest = (parts: SocketParts, codec: ClientCodec) => {
  const [[, start], framing, , client] = parts
  const frame = (id: number, { value }: Request) => toFrame(parts, codec, ['request', id], value)
  const answer = ([kind, , answered]: RawFrame, { value, resolve }: Request) => {
    if (kind !== 'response') return false
    const { decode } = codec.choose?.(codec, value, framing) ?? codec
    resolve(decodeValue(decode, answered))
    return true
  }
  return (
    value?: unknown,
    { signal, timeout = client.timeout ?? CALL_TIMEOUT }: RequestOptions = {},
  ): Promise<unknown> =>
    new Promise((resolve, fail) => {
      const call: Request = { value, frame, answer, resolve, fail, timeout }
      start(call, signal)
    })
}

export const socketSubscribe = (parts: SocketParts, codec: ClientCodec) => {
  const [[, start, cancel, grant], framing, fail, { websocket }] = parts
  return (
    value?: unknown,
    { signal, lastEventId, onRestart, credit = websocket?.credit ?? CREDIT }: SubscribeOptions = {},
  ): RpcStream<unknown, unknown> => {
    const [admit, finish, next, restart] = createItemQueue(credit, count => grant(call, count))
    let isStarted = false
    const throwing = (error: unknown) =>
      finish(() => {
        throw error
      })
    const call: SocketCall = {
      value,
      frame: id => toFrame(parts, codec, ['subscribe', id, restart(), lastEventId ?? null], value),
      answer([kind, , answered, ids]) {
        const { decode, decodeReturn } = codec.choose?.(codec, value, framing) ?? codec
        if (kind === 'end') {
          const end = { done: true, value: decodeValue(decodeReturn, answered) } as const
          finish(() => end)
          return true
        }
        for (const id of (ids ?? []) as (string | null)[]) lastEventId = id ?? lastEventId
        return kind === 'items' && admit(answered as unknown[], item => decodeValue(decode, item))
      },
      fail: throwing,
      restarted: () => onRestart && callBack(onRestart, lastEventId),
    }
    const read = async () => {
      if (!isStarted) {
        isStarted = true
        // What breaks the protocol would end the whole session.
        const wrong = (what: string, got: unknown) => fail('BAD_REQUEST', `${what}, got ${got}`)
        if (!(credit >= 1) || credit % 1 !== 0) throw wrong('credit must be 1 or more', credit)
        if (!isEventId(lastEventId ?? '0'))
          throw wrong('lastEventId must be the id of an item', `"${lastEventId}"`)
        start(call, signal)
      }
      return next()
    }
    const close = () => {
      cancel(call)
      throwing(0)
    }
    return batchesToStream(fail, signal, read, close)
  }
}

/** For routes whose answers depend on what was sent, or can come in rows: the codec of this answer. */
export const chooseAnswer: NonNullable<ClientCodec['choose']> = (codec, value, { isRows }) => {
  const { variants } = codec
  const text = variants && String((value as Record<string, unknown> | null | undefined)?.[variants.key])
  const answer: ClientCodec =
    text !== undefined && Object.hasOwn(variants!.answers, text) ? variants!.answers[text]! : codec
  return isRows ? { decode: answer.unpack, decodeReturn: answer.unpackReturn } : answer
}
