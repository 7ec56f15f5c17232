// What a session needs of a WebSocket, and nothing more: adapters and tests implement it, no session ever sees a real one.
import type { Encoded } from './socket-framing.ts'

/** An open WebSocket. Its events arrive as calls of `PortEvents`. */
export interface SocketPort {
  send(message: Encoded): void
  /** Bytes handed over and not yet given to the network. */
  readonly bufferedBytes: number
  /** Bytes that have come, those of a message that is not whole yet among them. Absent where the platform does not tell. */
  readonly bytesRead?: number
  /** Calls back once, when no more bytes than half of those it held at the call are buffered, or when it has closed. */
  onDrain(listener: () => void): void
  /** Stops and goes on with delivering messages, so that the peer has to wait. Where the platform cannot, nothing happens. */
  pause(): void
  resume(): void
  /** Sends a close frame and waits for the peer's; `closed` is called either way. The reason has at most 123 bytes. */
  close(code: number, reason: string): void
  /** Ends the connection without a word: for a peer that does not answer any more. */
  terminate(): void
}

/** What a port tells its owner. Nothing is told after `closed`, which comes exactly once. */
export interface PortEvents {
  message(message: Encoded): void
  /** `code` 1006 when the connection was lost without a close frame. */
  closed(code: number, reason: string): void
}
