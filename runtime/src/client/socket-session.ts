// The URL of a socket route in → one session over as many sockets as it takes, from its first `ready` to its end, out.
import { isRetryable, RpcError } from '../errors.ts'
import { rawToServerFrame } from '../wire/raw-to-server-frame.ts'
import {
  codeToClose,
  isRetryableClose,
  NOTIFICATION_ID,
  type Ready,
  rowsSubprotocol,
  type ServerFrame,
  type SocketMessage,
  SUBPROTOCOLS,
} from '../wire/socket-frames.ts'
import type { Encoded, RawFrame } from '../wire/socket-framing.ts'
import { SocketLink } from '../wire/socket-link.ts'
import { mergeHeaders } from './call.ts'
import type { RpcSocket, SocketEvents } from './client-route.ts'
import { closeToCode } from './close-to-code.ts'
import { createSocketCalls, type SocketCalls, type Traffic } from './socket-calls.ts'
import { createEmitter } from './socket-events.ts'
import type { SocketSettings } from './socket-settings.ts'
import { type ClientPort, findWebSocket, openPort } from './web-socket-port.ts'

export type SocketSession = readonly [
  calls: SocketCalls,
  on: RpcSocket['on'],
  /** The detail of `connect` while the session is open over a socket. */
  connected: () => SocketEvents['connect'] | undefined,
  /** Ends the session on purpose. */
  close: (error: RpcError) => void,
  /** Why the last attempt or socket has failed. */
  lastFailure: () => RpcError | undefined,
]

export function openSession(settings: SocketSettings): SocketSession {
  const { clock, error, framing, headers, limits, options, route, url } = settings
  const createLink = () => new SocketLink({ framing, limits, endTurn: task => queueMicrotask(task) })
  const traffic: { -readonly [Name in keyof Traffic]: Traffic[Name] } = {
    link: createLink(),
    failure: undefined,
  }
  const calls = createSocketCalls(settings, traffic)
  const [on, emit] = createEmitter(() => connected)
  /** What the socket's messages belong to: the link of `traffic`, until the server drains. */
  let inbound = traffic.link
  let isOpen = false
  let connected: SocketEvents['connect'] | undefined
  let lastFailure: RpcError | undefined
  let port: ClientPort | undefined
  let token: string | undefined
  /** Since the last `ready`. */
  let attempts = 0
  /** Releases the timer, and the listener, of an attempt, of the heartbeat or of a pause. */
  let leave: (() => void) | undefined

  const connect = async () => {
    const { connectTimeout } = limits
    const own = clock.after(connectTimeout, () =>
      drop(4408, error('TIMEOUT', `not open within ${connectTimeout} ms`)),
    )
    leave = own
    try {
      const merged = await mergeHeaders(options.headers, headers).catch(cause => {
        throw cause instanceof RpcError ? cause : error('UNAVAILABLE', 'the headers could not be made', cause)
      })
      const WebSocket = await findWebSocket(options.websocket)
      // Of an attempt that was given up in the meantime.
      if (leave !== own) return
      // Best first.
      const subprotocols: string[] = [SUBPROTOCOLS[framing.name]]
      if (framing.name === 'msgpack' && route.rows) subprotocols.unshift(rowsSubprotocol(route.rows))
      port = openPort(WebSocket, url, subprotocols, {
        open(subprotocol) {
          settings.isRows = subprotocol.includes('.rows-')
          greet(merged)
        },
        message: receive,
        closed(code, reason) {
          const what = `the connection was closed with ${code}${reason && ` (${reason})`}`
          lose(code, error(closeToCode(code), what), isRetryableClose(code))
        },
      })
    } catch (cause) {
      if (leave !== own) return
      lose(1006, cause instanceof RpcError ? cause : error('NOT_IMPLEMENTED', 'no WebSocket here', cause))
    }
  }

  const greet = (merged: Readonly<Record<string, string>>) => {
    const hello = { headers: Object.keys(merged)[0] && merged, session: token }
    inbound = traffic.link
    inbound.attach(port)
    inbound.sendNow(framing.frame(['hello', hello]))
  }

  const receive = (encoded: Encoded) => {
    try {
      const message = framing.parse(encoded)
      if (isOpen) handle(message, encoded.length)
      else begin(message)
    } catch (cause) {
      const what = `the server broke the protocol: ${(cause as Error).message}`
      drop(codeToClose('INTERNAL'), error('INTERNAL', what, cause))
    }
  }

  /** The answer to `hello`. */
  const begin = ([number, acknowledged, raw, ...more]: SocketMessage<RawFrame>) => {
    const frame = raw && rawToServerFrame(raw, number > 0)
    if (frame?.[0] === 'fail') refuse(frame)
    else if (frame?.[0] === 'ready' && !more[0]) open(acknowledged, frame[1])
    else throw new TypeError('no "ready"')
  }

  const open = (acknowledged: number, ready: Ready) => {
    const resumed = ready.resumed && token !== undefined
    leave?.()
    token = ready.session
    attempts = 0
    isOpen = true
    awaitSign(ready.heartbeat)
    if (!resumed) {
      traffic.link.reset()
      calls.lose()
    }
    traffic.link.resume(resumed ? acknowledged : 0)
    // Unless a callback has closed the socket.
    if (!isOpen) return
    connected = { resumed }
    settings.opened()
    emit('connect', connected)
  }

  /** Silence of the server from here on is the end of the socket. */
  let awaitNext: () => void
  const awaitSign = (heartbeat: number) => {
    awaitNext = () => awaitSign(heartbeat)
    leave?.()
    leave = clock.after(heartbeat, () =>
      drop(4408, error('UNAVAILABLE', `the server was silent for ${heartbeat} ms`)),
    )
  }

  const handle = (message: SocketMessage<RawFrame>, size: number) => {
    awaitNext()
    for (const raw of inbound.receive(message, size)) {
      if (isOpen) take(rawToServerFrame(raw, message[0] > 0))
    }
  }

  const take = (frame: ServerFrame) => {
    switch (frame[0]) {
      case 'ping':
        return inbound.sendNow(framing.frame(['pong']))
      case 'drain':
        return drain()
      case 'fail':
        return refuse(frame)
      case 'ready':
        throw new TypeError('a second "ready"')
      case 'error':
        if (frame[1] === NOTIFICATION_ID) return emit('error', RpcError.fromWire(frame[2], 'INTERNAL'))
    }
    calls.receive(frame)
  }

  /** The server is about to close: what is sent from now on waits for the next session. */
  const drain = () => {
    if (token === undefined) return
    token = undefined
    traffic.link.flush()
    traffic.link = createLink()
    calls.drain()
  }

  const refuse = ([, wire]: Extract<ServerFrame, readonly ['fail', unknown]>) => {
    const failure = RpcError.fromWire(wire, 'INTERNAL')
    // An attempt that was given up has reached the server late, and has taken the session over.
    const isOvertaken = connected && failure.code === 'CONFLICT'
    // With the code that the server closes with, so that both agree on whether the session may be resumed.
    drop(codeToClose(failure.code), failure, isOvertaken || undefined)
  }

  const drop = (code: number, failure: RpcError, mayReconnect?: boolean) => {
    port?.close(code, '')
    lose(code, failure, mayReconnect)
  }

  /** Whatever has ended the attempt or the socket. */
  const lose = (code: number, cause: RpcError, mayReconnect = isRetryable(cause.code)) => {
    const wasOpen = connected !== undefined
    const isOnPurpose = code === 1000 || (wasOpen && code === 1005)
    const willReconnect =
      mayReconnect && options.websocket?.reconnect !== false && attempts < limits.maxReconnectAttempts
    lastFailure =
      mayReconnect && attempts && !willReconnect
        ? error('UNAVAILABLE', `given up after ${attempts} attempts to reconnect`, cause)
        : cause
    const failure = lastFailure
    leave?.()
    inbound.attach(undefined)
    leave = port = connected = undefined
    isOpen = false
    if (!willReconnect) {
      traffic.failure = failure
      calls.end(failure)
      settings.ended(failure)
    } else if (token === undefined) calls.lose()
    if (wasOpen) emit('disconnect', { code, error: isOnPurpose ? undefined : failure, willReconnect })
    if (!isOnPurpose && !(wasOpen && willReconnect)) emit('error', failure)
    // Unless a callback has closed the socket.
    if (!traffic.failure) pause()
  }

  const pause = () => {
    const { maxReconnectDelay, reconnectDelay } = limits
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

  connect()
  return [
    calls,
    on,
    () => connected,
    failure => {
      if (traffic.failure) return
      // What was sent in this turn still leaves.
      traffic.link.flush()
      drop(1000, failure, false)
    },
    () => lastFailure,
  ]
}
