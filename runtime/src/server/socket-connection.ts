// One open WebSocket in → a session opened or resumed over it, out.
import { ofHandler, RpcError, toRpcError } from '../errors.ts'
import { rawToClientFrame } from '../wire/raw-to-frame.ts'
import { codeToClose, type Hello, type SocketMessage } from '../wire/socket-frames.ts'
import type { Encoded, RawFrame } from '../wire/socket-framing.ts'
import type { PortEvents, SocketPort } from '../wire/socket-port.ts'
import { errorToFrame } from './error-to-frame.ts'
import { Heartbeat, type HeartbeatPeer } from './heartbeat.ts'
import { runMiddleware } from './run-middleware.ts'
import type { SessionRegistry } from './session-registry.ts'
import { SessionContext } from './socket-context.ts'
import type { SessionPlace, SocketHost } from './socket-host.ts'
import { type SessionConnection, SocketSession } from './socket-session.ts'
import type { Admitted } from './upgrade-to-admission.ts'

/** Shared by all connections. */
export interface ConnectionOwner {
  readonly host: SocketHost
  readonly sessions: SessionRegistry
  /** The socket is gone. */
  onClosed(connection: SocketConnection): void
}

/** Lost, unless it is closed in another way. */
const LOST = { code: 1006, reason: '' }

export class SocketConnection implements PortEvents, SessionConnection, HeartbeatPeer {
  readonly port: SocketPort
  readonly #owner: ConnectionOwner
  readonly #place: SessionPlace
  /** Until the session is open. */
  #admission: Admitted | undefined
  #cancelOpening: (() => void) | undefined
  /** 'hello': the first message has not come. 'checking': middleware and `onConnect` run. 'over': closed, by whomever. */
  #state: 'hello' | 'checking' | 'open' | 'over' = 'hello'
  #context: SessionContext | undefined
  #session: SocketSession | undefined
  #heartbeat: Heartbeat | undefined
  #isPaused = false
  /** How it ended. */
  #end = LOST

  constructor(owner: ConnectionOwner, admission: Admitted, port: SocketPort) {
    const { host } = owner
    const { match, request } = admission
    this.#owner = owner
    this.#admission = admission
    this.#place = { match, framing: host.framingOf(admission.framing), target: request.target }
    this.port = port
    const late = () => this.fail(new RpcError('TIMEOUT', { message: 'the socket was not opened in time' }))
    this.#cancelOpening = host.loop.timer(late, host.limits.openTimeout)
  }

  message(encoded: Encoded): void {
    if (this.#state === 'over') return
    this.#heartbeat?.noteReceived()
    const message = this.#parse(encoded)
    if (message === undefined) return
    try {
      if (this.#state === 'open') this.#session?.receive(message, encoded.length)
      else if (this.#state === 'hello') this.#greet(message)
      else throw new RpcError('BAD_REQUEST', { message: 'nothing may be sent before the answer to "hello"' })
    } catch (error) {
      this.#violate(error)
    }
  }

  closed(code: number, reason: string): void {
    if (this.#state !== 'over') {
      this.#release(code, reason)
      this.#abortOpening(new RpcError('CANCELLED', { message: 'the socket was closed' }))
      this.#session?.lose(this, code, reason)
    }
    this.#owner.onClosed(this)
  }

  send(message: Encoded): void {
    this.#heartbeat?.noteSent()
    this.port.send(message)
  }

  get isDeaf(): boolean {
    return this.#isPaused
  }

  get bytesRead(): number {
    return this.port.bytesRead ?? 0
  }

  pause(): void {
    this.#isPaused = true
    this.port.pause()
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    // Nothing could be heard meanwhile.
    this.#heartbeat?.noteReceived()
    this.port.resume()
  }

  fail(thrown: unknown): void {
    if (this.#state === 'over') return
    const { framing } = this.#place
    const report = (error: unknown) => this.#owner.host.report(error, this.#place)
    const { frame, error } = errorToFrame(thrown, ['fail'], framing, report)
    this.port.send(framing.message(0, 0, [frame]))
    this.#abortOpening(error)
    this.close(codeToClose(error.code), error.code)
  }

  /** Ends it if its session is not open yet. */
  refuseOpening(error: RpcError): void {
    if (this.#state !== 'open') this.fail(error)
  }

  close(code: number, reason: string): void {
    if (this.#state === 'over') return
    this.#release(code, reason)
    this.port.close(code, reason)
  }

  #abortOpening(reason: RpcError): void {
    if (this.#context !== undefined) SessionContext.scopeOf(this.#context).abort(reason)
  }

  #release(code: number, reason: string): void {
    this.#state = 'over'
    this.#end = { code, reason }
    this.#cancelOpening?.()
    this.#heartbeat?.stop()
  }

  /** Undefined when it was no message, and the socket is closed for that. */
  #parse(encoded: Encoded): SocketMessage<RawFrame> | undefined {
    const { maxBodyDepth: maxDepth, maxMessageFrames: maxFrames } = this.#owner.host.limits
    try {
      return this.#place.framing.parse(encoded, { maxDepth, maxFrames })
    } catch (thrown) {
      // Without its cause: a client that sends nonsense is no matter for the server's log.
      const { code, message } = toRpcError(thrown)
      const error = new RpcError(code, { message })
      if (code !== 'UNSUPPORTED_MEDIA_TYPE') this.#violate(error)
      else {
        this.#session?.end({ code: 1003, reason: message }, error)
        this.close(1003, code)
      }
      return undefined
    }
  }

  #violate(error: unknown): void {
    if (this.#session === undefined) this.fail(error)
    else this.#session.violate(error)
  }

  #greet([number, acknowledged, ...raws]: SocketMessage<RawFrame>): void {
    const [raw] = raws
    const frame = raw === undefined ? undefined : rawToClientFrame(raw, number > 0)
    if (frame?.[0] !== 'hello' || raws.length > 1) {
      throw new RpcError('BAD_REQUEST', { message: 'the first message holds one frame, "hello"' })
    }
    this.#state = 'checking'
    void this.#check(frame[1], acknowledged)
  }

  /** Middleware runs for every socket; `onConnect` only for a session that is new. */
  async #check(hello: Hello, acknowledged: number): Promise<void> {
    const { host, sessions } = this.#owner
    const { middleware } = this.#place.match.route
    host.begin('others')
    try {
      const context = this.#toContext(hello)
      if (context === undefined) return
      this.#context = context
      await runMiddleware(middleware, context)
      if (this.#state === 'checking') {
        const known = sessions.find(hello.session, this.#place)
        if (known === undefined) await this.#open(context)
        else this.#resume(known, context, acknowledged)
      }
    } catch (error) {
      this.#refuse(error)
    } finally {
      host.end('others')
    }
  }

  /** Undefined when the socket is closed already. */
  #toContext({ headers: sent }: Hello): SessionContext | undefined {
    if (this.#admission === undefined) return undefined
    const { request, params } = this.#admission
    const headers = addHeaders(request.headers, sent, this.#owner.host.settings.socketHeaders)
    return new SessionContext({ ...request, headers }, params)
  }

  #resume(session: SocketSession, context: SessionContext, acknowledged: number): void {
    // It was only asked whether the client may still come in: the session has a context.
    SessionContext.scopeOf(context).abort(
      new RpcError('CANCELLED', { message: 'the session has been resumed' }),
    )
    this.#enter(session, true, acknowledged)
  }

  /** `onConnect` and `onClose` come in pairs: also when the client has left meanwhile. */
  async #open(context: SessionContext): Promise<void> {
    const { host, sessions } = this.#owner
    await this.#place.match.route.handlers.onConnect?.(context as never)
    const session = new SocketSession({ host, place: this.#place, context, events: sessions })
    if (this.#state !== 'checking') {
      return session.end(this.#end, new RpcError('CANCELLED', { message: 'the socket was closed' }))
    }
    sessions.add(session)
    SessionContext.pack(context, host.requests)
    this.#enter(session, false, 0)
  }

  #enter(session: SocketSession, resumed: boolean, acknowledged: number): void {
    this.#cancelOpening?.()
    this.#cancelOpening = undefined
    this.#state = 'open'
    this.#session = session
    this.#context = undefined
    this.#admission = undefined
    this.#heartbeat = new Heartbeat(this.#owner.host, this)
    session.attach(this, resumed, acknowledged)
  }

  ping(): void {
    this.#session?.ping()
  }

  lose(): void {
    this.fail(new RpcError('TIMEOUT', { message: 'the client does not answer' }))
    this.#session?.lose(this, this.#end.code, this.#end.reason)
  }

  #refuse(error: unknown): void {
    if (this.#session !== undefined) return this.#session.violate(error)
    if (this.#state !== 'over') return this.fail(error)
    // The client has left: what it would have been told is no news, what it would not have been told is.
    const isAbort = this.#context !== undefined && SessionContext.scopeOf(this.#context).explains(error)
    const isNews = ofHandler(error).code === 'INTERNAL' && !isAbort
    if (isNews) this.#owner.host.report(error, this.#place)
  }
}

/** Those of the request win: what a proxy has set, no client can change. */
function addHeaders(
  own: Admitted['request']['headers'],
  sent: Hello['headers'] = {},
  allowed: ReadonlySet<string>,
): Admitted['request']['headers'] {
  const odd = Object.keys(sent).find(name => !allowed.has(name))
  if (odd !== undefined) {
    const message = `the header ${JSON.stringify(odd)} may not be sent in "hello": see the option "socketHeaders"`
    throw new RpcError('BAD_REQUEST', { message })
  }
  return { ...sent, ...own }
}
