// A listener and its connections → calls and sockets that have ended by themselves, or were aborted.
import type { HttpEngine } from '../server/engine.ts'
import type { SocketEngine } from '../server/socket-engine.ts'
import { isWithin } from './is-within.ts'

/** All that runs on behalf of clients. */
export interface Engines {
  readonly engine: HttpEngine
  readonly socketEngine: SocketEngine
  readonly sockets: OpenSockets
}

/** By what they do, so that no declaration that users see leads to the package of WebSockets, which has none of its own. */
export interface OpenSockets {
  /** WebSockets that are open, or whose connection has not ended yet. */
  readonly count: number
  /** Resolves once no WebSocket is left. */
  closed(): Promise<void>
  /** Destroys every connection. */
  terminateAll(): void
}

/** The connections that carry HTTP calls. */
export interface Connections {
  /** Resolves once no connection is left, those of WebSockets among them. */
  readonly closed: Promise<void>
  destroy(): void
}

/**
 * Drains sockets and lets calls end. After `deadline` ms every `signal` is aborted and connections of calls are destroyed; sockets, which
 * are sent a close frame then, follow after `closeGrace`.
 */
export async function closeListener(
  { engine, socketEngine, sockets }: Engines,
  connections: Connections,
  deadline: number,
): Promise<void> {
  socketEngine.drain()
  const socketsOver = sockets.closed().then(() => socketEngine.idle())
  // A client that has left has no connection any more, but its generator may still be in its `finally` block.
  const over = Promise.all([connections.closed.then(() => engine.idle()), socketsOver])
  if (await isWithin(over, deadline)) return
  engine.abortAll()
  socketEngine.abortAll()
  connections.destroy()
  if (await isWithin(over, engine.settings.limits.closeGrace)) return
  sockets.terminateAll()
  await Promise.all([connections.closed, sockets.closed()])
}
