// Floods, halts and odd reconnects, in a script → what they cost a server, and what they must not change.
import { expect } from 'chai'
import { SessionInbox } from '../runtime/src/server/session-inbox.ts'
import { SessionLink } from '../runtime/src/server/session-link.ts'
import { SessionRoom } from '../runtime/src/server/session-room.ts'
import { jsonFraming } from '../runtime/src/wire/json-framing.ts'
import { SERVER_LIMITS } from '../runtime/src/wire/limits.ts'
import { declareSocket, ScriptedPort, scriptSocket } from './support/socket-script.ts'
import { settled } from './support/stream-script.ts'

describe('frames that are held back', () => {
  const cancels = (count: number) => Array.from({ length: count }, () => ['cancel', 1] as const)
  const inboxWith = (mayStart: () => boolean, maxBytes: number) => {
    let handled = 0
    const owner = { mayStart, handle: () => void handled++, onHold: () => {}, onRelease: () => {} }
    return { inbox: new SessionInbox(owner, maxBytes), handled: () => handled }
  }

  it('count for the bound only until they are handled, also while others always wait behind them', () => {
    let room = 0
    const { inbox, handled } = inboxWith(() => room-- > 0, 300)
    inbox.take(cancels(1), 100)
    for (let round = 0; round < 20; round++) {
      inbox.take(cancels(1), 100)
      inbox.take(cancels(1), 100)
      room = 2
      inbox.goOn()
    }
    expect(handled()).to.equal(40)
    expect(inbox.isEmpty).to.equal(false)
    inbox.take(cancels(1), 100)
    inbox.take(cancels(1), 100)
    expect(() => inbox.take(cancels(1), 100)).to.throw('more than 300 bytes wait')
  })

  it('cost their number and no more, however small they are', () => {
    let isOpen = false
    const { inbox, handled } = inboxWith(() => isOpen, SERVER_LIMITS.maxMessageBytes)
    /** Of the processor, in ms: what else runs on this machine does not count. */
    const timeOf = (messages: number) => {
      isOpen = false
      for (let n = 0; n < messages; n++) inbox.take(cancels(1_000), 13_000)
      isOpen = true
      const start = process.cpuUsage()
      inbox.goOn()
      return process.cpuUsage(start).user / 1_000
    }
    const times = [timeOf(80), timeOf(80), timeOf(80)]
    expect(handled()).to.equal(240_000)
    // A queue that moves up at each frame takes more than 300.
    expect(Math.min(...times)).to.be.below(100)
  })

  it('do not keep a draining session open once they are handled', async () => {
    const script = scriptSocket(declareSocket('/chat', { onRequest: () => 'x'.repeat(200) }), {
      limits: { maxUnacknowledgedBytes: 100 },
    })
    const socket = await script.open()
    await socket.send(['request', 1])
    await script.turn()
    await socket.send(['request', 2])
    script.engine.drain()
    await script.turn()
    expect(socket.frames().map(([kind]) => kind)).to.deep.equal(['response', 'ping', 'drain'])
    await socket.sendNow(['pong'])
    await script.turn()
    expect(socket.frames()).to.have.nested.property('[0][2].code', 'UNAVAILABLE')
    expect(socket.closeCode).to.equal(1001)
    expect(script.engine.counts().sessions).to.equal(0)
  })
})

describe('a session that is full', () => {
  it('asks again for acknowledgements of what it has sent after it had asked', async () => {
    let answer = () => {}
    const got: unknown[] = []
    const script = scriptSocket(
      declareSocket('/chat', {
        onRequest(request) {
          got.push(request)
          const text = 'x'.repeat(200)
          if (request !== 'late') return text
          return new Promise(resolve => {
            answer = () => resolve(text)
          })
        },
      }),
      { limits: { maxUnacknowledgedBytes: 100 } },
    )
    const socket = await script.open()
    await socket.send(['request', 1, 'late'], ['request', 2, 'quick'])
    await script.turn()
    await socket.send(['request', 3, 'held'])
    expect(socket.frames().map(([kind]) => kind)).to.deep.equal(['response', 'ping'])
    answer()
    await script.turn()
    // It has not got the late answer when it is asked.
    await socket.sendNow(['pong'])
    expect(got).to.deep.equal(['late', 'quick'])
    expect(socket.frames().map(([kind]) => kind)).to.deep.equal(['response', 'ping'])
    await socket.sendNow(['pong'])
    expect(got).to.deep.equal(['late', 'quick', 'held'])
    await socket.sendNow(['pong'])
    await script.turn()
    expect(socket.frames().map(([kind]) => kind)).to.deep.equal(['response'])
  })

  it('waits once for acknowledgements, however often its client reconnects without giving any', () => {
    const link = new SessionLink({ framing: jsonFraming, limits: SERVER_LIMITS, endTurn: () => {} })
    let waiting = 0
    const onRoom = link.onRoom.bind(link)
    link.onRoom = (listener, below) => {
      waiting++
      const takeBack = onRoom(listener, below)
      return () => {
        waiting--
        takeBack()
      }
    }
    const room = new SessionRoom(link, 100, { ping: () => {} })
    link.send('x'.repeat(200))
    let told = 0
    room.wait(() => told++)
    for (let socket = 0; socket < 10; socket++) {
      room.setPort(undefined)
      room.setPort(new ScriptedPort())
    }
    expect([waiting, told]).to.deep.equal([1, 0])
  })
})

describe('an acknowledgement', () => {
  it('of many small messages at once costs their number and no more', () => {
    const link = new SessionLink({ framing: jsonFraming, limits: SERVER_LIMITS, endTurn: () => {} })
    link.attach({ send: () => {} })
    link.resume(0)
    const count = 47_000
    /** Of the processor, in ms. */
    const timeOf = (round: number) => {
      for (let n = 0; n < count; n++) {
        link.send('["end",1]')
        link.flush()
      }
      const start = process.cpuUsage()
      link.receive([0, round * count], 9)
      return process.cpuUsage(start).user / 1_000
    }
    const times = [1, 2, 3].map(timeOf)
    expect(link.unacknowledgedBytes).to.equal(0)
    // A list that moves up at each message takes more than 1,000: nobody else was served for so long.
    expect(Math.max(...times)).to.be.below(100)
  })
})

describe('a token', () => {
  it('means nothing over another subprotocol: what a session has to send again is written in its own', async () => {
    const got: unknown[] = []
    const script = scriptSocket(declareSocket('/chat', { onRequest: request => void got.push(request) }))
    const socket = await script.open()
    await socket.cut()
    const ports: unknown[] = []
    const other = script.connect({ headers: { 'sec-websocket-protocol': 'alien-rpc.v1.msgpack' } })
    other.port.send = message => void ports.push(message)
    // [0, 0, ["hello", { session }]], by hand.
    const token = Buffer.from(socket.token)
    const hello = Buffer.concat([
      Buffer.from([0x93, 0, 0, 0x92, 0xa5, ...Buffer.from('hello'), 0x81, 0xa7]),
      Buffer.from('session'),
      Buffer.from([0xd9, token.length]),
      token,
    ])
    await other.raw(hello)
    expect(ports).to.have.length(1)
    expect(ports[0]).to.be.instanceOf(Uint8Array)
    expect(script.engine.counts()).to.include({ sessions: 2, parked: 1 })
    // [1, 0, ["request", 1, { a: 1 }]]
    await other.raw(Buffer.from([0x93, 1, 0, 0x93, 0xa7, ...Buffer.from('request'), 1, 0x81, 0xa1, 0x61, 1]))
    expect(got).to.deep.equal([{ a: 1 }])
    const back = await script.resume(socket)
    expect(back.frames()).to.have.nested.property('[0][1].resumed', true)
  })
})

describe('a process that stood still', () => {
  const limits = { heartbeatInterval: 1_000, heartbeatTimeout: 400 }

  it('reads what has come meanwhile before it counts a client as lost', async () => {
    const script = scriptSocket(declareSocket('/chat', {}), { limits })
    const socket = await script.open()
    await script.loop.advance(1_400)
    await socket.sendNow(['pong'])
    await script.turn()
    expect(socket.closeCode).to.equal(undefined)
    await script.loop.advance(1_400)
    await script.turn()
    expect(socket.closeCode).to.equal(4408)
    await socket.cut(1000)
  })

  it('judges nobody who has left in that turn', async () => {
    const script = scriptSocket(declareSocket('/chat', {}), { limits })
    const socket = await script.open()
    await script.loop.advance(1_400)
    await socket.cut(1000)
    const sent = socket.port.messages.length
    await script.turn()
    await settled()
    expect(socket.port.messages).to.have.length(sent)
    expect(script.loop.timers.size).to.equal(0)
  })
})

describe('a message that takes longer to come than a heartbeat', () => {
  it('is waited for as long as it grows: cut, it would be sent again from its start, for ever', async () => {
    const limits = { heartbeatInterval: 1_000, heartbeatTimeout: 400 }
    const script = scriptSocket(declareSocket('/chat', { onRequest: request => request }), { limits })
    const socket = await script.open()
    for (let second = 0; second < 10; second++) {
      await script.loop.advance(1_000)
      socket.port.bytesRead += 10_000
      await script.turn()
    }
    expect(socket.closeCode).to.equal(undefined)
    await socket.send(['request', 1, 'whole'])
    await script.turn()
    expect(socket.frames()).to.deep.include(['response', 1, 'whole'])
    await script.loop.advance(1_400)
    await script.turn()
    expect(socket.closeCode).to.equal(4408)
  })
})
