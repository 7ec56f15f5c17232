// What the sockets of one server share: its settings, clock and log, and the count of what runs in its handlers.
import type { ServerLimits } from '../wire/limits.ts'
import type { SocketFraming } from '../wire/socket-framing.ts'
import { type EventLoop, platformEventLoop } from './event-loop.ts'
import { HeartbeatWheel } from './heartbeat-wheel.ts'
import { RequestPacker } from './packed-request.ts'
import type { ServerSettings } from './server-options.ts'
import { shareMessages } from './shared-framing.ts'
import { TurnEnd } from './turn-end.ts'
import { TurnQueue } from './turn-queue.ts'
import type { Admitted } from './upgrade-to-admission.ts'

/** What is left of an admission once its session is open. */
export interface SessionPlace extends Pick<Admitted, 'match' | 'framing'> {
  readonly target: string
}

/** What runs: notifications and requests; subscriptions; middleware, `onConnect` and `onClose`. */
export type WorkKind = 'calls' | 'subscriptions' | 'others'

export class SocketHost {
  readonly settings: ServerSettings
  readonly loop: EventLoop
  /** Shared by all subscriptions. */
  readonly turns: TurnQueue
  /** Where sessions send what a turn has made. */
  readonly turnEnd: TurnEnd
  /** Shared by all heartbeats. */
  readonly wheel: HeartbeatWheel
  /** Of sessions that are open. */
  readonly requests = new RequestPacker()
  readonly #framings = new Map<SocketFraming, SocketFraming>()
  readonly #running: Record<WorkKind, number> = { calls: 0, subscriptions: 0, others: 0 }
  readonly #onWorkOver: () => void

  /** `onWorkOver` is called whenever nothing runs any more. */
  constructor(settings: ServerSettings, loop: EventLoop = platformEventLoop, onWorkOver: () => void) {
    this.settings = settings
    this.loop = loop
    this.turns = new TurnQueue(loop)
    this.turnEnd = new TurnEnd(loop, settings.limits.turnSessions)
    this.wheel = new HeartbeatWheel(loop, settings.limits.heartbeatInterval)
    this.#onWorkOver = onWorkOver
  }

  get limits(): ServerLimits {
    return this.settings.limits
  }

  /** As all sessions of this server use it. */
  framingOf(framing: SocketFraming): SocketFraming {
    let shared = this.#framings.get(framing)
    if (shared === undefined) {
      shared = shareMessages(framing, this.limits.messageBatchBytes)
      this.#framings.set(framing, shared)
    }
    return shared
  }

  get running(): Readonly<Record<WorkKind, number>> {
    return this.#running
  }

  get isIdle(): boolean {
    const { calls, subscriptions, others } = this.#running
    return calls + subscriptions + others === 0
  }

  /** To be followed by one `end` of the same kind, when the handler and all that it left behind are over. */
  begin(kind: WorkKind): void {
    this.#running[kind]++
  }

  end(kind: WorkKind): void {
    this.#running[kind]--
    if (this.isIdle) this.#onWorkOver()
  }

  /** Tells the server's log. Never throws. */
  report(error: unknown, { match, target }: Pick<SessionPlace, 'match' | 'target'>): void {
    this.reportAt(error, match.route.path, target)
  }

  /** The same before a route is known. */
  reportAt(error: unknown, route: string | undefined, url: string): void {
    try {
      this.settings.onError(error, { route, method: 'WS', url })
    } catch (failure) {
      // A logger that fails must not take the socket with it.
      console.error('onError itself failed:', failure)
    }
  }
}
