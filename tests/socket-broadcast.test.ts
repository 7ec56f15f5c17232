// A topic and many scripted sockets → what one published value costs: counted checks, texts, messages and tasks of the loop.
import { expect } from 'chai'
import type { CompiledOutput } from '../runtime/src/compiled-route.ts'
import { createTopic, type Topic, type TopicSubscribeOptions, tracked } from '../runtime/src/index.ts'
import { publishedToFrame } from '../runtime/src/server/published-to-frame.ts'
import { shareMessages } from '../runtime/src/server/shared-framing.ts'
import { TurnEnd } from '../runtime/src/server/turn-end.ts'
import { jsonFraming } from '../runtime/src/wire/json-framing.ts'
import type { Published } from '../runtime/src/wire/published.ts'
import { ANY_INPUT, declareSocket, type ScriptedSocket, scriptSocket } from './support/socket-script.ts'
import { ScriptedLoop } from './support/stream-script.ts'

/** Takes numbers, and counts its work. */
class CountedOutput implements CompiledOutput {
  checks = 0
  texts = 0
  check = (value: unknown) => {
    this.checks++
    return typeof value === 'number' || typeof value === 'string'
  }
  stringify = (value: unknown) => {
    this.texts++
    return JSON.stringify(value)
  }
  table = () => 'number' as const
}

function broadcast(limits = {}, options: TopicSubscribeOptions = {}) {
  const topic = createTopic<unknown>()
  const output = new CountedOutput()
  const route = declareSocket(
    '/chat',
    { onSubscribe: () => topic.subscribe(options) },
    { subscribe: { input: ANY_INPUT, result: output } },
  )
  const script = scriptSocket(route, { limits })
  const subscribe = async (credit = 100, id = 1): Promise<ScriptedSocket> => {
    const socket = await script.open()
    await socket.send(['subscribe', id, credit, null, 'all'])
    await script.turn()
    socket.frames()
    return socket
  }
  return { topic, output, script, subscribe }
}

const values = (socket: ScriptedSocket) =>
  socket.frames().flatMap(([kind, , list]) => (kind === 'items' ? list : []))

function publish(topic: Topic<unknown>, ...items: unknown[]): void {
  for (const item of items) topic.publish(item)
}

describe('a topic that is broadcast', () => {
  it('checks and writes each value once, however many sockets it goes to', async () => {
    const { topic, output, script, subscribe } = broadcast()
    const sockets = []
    for (let n = 0; n < 20; n++) sockets.push(await subscribe())
    publish(topic, 1, 2, 3)
    await script.turn()
    for (const socket of sockets) expect(values(socket)).to.deep.equal([1, 2, 3])
    expect([output.checks, output.texts]).to.deep.equal([3, 3])
  })

  it('sends each socket one message a turn', async () => {
    const { topic, script, subscribe } = broadcast()
    const sockets = [await subscribe(), await subscribe()]
    publish(topic, 1, 2, 3, 4, 5, 6, 7, 8)
    await script.turn()
    for (const socket of sockets) expect(socket.unread).to.equal(1)
  })

  it('takes one task of the event loop for all sessions, and one more for each so many of them', async () => {
    const { topic, script, subscribe } = broadcast({ turnSessions: 4 })
    const sockets: ScriptedSocket[] = []
    for (let n = 0; n < 10; n++) sockets.push(await subscribe())
    topic.publish(1)
    const reached: number[] = []
    while (script.loop.tasks.length > 0) {
      expect(script.loop.tasks).to.have.length(1)
      await script.loop.turn()
      reached.push(sockets.filter(socket => socket.unread > 0).length)
    }
    expect(reached).to.deep.equal([4, 8, 10])
  })

  it('shares texts between sockets that have other ids, and other places in the topic', async () => {
    const { topic, output, script, subscribe } = broadcast()
    const first = await subscribe(2)
    const second = await subscribe(100, 7)
    publish(topic, 1, 2, 3)
    await script.turn()
    expect(values(first)).to.deep.equal([1, 2])
    expect(second.frames()).to.deep.equal([['items', 7, [1, 2, 3]]])
    await first.send(['credit', 1, 5])
    publish(topic, 4)
    await script.turn()
    expect(values(first)).to.deep.equal([3, 4])
    expect(values(second)).to.deep.equal([4])
    expect(output.texts).to.equal(4)
  })

  it('gives no subscriber what another has read, where values are dropped', async () => {
    const { topic, output, script, subscribe } = broadcast({}, { buffer: 2, overflow: 'drop-oldest' })
    const slow = await subscribe(1)
    const quick = await subscribe()
    publish(topic, 1, 2, 3, 4)
    await script.turn()
    await slow.send(['credit', 1, 10])
    await script.turn()
    expect(values(slow)).to.deep.equal([1, 3, 4])
    expect(values(quick)).to.deep.equal([1, 2, 3, 4])
    expect(output.texts).to.equal(4)
  })

  it('carries ids, for those who have one', async () => {
    const { topic, script, subscribe } = broadcast()
    const socket = await subscribe()
    publish(topic, 1, tracked('a', 2))
    await script.turn()
    expect(socket.frames()).to.deep.equal([['items', 1, [1, 2], [null, 'a']]])
  })

  it('sends what came before a value that is none of its type, and then the error, to each', async () => {
    const { topic, script, subscribe } = broadcast()
    const sockets = [await subscribe(), await subscribe()]
    publish(topic, 1, true, 2)
    await script.turn()
    for (const socket of sockets) {
      const frames = socket.frames()
      expect(frames.map(([kind]) => kind)).to.deep.equal(['items', 'error'])
      expect(frames[0]).to.deep.equal(['items', 1, [1]])
      expect((frames[1]![2] as { code: string }).code).to.equal('INTERNAL')
    }
    expect(script.errors).to.have.length(2)
    expect(topic.subscribers).to.equal(0)
  })

  it('fills messages by their size, and stops where a session has no room, without a loss', async () => {
    const { topic, script, subscribe } = broadcast({ messageBatchBytes: 100, maxUnacknowledgedBytes: 300 })
    const stalled = await subscribe()
    const quick = await subscribe()
    const texts = Array.from({ length: 20 }, (_, index) => `${index}:${'x'.repeat(40)}`)
    publish(topic, ...texts)
    const got: unknown[] = []
    for (let turn = 0; turn < 20 && got.length < texts.length; turn++) {
      await script.turn()
      got.push(...values(quick))
      await quick.sendNow()
    }
    expect(got).to.deep.equal(texts)
    const held = values(stalled)
    expect(held.length).to.be.within(3, 12)
    for (let turn = 0; turn < 20 && held.length < texts.length; turn++) {
      await stalled.sendNow()
      await script.turn()
      held.push(...values(stalled))
    }
    expect(held).to.deep.equal(texts)
  })

  it('writes what is more than a turn takes at once while it is published, so that its size counts', async () => {
    const { topic, output, script, subscribe } = broadcast({ messageBatchFrames: 10 })
    const socket = await subscribe(1_000)
    publish(topic, ...Array.from({ length: 25 }, (_, index) => index))
    expect(output.texts).to.equal(20)
    await script.turn()
    expect(values(socket)).to.have.length(25)
  })

  it('ends a subscription when its topic subscription is ended by its signal, once there is credit', async () => {
    const controller = new AbortController()
    const { topic, script, subscribe } = broadcast({}, { signal: controller.signal })
    const socket = await subscribe(1)
    publish(topic, 1)
    controller.abort()
    await script.turn()
    expect(values(socket)).to.deep.equal([1])
    await socket.send(['credit', 1, 1])
    await script.turn()
    expect(socket.frames()).to.deep.equal([['end', 1]])
    expect(script.engine.counts().subscriptions).to.equal(0)
  })
})

describe('frames of published values', () => {
  const places = [0, 1, 2, 3].map(index => ({ index, value: index }))
  const reader = (id: number) => ({
    id,
    framing: jsonFraming,
    output: new CountedOutput(),
    encode: (value: unknown) => JSON.stringify(value),
    maxSize: 3,
  })

  it('are one text for all whose id and place are the same', () => {
    const own = reader(1)
    const { frame, count } = publishedToFrame(places, 0, own)
    expect([frame, count]).to.deep.equal(['["items",1,[0,1,2]]', 3])
    expect(publishedToFrame(places, 0, own).frame).to.equal(frame)
    expect(publishedToFrame(places, 0, { ...own, id: 2 }).frame).to.equal('["items",2,[0,1,2]]')
    expect(publishedToFrame(places, 1, own).frame).to.equal('["items",1,[1,2,3]]')
    expect(publishedToFrame(places.slice(0, 2), 0, own).frame).to.equal('["items",1,[0,1]]')
    expect(publishedToFrame(places, 0, own).frame, 'more than was there').to.equal('["items",1,[0,1,2]]')
  })

  it('hold what was read, where other readers have read what lies between', () => {
    const own = reader(1)
    publishedToFrame(places, 0, own)
    const [first, , third, fourth] = places as [Published, Published, Published, Published]
    expect(publishedToFrame([first, third, fourth], 0, own).frame).to.equal('["items",1,[0,2,3]]')
    expect(publishedToFrame(places, 0, own).frame).to.equal('["items",1,[0,1,2]]')
  })

  it('are made anew for another type and another framing', () => {
    const [own, other] = [reader(1), reader(1)]
    publishedToFrame(places, 0, own)
    const framing = { ...jsonFraming, items: () => 'other' }
    expect(publishedToFrame(places, 0, { ...own, framing }).frame).to.equal('other')
    const encode = () => '"x"'
    expect(publishedToFrame(places, 0, { ...other, encode }).frame).to.equal('["items",1,["x"]]')
    expect(publishedToFrame(places, 0, own).frame).to.equal('["items",1,[0,1,2]]')
  })
})

describe('messages that many sessions share', () => {
  it('are one text for whoever counts alike, and another for everyone else', () => {
    const shared = shareMessages(jsonFraming, 100)
    const frame = '["items",1,[1]]'
    const first = shared.message(1, 2, [frame])
    expect(first).to.equal('[1,2,["items",1,[1]]]')
    expect(shared.message(1, 2, [frame])).to.equal(first)
    expect(shared.message(2, 2, [frame])).to.equal('[2,2,["items",1,[1]]]')
    expect(shared.message(2, 1, [frame])).to.equal('[2,1,["items",1,[1]]]')
    expect(shared.message(2, 1, ['["items",2,[1]]'])).to.equal('[2,1,["items",2,[1]]]')
    expect(shared.message(2, 1, [frame, frame])).to.equal('[2,1,["items",1,[1]],["items",1,[1]]]')
    expect(shared.message(0, 1, [])).to.equal('[0,1]')
  })

  it('keep no large message', () => {
    let made = 0
    const framing = { ...jsonFraming, message: () => `${made++}` }
    const shared = shareMessages(framing, 10)
    for (const frame of ['short', 'short', 'x'.repeat(11), 'x'.repeat(11)]) shared.message(1, 0, [frame])
    expect(made).to.equal(3)
  })
})

describe('the end of a turn', () => {
  it('runs what a task adds in the next one, and all others when one throws', async () => {
    const loop = new ScriptedLoop()
    const end = new TurnEnd(loop, 10)
    const ran: string[] = []
    const task = (name: string, run = () => {}) => ({
      onTurnEnd() {
        ran.push(name)
        run()
      },
    })
    end.add(task('a', () => end.add(task('added'))))
    end.add(
      task('b', () => {
        throw new Error('b')
      }),
    )
    end.add(task('c'))
    let failure: unknown
    await loop.turn().catch(error => {
      failure = error
    })
    expect(failure).to.be.instanceOf(Error)
    expect(ran).to.deep.equal(['a', 'b'])
    await loop.turn()
    expect(ran).to.deep.equal(['a', 'b', 'c', 'added'])
    expect(loop.tasks).to.deep.equal([])
  })

  it('goes on whatever the limit is', async () => {
    const loop = new ScriptedLoop()
    const end = new TurnEnd(loop, 0)
    let runs = 0
    for (let n = 0; n < 2; n++) end.add({ onTurnEnd: () => void runs++ })
    await loop.turn()
    expect(runs).to.equal(1)
    await loop.turn()
    expect(runs).to.equal(2)
  })
})
