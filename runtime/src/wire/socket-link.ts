// One side's frames in → numbered messages for whatever socket there is, and each new frame of the peer exactly once out.
import { RpcError } from '../errors.ts'
import type { ServerLimits } from './limits.ts'
import type { SocketMessage } from './socket-frames.ts'
import type { Encoded, RawFrame, SocketFraming } from './socket-framing.ts'
import type { SocketPort } from './socket-port.ts'

/** A numbered frame that was given to a link. */
export interface Ticket {
  readonly frame: Encoded
  /** It names something that only the present session knows: of no use in another one. */
  readonly ofSession: boolean
  /** It was handed to a socket. So the peer may have it, whatever becomes of that socket. */
  readonly sent: boolean
}

export interface SocketLinkOptions {
  readonly framing: Pick<SocketFraming, 'message'>
  readonly limits: Pick<
    ServerLimits,
    'messageBatchBytes' | 'messageBatchFrames' | 'acknowledgeMessages' | 'acknowledgeBytes'
  >
  /** Runs `task` once this turn of the event loop has brought in what it will. Never before `endTurn` returned. */
  endTurn(task: () => void): void
}

/**
 * One side of a session's numbered traffic. It survives sockets: what the peer has not acknowledged is kept, and sent again
 * unchanged over the next one. PROTOCOL.md, "Messages" and "Losing a socket, and resuming".
 * Sizes are in bytes; of text, in characters.
 */
export class SocketLink {
  readonly #options: SocketLinkOptions
  #port: Pick<SocketPort, 'send'> | undefined
  /** Numbered messages may leave over this port. */
  #isOpen = false
  #isScheduled = false
  /** Frames that no socket was given yet. They have no number, so a new session can take them over. */
  #waiting: (Ticket & { sent: boolean })[] = []
  #waitingSize = 0
  /** Messages that a socket was given and the peer has not acknowledged: the last ones that were sent, in order. */
  #kept: Encoded[] = []
  #keptSize = 0
  /** The number of the last message that was sent. */
  #sent = 0
  /** The number of the last message that was received, and what came since it was acknowledged. */
  #received = 0
  #newMessages = 0
  #newSize = 0

  constructor(options: SocketLinkOptions) {
    this.#options = options
  }

  /** Of numbered frames: those that wait to be sent, and those sent. */
  get unacknowledgedBytes(): number {
    return this.#waitingSize + this.#keptSize
  }

  /** Leaves with the other frames of this turn, or sooner, when they fill a message. While there is no open session, it waits. */
  send(frame: Encoded, ofSession = false): Ticket {
    const { limits } = this.#options
    const ticket = { frame, ofSession, sent: false }
    this.#waitingSize += frame.length
    const isFull =
      this.#waiting.push(ticket) >= limits.messageBatchFrames || this.#waitingSize >= limits.messageBatchBytes
    if (isFull) this.flush()
    else if (this.#isOpen && !this.#isScheduled) {
      this.#isScheduled = true
      this.#options.endTurn(() => {
        this.#isScheduled = false
        this.flush()
      })
    }
    return ticket
  }

  /** Takes a frame back that was not sent: it never will be. False when it was sent. */
  withdraw(ticket: Ticket): boolean {
    const index = this.#waiting.indexOf(ticket)
    if (index < 0) return false
    this.#waiting.splice(index, 1)
    this.#waitingSize -= ticket.frame.length
    this.freed()
    return true
  }

  /** A frame without a number, sent at once, before the frames of this turn. Without a port it is dropped. */
  sendNow(...frames: Encoded[]): void {
    this.#post(0, frames)
  }

  /** Frames without a number may leave over this port: those that open a session. None: the port is gone. */
  attach(port: Pick<SocketPort, 'send'> | undefined): void {
    this.#port = port
    this.#isOpen = false
  }

  /**
   * The session is open over the port that was attached: what the peer has not got is sent again, then what waits. `acknowledged` is the last
   * number that it has. Throws BAD_REQUEST when that was never sent.
   */
  resume(acknowledged: number): void {
    this.#acknowledge(acknowledged)
    for (const message of [...this.#kept]) this.#port?.send(message)
    this.#isOpen = this.#port !== undefined
    this.flush()
  }

  /** Another session begins: both sides count from 1. What was sent is dropped, what waits is kept, but for frames `ofSession`. */
  reset(): void {
    this.#isOpen = false
    this.#kept = []
    this.#keptSize = this.#sent = this.#received = this.#newMessages = this.#newSize = 0
    for (const ticket of this.#waiting.filter(({ ofSession }) => ofSession)) this.withdraw(ticket)
    this.freed()
  }

  /**
   * The frames of a message; none when it has come before. `size` is that of the message. Throws BAD_REQUEST when one is missing before it,
   * and when it acknowledges what was never sent.
   */
  receive(message: SocketMessage<RawFrame>, size: number): readonly RawFrame[] {
    const [number, acknowledged] = message
    const frames = message.slice(2) as RawFrame[]
    this.#acknowledge(acknowledged)
    if (number === 0) return frames
    if (number <= this.#received) return []
    if (number > this.#received + 1) throw wrong(`message ${number} follows message ${this.#received}`)
    this.#received = number
    this.#newSize += size
    const { acknowledgeMessages, acknowledgeBytes } = this.#options.limits
    if (++this.#newMessages >= acknowledgeMessages || this.#newSize >= acknowledgeBytes) {
      this.flush()
      if (this.#newMessages > 0) this.sendNow()
    }
    return frames
  }

  /** This turn's frames leave now. Nothing happens while no session is open. */
  flush(): void {
    while (this.#isOpen && this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#batchLength())
      this.#post(
        ++this.#sent,
        batch.map(ticket => {
          this.#waitingSize -= ticket.frame.length
          ticket.sent = true
          return ticket.frame
        }),
      )
    }
  }

  /** `unacknowledgedBytes` may have become less. For those who wait for that. */
  protected freed(): void {}

  /** As many frames as fit in one message; a frame that is larger than that has one for itself. */
  #batchLength(): number {
    const { messageBatchBytes, messageBatchFrames } = this.#options.limits
    let size = 0
    const over = this.#waiting.findIndex(({ frame }, index) => {
      size += frame.length
      return index === messageBatchFrames || (index > 0 && size > messageBatchBytes)
    })
    return over < 0 ? this.#waiting.length : over
  }

  /** Whatever is sent acknowledges what has come. A numbered message is kept before it leaves: its answer may be quick. */
  #post(number: number, frames: readonly Encoded[]): void {
    const message = this.#options.framing.message(number, this.#received, frames)
    this.#newMessages = this.#newSize = 0
    if (number > 0) {
      this.#kept.push(message)
      this.#keptSize += message.length
    }
    this.#port?.send(message)
  }

  #acknowledge(acknowledged: number): void {
    const left = this.#sent - acknowledged
    if (left < 0) throw wrong(`${acknowledged} messages are acknowledged, ${this.#sent} were sent`)
    // Together: one by one, a peer that acknowledges thousands at once would block the loop. A negative count removes nothing.
    for (const message of this.#kept.splice(0, this.#kept.length - left)) this.#keptSize -= message.length
    this.freed()
  }
}

function wrong(message: string): RpcError {
  return new RpcError('BAD_REQUEST', { message })
}
