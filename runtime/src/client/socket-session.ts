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
import type { SocketEvents } from './client-route.ts'
import { closeToCode } from './close-to-code.ts'
import { type SilenceWatch, watchSilence } from './silence.ts'
import { createSocketCalls, type SocketCalls, type Traffic } from './socket-calls.ts'
import { createEmitter, type SocketEmitter } from './socket-events.ts'
import type { SocketSettings } from './socket-settings.ts'
import { type ClientPort, findWebSocket, openPort } from './web-socket-port.ts'

export class SocketSession implements Traffic {
  readonly calls: SocketCalls
  readonly events: SocketEmitter
  link: SocketLink
  failure: RpcError | undefined
  /** Why the last attempt or socket has failed. */
  lastFailure: RpcError | undefined
  /** The detail of `connect` while the session is open over a socket. */
  connected: SocketEvents['connect'] | undefined
  readonly #settings: SocketSettings
  /** `pausing` until the next attempt. */
  #state: 'connecting' | 'open' | 'pausing' | 'closed' = 'connecting'
  /** Releases the timers and listeners of the state. */
  #leave: (() => void) | undefined
  #port: ClientPort | undefined
  #watch: SilenceWatch | undefined
  /** What the socket's messages belong to: `link`, until the server drains. */
  #inbound: SocketLink
  #token: string | undefined
  /** Since the last `ready`. */
  #attempts = 0

  constructor(settings: SocketSettings) {
    this.#settings = settings
    this.link = this.#inbound = this.#createLink()
    this.calls = createSocketCalls(settings, this)
    this.events = createEmitter(() => this.connected)
    this.#connect()
  }

  /** Ends the session on purpose. */
  close(error: RpcError): void {
    if (this.#state === 'closed') return
    // What was sent in this turn still leaves.
    this.link.flush()
    this.#drop(1000, error, false)
  }

  #createLink(): SocketLink {
    const { framing, limits } = this.#settings
    return new SocketLink({ framing, limits, endTurn: task => queueMicrotask(task) })
  }

  async #connect(): Promise<void> {
    const { clock, error, headers, limits, options, url } = this.#settings
    this.#state = 'connecting'
    const leave = clock.after(limits.connectTimeout, () =>
      this.#drop(4408, error('TIMEOUT', `not open within ${limits.connectTimeout} ms`)),
    )
    this.#leave = leave
    try {
      const merged = await mergeHeaders(options.headers, headers).catch(cause => {
        throw cause instanceof RpcError ? cause : error('UNAVAILABLE', 'the headers could not be made', cause)
      })
      const WebSocket = await findWebSocket(options.websocket)
      // Of an attempt that was given up in the meantime.
      if (this.#leave !== leave) return
      this.#port = openPort(WebSocket, url, this.#subprotocols(), {
        open: subprotocol => {
          this.#settings.isRows = subprotocol.includes('.rows-')
          this.#greet(merged)
        },
        message: text => this.#receive(text),
        closed: (code, reason) => this.#closed(code, reason),
      })
    } catch (cause) {
      if (this.#leave !== leave) return
      const failure = cause instanceof RpcError ? cause : error('NOT_IMPLEMENTED', 'no WebSocket here', cause)
      this.#lost(1006, failure)
    }
  }

  /** Best first. */
  #subprotocols(): string[] {
    const { framing, route } = this.#settings
    const plain = SUBPROTOCOLS[framing.name]
    const { rows } = route
    return framing.name === 'msgpack' && rows !== undefined ? [rowsSubprotocol(rows), plain] : [plain]
  }

  #greet(headers: Headers): void {
    const hello: { headers?: Record<string, string>; session?: string } = {}
    headers.forEach((value, name) => {
      hello.headers ??= {}
      hello.headers[name] = value
    })
    if (this.#token !== undefined) hello.session = this.#token
    this.#inbound = this.link
    this.link.attach(this.#port!)
    this.link.sendNow(this.#settings.framing.frame(['hello', hello]))
  }

  #receive(encoded: Encoded): void {
    const { error, framing } = this.#settings
    try {
      const message = framing.parse(encoded)
      if (this.#state === 'open') this.#handle(message, encoded.length)
      else this.#begin(message)
    } catch (cause) {
      const what = `the server broke the protocol: ${(cause as Error).message}`
      this.#drop(codeToClose('INTERNAL'), error('INTERNAL', what, cause))
    }
  }

  /** The answer to `hello`. */
  #begin([number, acknowledged, raw, ...more]: SocketMessage<RawFrame>): void {
    const frame = raw && rawToServerFrame(raw, number > 0)
    if (frame?.[0] === 'fail') this.#refuse(frame)
    else if (frame?.[0] === 'ready' && more.length === 0) this.#open(acknowledged, frame[1])
    else throw new TypeError('"hello" is answered by neither "ready" nor "fail"')
  }

  #open(acknowledged: number, ready: Ready): void {
    const { clock, error, opened } = this.#settings
    const resumed = ready.resumed && this.#token !== undefined
    this.#leave?.()
    this.#token = ready.session
    this.#attempts = 0
    this.#state = 'open'
    this.#watch = watchSilence(clock, ready.heartbeat, () =>
      this.#drop(4408, error('UNAVAILABLE', `the server was silent for ${ready.heartbeat} ms`)),
    )
    this.#leave = this.#watch.stop
    this.#watch.start()
    if (!resumed) {
      this.link.reset()
      this.calls.lose()
    }
    this.link.resume(resumed ? acknowledged : 0)
    // Unless a callback has closed the socket.
    if (this.#state !== 'open') return
    this.connected = { resumed }
    opened()
    this.events.emit('connect', this.connected)
  }

  #handle(message: SocketMessage<RawFrame>, size: number): void {
    this.#watch!.start()
    for (const raw of this.#inbound.receive(message, size)) {
      if (this.#state === 'open') this.#take(rawToServerFrame(raw, message[0] > 0))
    }
  }

  #take(frame: ServerFrame): void {
    switch (frame[0]) {
      case 'ping':
        return this.#inbound.sendNow(this.#settings.framing.frame(['pong']))
      case 'drain':
        return this.#drain()
      case 'fail':
        return this.#refuse(frame)
      case 'ready':
        throw new TypeError('a second "ready"')
      case 'error':
        if (frame[1] === NOTIFICATION_ID) {
          return this.events.emit('error', RpcError.fromWire(frame[2], 'INTERNAL'))
        }
    }
    this.calls.receive(frame)
  }

  /** The server is about to close: what is sent from now on waits for the next session. */
  #drain(): void {
    if (this.#token === undefined) return
    this.#token = undefined
    this.link.flush()
    this.link = this.#createLink()
    this.calls.drain()
  }

  #refuse([, wire]: Extract<ServerFrame, readonly ['fail', unknown]>): void {
    const error = RpcError.fromWire(wire, 'INTERNAL')
    // An attempt that was given up has reached the server late, and has taken the session over.
    const isOvertaken = this.connected !== undefined && error.code === 'CONFLICT'
    // With the code that the server closes with, so that both agree on whether the session may be resumed.
    this.#drop(codeToClose(error.code), error, isOvertaken || undefined)
  }

  #closed(code: number, reason: string): void {
    const what = `the connection was closed with ${code}${reason && ` (${reason})`}`
    this.#lost(code, this.#settings.error(closeToCode(code), what), isRetryableClose(code))
  }

  #drop(code: number, failure: RpcError, mayReconnect?: boolean): void {
    this.#port?.close(code, '')
    this.#lost(code, failure, mayReconnect)
  }

  /** Whatever has ended the attempt or the socket. */
  #lost(code: number, cause: RpcError, mayReconnect = isRetryable(cause.code)): void {
    const { error, limits, options } = this.#settings
    const wasOpen = this.connected !== undefined
    const isOnPurpose = code === 1000 || (wasOpen && code === 1005)
    const willReconnect =
      mayReconnect && options.websocket?.reconnect !== false && this.#attempts < limits.maxReconnectAttempts
    const failure =
      mayReconnect && this.#attempts > 0 && !willReconnect
        ? error('UNAVAILABLE', `given up after ${this.#attempts} attempts to reconnect`, cause)
        : cause
    this.#leave?.()
    this.#inbound.attach(undefined)
    this.#leave = this.#port = this.connected = undefined
    this.lastFailure = failure
    this.#state = willReconnect ? 'pausing' : 'closed'
    if (!willReconnect) this.#end(failure)
    else if (this.#token === undefined) this.calls.lose()
    if (wasOpen)
      this.events.emit('disconnect', { code, error: isOnPurpose ? undefined : failure, willReconnect })
    if (!isOnPurpose && !(wasOpen && willReconnect)) this.events.emit('error', failure)
    if (willReconnect && this.#state === 'pausing') this.#pause()
  }

  #end(failure: RpcError): void {
    this.failure = failure
    this.calls.end(failure)
    this.#settings.ended(failure)
  }

  #pause(): void {
    const { clock, limits } = this.#settings
    const { maxReconnectDelay, reconnectDelay } = limits
    const delay = clock.random() * Math.min(reconnectDelay * 2 ** this.#attempts++, maxReconnectDelay)
    const next = () => {
      this.#leave?.()
      this.#connect()
    }
    const disarm = clock.after(delay, next)
    // Only browsers, and what is like them, know when the network is back.
    globalThis.addEventListener?.('online', next)
    this.#leave = () => {
      disarm()
      globalThis.removeEventListener?.('online', next)
    }
    this.events.emit('reconnecting', { attempt: this.#attempts, delay })
  }
}
