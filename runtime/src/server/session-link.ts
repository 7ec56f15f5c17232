// Frames of a server in → numbered messages for whatever socket there is, and each new frame of the client exactly once out.
import { RpcError } from '../errors.ts'
import type { ServerLimits } from '../wire/limits.ts'
import type { SocketMessage } from '../wire/socket-frames.ts'
import type { Encoded, RawFrame, SocketFraming } from '../wire/socket-framing.ts'
import type { SocketPort } from '../wire/socket-port.ts'

export interface SessionLinkOptions {
  readonly framing: Pick<SocketFraming, 'message'>
  readonly limits: Pick<
    ServerLimits,
    'messageBatchBytes' | 'messageBatchFrames' | 'acknowledgeMessages' | 'acknowledgeBytes'
  >
  /** Runs `task` once this turn of the event loop has brought in what it will. Never before `endTurn` returned. */
  endTurn(task: () => void): void
}

/**
 * A session's numbered traffic. It survives sockets: what the client has not acknowledged is kept, and sent again unchanged over the next one.
 * PROTOCOL.md, "Messages" and "Losing a socket, and resuming". Sizes are in bytes; of text, in characters.
 */
export class SessionLink {
  readonly #options: SessionLinkOptions
  #port: Pick<SocketPort, 'send'> | undefined
  /** Numbered messages may leave over this port. */
  #isOpen = false
  #isScheduled = false
  /** Frames that no socket was given yet. */
  #waiting: Encoded[] = []
  #waitingSize = 0
  /** Messages that a socket was given and the client has not acknowledged: the last ones that were sent, in order. */
  #kept: Encoded[] = []
  #keptSize = 0
  /** The number of the last message that was sent. */
  #sent = 0
  /** The number of the last message that was received, and what came since it was acknowledged. */
  #received = 0
  #newMessages = 0
  #newSize = 0
  /** Those who wait for room: none on most links. */
  #listeners: Set<{ readonly below: number; readonly listener: () => void }> | undefined

  constructor(options: SessionLinkOptions) {
    this.#options = options
  }

  /** Of numbered frames: those that wait to be sent, and those sent. */
  get unacknowledgedBytes(): number {
    return this.#waitingSize + this.#keptSize
  }

  /**
   * Calls back once, as soon as `unacknowledgedBytes` is below `below`: now, if it is. The function returned takes that back.
   */
  onRoom(listener: () => void, below: number): () => void {
    const waiting = { listener, below }
    this.#listeners ??= new Set()
    this.#listeners.add(waiting)
    this.#tellRoom()
    return () => void this.#listeners?.delete(waiting)
  }

  #tellRoom(): void {
    if (this.#listeners === undefined) return
    for (const waiting of this.#listeners) {
      if (this.unacknowledgedBytes < waiting.below) {
        this.#listeners.delete(waiting)
        waiting.listener()
      }
    }
  }

  /** Leaves with the other frames of this turn, or sooner, when they fill a message. While there is no open session, it waits. */
  send(frame: Encoded): void {
    const { limits } = this.#options
    this.#waitingSize += frame.length
    const isFull =
      this.#waiting.push(frame) >= limits.messageBatchFrames || this.#waitingSize >= limits.messageBatchBytes
    if (isFull) return this.flush()
    if (!this.#isOpen || this.#isScheduled) return
    this.#isScheduled = true
    this.#options.endTurn(() => {
      this.#isScheduled = false
      this.flush()
    })
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
   * The session is open over the port that was attached: what the client has not got is sent again, then what waits. `acknowledged` is the last
   * number that it has. Throws BAD_REQUEST when that was never sent.
   */
  resume(acknowledged: number): void {
    this.#acknowledge(acknowledged)
    for (const message of [...this.#kept]) this.#port?.send(message)
    this.#isOpen = this.#port !== undefined
    this.flush()
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
      const frames = this.#waiting
      // Mostly all of them, which is no reason to count: sockets of a broadcast have one each.
      this.#waiting = this.#isOneMessage() ? [] : frames.splice(this.#batchLength())
      for (const frame of frames) this.#waitingSize -= frame.length
      this.#post(++this.#sent, frames)
    }
  }

  #isOneMessage(): boolean {
    const { messageBatchBytes, messageBatchFrames } = this.#options.limits
    return this.#waitingSize <= messageBatchBytes && this.#waiting.length <= messageBatchFrames
  }

  /** As many frames as fit in one message; a frame that is larger than that has one for itself. */
  #batchLength(): number {
    const { messageBatchBytes, messageBatchFrames } = this.#options.limits
    let size = 0
    const over = this.#waiting.findIndex((frame, index) => {
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
    this.#tellRoom()
  }
}

function wrong(message: string): RpcError {
  return new RpcError('BAD_REQUEST', { message })
}
