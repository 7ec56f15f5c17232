// Values of an application in → notifications, requests and subscriptions, and what they are answered with, out.
import { isEventId } from '../wire/frame-fields.ts'
import { CALL_TIMEOUT } from '../wire/limits.ts'
import { decodeValue } from './answer-to-value.ts'
import { batchesToStream } from './batches-to-stream.ts'
import type { ClientCodec, RequestOptions, RpcStream, SubscribeOptions } from './client-route.ts'
import { createItemQueue } from './item-queue.ts'
import type { SocketCall, SocketCalls } from './socket-calls.ts'
import { callBack } from './socket-events.ts'
import type { SocketSettings } from './socket-settings.ts'

/** What the emitted client declares with types. */
export interface SocketMethods {
  notify(message?: unknown): void
  request(request?: unknown, options?: RequestOptions): Promise<unknown>
  subscribe(subscription?: unknown, options?: SubscribeOptions): RpcStream<unknown, unknown>
}

export function createSocketMethods(settings: SocketSettings, calls: SocketCalls): SocketMethods {
  const { framing, route, options: client, limits, error } = settings

  const toFrame = (head: readonly [string, ...unknown[]], codec: ClientCodec | undefined, value: unknown) => {
    try {
      // MessagePack takes values as they are.
      const isJson = framing.name === 'json' && value !== undefined
      const encoded = isJson && codec?.encode ? codec.encode(value as never) : value
      return framing.frame([...head, encoded])
    } catch (cause) {
      throw error('BAD_REQUEST', (cause as TypeError).message, cause)
    }
  }

  return {
    notify(message) {
      calls.send(toFrame(['notify'], route.message, message))
    },

    request(request, { signal, timeout = client.timeout ?? CALL_TIMEOUT } = {}) {
      return new Promise((resolve, reject) => {
        const call: SocketCall = {
          frame: id => toFrame(['request', id], route.request, request),
          answer([kind, , value]) {
            if (kind !== 'response') return false
            resolve(decodeValue(decodersOf(settings, route.request, request).decode, value))
            return true
          },
          fail: reject,
        }
        calls.start(call, signal, timeout)
      })
    },

    subscribe(subscription, { signal, lastEventId, onRestart, credit = limits.credit } = {}) {
      const queue = createItemQueue(credit, count => calls.grant(call, count))
      let isStarted = false
      const call: SocketCall = {
        frame: id =>
          toFrame(['subscribe', id, queue.restart(), lastEventId ?? null], route.subscribe, subscription),
        answer([kind, , value, ids]) {
          const { decode, decodeReturn } = decodersOf(settings, route.subscribe, subscription)
          if (kind === 'end') queue.finish(decodeValue(decodeReturn, value))
          else if (kind !== 'items' || !queue.admit(value.length)) return false
          else {
            for (const item of value) queue.push(decodeValue(decode, item))
            for (const id of ids ?? []) lastEventId = id ?? lastEventId
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
            throw error('BAD_REQUEST', `credit must be 1 or more, got ${credit}`)
          if (lastEventId !== undefined && !isEventId(lastEventId))
            throw error('BAD_REQUEST', `lastEventId must be the id of an item, got "${lastEventId}"`)
          calls.start(call, signal, 0)
        }
        return queue.read()
      }
      const close = () => {
        calls.cancel(call)
        queue.fail(true)
      }
      return batchesToStream(error, signal, read, close)
    },
  }
}

/** Of what the server answers to this value, in the form that the session is in now. */
function decodersOf(
  { isRows }: SocketSettings,
  codec: ClientCodec = {},
  value: unknown,
): Pick<ClientCodec, 'decode' | 'decodeReturn'> {
  const { variants } = codec
  const text = variants && String((value as Record<string, unknown> | null | undefined)?.[variants.key])
  const answer: ClientCodec =
    text !== undefined && Object.hasOwn(variants!.answers, text) ? variants!.answers[text]! : codec
  return isRows ? { decode: answer.unpack!, decodeReturn: answer.unpackReturn! } : answer
}
