// Socket routes and settings → an engine that admits upgrades and serves the sockets that follow. It never sees a real one.
import { ofHandler, RpcError } from '../errors.ts'
import type { PortEvents, SocketPort } from '../wire/socket-port.ts'
import type { EventLoop } from './event-loop.ts'
import type { ServableSocket } from './modules-to-routes.ts'
import { createRouter, type Router } from './router.ts'
import type { ServerSettings } from './server-options.ts'
import { SessionRegistry } from './session-registry.ts'
import { type ConnectionOwner, SocketConnection } from './socket-connection.ts'
import { SocketHost } from './socket-host.ts'
import {
  type Admission,
  type Admitted,
  refusalToFarewell,
  type UpgradeRequest,
  upgradeToAdmission,
} from './upgrade-to-admission.ts'

export type { Admission, Admitted, UpgradeRequest }

export interface SocketCounts {
  /** Sessions, and those of them that have no socket. */
  readonly sessions: number
  readonly parked: number
  /** Notifications and requests whose handlers run, and subscriptions whose iterators are not over: those of ended sessions too. */
  readonly calls: number
  readonly subscriptions: number
}

export class SocketEngine {
  readonly #host: SocketHost
  readonly #router: Router<ServableSocket>
  readonly #sessions: SessionRegistry
  readonly #owner: ConnectionOwner
  /** Until their sockets are gone. */
  readonly #connections = new Set<SocketConnection>()
  readonly #idleListeners: (() => void)[] = []
  #isClosing = false

  constructor(routes: readonly ServableSocket[], settings: ServerSettings, loop?: EventLoop) {
    const tellIdle = () => this.#tellIdle()
    this.#host = new SocketHost(settings, loop, tellIdle)
    this.#router = createRouter(routes, settings.prefix)
    this.#sessions = new SessionRegistry(settings.limits.maxSockets, tellIdle)
    this.#owner = {
      host: this.#host,
      sessions: this.#sessions,
      onClosed: gone => void this.#connections.delete(gone),
    }
  }

  /**
   * Whether an upgrade may be made. Changes nothing. A refusal is answered by HTTP, or by its farewell; NOT_FOUND is that of a path without a
   * socket route, and of nothing else. PROTOCOL.md, "Opening a socket".
   */
  admit(request: UpgradeRequest): Admission {
    const { settings } = this.#host
    const report = (error: unknown) => this.#host.reportAt(error, undefined, request.target)
    try {
      const admission = upgradeToAdmission(request, this.#router, settings, report)
      this.#checkCapacity()
      return admission
    } catch (error) {
      const refused = ofHandler(error)
      return { refused, farewell: refusalToFarewell(refused, request) }
    }
  }

  /** Takes over a socket that was opened for an admission. The result is to be told of all that happens to it. */
  open(admission: Admitted, port: SocketPort): PortEvents {
    const connection = new SocketConnection(this.#owner, admission, port)
    try {
      this.#checkCapacity()
    } catch (error) {
      connection.fail(error)
    }
    this.#connections.add(connection)
    return connection
  }

  /** Parked sessions take no place from others: they give way to new ones. */
  #checkCapacity(): void {
    if (this.#isClosing) throw closing()
    if (this.#connections.size >= this.#host.limits.maxSockets) {
      throw new RpcError('UNAVAILABLE', { message: 'the server has no room for more sockets' })
    }
  }

  /** Refuses upgrades from now on, and lets every session end as soon as its requests are answered. */
  drain(): void {
    if (this.#isClosing) return
    this.#isClosing = true
    for (const connection of this.#connections) connection.refuseOpening(closing())
    for (const session of this.#sessions.all) session.drain(closing())
  }

  /** Aborts every signal and closes every socket. */
  abortAll(): void {
    this.drain()
    for (const session of this.#sessions.all) session.abort(closing())
  }

  /** Resolves once no session is left and nothing runs, `finally` blocks of subscriptions included. */
  async idle(): Promise<void> {
    if (!this.#isIdle) await new Promise<void>(resolve => this.#idleListeners.push(resolve))
  }

  counts(): SocketCounts {
    const { calls, subscriptions } = this.#host.running
    return { sessions: this.#sessions.size, parked: this.#sessions.parked, calls, subscriptions }
  }

  get #isIdle(): boolean {
    return this.#host.isIdle && this.#sessions.size === 0
  }

  #tellIdle(): void {
    if (this.#isIdle) for (const listener of this.#idleListeners.splice(0)) listener()
  }
}

function closing(): RpcError {
  return new RpcError('UNAVAILABLE', { message: 'the server is closing' })
}
