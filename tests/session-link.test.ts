// Two links over a scripted network that loses and cuts → proof that every numbered frame arrives exactly once and in order.
import { expect } from 'chai'
import fc from 'fast-check'
import { RpcError } from '../runtime/src/errors.ts'
import { SessionLink, type SessionLinkOptions } from '../runtime/src/server/session-link.ts'
import { jsonFraming } from '../runtime/src/wire/json-framing.ts'
import { runs } from './support/runs.ts'

const NO_LIMITS = { maxDepth: Number.POSITIVE_INFINITY, maxFrames: Number.POSITIVE_INFINITY }
const LIMITS = {
  messageBatchBytes: 60,
  messageBatchFrames: 4,
  acknowledgeMessages: 3,
  acknowledgeBytes: 100,
}

const notify = (value: unknown) => jsonFraming.frame(['notify', value])

/** A link whose turns end when the test says so, and what it has put on its socket. */
class Side {
  readonly out: string[] = []
  readonly arrived: unknown[] = []
  readonly link: SessionLink
  #tasks: (() => void)[] = []

  constructor(limits: Partial<SessionLinkOptions['limits']> = {}) {
    this.link = new SessionLink({
      framing: jsonFraming,
      limits: { ...LIMITS, ...limits },
      endTurn: task => this.#tasks.push(task),
    })
  }

  connect(acknowledged = 0): this {
    this.out.length = 0
    this.link.attach({ send: message => this.out.push(message as string) })
    this.link.resume(acknowledged)
    return this
  }

  endTurn(): this {
    for (const task of this.#tasks.splice(0)) task()
    return this
  }

  get scheduled(): number {
    return this.#tasks.length
  }

  take(text: string): void {
    const frames = this.link.receive(jsonFraming.parse(text, NO_LIMITS), text.length)
    for (const [kind, value] of frames) if (kind === 'notify') this.arrived.push(value)
  }

  /** What the socket was given since the last look. */
  sent(): string[] {
    return this.out.splice(0)
  }
}

function refusal(run: () => void): string {
  try {
    run()
    return 'accepted'
  } catch (error) {
    if (!(error instanceof RpcError)) throw error
    return `${error.code}: ${error.message}`
  }
}

describe('a link of numbered messages: sending', () => {
  it('sends the frames of a turn in one message, with one task for the turn', () => {
    const side = new Side().connect()
    for (const value of [1, 2, 3]) side.link.send(notify(value))
    expect(side.sent()).to.deep.equal([])
    expect(side.scheduled).to.equal(1)
    expect(side.endTurn().sent()).to.deep.equal(['[1,0,["notify",1],["notify",2],["notify",3]]'])
    side.link.send(notify(4))
    expect(side.endTurn().sent()).to.deep.equal(['[2,0,["notify",4]]'])
    expect(side.endTurn().sent()).to.deep.equal([])
  })

  it('sends sooner when the frames fill a message by their number', () => {
    const side = new Side().connect()
    for (const value of [1, 2, 3, 4, 5]) side.link.send(notify(value))
    expect(side.sent().map(count)).to.deep.equal([4])
    expect(side.endTurn().sent().map(count)).to.deep.equal([1])
  })

  it('sends sooner when they fill it by their size, and never joins a large frame to others', () => {
    const side = new Side().connect()
    side.link.send(notify('a'))
    side.link.send(notify('x'.repeat(70)))
    expect(side.sent().map(count)).to.deep.equal([1, 1])
    side.link.send(notify('b'))
    expect(side.endTurn().sent().map(count)).to.deep.equal([1])
  })

  it('sends frames without a number at once, before the frames of this turn, with an acknowledgement', () => {
    const side = new Side().connect()
    side.link.send(notify(1))
    side.take('[1,0,["notify",9]]')
    side.link.sendNow('["ping"]')
    expect(side.sent()).to.deep.equal(['[0,1,["ping"]]'])
    expect(side.endTurn().sent()).to.deep.equal(['[1,1,["notify",1]]'])
  })

  it('sends this turn’s frames when asked to', () => {
    const side = new Side().connect()
    side.link.send(notify(1))
    side.link.flush()
    expect(side.sent().map(count)).to.deep.equal([1])
    expect(side.endTurn().sent()).to.deep.equal([])
  })

  it('sends nothing numbered before the session is open, nor after its port is gone', () => {
    const side = new Side()
    side.link.send(notify(1))
    side.link.attach({ send: message => side.out.push(message as string) })
    side.link.send(notify(2))
    side.link.flush()
    side.link.sendNow('["hello",{}]')
    expect(side.endTurn().sent()).to.deep.equal(['[0,0,["hello",{}]]'])
    side.link.resume(0)
    expect(side.sent()).to.deep.equal(['[1,0,["notify",1],["notify",2]]'])
    side.link.send(notify(3))
    side.link.attach(undefined)
    side.link.sendNow('["pong"]')
    expect(side.endTurn().sent()).to.deep.equal([])
  })

  it('is driven by a port that answers before send() has returned', () => {
    const side = new Side()
    side.link.attach({
      send(message) {
        side.out.push(message as string)
        const [number] = JSON.parse(message as string) as [number]
        if (number > 0 && number < 4) {
          side.link.send(notify(number))
          side.take(`[${number},${number},["notify",0]]`)
        }
      },
    })
    side.link.resume(0)
    side.link.send(notify(0))
    for (let turn = 0; turn < 5; turn++) side.endTurn()
    expect(side.sent().filter(text => !text.startsWith('[0'))).to.deep.equal([
      '[1,0,["notify",0]]',
      '[2,1,["notify",1]]',
      '[3,2,["notify",2]]',
      '[4,3,["notify",3]]',
    ])
  })
})

describe('a link of numbered messages: acknowledging', () => {
  it('acknowledges with whatever it sends, and by itself after so many messages', () => {
    const side = new Side({ acknowledgeBytes: 1_000 }).connect()
    for (const number of [1, 2]) side.take(`[${number},0,["notify",0]]`)
    side.link.send(notify(1))
    expect(side.endTurn().sent()).to.deep.equal(['[1,2,["notify",1]]'])
    for (const number of [3, 4]) side.take(`[${number},0,["notify",0]]`)
    expect(side.sent()).to.deep.equal([])
    side.take('[5,0,["notify",0]]')
    expect(side.sent()).to.deep.equal(['[0,5]'])
  })

  it('acknowledges by itself after so many bytes, with the frames that wait, if there are some', () => {
    const side = new Side({ acknowledgeMessages: 1_000 }).connect()
    side.take(`[1,0,["notify","${'x'.repeat(100)}"]]`)
    expect(side.sent()).to.deep.equal(['[0,1]'])
    side.link.send(notify(1))
    side.take(`[2,0,["notify","${'x'.repeat(100)}"]]`)
    expect(side.sent()).to.deep.equal(['[1,2,["notify",1]]'])
    expect(side.endTurn().sent()).to.deep.equal([])
  })

  it('counts what waits and what was sent until it is acknowledged', () => {
    const side = new Side().connect()
    expect(side.link.unacknowledgedBytes).to.equal(0)
    side.link.send(notify(1))
    expect(side.link.unacknowledgedBytes).to.equal(notify(1).length)
    const [first] = side.endTurn().sent()
    expect(side.link.unacknowledgedBytes).to.equal(first!.length)
    side.link.send(notify(2))
    const [second] = side.endTurn().sent()
    side.take('[0,1]')
    expect(side.link.unacknowledgedBytes).to.equal(second!.length)
    side.take('[0,0]')
    expect(side.link.unacknowledgedBytes, 'an older acknowledgement').to.equal(second!.length)
    side.take('[0,2]')
    expect(side.link.unacknowledgedBytes).to.equal(0)
  })

  it('tells who waits for room once, in order, while there is room', () => {
    const side = new Side().connect()
    const told: string[] = []
    side.link.onRoom(() => told.push('at once'), 1)
    side.link.send(notify(1))
    side.endTurn()
    const size = side.link.unacknowledgedBytes
    side.link.onRoom(() => {
      told.push('first')
      side.link.send(notify(2))
    }, size)
    side.link.onRoom(() => told.push('second'), 5)
    const takeBack = side.link.onRoom(() => told.push('third'), size)
    takeBack()
    expect(told).to.deep.equal(['at once'])
    side.take('[0,1]')
    expect(told, 'the first has filled it again').to.deep.equal(['at once', 'first'])
    side.endTurn()
    side.take('[0,2]')
    expect(told).to.deep.equal(['at once', 'first', 'second'])
  })
})

describe('a link of numbered messages: another socket', () => {
  it('sends again what the peer has not got, unchanged and in order, then what has waited', () => {
    const side = new Side({ messageBatchFrames: 1 }).connect()
    for (const value of [1, 2, 3]) side.link.send(notify(value))
    const before = side.sent()
    side.link.attach(undefined)
    side.link.send(notify(4))
    side.take('[1,0,["notify",0]]')
    side.connect(1)
    expect(side.sent()).to.deep.equal([...before.slice(1), '[4,1,["notify",4]]'])
  })

  it('sends what has waited in messages of no more frames than one may hold', () => {
    const side = new Side({ messageBatchBytes: 1_000 })
    for (const value of [1, 2, 3, 4, 5, 6, 7, 8, 9]) side.link.send(notify(value))
    expect(side.connect().sent().map(count)).to.deep.equal([4, 4, 1])
  })

  it('waits for the session to be opened again on another port', () => {
    const side = new Side().connect()
    side.link.attach({ send: message => side.out.push(message as string) })
    side.link.send(notify(1))
    expect(side.endTurn().sent()).to.deep.equal([])
    side.link.resume(0)
    expect(side.sent()).to.deep.equal(['[1,0,["notify",1]]'])
  })

  it('refuses to go on from where it never was', () => {
    const side = new Side().connect()
    side.link.send(notify(1))
    side.endTurn().link.attach(undefined)
    expect(refusal(() => side.connect(2))).to.equal('BAD_REQUEST: 2 messages are acknowledged, 1 were sent')
    expect(side.sent(), 'nothing was sent on it').to.deep.equal([])
  })
})

type Step = 'a sends' | 'b sends' | 'turn' | 'a to b' | 'b to a' | 'cut' | 'ping'

/** A pair of links and the messages on their way. A cut loses all of those; the resume tells each side what the other has. */
class Network {
  readonly a = new Side()
  readonly b = new Side()
  readonly given = { a: [] as number[], b: [] as number[] }
  #toB: string[] = []
  #toA: string[] = []

  constructor() {
    this.connect()
  }

  connect(): void {
    this.#toA = []
    this.#toB = []
    // As hello and ready do: an unnumbered message carries what each side has.
    const [fromA, fromB] = [this.#greeting(this.a, this.#toB), this.#greeting(this.b, this.#toA)]
    this.b.link.resume(fromA)
    this.a.link.resume(fromB)
  }

  #greeting(side: Side, way: string[]): number {
    const greeting: string[] = []
    side.link.attach({ send: message => (greeting.length === 0 ? greeting : way).push(message as string) })
    side.link.sendNow('["ping"]')
    return (JSON.parse(greeting[0]!) as [number, number])[1]
  }

  step(step: Step): void {
    if (step === 'a sends' || step === 'b sends') {
      const side = step === 'a sends' ? 'a' : 'b'
      this.given[side].push(this.given[side].length)
      this[side].link.send(notify(this.given[side].length - 1))
    } else if (step === 'turn') {
      this.a.endTurn()
      this.b.endTurn()
    } else if (step === 'ping') this.a.link.sendNow('["ping"]')
    else if (step === 'cut') {
      this.a.link.attach(undefined)
      this.b.link.attach(undefined)
      this.connect()
    } else if (step === 'a to b') this.#deliver(this.#toB, this.b)
    else this.#deliver(this.#toA, this.a)
  }

  #deliver(way: string[], to: Side): void {
    const text = way.shift()
    if (text !== undefined) to.take(text)
  }

  /** Everything that is on its way arrives. */
  finish(): void {
    this.step('turn')
    while (this.#toA.length + this.#toB.length > 0) {
      this.step('a to b')
      this.step('b to a')
    }
  }
}

describe('a link of numbered messages: any network', () => {
  const steps = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom<Step>('a sends', 'b sends') },
      { weight: 4, arbitrary: fc.constantFrom<Step>('turn', 'a to b', 'b to a') },
      { weight: 1, arbitrary: fc.constantFrom<Step>('cut', 'ping') },
    ),
    { maxLength: 80 },
  )

  it('every frame arrives exactly once and in order, whatever is cut, lost and sent again', () => {
    fc.assert(
      fc.property(steps, script => {
        const network = new Network()
        for (const step of script) {
          network.step(step)
          for (const [from, to] of [
            ['a', 'b'],
            ['b', 'a'],
          ] as const) {
            const { arrived } = network[to]
            expect(arrived).to.deep.equal(network.given[from].slice(0, arrived.length))
          }
        }
        network.finish()
        expect(network.b.arrived).to.deep.equal(network.given.a)
        expect(network.a.arrived).to.deep.equal(network.given.b)
        // A resume acknowledges everything: what is kept and what is counted come to nothing together.
        network.step('cut')
        for (const side of [network.a, network.b]) expect(side.link.unacknowledgedBytes).to.equal(0)
      }),
      runs(2_000),
    )
  })

  it('what is kept stays within what the thresholds of acknowledgement allow, while nothing is cut', () => {
    const quiet = steps.map(script => script.filter(step => step !== 'cut'))
    fc.assert(
      fc.property(quiet, script => {
        const network = new Network()
        for (const step of script) network.step(step)
        network.finish()
        for (const side of [network.a, network.b]) {
          const largest = LIMITS.messageBatchBytes + 40
          expect(side.link.unacknowledgedBytes).to.be.below(LIMITS.acknowledgeBytes + largest)
        }
      }),
      runs(500),
    )
  })
})

function count(text: string): number {
  return (JSON.parse(text) as unknown[]).length - 2
}
