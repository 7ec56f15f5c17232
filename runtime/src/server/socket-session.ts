// A client's messages over one socket after another in → calls of the route's handlers and their answers, each exactly once, out.
import { RpcError, toRpcError } from '../errors.ts'
import type { SocketClose } from '../route-types.ts'
import { rawToClientFrame } from '../wire/raw-to-frame.ts'
import { codeToClose, isRetryableClose, type Ready, type SocketMessage } from '../wire/socket-frames.ts'
import type { Encoded, RawFrame, SocketFraming } from '../wire/socket-framing.ts'
import type { SocketPort } from '../wire/socket-port.ts'
import type { CallSession } from './call-session.ts'
import type { ServableSocket } from './modules-to-routes.ts'
import { type CallFrame, SessionCalls } from './session-calls.ts'
import { type InboxOwner, SessionInbox } from './session-inbox.ts'
import { SessionLink, type SessionLinkOptions } from './session-link.ts'
import { type RoomOwner, SessionRoom } from './session-room.ts'
import { SessionContext } from './socket-context.ts'
import type { SessionPlace, SocketHost } from './socket-host.ts'
import type { TurnTask } from './turn-end.ts'

/** The socket that a session has, as it sees it. */
export interface SessionConnection {
  readonly port: SocketPort
  /** Over the port. */
  send(message: Encoded): void
  /** While paused, the client is not read: it has to wait. */
  pause(): void
  resume(): void
  /** Sends `fail` and closes. What a connection does after that does not concern the session any more. */
  fail(error: RpcError): void
  close(code: number, reason: string): void
}

export interface SessionEvents {
  onParked(session: SocketSession): void
  onResumed(session: SocketSession): void
  onEnded(session: SocketSession): void
}

export interface SocketSessionOptions {
  readonly host: SocketHost
  readonly place: SessionPlace
  readonly context: SessionContext
  readonly events: SessionEvents
}

export class SocketSession implements CallSession, InboxOwner, RoomOwner, SessionLinkOptions, TurnTask {
  /** Whoever knows it can resume the session. */
  readonly token = createToken()
  readonly host: SocketHost
  readonly place: SessionPlace
  readonly #context: SessionContext
  readonly #events: SessionEvents
  readonly #link: SessionLink
  /** Made by the first frame that needs them: many sessions only wait to be told something. */
  #room: SessionRoom | undefined
  #calls: SessionCalls | undefined
  #inbox: SessionInbox | undefined
  /** 'parked': without a socket, until one comes or the resume window is over. */
  #state: 'open' | 'parked' | 'ended' = 'parked'
  #connection: SessionConnection | undefined
  #isDraining = false
  #cancelWindow: (() => void) | undefined
  #turnTasks: TurnTask[] | undefined
  #flush: (() => void) | undefined
  /** The same one each time, so that it waits for room once. */
  #waiter: (() => void) | undefined
  #turnIsEnding = false

  constructor({ host, place, context, events }: SocketSessionOptions) {
    this.host = host
    this.place = place
    this.#context = context
    this.#events = events
    this.#link = new SessionLink(this)
  }

  get room(): SessionRoom {
    if (this.#room === undefined) {
      this.#room = new SessionRoom(this.#link, this.limits.maxUnacknowledgedBytes, this)
      this.#room.setPort(this.#connection?.port)
    }
    return this.#room
  }

  get limits(): SocketHost['limits'] {
    return this.host.limits
  }

  get route(): ServableSocket {
    return this.place.match.route
  }

  get framing(): SocketFraming {
    return this.place.framing
  }

  /** Opens it over its first socket, or goes on over another one. `acknowledged` is the last message that the client has got. */
  attach(connection: SessionConnection, resumed: boolean, acknowledged: number): void {
    this.#connection?.fail(new RpcError('CONFLICT', { message: 'the session goes on over another socket' }))
    this.#cancelWindow?.()
    this.#connection = connection
    this.#state = 'open'
    this.#link.attach(connection)
    this.#link.sendNow(this.framing.frame(['ready', this.#ready(resumed)]))
    this.#link.resume(acknowledged)
    this.#room?.setPort(connection.port)
    this.#events.onResumed(this)
    this.#goOn()
  }

  #ready(resumed: boolean): Ready {
    const { heartbeatInterval, heartbeatTimeout, resumeWindow } = this.host.limits
    const heartbeat = heartbeatInterval > 0 ? heartbeatInterval + heartbeatTimeout : 0
    return { session: this.token, resumed, heartbeat, resumeWindow }
  }

  /** Throws BAD_REQUEST for what no client should send, and TOO_MANY_REQUESTS when too much of it waits. */
  receive(message: SocketMessage<RawFrame>, size: number): void {
    const isNumbered = message[0] > 0
    const frames = this.#link.receive(message, size).map(raw => rawToClientFrame(raw, isNumbered))
    // What it acknowledges may have let a frame go on that was none.
    if (this.#state === 'ended') return
    if (isNumbered) this.#take(frames as CallFrame[], size)
    else if (frames.some(([kind]) => kind === 'hello')) {
      throw new RpcError('BAD_REQUEST', { message: 'the session is open: "hello" was sent before' })
    } else if (frames.length > 0) this.#room?.onPong()
  }

  #take(frames: readonly CallFrame[], size: number): void {
    this.#calls ??= new SessionCalls(this, this.#context)
    this.#inbox ??= new SessionInbox(this, this.limits.maxMessageBytes)
    this.#inbox.take(frames, size)
  }

  /** The connection was lost, or closed by the client. */
  lose(connection: SessionConnection, code: number, reason: string): void {
    if (connection !== this.#connection) return
    this.#connection = undefined
    const { resumeWindow } = this.host.limits
    if (!endsSession(code) && !this.#isDraining && resumeWindow > 0) return this.#park(resumeWindow)
    const message = 'the socket was closed'
    this.end({ code, reason }, new RpcError('CANCELLED', { message }))
  }

  #park(resumeWindow: number): void {
    this.#state = 'parked'
    this.#detach()
    this.#cancelWindow = this.host.loop.timer(() => this.expire(), resumeWindow)
    this.#events.onParked(this)
  }

  /** A parked session ends: nobody came back for it in time, or its place is needed. */
  expire(): void {
    this.end(
      { code: 1006, reason: 'not resumed in time' },
      new RpcError('CANCELLED', { message: 'the connection was lost' }),
    )
  }

  #detach(): void {
    this.#link.attach(undefined)
    this.#room?.setPort(undefined)
  }

  /** The server is closing: what runs is still answered, and then the socket is closed. */
  drain(reason: RpcError): void {
    if (this.#state === 'parked') return this.end({ code: 1001, reason: 'the server is closing' }, reason)
    this.#isDraining = true
    this.send(this.framing.frame(['drain']))
    this.#calls?.drain(reason)
    this.#endWhenDrained()
  }

  #endWhenDrained(): void {
    if (!this.#isDraining || this.#state === 'ended') return
    const isAnswered = this.#calls?.isAnswered ?? true
    if (!isAnswered || this.#inbox?.isEmpty === false) return
    this.#leave(new RpcError('UNAVAILABLE', { message: 'the server is closing' }))
  }

  /** At once, whatever still runs: its signals are aborted. */
  abort(reason: RpcError): void {
    if (this.#state !== 'ended') this.#leave(reason)
  }

  #leave(reason: RpcError): void {
    this.#link.flush()
    this.#connection?.close(1001, 'the server is closing')
    this.end({ code: 1001, reason: 'the server is closing' }, reason)
  }

  /** Whoever ends it sees to the connection. Handlers and iterators that still run are told by their signals. */
  end(close: SocketClose, reason: RpcError): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#connection = undefined
    this.#cancelWindow?.()
    this.#detach()
    this.#inbox?.clear()
    this.#calls?.abort(reason)
    SessionContext.scopeOf(this.#context).abort(reason)
    // First, or the server could count as idle before `onClose` runs.
    void this.#tellClosed(close)
    this.#events.onEnded(this)
  }

  async #tellClosed(close: SocketClose): Promise<void> {
    const { handlers } = this.route
    if (handlers.onClose === undefined) return
    this.host.begin('others')
    try {
      await handlers.onClose(this.#context as never, close)
    } catch (error) {
      if (!SessionContext.scopeOf(this.#context).explains(error)) this.report(error)
    } finally {
      this.host.end('others')
    }
  }

  send(frame: Encoded): void {
    if (this.#state !== 'ended') this.#link.send(frame)
  }

  /** What this turn has made leaves first, so that the answer acknowledges it. */
  ping(): void {
    this.#link.flush()
    this.#link.sendNow(this.framing.frame(['ping']))
  }

  atTurnEnd(task: TurnTask): void {
    this.#turnTasks ??= []
    this.#turnTasks.push(task)
    this.#endTurn()
  }

  /** For the link. A lone answer leaves as soon as the code that runs now has returned: the end of the turn would bring no further ones. */
  endTurn(flush: () => void): void {
    if (!this.#turnIsEnding && this.#calls?.isIdle) return queueMicrotask(flush)
    this.#flush = flush
    this.#endTurn()
  }

  #endTurn(): void {
    if (this.#turnIsEnding) return
    this.#turnIsEnding = true
    this.host.turnEnd.add(this)
  }

  /** All subscriptions together: a turn makes one message. */
  onTurnEnd(): void {
    const tasks = this.#turnTasks ?? []
    this.#turnTasks = undefined
    try {
      for (const task of tasks) task.onTurnEnd()
    } finally {
      this.#turnIsEnding = false
      const flush = this.#flush
      this.#flush = undefined
      flush?.()
      if (this.#turnTasks !== undefined) this.#endTurn()
    }
  }

  report(error: unknown): void {
    this.host.report(error, this.place)
  }

  /** Answers are bounded by what the client acknowledges, notifications by what may run. */
  mayStart([kind]: CallFrame): boolean {
    if (kind === 'credit' || kind === 'cancel') return true
    return !this.room.isFull && (kind !== 'notify' || this.#calls?.takesNotifications !== false)
  }

  handle(frame: CallFrame): void {
    if (this.#state !== 'ended') this.#calls?.handle(frame)
  }

  onHold(): void {
    if (!this.room.isFull) return this.#connection?.pause()
    // Acknowledgements come over the same socket, so it is read on while those are waited for.
    this.#connection?.resume()
    this.#waiter ??= () => this.#goOn()
    this.room.wait(this.#waiter)
  }

  onRelease(): void {
    this.#connection?.resume()
    this.#endWhenDrained()
  }

  #goOn(): void {
    if (this.#state === 'ended') return
    try {
      this.#inbox?.goOn()
    } catch (error) {
      this.violate(error)
    }
  }

  /** Later, if it matters: a handler may be over before the message that holds its frame has been gone through. */
  onCallOver(): void {
    if (!this.#isDraining && this.#inbox?.isEmpty !== false) return
    queueMicrotask(() => {
      this.#goOn()
      this.#endWhenDrained()
    })
  }

  /** The client sent what no client should: the session is over. */
  violate(thrown: unknown): void {
    const error = toRpcError(thrown)
    if (error.code === 'INTERNAL') this.report(thrown)
    const connection = this.#connection
    this.end({ code: codeToClose(error.code), reason: error.message }, error)
    connection?.fail(error)
  }
}

/** Whether a socket that closes like this takes its session with it. PROTOCOL.md, "Losing a socket, and resuming". */
function endsSession(code: number): boolean {
  return code === 1001 || !isRetryableClose(code)
}

/** 128 random bits, as text. */
function createToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}
