// Frames of a client in → numbered messages for whatever socket there is, and each new frame of the server exactly once, out.
import {
  ACKNOWLEDGE_BYTES,
  ACKNOWLEDGE_MESSAGES,
  MESSAGE_BATCH_BYTES,
  MESSAGE_BATCH_FRAMES,
} from '../wire/limits.ts'
import type { SocketMessage } from '../wire/socket-frames.ts'
import type { ClientFraming, Encoded, RawFrame } from '../wire/socket-framing.ts'

/**
 * A numbered frame. One `ofSession` names something that only the present session knows, and is of no use in another one. One `isSent` was handed to a
 * socket: the server may have it, whatever becomes of that socket.
 */
export type Ticket = [frame: Encoded, ofSession?: boolean | undefined, isSent?: boolean]

export type Outbox = readonly [
  /** Leaves with the other frames of this turn, once a session is open. */
  send: (frame: Encoded, ofSession?: boolean) => Ticket,
  /** Takes a frame back that was not sent: it never will be. False when it was sent. */
  withdraw: (ticket: Ticket) => boolean,
  /** A frame without a number, sent at once; without one, an acknowledgement. */
  say: (...frames: Encoded[]) => void,
  /** Where messages go; nowhere when the socket is gone. Numbered ones wait for `resume`. */
  attach: (transmit?: (message: Encoded) => void) => void,
  /** A session is open: what the server has not got of it is sent again, then what waits. Throws when it has got what was never sent. */
  resume: (acknowledged: number) => void,
  /** It is another session: both sides count from 1. What was sent is dropped, what waits is kept, but for frames `ofSession`. */
  reset: () => void,
  /** The frames of a message; none when it has come before. Throws when one is missing before it. */
  receive: (message: SocketMessage<RawFrame>, size: number) => readonly RawFrame[],
  /** This turn's frames leave now. `isLast`: later ones wait for the next session. */
  flush: (isLast?: boolean) => void,
  /** Bytes that wait to be sent or to be acknowledged; of text, characters. */
  size: () => number,
]

/** PROTOCOL.md, "Messages" and "Losing a socket, and resuming". What the server has not acknowledged is kept. */
export function createOutbox(framing: Pick<ClientFraming, 'message'>): Outbox {
  let transmit: ((message: Encoded) => void) | undefined
  /** Numbered messages may leave. */
  let isOpen = false
  /** They have no number yet, so another session can take them over. */
  let waiting: Ticket[] = []
  let waitingSize = 0
  /** The last ones that were sent, in order. */
  let kept: Encoded[] = []
  let keptSize = 0
  /** Numbers of the last messages. */
  let sent = 0
  let received = 0
  /** What has come since something was sent, which acknowledges it. */
  let newMessages = 0
  let newSize = 0

  const post = (number: number, frames: readonly Encoded[]) => {
    const message = framing.message(number, received, frames)
    newMessages = newSize = 0
    // Before it leaves: its answer may be quick.
    if (number) {
      kept.push(message)
      keptSize += message.length
    }
    transmit?.(message)
  }

  const flush = (isLast?: boolean) => {
    while (isOpen && waiting[0]) {
      const batch: Encoded[] = []
      let size = 0
      for (const ticket of waiting) {
        size += ticket[0].length
        if (batch[0] && (size > MESSAGE_BATCH_BYTES || batch.length === MESSAGE_BATCH_FRAMES)) break
        ticket[2] = true
        waitingSize -= ticket[0].length
        batch.push(ticket[0])
      }
      waiting = waiting.slice(batch.length)
      post(++sent, batch)
    }
    if (isLast) isOpen = false
  }

  const acknowledge = (number: number) => {
    const left = sent - number
    if (left < 0) throw new TypeError(`${number} messages acknowledged, ${sent} sent`)
    // A negative count removes nothing.
    for (const message of kept.splice(0, kept.length - left)) keptSize -= message.length
  }

  const withdraw = (ticket: Ticket) => {
    const index = waiting.indexOf(ticket)
    if (index < 0) return false
    waiting.splice(index, 1)
    waitingSize -= ticket[0].length
    return true
  }

  return [
    (frame, ofSession) => {
      const ticket: Ticket = [frame, ofSession]
      waitingSize += frame.length
      // The first one of a turn.
      if (waiting.push(ticket) === 1) queueMicrotask(flush)
      return ticket
    },
    withdraw,
    (...frames) => post(0, frames),
    to => {
      transmit = to
      isOpen = false
    },
    acknowledged => {
      acknowledge(acknowledged)
      for (const message of [...kept]) transmit?.(message)
      isOpen = !!transmit
      flush()
    },
    () => {
      kept = []
      keptSize = sent = received = 0
      for (const ticket of waiting.filter(it => it[1])) withdraw(ticket)
    },
    ([number, acknowledged, ...frames], size) => {
      acknowledge(acknowledged)
      if (number) {
        if (number <= received) return []
        if (number > ++received) throw new TypeError(`message ${number} follows message ${received - 1}`)
        newSize += size
        if (++newMessages >= ACKNOWLEDGE_MESSAGES || newSize >= ACKNOWLEDGE_BYTES) {
          flush()
          if (newMessages) post(0, [])
        }
      }
      return frames
    },
    flush,
    () => waitingSize + keptSize,
  ]
}
