// Requests and subscriptions of a socket in → their frames, and each answer at the call that it is for, out.
import { RpcError } from '../errors.ts'
import type { ServerFrame } from '../wire/socket-frames.ts'
import type { Encoded } from '../wire/socket-framing.ts'
import type { SocketLink, Ticket } from '../wire/socket-link.ts'
import { startTimer } from './clock.ts'
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
}

/** A call that was started. */
interface Started {
  id: number
  ticket: Ticket
  /** Lets go of the caller's signal and of the timer. */
  readonly release: () => void
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
  const byId = new Map<number, SocketCall>()
  const started = new Map<SocketCall, Started>()
  let lastId = 0

  const send = (frame: Encoded) => {
    const { link, failure } = traffic
    if (failure) throw failure
    if (link.unacknowledgedBytes + frame.length > limits.maxOutboxBytes) {
      throw error('UNAVAILABLE', `more than ${limits.maxOutboxBytes} bytes wait to be sent`)
    }
    return link.send(frame)
  }

  const forget = (call: SocketCall) => {
    const entry = started.get(call)
    entry?.release()
    started.delete(call)
    byId.delete(entry?.id ?? 0)
    return entry
  }

  const cancel = (call: SocketCall) => {
    const entry = forget(call)
    // A frame that has not left is taken back, so that nothing runs for it.
    if (entry && !traffic.link.withdraw(entry.ticket)) {
      traffic.link.send(framing.frame(['cancel', entry.id]), true)
    }
  }

  const watch = (call: SocketCall, signal: AbortSignal | undefined, timeout: number) => {
    const stop = (reason: RpcError) => {
      cancel(call)
      call.fail(reason)
    }
    const onAbort = () => stop(error('CANCELLED', 'cancelled', signal?.reason))
    signal?.addEventListener('abort', onAbort)
    const disarm = startTimer(clock, timeout, () => stop(error('TIMEOUT', `no answer within ${timeout} ms`)))
    return () => {
      signal?.removeEventListener('abort', onAbort)
      disarm?.()
    }
  }

  const fail = (call: SocketCall, reason: RpcError) => {
    forget(call)
    call.fail(reason)
  }

  /** By an id of its own, above all others: it is the last frame now. */
  const resend = (call: SocketCall, entry: Started) => {
    byId.delete(entry.id)
    entry.ticket = traffic.link.send(call.frame(++lastId))
    entry.id = lastId
    byId.set(lastId, call)
  }

  const restart = (call: SocketCall, entry: Started) => {
    if (!call.restarted)
      return fail(call, error('UNAVAILABLE', 'the session was lost; the request may have run'))
    try {
      resend(call, entry)
    } catch (cause) {
      return fail(call, cause as RpcError)
    }
    call.restarted()
  }

  /** Callbacks of one call may end others, or all. */
  const restartAll = (isConcerned: (call: SocketCall, entry: Started) => unknown) => {
    for (const [call, entry] of [...started]) {
      if (started.has(call) && isConcerned(call, entry)) restart(call, entry)
    }
  }

  return {
    send,
    cancel,
    start(call, signal, timeout) {
      if (signal?.aborted) throw error('CANCELLED', 'cancelled', signal.reason)
      const ticket = send(call.frame(lastId + 1))
      byId.set(++lastId, call)
      started.set(call, { id: lastId, ticket, release: watch(call, signal, timeout) })
    },
    grant(call, count) {
      const entry = started.get(call)
      // A frame that has not left says itself what may be sent: one of credit would not outlive the change to another session.
      if (entry && traffic.link.withdraw(entry.ticket)) resend(call, entry)
      else if (entry) traffic.link.send(framing.frame(['credit', entry.id, count]), true)
    },

    receive(frame) {
      const [kind, id] = frame
      if (id > lastId) throw new TypeError(`"${kind}" is for the call ${id}, which does not exist`)
      const call = byId.get(id)
      // It was cancelled while this was on its way.
      if (!call) return
      if (kind === 'error') return fail(call, RpcError.fromWire(frame[2], 'INTERNAL'))
      let isFit: boolean
      try {
        isFit = call.answer(frame)
      } catch (cause) {
        if (kind === 'items') cancel(call)
        const what = 'the answer does not have the declared shape'
        return fail(call, cause instanceof RpcError ? cause : error('INTERNAL', what, cause))
      }
      if (!isFit) throw new TypeError(`"${kind}" is no answer to the call ${id}, or one item too many`)
      if (kind !== 'items') forget(call)
    },

    lose: () => restartAll((_, { ticket }) => ticket.sent),
    drain: () => restartAll(({ restarted }) => restarted),
    end(reason) {
      for (const call of [...started.keys()]) fail(call, reason)
    },
  }
}
