// A script in place of the network and of the client: a test says which messages come, and reads which leave.

import type { CompiledCall, CompiledInput, CompiledSocket } from '../../runtime/src/compiled-route.ts'
import { compiledRoute } from '../../runtime/src/generated.ts'
import { route } from '../../runtime/src/route.ts'
import type { SocketDefinition } from '../../runtime/src/route-types.ts'
import type { ServableSocket } from '../../runtime/src/server/modules-to-routes.ts'
import { resolveOptions, type ServerOptions } from '../../runtime/src/server/server-options.ts'
import { type Admitted, SocketEngine, type UpgradeRequest } from '../../runtime/src/server/socket-engine.ts'
import type { Encoded } from '../../runtime/src/wire/socket-framing.ts'
import type { PortEvents, SocketPort } from '../../runtime/src/wire/socket-port.ts'
import { ANYTHING, ScriptedLoop, settled } from './stream-script.ts'

/** Takes every value as it is. */
export const ANY_INPUT: CompiledInput = { read: value => value, table: () => 'unknown' }
export const ANY_CALL: CompiledCall = { input: ANY_INPUT, result: ANYTHING, returns: ANYTHING }

// biome-ignore lint/suspicious/noExplicitAny: tests write handlers of every shape
export type Handlers = SocketDefinition<any>

/** A socket route as compiled code declares it; what is not said of its types takes everything. */
export function declareSocket(
  path: string,
  handlers: Handlers,
  spec: Partial<CompiledSocket> = {},
): ServableSocket {
  const compiled = compiledRoute({
    contract: 1,
    name: 'tested',
    output: 'socket',
    ...(handlers.onMessage && { message: ANY_INPUT }),
    ...(handlers.onRequest && { request: ANY_CALL }),
    ...(handlers.onSubscribe && { subscribe: ANY_CALL }),
    ...spec,
  })
  return (route.ws as unknown as (...args: unknown[]) => ServableSocket)(path, handlers, compiled)
}

type Frame = readonly [string, ...unknown[]]

/** One end of a socket in memory. What the server sends is kept, parsed; what happens is told by the test. */
export class ScriptedPort implements SocketPort {
  readonly messages: [number, number, ...Frame[]][] = []
  bufferedBytes = 0
  bytesRead = 0
  isPaused = false
  closing: { readonly code: number; readonly reason: string } | undefined
  isTerminated = false
  readonly drainListeners: (() => void)[] = []

  send(message: Encoded): void {
    if (this.closing !== undefined) throw new Error('sent after the close')
    this.messages.push(JSON.parse(String(message)))
  }

  onDrain(listener: () => void): void {
    this.drainListeners.push(listener)
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
  }

  close(code: number, reason: string): void {
    if (Buffer.byteLength(reason) > 123) throw new Error('the reason is too long')
    this.closing ??= { code, reason }
  }

  terminate(): void {
    this.isTerminated = true
  }
}

/** A client that keeps the rules, and can be told not to. */
export class ScriptedSocket {
  readonly port = new ScriptedPort()
  readonly events: PortEvents
  /** The last message it has sent, and the last it has got. */
  sent = 0
  received = 0
  #read = 0

  constructor(engine: SocketEngine, admission: Admitted, goesOn?: ScriptedSocket) {
    this.events = engine.open(admission, this.port)
    if (goesOn !== undefined) {
      this.sent = goesOn.sent
      this.received = goesOn.received
    }
  }

  /** Text as it is. */
  async raw(text: Encoded): Promise<void> {
    this.events.message(text)
    await settled()
  }

  /** Numbered frames in one message. */
  send(...frames: Frame[]): Promise<void> {
    return this.raw(JSON.stringify([++this.sent, this.received, ...frames]))
  }

  /** Frames without a number, or none: an acknowledgement. */
  sendNow(...frames: Frame[]): Promise<void> {
    return this.raw(JSON.stringify([0, this.received, ...frames]))
  }

  hello(hello: object = {}): Promise<void> {
    return this.sendNow(['hello', hello])
  }

  /** The frames that came since it was asked last, with a message's numbers counted as received. */
  frames(): Frame[] {
    const fresh = this.port.messages.slice(this.#read)
    this.#read = this.port.messages.length
    const frames: Frame[] = []
    for (const [number, , ...content] of fresh) {
      if (number > this.received + 1) throw new Error(`message ${number} came after ${this.received}`)
      if (number > 0 && number <= this.received) continue
      if (number > 0) this.received = number
      frames.push(...content)
    }
    return frames
  }

  /** How many messages came since `frames` was asked last. */
  get unread(): number {
    return this.port.messages.length - this.#read
  }

  /** The connection is lost, or closed with a code. */
  async cut(code = 1006, reason = ''): Promise<void> {
    this.events.closed(code, reason)
    await settled()
  }

  /** The peer answers the server's close frame. */
  get closeCode(): number | undefined {
    return this.port.closing?.code
  }
}

export interface SocketScript {
  readonly engine: SocketEngine
  readonly loop: ScriptedLoop
  /** What the server's log was told. */
  readonly errors: unknown[]
  admit(request?: Partial<UpgradeRequest>): Admitted
  /** A socket that has sent nothing yet. */
  connect(request?: Partial<UpgradeRequest>): ScriptedSocket
  /** The same with an admission from before. */
  connectTo(admission: Admitted): ScriptedSocket
  /** A new session, its `ready` read: the token is in `token`. */
  open(hello?: object): Promise<ScriptedSocket & { readonly token: string }>
  /** Another socket for the session of `socket`. Its `ready` is left to be read. */
  resume(
    socket: ScriptedSocket & { readonly token: string },
  ): Promise<ScriptedSocket & { readonly token: string }>
  /** Waits until everything that is ready has run, and ends the turn, so that frames leave. */
  turn(): Promise<void>
}

export function scriptSocket(
  routes: ServableSocket | readonly ServableSocket[],
  options: Omit<ServerOptions, 'onError'> = {},
): SocketScript {
  const loop = new ScriptedLoop()
  const errors: unknown[] = []
  const settings = resolveOptions({ ...options, onError: error => void errors.push(error) })
  const engine = new SocketEngine([routes].flat(), settings, loop)

  function admit(request: Partial<UpgradeRequest> = {}): Admitted {
    const admission = engine.admit(upgrade(request))
    if ('refused' in admission) throw admission.refused
    return admission
  }

  const connect = (request?: Partial<UpgradeRequest>, before?: ScriptedSocket) =>
    new ScriptedSocket(engine, admit(request), before)

  return {
    engine,
    loop,
    errors,
    admit,
    connect: request => connect(request),
    connectTo: admission => new ScriptedSocket(engine, admission),
    async open(hello = {}) {
      const socket = connect()
      await socket.hello(hello)
      const [ready] = socket.frames()
      if (ready?.[0] !== 'ready') throw new Error(`not opened: ${JSON.stringify(ready)}`)
      return Object.assign(socket, { token: (ready[1] as { session: string }).session })
    },
    async resume(before) {
      const socket = connect(undefined, before)
      await socket.hello({ session: before.token })
      return Object.assign(socket, { token: before.token })
    },
    async turn() {
      await settled()
      await loop.turn()
    },
  }
}

export function upgrade(request: Partial<UpgradeRequest> = {}): UpgradeRequest {
  const { headers, ...rest } = request
  return {
    target: '/chat',
    origin: 'http://api.example',
    remoteAddress: '192.0.2.1',
    headers: { host: 'api.example', 'sec-websocket-protocol': 'alien-rpc.v1.json', ...headers },
    ...rest,
  }
}
