// What a test wants to go wrong → which connection is refused, late or cut.

/** Faults of the network between a test's client and its server. */
export interface Faults {
  /** How many attempts fail before they reach the server, requests and sockets counted together. Default 0; `Infinity`: all. */
  readonly drop?: number
  /** How long each request, and each socket message in either direction, takes to arrive, in ms. Default 0. */
  readonly delay?: number
  /**
   * Cuts each stream after this many items of one attempt, and each socket after this many messages from the server. A message holds
   * what was ready in one turn of the event loop; the one that opens the session does not count. Default: nothing is cut.
   */
  readonly cutAfter?: number
  /** How many streams and sockets are cut in this way. Default: all. */
  readonly cuts?: number
}

const NAMES: readonly (keyof Faults)[] = ['drop', 'delay', 'cutAfter', 'cuts']

export class FaultPlan {
  readonly delay: number
  readonly cutsStreams: boolean
  readonly #cutAfter: number | undefined
  #drops: number
  #cuts: number

  /** Throws a TypeError at what is no fault. */
  constructor(faults: Faults = {}) {
    for (const [name, value] of Object.entries(faults)) {
      if (!NAMES.includes(name as keyof Faults)) {
        throw new TypeError(`faults: there is no "${name}"; there are ${NAMES.join(', ')}`)
      }
      if (value !== undefined && !(value >= 0)) {
        throw new TypeError(`faults.${name} is a number of 0 or more, got ${String(value)}`)
      }
    }
    const { drop = 0, delay = 0, cutAfter, cuts = Infinity } = faults
    this.delay = delay
    this.cutsStreams = cutAfter !== undefined && cuts > 0
    this.#cutAfter = cutAfter
    this.#drops = drop
    this.#cuts = cuts
  }

  /** True of an attempt that fails. */
  takeDrop(): boolean {
    return this.#drops-- > 0
  }

  /** What a stream or a socket that has just opened is cut after. Undefined: it is left alone. */
  takeCut(): number | undefined {
    return this.#cutAfter !== undefined && this.#cuts-- > 0 ? this.#cutAfter : undefined
  }
}
