// The link of a session as its server needs it: one that also says when there is room again. SocketLink in, calls of listeners out.
import { SocketLink } from '../wire/socket-link.ts'

/** A client has no use for it: what waits there is bounded by an error. */
export class SessionLink extends SocketLink {
  /** None on most links. */
  #listeners: Set<{ readonly below: number; readonly listener: () => void }> | undefined

  /**
   * Calls back once, as soon as `unacknowledgedBytes` is below `below`: now, if it is. The function returned takes that back.
   */
  onRoom(listener: () => void, below: number): () => void {
    const waiting = { listener, below }
    this.#listeners ??= new Set()
    this.#listeners.add(waiting)
    this.freed()
    return () => void this.#listeners?.delete(waiting)
  }

  protected override freed(): void {
    for (const waiting of this.#listeners ?? []) {
      if (this.unacknowledgedBytes < waiting.below) {
        this.#listeners?.delete(waiting)
        waiting.listener()
      }
    }
  }
}
