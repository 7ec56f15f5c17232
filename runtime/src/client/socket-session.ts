// The URL of a socket route in → one session over as many sockets as it takes, from its first `ready` to its end, out.
import { type ErrorCode, isRetryableStatus, RpcError, statusToCode } from '../errors.ts'
import { CALL_TIMEOUT, CONNECT_TIMEOUT, MAX_RECONNECT_DELAY, RECONNECT_DELAY } from '../wire/limits.ts'
import { NOTIFICATION_ID, type Ready, type SocketMessage } from '../wire/socket-frames.ts'
import type { ClientFraming, Encoded, RawFrame } from '../wire/socket-framing.ts'
import { mergeHeaders } from './call.ts'
import type { CallOptions, RpcSocket, SocketDetails, SocketEvents, WebSocketLike } from './client-route.ts'
import type { ClientSettings } from './client-table.ts'
import { timeOf } from './clock.ts'
import { closeToStatus } from './close-to-status.ts'
import type { Fail } from './failure-of.ts'
import { findWebSocket } from './find-web-socket.ts'
import { createSocketCalls } from './socket-calls.ts'
import { createEmitter } from './socket-events.ts'
import type { SocketParts } from './socket-methods.ts'
import { createOutbox } from './socket-outbox.ts'

/** `WebSocket.OPEN`. WebSockets Standard, section 3.1. */
const OPEN = 1

/** `url` has the path parameters filled in. `resolve` is called at the first `ready`, `reject` when the socket is closed for good. */
export function openSession(
  [options, , clock]: ClientSettings,
  framing: ClientFraming,
  fail: Fail,
  url: string,
  { methods = {} }: SocketDetails,
  { headers, signal, timeout = options.timeout ?? CALL_TIMEOUT }: CallOptions,
  resolve: (socket: RpcSocket) => void,
  reject: (error: RpcError) => void,
): void {
  const {
    WebSocket: given,
    connectTimeout = CONNECT_TIMEOUT,
    maxReconnectAttempts = Infinity,
    maxReconnectDelay = MAX_RECONNECT_DELAY,
    reconnect = true,
    reconnectDelay = RECONNECT_DELAY,
  } = options.websocket ?? {}
  const outbox = createOutbox(framing)
  const [, , say, attach, resume, reset, receive, flush] = outbox
  const [calls, [answer, loseCalls, drain, end]] = createSocketCalls(framing, options, clock, fail, outbox)
  const [on, emit] = createEmitter(() => connected)
  let socket: WebSocketLike | undefined
  /** The server has answered `hello`. */
  let isOpen = false
  let connected: SocketEvents['connect'] | undefined
  let lastFailure: RpcError | undefined
  let isEnded = false
  /** Of the session that the next socket goes on with: none before the first one, and after `drain`. */
  let token: string | undefined
  /** Since the last `ready`. */
  let attempts = 0
  /** When the last message came. */
  let heard: number
  /** Releases the timer, and the listener, of an attempt, of the heartbeat or of a pause. */
  let leave: (() => void) | undefined

  const connect = async () => {
    const own = clock.after(connectTimeout, () =>
      lose(4408, fail('TIMEOUT', `not open within ${connectTimeout} ms`)),
    )
    leave = own
    let code: ErrorCode = 'UNAVAILABLE'
    try {
      const merged = await mergeHeaders(options.headers, headers)
      // That will not change.
      code = 'NOT_IMPLEMENTED'
      const WebSocket = await findWebSocket(given)
      // Of an attempt that was given up in the meantime.
      if (leave === own) listen(new WebSocket(url, framing.protocols), merged)
    } catch (cause) {
      if (leave === own)
        lose(1006, cause instanceof RpcError ? cause : fail(code, 'the socket could not be opened', cause))
    }
  }

  const listen = (own: WebSocketLike, merged: Readonly<Record<string, string>>) => {
    /** What the platform says of a failure: browsers nothing, `ws` the cause. */
    let what = ''
    socket = own
    own.binaryType = 'arraybuffer'
    own.onopen = () => {
      framing.accept?.(own.protocol)
      // What is lost here is sent again over the next socket. Not every platform takes it in silence.
      attach(message => own.readyState === OPEN && own.send(message as string))
      say(framing.frame(['hello', { headers: Object.keys(merged)[0] && merged, session: token }]))
    }
    own.onmessage = ({ data }) => take(typeof data === 'string' ? data : new Uint8Array(data))
    own.onerror = ({ message }) => {
      what = message ?? ''
    }
    own.onclose = ({ code, reason }) => {
      const why = reason || what
      const status = closeToStatus(code)
      lose(
        code,
        fail(statusToCode(status), `the connection was closed with ${code}${why && ` (${why})`}`),
        isRetryableStatus(status) && code !== 1000 && code !== 1005,
        true,
      )
    }
  }

  const take = (data: Encoded) => {
    try {
      const message = framing.parse(data)
      heard = timeOf(clock)
      if (!isOpen) return begin(message)
      for (const frame of receive(message, data.length)) if (isOpen) handle(frame)
    } catch (cause) {
      lose(4500, fail('INTERNAL', `the server broke the protocol: ${(cause as Error).message}`, cause))
    }
  }

  /** The answer to `hello`. */
  const begin = ([, acknowledged, frame]: SocketMessage<RawFrame>) => {
    const [kind, detail] = frame!
    if (kind === 'fail') return refuse(detail)
    const { session, resumed, heartbeat }: Partial<Ready> = Object(detail)
    if (kind !== 'ready' || !session || heartbeat === undefined) throw new TypeError('no "ready"')
    const isResumed = !!(resumed && token)
    token = session
    attempts = 0
    isOpen = true
    watch(heartbeat, heartbeat)
    if (!isResumed) {
      reset()
      loseCalls()
    }
    resume(isResumed ? acknowledged : 0)
    // Unless a callback has closed the socket.
    if (!isOpen) return
    connected = { resumed: isResumed }
    disarm()
    resolve(self)
    emit('connect', connected)
  }

  /** Silence of the server from here on is the end of the socket. The timer is set anew when it fires, and not by each message. */
  const watch = (heartbeat: number, ms: number) => {
    leave?.()
    leave = clock.after(ms, () => {
      const rest = heard + heartbeat - timeOf(clock)
      if (rest > 0) watch(heartbeat, rest)
      else lose(4408, fail('UNAVAILABLE', `the server was silent for ${heartbeat} ms`))
    })
  }

  const handle = (frame: RawFrame) => {
    const [kind, detail, error] = frame
    if (kind === 'ping') say(framing.frame(['pong']))
    else if (kind === 'fail') refuse(detail)
    else if (kind === 'error' && detail === NOTIFICATION_ID) emit('error', RpcError.fromWire(error))
    else if (kind !== 'drain') answer(frame)
    else if (token) {
      // The server is about to close: what is sent from now on waits for the next session.
      token = undefined
      flush(true)
      drain()
    }
  }

  const refuse = (wire: unknown) => {
    const failure = RpcError.fromWire(wire)
    // An attempt that was given up has reached the server late, and has taken the session over.
    const isOvertaken = connected && failure.code === 'CONFLICT'
    // With the code that the server closes with, so that both agree on whether the session may be resumed.
    lose(4000 + failure.status, failure, isOvertaken || undefined)
  }

  /** Whatever has ended the attempt or the socket, which is closed unless it has gone. */
  const lose = (
    code: number,
    cause: RpcError,
    mayReconnect = isRetryableStatus(cause.status),
    isGone?: boolean,
  ) => {
    const wasOpen = !!connected
    const isOnPurpose = code === 1000 || (wasOpen && code === 1005)
    const willReconnect = mayReconnect && reconnect && attempts < maxReconnectAttempts
    const failure =
      mayReconnect && attempts && !willReconnect
        ? fail('UNAVAILABLE', `given up after ${attempts} attempts to reconnect`, cause)
        : cause
    lastFailure = failure
    leave?.()
    attach()
    // Nothing is told any more but of errors, which some platforms throw when nobody listens: the closing handshake is their business.
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null
      if (!isGone) socket.close(code)
    }
    leave = socket = connected = undefined
    isOpen = false
    if (!willReconnect) {
      isEnded = true
      disarm()
      signal?.removeEventListener('abort', cancel)
      end(failure)
      reject(failure)
    } else if (!token) loseCalls()
    if (wasOpen) emit('disconnect', { code, error: isOnPurpose ? undefined : failure, willReconnect })
    if (!isOnPurpose && !(wasOpen && willReconnect)) emit('error', failure)
    // Unless a callback has closed the socket.
    if (!isEnded) pause()
  }

  const pause = () => {
    const delay = clock.random() * Math.min(reconnectDelay * 2 ** attempts++, maxReconnectDelay)
    const next = () => {
      leave?.()
      connect()
    }
    const disarm = clock.after(delay || 1, next)
    // Only browsers, and what is like them, know when the network is back.
    globalThis.addEventListener?.('online', next)
    leave = () => {
      disarm()
      globalThis.removeEventListener?.('online', next)
    }
    emit('reconnecting', { attempt: attempts, delay })
  }

  const close = (failure: RpcError) => {
    if (isEnded) return
    // What was sent in this turn still leaves.
    flush()
    lose(1000, failure, false)
  }

  const cancel = () => close(fail('CANCELLED', 'cancelled', signal?.reason))
  const disarm = clock.after(timeout, () =>
    close(fail('TIMEOUT', `not open within ${timeout} ms`, lastFailure)),
  )
  const parts: SocketParts = [calls, framing, fail, options]
  const self: RpcSocket = {
    ...Object.fromEntries(
      Object.entries(methods).map(([name, [method, codec = {}]]) => [name, method(parts as never, codec)]),
    ),
    get connected() {
      return !!connected
    },
    on,
    close: () => close(fail('CANCELLED', 'the socket was closed')),
  }
  signal?.addEventListener('abort', cancel)
  if (signal?.aborted) cancel()
  else connect()
}
