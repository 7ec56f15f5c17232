// A framing in → the same, whose messages are made once for all sessions that are sent the same one after another, out.
import type { Encoded, SocketFraming } from '../wire/socket-framing.ts'

/**
 * A broadcast goes to sessions that mostly count alike: they share one text (or bytes), and with it what the network is given.
 * Holds the last message of one frame, up to `maxSize`.
 */
export function shareMessages(framing: SocketFraming, maxSize: number): SocketFraming {
  let last: { readonly number: number; readonly acknowledged: number; readonly frame: Encoded } | undefined
  let made: Encoded = ''
  return {
    ...framing,
    message(number, acknowledged, frames) {
      const [frame] = frames
      if (frames.length !== 1 || frame === undefined || frame.length > maxSize)
        return framing.message(number, acknowledged, frames)
      const isLast = number === last?.number && acknowledged === last.acknowledged && frame === last.frame
      if (!isLast) {
        made = framing.message(number, acknowledged, frames)
        last = { number, acknowledged, frame }
      }
      return made
    },
  }
}
