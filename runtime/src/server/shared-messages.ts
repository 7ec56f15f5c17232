// The frames of one session's message → that message, made once for all sessions that are sent the same one after another.
import type { Encoded, SocketFraming } from '../wire/socket-framing.ts'

/**
 * A broadcast goes to sessions that mostly count alike: they share one text (or bytes), and with it what the network is given.
 * Holds the last message of one frame, up to `maxSize`.
 */
export class SharedMessages implements Pick<SocketFraming, 'message'> {
  readonly #framing: SocketFraming
  readonly #maxSize: number
  #number = 0
  #acknowledged = 0
  #frame: Encoded | undefined
  #message: Encoded = ''

  constructor(framing: SocketFraming, maxSize: number) {
    this.#framing = framing
    this.#maxSize = maxSize
  }

  message(number: number, acknowledged: number, frames: readonly Encoded[]): Encoded {
    const [frame] = frames
    if (frames.length !== 1 || frame === undefined || frame.length > this.#maxSize)
      return this.#framing.message(number, acknowledged, frames)
    if (number !== this.#number || acknowledged !== this.#acknowledged || frame !== this.#frame) {
      this.#message = this.#framing.message(number, acknowledged, frames)
      this.#number = number
      this.#acknowledged = acknowledged
      this.#frame = frame
    }
    return this.#message
  }
}
