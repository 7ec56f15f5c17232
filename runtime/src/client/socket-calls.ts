// Requests and subscriptions of a socket in → their frames, and each answer at the call that it is for, out.
import { RpcError } from '../errors.ts'
import { MAX_OUTBOX_BYTES } from '../wire/limits.ts'
import type { ClientFraming, Encoded, RawFrame } from '../wire/socket-framing.ts'
import type { ClientOptions } from './client-route.ts'
import { type Clock, timeOf } from './clock.ts'
import type { Fail } from './failure-of.ts'
import type { Outbox, Ticket } from './socket-outbox.ts'

/** A request or a subscription. Functions are given it, so that calls can share them. */
export interface SocketCall {
  /** What the application has sent. */
  readonly value: unknown
  /** Made anew for each session, which knows the call by another id. */
  frame(id: number, call: this): Encoded
  /** False when a call of its kind has no such answer. A throw ends the call. */
  answer(frame: RawFrame, call: this): boolean
  fail(error: RpcError): void
  /** Absent when it must not be sent twice. Else it was, to another session. */
  restarted?(): void
  /** Of a call that was started, its id in the present session, and its last frame. */
  id?: number
  ticket?: Ticket
  /** Time until its answer is due, in ms, and when that is. 0 or absent: never. */
  readonly timeout?: number
  deadline?: number
  /** Lets go of the caller's signal. */
  release?(): void
}

/** What the methods of a socket call. */
export type SocketCalls = readonly [
  /** Throws UNAVAILABLE beyond `maxOutboxBytes`, and what has closed the socket. */
  send: (frame: Encoded) => Ticket,
  /** Sends the call's frame. Throws as `send` does. */
  start: (call: SocketCall, signal: AbortSignal | undefined) => void,
  /** The answer is no longer wanted. Harmless when it has come. */
  cancel: (call: SocketCall) => void,
  /** Allows `count` further items. */
  grant: (call: SocketCall, count: number) => void,
]

/** What a session tells them. */
export type CallsControl = readonly [
  /** Throws what is wrong with an answer that no server may give. */
  receive: (frame: RawFrame) => void,
  /** Another session begins. What the last one was given is lost but for subscriptions: they start again. */
  lose: () => void,
  /** The server takes nothing new: subscriptions move to the next session, requests wait for their answers. */
  drain: () => void,
  /** Nothing is answered any more. */
  end: (error: RpcError) => void,
]

export function createSocketCalls(
  { frame: encode }: ClientFraming,
  { websocket: { maxOutboxBytes = MAX_OUTBOX_BYTES } = {} }: ClientOptions,
  clock: Clock,
  fail: Fail,
  [post, withdraw, , , , , , , size]: Outbox,
): readonly [SocketCalls, CallsControl] {
  /** Calls that were started and have no last answer. */
  const calls = new Map<unknown, SocketCall>()
  let lastId = 0
  /** Why the socket is closed for good. */
  let closed: RpcError | undefined
  /** When the timer of deadlines fires. */
  let next = Infinity
  let disarm: (() => void) | undefined

  const send = (frame: Encoded) => {
    if (closed) throw closed
    if (size() + frame.length > maxOutboxBytes)
      throw fail('UNAVAILABLE', `more than ${maxOutboxBytes} bytes wait to be sent`)
    return post(frame)
  }

  /** `isKnown`: the server knows that it has ended. Harmless for a call that has ended already, or was never started. */
  const end = (call: SocketCall, reason?: RpcError, isKnown?: boolean) => {
    call.release?.()
    // A frame that has not left is taken back, so that nothing runs for it.
    if (calls.delete(call.id) && !isKnown && !withdraw(call.ticket!)) post(encode(['cancel', call.id]), true)
    if (reason) call.fail(reason)
  }

  /** By an id of its own, above all others: it is the last frame now. */
  const sendCall = (call: SocketCall, by: (frame: Encoded) => Ticket) => {
    call.ticket = by(call.frame(lastId + 1, call))
    calls.delete(call.id)
    call.id = ++lastId
    calls.set(lastId, call)
  }

  /** Callbacks of one call may end others, or all. */
  const restart = (isConcerned: (call: SocketCall) => unknown) => {
    for (const [id, call] of [...calls]) {
      if (!calls.has(id) || !isConcerned(call)) continue
      if (!call.restarted)
        end(call, fail('UNAVAILABLE', 'the session was lost; the request may have run'), true)
      else
        try {
          sendCall(call, post)
          call.restarted()
        } catch (cause) {
          end(call, cause as RpcError, true)
        }
    }
  }

  /** One timer for all: Node makes a list for the first one of a length, and drops it with the last, which is 1.7 µs of a lone request. */
  const watch = () => {
    const now = timeOf(clock)
    disarm?.()
    next = Infinity
    for (const call of [...calls.values()]) {
      const { timeout, deadline = Infinity } = call
      if (deadline <= now) end(call, fail('TIMEOUT', `no answer within ${timeout} ms`))
      else next = Math.min(next, deadline)
    }
    if (next < Infinity) disarm = clock.after(next - now, watch)
  }

  const start: SocketCalls[1] = (call, signal) => {
    const abort = () => end(call, fail('CANCELLED', 'cancelled', signal!.reason))
    if (signal?.aborted) return abort()
    sendCall(call, send)
    if (call.timeout) {
      call.deadline = timeOf(clock) + call.timeout
      if (call.deadline < next) watch()
    }
    if (signal) {
      signal.addEventListener('abort', abort)
      call.release = () => signal.removeEventListener('abort', abort)
    }
  }

  const receive = (frame: RawFrame) => {
    const [kind, id] = frame
    const call = calls.get(id)
    // It was cancelled while this was on its way.
    if (!call && (id as number) <= lastId) return
    if (call && kind === 'error') return end(call, RpcError.fromWire(frame[2]), true)
    let isFit: boolean | undefined
    try {
      isFit = call?.answer(frame, call)
    } catch (cause) {
      const failure = fail('INTERNAL', 'the answer does not have the declared shape', cause)
      return end(call!, failure, kind !== 'items')
    }
    if (!isFit) throw new TypeError(`"${kind}" for the call ${id}`)
    if (kind !== 'items') end(call!, undefined, true)
  }

  return [
    [
      send,
      start,
      end,
      (call, count) => {
        if (!calls.has(call.id)) return
        // A frame that has not left says itself what may be sent: one of credit would not outlive the change to another session.
        if (withdraw(call.ticket!)) sendCall(call, post)
        else post(encode(['credit', call.id, count]), true)
      },
    ],
    [
      receive,
      () => restart(({ ticket }) => ticket![2]),
      () => restart(({ restarted }) => restarted),
      reason => {
        closed = reason
        disarm?.()
        for (const call of [...calls.values()]) end(call, reason, true)
      },
    ],
  ]
}
