// Random lives of a client's queue of frames → what a server made of them, against what must be true of every life.
import { expect } from 'chai'
import fc from 'fast-check'
import { failureOf } from '../runtime/src/client/failure-of.ts'
import { createSocketCalls } from '../runtime/src/client/socket-calls.ts'
import { createOutbox, type Ticket } from '../runtime/src/client/socket-outbox.ts'
import { jsonClientFraming } from '../runtime/src/wire/json-framing.ts'
import { MESSAGE_BATCH_BYTES, MESSAGE_BATCH_FRAMES } from '../runtime/src/wire/limits.ts'
import { ManualClock } from './support/scripted-server.ts'

type Message = [number: number, acknowledged: number, ...frames: [id: number, text: string][]]

const MAX_BYTES = 100_000

/** Texts of these lengths are sent: some are longer than a message likes to be. */
const LENGTHS = [0, 1, 500, 30_000, 70_000]

const STEP = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('send' as const), length: fc.constantFrom(...LENGTHS) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('sendMany' as const), count: fc.integer({ min: 1, max: 1_500 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('sendOfSession' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('withdraw' as const), which: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('turn' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('acknowledge' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drain' as const) }) },
  // Of the messages on their way, so many still arrive.
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), arriving: fc.nat({ max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('reconnect' as const), isResumed: fc.boolean() }) },
)

type Step = typeof STEP extends fc.Arbitrary<infer T> ? T : never

interface Sent {
  readonly ticket: Ticket
  /** The session in which it was made. */
  readonly session: number
  isWithdrawn: boolean
  /** It was handed to a socket of a session that is lost. */
  isLost: boolean
}

/** A client's outbox, and a server that takes from each session what comes in order, and each message once. */
class Life {
  readonly outbox = createOutbox(jsonClientFraming)
  readonly #send = createSocketCalls(
    jsonClientFraming,
    { prefixUrl: '', websocket: { maxOutboxBytes: MAX_BYTES } },
    new ManualClock(),
    failureOf('WebSocket /life'),
    this.outbox,
  )[0][0]
  readonly sent: Sent[] = []
  /** Ids of frames, as the server has got them, by session. */
  readonly arrived: number[][] = [[]]
  session = 0
  /** Of the present session, the last message that the server has taken. */
  taken = 0
  wire: Message[] = []
  isConnected = false

  connect(isResumed: boolean) {
    const [, , , attach, resume, reset] = this.outbox
    this.cut(0)
    if (!isResumed) {
      for (const it of this.sent) it.isLost ||= !!it.ticket[2]
      this.session = this.arrived.push([]) - 1
      this.taken = 0
      reset()
    }
    this.isConnected = true
    attach(text => {
      const message: Message = JSON.parse(text as string)
      expect(message.length - 2).to.be.at.most(MESSAGE_BATCH_FRAMES)
      if (message.length > 3) expect(text.length).to.be.at.most(MESSAGE_BATCH_BYTES + 2_000)
      this.wire.push(message)
    })
    resume(this.taken)
  }

  cut(arriving: number) {
    this.#arrive(arriving)
    this.wire = []
    this.isConnected = false
    this.outbox[3]()
  }

  /** Throws UNAVAILABLE, and keeps nothing, where there is no room. */
  send(length: number, ofSession = false) {
    const frame = JSON.stringify([this.sent.length, 'x'.repeat(length)])
    const before = this.outbox[8]()
    try {
      const ticket = ofSession ? this.outbox[0](frame, true) : this.#send(frame)
      this.sent.push({ ticket, session: this.session, isWithdrawn: false, isLost: false })
    } catch (error) {
      expect(error).to.include({ code: 'UNAVAILABLE' })
      expect(before + frame.length).to.be.above(MAX_BYTES)
      expect(this.outbox[8]()).to.equal(before)
    }
  }

  withdraw(which: number) {
    const it = this.sent[which % this.sent.length]
    if (it && this.outbox[1](it.ticket)) it.isWithdrawn = true
  }

  acknowledge() {
    this.#arrive(Infinity)
    this.outbox[6]([0, this.taken], 10)
  }

  #arrive(count: number) {
    for (const [number, , ...frames] of this.wire.splice(0, count)) {
      // What was sent again after a cut.
      if (number <= this.taken) continue
      expect(number, 'no message is missing').to.equal(++this.taken)
      this.arrived[this.session]!.push(...frames.map(([id]) => id))
    }
  }

  async step(step: Step) {
    if (step.do === 'send') this.send(step.length)
    else if (step.do === 'sendMany') for (let n = 0; n < step.count; n++) this.send(1)
    else if (step.do === 'sendOfSession') this.send(1, true)
    else if (step.do === 'withdraw') this.withdraw(step.which)
    else if (step.do === 'turn') await undefined
    else if (step.do === 'acknowledge') this.isConnected && this.acknowledge()
    else if (step.do === 'drain') this.outbox[7](true)
    else if (step.do === 'cut') this.cut(step.arriving)
    else this.connect(step.isResumed)
  }
}

describe('the outbox of a socket, whatever becomes of its connections', () => {
  const property = (check: (life: Life) => void) =>
    fc.assert(
      fc.asyncProperty(fc.array(STEP, { maxLength: 40 }), async steps => {
        const life = new Life()
        for (const step of steps) {
          await life.step(step)
          // Commas, and numbers of messages, come on top.
          expect(life.outbox[8]()).to.be.below(1.2 * MAX_BYTES)
        }
        // In the end all goes well.
        life.connect(true)
        await undefined
        life.acknowledge()
        check(life)
      }),
      { numRuns: 200 },
    )

  it('sends no frame twice, and each session in the order in which they were given', () =>
    property(({ arrived }) => {
      const all = arrived.flat()
      expect(new Set(all).size).to.equal(all.length)
      expect(all).to.deep.equal([...all].sort((a, b) => a - b))
    }))

  it('loses none but those that a lost session may have had, and those that make no sense in the next', () =>
    property(({ arrived, sent, session }) => {
      const all = new Set(arrived.flat())
      for (const [id, it] of sent.entries()) {
        const isObsolete = it.ticket[1] && it.session < session
        if (!it.isWithdrawn && !it.isLost && !isObsolete) expect(all.has(id), `frame ${id}`).to.equal(true)
      }
    }))

  it('sends nothing that it has let be withdrawn, nor in another session what belongs to one', () =>
    property(({ arrived, sent }) => {
      for (const [session, ids] of arrived.entries()) {
        for (const id of ids) {
          const { isWithdrawn, ticket, session: own } = sent[id]!
          expect(isWithdrawn, `frame ${id}`).to.equal(false)
          if (ticket[1]) expect(session, `frame ${id}`).to.equal(own)
        }
      }
    }))

  it('keeps nothing of what was acknowledged', () =>
    property(({ outbox }) => expect(outbox[8]()).to.equal(0)))

  it('gives each new message of the server once, and refuses one that follows a gap', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 40 }), numbers => {
        const receive = createOutbox(jsonClientFraming)[6]
        let last = 0
        for (const number of numbers) {
          const take = () => receive([number, 0, ['items', number]], 10)
          if (number > last + 1) {
            expect(take).to.throw(TypeError, `message ${number} follows message ${last}`)
            return
          }
          expect(take()).to.deep.equal(number > last ? [['items', number]] : [])
          last = Math.max(last, number)
        }
      }),
    )
  })
})
