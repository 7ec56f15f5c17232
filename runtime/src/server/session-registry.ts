// Sessions that were opened in → the one that a token resumes, and room for new ones, out.
import type { SessionPlace } from './socket-host.ts'
import type { SessionEvents, SocketSession } from './socket-session.ts'

export class SessionRegistry implements SessionEvents {
  readonly #maxSessions: number
  readonly #onAllEnded: () => void
  readonly #sessions = new Map<string, SocketSession>()
  /** In the order in which they lost their sockets. */
  readonly #parked = new Set<SocketSession>()

  constructor(maxSessions: number, onAllEnded: () => void) {
    this.#maxSessions = maxSessions
    this.#onAllEnded = onAllEnded
  }

  get size(): number {
    return this.#sessions.size
  }

  get parked(): number {
    return this.#parked.size
  }

  get all(): readonly SocketSession[] {
    return [...this.#sessions.values()]
  }

  /** When there are too many, the one that has been parked for longest gives way. */
  add(session: SocketSession): void {
    this.#sessions.set(session.token, session)
    for (const parked of this.#parked) {
      if (this.#sessions.size <= this.#maxSessions) break
      parked.expire()
    }
  }

  /** A session of the same path, where the same middleware has run, and of the same framing, in which it has frames to send again. */
  find(token: string | undefined, { match, framing }: SessionPlace): SocketSession | undefined {
    const session = token === undefined ? undefined : this.#sessions.get(token)
    if (session === undefined || session.place.framing !== framing) return undefined
    const own = session.place.match
    const isSame = own.route === match.route && own.texts.every((text, index) => text === match.texts[index])
    return isSame ? session : undefined
  }

  onParked(session: SocketSession): void {
    this.#parked.add(session)
  }

  onResumed(session: SocketSession): void {
    this.#parked.delete(session)
  }

  onEnded(session: SocketSession): void {
    this.#parked.delete(session)
    this.#sessions.delete(session.token)
    if (this.#sessions.size === 0) this.#onAllEnded()
  }
}
