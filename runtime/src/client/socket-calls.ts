// Requests and subscriptions of a socket in → their frames, and each answer at the call that it is for, out.
import { RpcError } from '../errors.ts'
import type { ServerFrame } from '../wire/socket-frames.ts'
import type { Encoded } from '../wire/socket-framing.ts'
import type { SocketLink, Ticket } from '../wire/socket-link.ts'
import type { SocketSettings } from './socket-settings.ts'

export type AnswerFrame = Extract<ServerFrame, readonly [string, number, ...unknown[]]>

/** A request or a subscription. */
export interface SocketCall {
  /** Made anew for each session, which knows the call by another id. */
  frame(id: number): Encoded
  /** False when a call of its kind has no such answer. A throw ends the call. */
  answer(frame: AnswerFrame): boolean
  fail(error: RpcError): void
  /** Absent when it must not be sent twice. Else it was, to another session. */
  restarted?(): void
  /** Of a call that was started, its id in the present session, and its last frame. */
  id?: number
  ticket?: Ticket
  /** Lets go of the caller's signal and of the timer. */
  release?(): void
}

/** Where frames go: to the session that is open, or to the next one. */
export interface Traffic {
  readonly link: SocketLink
  /** Why the socket is closed for good. */
  readonly failure: RpcError | undefined
}

export interface SocketCalls {
  /** Throws UNAVAILABLE beyond `maxOutboxBytes`, and what has closed the socket. */
  send(frame: Encoded): Ticket
  /** Sends the call's frame. Throws as `send` does, and CANCELLED. */
  start(call: SocketCall, signal: AbortSignal | undefined, timeout: number): void
  /** The answer is no longer wanted. Harmless when it has come. */
  cancel(call: SocketCall): void
  /** Allows `count` further items. */
  grant(call: SocketCall, count: number): void
  /** Throws what is wrong with an answer that no server may give. */
  receive(frame: AnswerFrame): void
  /** Another session begins. What the last one was given is lost but for subscriptions: they start again. */
  lose(): void
  /** The server takes nothing new: subscriptions move to the next session, requests wait for their answers. */
  drain(): void
  /** Nothing is answered any more. */
  end(error: RpcError): void
}

export function createSocketCalls(settings: SocketSettings, traffic: Traffic): SocketCalls {
  const { clock, framing, error, limits } = settings
  /** Calls that were started and have no last answer. */
  const calls = new Map<number | undefined, SocketCall>()
  let lastId = 0

  const send = (frame: Encoded) => {
    const { link, failure } = traffic
    if (failure) throw failure
    if (link.unacknowledgedBytes + frame.length > limits.maxOutboxBytes) {
      throw error('UNAVAILABLE', `more than ${limits.maxOutboxBytes} bytes wait to be sent`)
    }
    return link.send(frame)
  }

  /** False of a call that has ended, or was never started. */
  const forget = (call: SocketCall) => {
    call.release?.()
    return calls.delete(call.id)
  }

  const cancel = (call: SocketCall) => {
    // A frame that has not left is taken back, so that nothing runs for it.
    if (forget(call) && !traffic.link.withdraw(call.ticket!)) {
      traffic.link.send(framing.frame(['cancel', call.id]), true)
    }
  }

  const fail = (call: SocketCall, reason: RpcError) => {
    forget(call)
    call.fail(reason)
  }

  /** By an id of its own, above all others: it is the last frame now. */
  const resend = (call: SocketCall, post: (frame: Encoded) => Ticket) => {
    const ticket = post(call.frame(lastId + 1))
    calls.delete(call.id)
    calls.set(++lastId, call)
    call.id = lastId
    call.ticket = ticket
  }
  const repost = (frame: Encoded) => traffic.link.send(frame)

  const restart = (call: SocketCall) => {
    if (!call.restarted)
      return fail(call, error('UNAVAILABLE', 'the session was lost; the request may have run'))
    try {
      resend(call, repost)
    } catch (cause) {
      return fail(call, cause as RpcError)
    }
    call.restarted()
  }

  /** Callbacks of one call may end others, or all. */
  const restartAll = (isConcerned: (call: SocketCall) => unknown) => {
    for (const [id, call] of [...calls]) if (calls.has(id) && isConcerned(call)) restart(call)
  }

  return {
    send,
    cancel,
    start(call, signal, timeout) {
      const stop = (reason: RpcError) => {
        cancel(call)
        call.fail(reason)
      }
      const onAbort = () => stop(error('CANCELLED', 'cancelled', signal?.reason))
      if (signal?.aborted) return onAbort()
      resend(call, send)
      signal?.addEventListener('abort', onAbort)
      const disarm = clock.after(timeout, () => stop(error('TIMEOUT', `no answer within ${timeout} ms`)))
      call.release = () => {
        signal?.removeEventListener('abort', onAbort)
        disarm()
      }
    },
    grant(call, count) {
      if (!calls.has(call.id)) return
      // A frame that has not left says itself what may be sent: one of credit would not outlive the change to another session.
      if (traffic.link.withdraw(call.ticket!)) resend(call, repost)
      else traffic.link.send(framing.frame(['credit', call.id, count]), true)
    },

    receive(frame) {
      const [kind, id] = frame
      const call = calls.get(id)
      // It was cancelled while this was on its way.
      if (!call && id <= lastId) return
      if (call && kind === 'error') return fail(call, RpcError.fromWire(frame[2], 'INTERNAL'))
      let isFit: boolean | undefined
      try {
        isFit = call?.answer(frame)
      } catch (cause) {
        if (kind === 'items') cancel(call!)
        const what = 'the answer does not have the declared shape'
        return fail(call!, cause instanceof RpcError ? cause : error('INTERNAL', what, cause))
      }
      if (!isFit) throw new TypeError(`"${kind}" for the call ${id}`)
      if (kind !== 'items') forget(call!)
    },

    lose: () => restartAll(({ ticket }) => ticket!.sent),
    drain: () => restartAll(({ restarted }) => restarted),
    end(reason) {
      for (const call of [...calls.values()]) fail(call, reason)
    },
  }
}
