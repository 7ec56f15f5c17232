// What a file of `systems/` exports: the least program of a page that makes three calls through that client.

/** A user is got, another one is created; and … */
export type Calls = 'unary' | 'stream' | 'socket'

export interface ClientSystem {
  readonly name: string
  /** For the head of the results. */
  readonly packages: readonly string[]
  /**
   * Modules as they stand in an application, whose function `run` makes the calls. `unary`: both users and one that is deleted; `stream`: both users and
   * the messages of a room over HTTP; `socket`: both users and the messages over a WebSocket that comes back after a cut. Absent: the client has no such thing.
   */
  readonly programs: Partial<Record<Calls, string>>
}
