// Topics behind subscriptions of scripted sockets → a broadcast that reaches everyone, and no subscriber left when they are gone.
import { expect } from 'chai'
import { createTopic, type Topic, type Tracked, tracked } from '../runtime/src/index.ts'
import type { SocketContext } from '../runtime/src/route-types.ts'
import {
  declareSocket,
  type ScriptedSocket,
  type SocketScript,
  scriptSocket,
} from './support/socket-script.ts'

interface Broadcast {
  readonly topic: Topic<number>
  readonly script: SocketScript
}

/** The ways in which a handler may give out a topic. None of them cleans up by itself. */
const HANDLERS: Readonly<Record<string, (topic: Topic<number>, context: SocketContext) => unknown>> = {
  'as it is': topic => topic.subscribe(),
  'with the signal': (topic, { signal }) => topic.subscribe({ signal }),
  'by a promise': async topic => topic.subscribe(),
  'by a function': topic => () => topic.subscribe(),
  'in a generator': (topic, { signal }) =>
    async function* () {
      for await (const value of topic.subscribe({ signal })) yield value
    },
}

function broadcast(handler = HANDLERS['as it is']!, limits = {}): Broadcast {
  const topic = createTopic<number>()
  const route = declareSocket('/chat', {
    onSubscribe: (_: unknown, context: SocketContext) => handler(topic, context),
    onMessage: (value: number) => topic.publish(value),
  })
  return { topic, script: scriptSocket(route, { limits }) }
}

const items = (socket: ScriptedSocket) =>
  socket.frames().flatMap(([kind, , values]) => (kind === 'items' ? (values as unknown[]) : []))

describe('a topic behind sockets', () => {
  it('reaches every session with what one of them has sent, and itself', async () => {
    const { script } = broadcast()
    const sockets = [await script.open(), await script.open(), await script.open()]
    for (const socket of sockets) await socket.send(['subscribe', 1, 10, null, 'all'])
    await sockets[0]!.send(['notify', 7], ['notify', 8])
    await script.turn()
    for (const socket of sockets) expect(items(socket)).to.deep.equal([7, 8])
  })

  it('sends what was published in one turn in one frame', async () => {
    const { topic, script } = broadcast()
    const socket = await script.open()
    await socket.send(['subscribe', 1, 100, null, 'all'])
    await script.turn()
    socket.frames()
    for (let n = 0; n < 50; n++) topic.publish(n)
    await script.turn()
    const frames = socket.frames()
    expect(frames).to.have.length(1)
    expect(frames[0]![2]).to.have.length(50)
  })

  for (const [name, handler] of Object.entries(HANDLERS)) {
    it(`given out ${name} has no subscriber left after a cancel, a close and the end of a parked session`, async () => {
      const { topic, script } = broadcast(handler)
      const sockets = [await script.open(), await script.open(), await script.open()] as const
      for (const socket of sockets) await socket.send(['subscribe', 1, 10, null, 'all'])
      await script.turn()
      expect(topic.subscribers).to.equal(3)
      await sockets[0].send(['cancel', 1])
      expect(topic.subscribers, 'after the cancel').to.equal(2)
      await sockets[1].cut(1000)
      expect(topic.subscribers, 'after the close').to.equal(1)
      await sockets[2].cut(1006)
      expect(topic.subscribers, 'while parked').to.equal(1)
      await script.loop.advance(30_000)
      expect(topic.subscribers, 'after the window').to.equal(0)
      expect(script.errors).to.deep.equal([])
    })
  }

  it('is left too by a subscription that has never been granted an item', async () => {
    const { topic, script } = broadcast()
    const socket = await script.open()
    await socket.send(['subscribe', 1, 0, null, 'all'])
    await script.turn()
    expect(topic.subscribers).to.equal(1)
    await socket.send(['cancel', 1])
    expect(topic.subscribers).to.equal(0)
  })

  it('is left when the handler hands it over after its session has ended', async () => {
    let handOver = () => {}
    const late = new Promise<void>(resolve => {
      handOver = resolve
    })
    const { topic, script } = broadcast(async topic => {
      await late
      return topic.subscribe()
    })
    const socket = await script.open()
    await socket.send(['subscribe', 1, 10, null, 'all'])
    await socket.cut(1000)
    handOver()
    await script.turn()
    expect(topic.subscribers).to.equal(0)
  })

  it('is left when the server drains', async () => {
    const { topic, script } = broadcast()
    const socket = await script.open()
    await socket.send(['subscribe', 1, 10, null, 'all'])
    await script.turn()
    script.engine.drain()
    await script.turn()
    expect(topic.subscribers).to.equal(0)
    expect(socket.frames().map(([kind]) => kind)).to.include('drain')
  })

  it('fails the subscription of a reader that grants too little, and of nobody else', async () => {
    const { topic, script } = broadcast(topic => topic.subscribe({ buffer: 3 }))
    const [slow, quick] = [await script.open(), await script.open()]
    await slow.send(['subscribe', 1, 2, null, 'all'])
    await quick.send(['subscribe', 1, 100, null, 'all'])
    for (let n = 1; n <= 8; n++) {
      topic.publish(n)
      await script.turn()
    }
    expect(items(quick)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8])
    expect(items(slow), 'what it has granted').to.deep.equal([1, 2])
    expect(topic.subscribers).to.equal(1)
    await slow.send(['credit', 1, 10])
    await script.turn()
    const [[kind, id, error]] = slow.frames() as [[string, number, { code: string; message: string }]]
    expect([kind, id, error.code]).to.deep.equal(['error', 1, 'UNAVAILABLE'])
    expect(error.message).to.include('more than 3 values behind')
  })

  it('lets a restarted session go on after its last item, where its values are tracked', async () => {
    const topic = createTopic<Tracked<string>>()
    const history: Tracked<string>[] = []
    const say = (text: string) => {
      const item = tracked(`${history.length + 1}`, text)
      history.push(item)
      topic.publish(item)
    }
    const route = declareSocket('/chat', {
      async *onSubscribe(_: unknown, { lastEventId, signal }: SocketContext) {
        const live = topic.subscribe({ signal })
        yield* history.slice(Number(lastEventId ?? 0))
        yield* live
      },
    })
    const script = scriptSocket(route)
    const first = await script.open()
    await first.send(['subscribe', 1, 10, null, 'all'])
    say('one')
    await script.turn()
    expect(first.frames()).to.deep.equal([['items', 1, ['one'], ['1']]])
    await first.cut(1000)
    say('two')
    const second = await script.open()
    await second.send(['subscribe', 1, 10, '1', 'all'])
    say('three')
    await script.turn()
    expect(second.frames()).to.deep.equal([['items', 1, ['two', 'three'], ['2', '3']]])
  })
})
