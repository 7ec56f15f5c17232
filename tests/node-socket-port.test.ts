// Real connections of `ws` and of bare TCP → what the Node adapter's ports tell an engine, and do for it.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { expect } from 'chai'
import { NodeSockets } from '../runtime/src/adapters/node-sockets.ts'
import { RpcError } from '../runtime/src/index.ts'
import { SERVER_LIMITS, type ServerLimits } from '../runtime/src/wire/limits.ts'
import type { Encoded } from '../runtime/src/wire/socket-framing.ts'
import type { SocketPort } from '../runtime/src/wire/socket-port.ts'
import { rawConnection } from './support/http-client.ts'
import { settled, until } from './support/until.ts'
import {
  openSocket,
  rawFrame,
  rawWebSocket,
  refusal,
  SUBPROTOCOL,
  upgradeRequest,
} from './support/web-socket.ts'

interface Session {
  readonly port: SocketPort
  readonly told: (Encoded | readonly [code: number, reason: string])[]
}

interface Host {
  readonly url: string
  readonly port: number
  readonly sockets: NodeSockets
  readonly sessions: Session[]
  /** The server's ends of all connections. */
  readonly connections: Socket[]
}

describe('sockets on Node: ports', () => {
  const hosts: { http: Server; sockets: NodeSockets; connections: Socket[] }[] = []

  /** Takes upgrades of `/chat` and hands ports out, as an engine would. */
  async function host(limits: Partial<ServerLimits> = {}, next?: () => void): Promise<Host> {
    const sessions: Session[] = []
    const sockets = new NodeSockets(
      {
        admit: ({ target }) =>
          target === '/chat'
            ? ({ subprotocol: SUBPROTOCOL } as never)
            : {
                refused: new RpcError(target === '/full' ? 'UNAVAILABLE' : 'NOT_FOUND', { message: target }),
              },
        open(_admission, port) {
          const told: Session['told'] = []
          sessions.push({ port, told })
          return {
            message: message => void told.push(message),
            closed: (code, reason) => void told.push([code, reason]),
          }
        },
      },
      { ...SERVER_LIMITS, ...limits },
    )
    const connections: Socket[] = []
    const http = createServer()
    http.on('connection', connection => connections.push(connection))
    http.on('upgrade', (req, connection, head) => sockets.upgrade(req, connection, head, next))
    await once(http.listen(0, '127.0.0.1'), 'listening')
    const { port } = http.address() as AddressInfo
    hosts.push({ http, sockets, connections })
    return { url: `http://127.0.0.1:${port}`, port, sockets, sessions, connections }
  }

  async function opened(limits: Partial<ServerLimits> = {}) {
    const { url, sessions, sockets, connections } = await host(limits)
    const client = await openSocket(`${url}/chat`)
    const { port, told } = sessions[0] as Session
    return { ...client, port, told, sockets, connection: connections[0] as Socket }
  }

  afterEach(async () => {
    for (const { http, sockets, connections } of hosts.splice(0)) {
      sockets.terminateAll()
      await sockets.closed()
      expect(sockets.count).to.equal(0)
      const closed = once(http, 'close')
      http.close()
      for (const connection of connections) connection.destroy()
      await closed
    }
  })

  it('passes text and bytes on in both directions, in order', async () => {
    const { ws, messages, port, told } = await opened()
    ws.send('{"a":"ü"}')
    ws.send(new Uint8Array([1, 2]))
    ws.send('')
    await until('three messages', () => told.length === 3)
    expect(told[0]).to.equal('{"a":"ü"}')
    expect(told[1]).to.be.instanceOf(Uint8Array)
    expect([...(told[1] as Uint8Array)]).to.deep.equal([1, 2])
    expect(told[2]).to.equal('')
    port.send('ä')
    port.send(new Uint8Array([3]))
    await until('two messages', () => messages.length === 2)
    expect(messages).to.deep.equal(['ä', Buffer.from([3])])
  })

  it('tells that bytes come, also while they are no message yet', async () => {
    const { port, sessions } = await host()
    const { socket } = await rawWebSocket(port, '/chat')
    const session = sessions[0] as Session
    const before = session.port.bytesRead as number
    socket.write(rawFrame(1, 'slowly').subarray(0, 8))
    await until('a part of a message', () => session.port.bytesRead === before + 8)
    expect(session.told).to.deep.equal([])
    socket.destroy()
  })

  it('takes a message byte by byte, and refuses one that comes in more reads than a message of its size has any reason to', async () => {
    const take = async (maxMessageBytes: number, size: number) => {
      const { told, connection } = await opened({ maxMessageBytes })
      for (const byte of rawFrame(1, 'x'.repeat(size))) connection.emit('data', Buffer.of(byte))
      await until('a message, or the end', () => told.length === 1)
      return told[0]
    }
    expect(await take(1_000, 1_000)).to.equal('x'.repeat(1_000))
    expect(await take(10_000, 2_000)).to.deep.equal([1008, 'Too many buffered chunks'])
  })

  it('speaks the subprotocol that the engine chose, and compresses nothing', async () => {
    const { url } = await host()
    const { ws } = await openSocket(`${url}/chat`, { perMessageDeflate: true })
    expect([ws.protocol, ws.extensions]).to.deep.equal([SUBPROTOCOL, ''])
  })

  it('hands on what the peer sent together with its request', async () => {
    const { port, sessions } = await host()
    const { socket } = await rawConnection(port)
    socket.write(Buffer.concat([Buffer.from(upgradeRequest('/chat')), rawFrame(1, 'early')]))
    await until('the message', () => sessions[0]?.told.length === 1)
    expect(sessions[0]?.told).to.deep.equal(['early'])
    socket.destroy()
  })

  it('answers refusals by HTTP, with an error body', async () => {
    const { url } = await host()
    const full = await refusal(`${url}/full`)
    expect([full.status, full.body]).to.deep.equal([503, { code: 'UNAVAILABLE', message: '/full' }])
    expect(full.headers).to.include({ 'content-type': 'application/json', connection: 'close' })
    const unknown = await refusal(`${url}/nope`)
    expect([unknown.status, unknown.body]).to.deep.equal([404, { code: 'NOT_FOUND', message: '/nope' }])
  })

  it('leaves unknown paths to the next listener, where there is one, and nothing else', async () => {
    let left = 0
    const { url, port } = await host({}, () => left++)
    const { socket, received } = await rawConnection(port)
    socket.write(upgradeRequest('/nope'))
    await until('the call', () => left === 1)
    expect(received()).to.equal('')
    socket.destroy()
    expect((await refusal(`${url}/full`)).status).to.equal(503)
    expect(left).to.equal(1)
  })

  it('answers a handshake that is none, and opens nothing', async () => {
    const { port, sessions } = await host()
    const { socket, received } = await rawConnection(port)
    const closed = once(socket, 'close')
    socket.write(upgradeRequest('/chat').replace('Sec-WebSocket-Version: 13', 'Sec-WebSocket-Version: 7'))
    await closed
    expect(received()).to.match(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(received()).to.include('Sec-WebSocket-Version: 13\r\n')
    expect(JSON.parse(received().split('\r\n\r\n')[1] ?? '')).to.include({ code: 'BAD_REQUEST' })
    expect(sessions).to.have.length(0)
  })

  it('reads on when it has refused, so that a peer that goes on sending is not reset', async () => {
    const { port } = await host()
    const { socket, received } = await rawConnection(port)
    const closed = once(socket, 'close')
    socket.write(`${upgradeRequest('/nope')}${'x'.repeat(8_000_000)}`)
    expect(await closed).to.deep.equal([false])
    expect(received()).to.include('"NOT_FOUND"')
  })

  for (const [what, frame, code] of [
    ['a message above maxMessageBytes', rawFrame(1, 'x'.repeat(101)), 1009],
    ['text that is not UTF-8', rawFrame(1, Buffer.from([0xff])), 1007],
    ['an unmasked frame', Buffer.from([0x81, 1, 120]), 1002],
    ['an unknown opcode', rawFrame(3), 1002],
  ] as const) {
    it(`answers ${what} with close code ${code}, and tells the owner at once`, async () => {
      const { port, sessions } = await host({ maxMessageBytes: 100 })
      const { socket, received } = await rawWebSocket(port, '/chat')
      const before = received().length
      socket.write(rawFrame(1, 'fine'))
      socket.write(frame)
      await until('the close frame', () => received().length >= before + 4)
      const answer = Buffer.from(received().slice(before), 'latin1')
      expect([answer[0], answer.readUInt16BE(2)]).to.deep.equal([0x88, code])
      await until('the event', () => sessions[0]?.told.length === 2)
      expect(sessions[0]?.told[0]).to.equal('fine')
      expect(sessions[0]?.told[1]?.[0]).to.equal(code)
      socket.destroy()
    })
  }

  it('takes limits that no 32 bits can hold', async () => {
    for (const maxMessageBytes of [Number.POSITIVE_INFINITY, 2 ** 32 + 1]) {
      const { ws, told } = await opened({ maxMessageBytes })
      ws.send('x'.repeat(2_000_000))
      await until('the message', () => told.length === 1)
      expect(told[0]).to.have.length(2_000_000)
    }
  })

  it('tells once that it is over: a close frame with its code and reason, a lost connection with 1006', async () => {
    const first = await opened()
    first.ws.close(4001, 'enough')
    expect(await first.closed).to.deep.equal({ code: 4001, reason: 'enough' })
    await first.sockets.closed()
    expect(first.told).to.deep.equal([[4001, 'enough']])
    const second = await opened()
    second.ws.terminate()
    await second.sockets.closed()
    expect(second.told).to.deep.equal([[1006, '']])
    const third = await opened()
    third.port.terminate()
    await third.sockets.closed()
    expect(third.told).to.deep.equal([[1006, '']])
  })

  it('closes with a code and a reason, after what was sent, and delivers nothing more', async () => {
    const { ws, messages, closed, port, told, sockets } = await opened()
    ws.pause()
    port.send('last')
    port.close(4403, 'no')
    port.send('too late')
    ws.send('unheard')
    ws.resume()
    expect(await closed).to.deep.equal({ code: 4403, reason: 'no' })
    expect(messages).to.deep.equal(['last'])
    await sockets.closed()
    expect(told).to.deep.equal([[4403, 'no']])
  })

  it('closes also while it is paused', async () => {
    const { closed, port, told, sockets } = await opened()
    port.pause()
    port.close(1001, '')
    expect((await closed).code).to.equal(1001)
    await sockets.closed()
    expect(told).to.deep.equal([[1001, '']])
  })

  it('destroys the connection of a peer that does not answer a close frame', async () => {
    const { port, sessions, sockets } = await host({ heartbeatTimeout: 20 })
    const { socket } = await rawWebSocket(port, '/chat')
    const gone = once(socket, 'close')
    sessions[0]?.port.close(1001, '')
    await gone
    await sockets.closed()
    expect(sessions[0]?.told).to.deep.equal([[1006, '']])
  })

  it('takes a FIN without a close frame for a lost connection, whatever is still to be sent', async () => {
    const { port, sessions, sockets } = await host()
    const { socket } = await rawWebSocket(port, '/chat')
    socket.pause()
    sessions[0]?.port.send('x'.repeat(20_000_000))
    await settled('the bytes sent', () => sessions[0]?.port.bufferedBytes)
    expect(sessions[0]?.port.bufferedBytes).to.be.above(0)
    socket.end()
    await sockets.closed()
    expect(sessions[0]?.told).to.deep.equal([[1006, '']])
    socket.destroy()
  })

  it('hands several messages of one go to the network in one write', async () => {
    const { messages, port, connection } = await opened()
    const writes: number[] = []
    const inner = connection as unknown as Record<'_write' | '_writev', (...args: unknown[]) => void>
    for (const name of ['_write', '_writev'] as const) {
      const original = inner[name]
      inner[name] = function (this: Socket, ...args: unknown[]) {
        writes.push(1)
        original.apply(this, args)
      }
    }
    for (const text of ['a', 'b', 'c']) port.send(text)
    await until('the messages', () => messages.length === 3)
    expect(messages).to.deep.equal(['a', 'b', 'c'])
    expect(writes).to.have.length(1)
  })

  it('makes a message that several sockets are given into one frame, in one buffer for all', async () => {
    const { url, sessions, connections } = await host()
    const chunks: Buffer[] = []
    const clients = [await openSocket(`${url}/chat`), await openSocket(`${url}/chat`)]
    for (const connection of connections) {
      const inner = connection as unknown as { _write(chunk: Buffer, ...rest: unknown[]): void }
      const original = inner._write
      inner._write = function (this: Socket, chunk, ...rest) {
        chunks.push(chunk)
        original.call(this, chunk, ...rest)
      }
    }
    for (const { port } of sessions) port.send('to all')
    await until('the messages', () => clients.every(({ messages }) => messages.length === 1))
    expect(chunks).to.have.length(2)
    expect(chunks[0]).to.equal(chunks[1])
    for (const { port } of sessions) port.send('to all')
    await until('the messages', () => clients.every(({ messages }) => messages.length === 2))
    expect(chunks[2], 'a turn later nothing is kept of it').not.to.equal(chunks[0])
    for (const { messages } of clients) expect(messages).to.deep.equal(['to all', 'to all'])
  })

  it('frames messages of every length, text and bytes', async () => {
    const { messages, port } = await opened()
    const lengths = [0, 1, 125, 126, 65_535, 65_536, 200_000]
    for (const length of lengths) {
      port.send('x'.repeat(length))
      port.send('ü'.repeat(length))
      port.send(new Uint8Array(length).fill(7))
    }
    await until('the messages', () => messages.length === 3 * lengths.length)
    for (const [index, length] of lengths.entries()) {
      const [ascii, text, bytes] = messages.slice(3 * index) as [string, string, Buffer]
      expect([ascii === 'x'.repeat(length), text === 'ü'.repeat(length)]).to.deep.equal([true, true])
      expect(bytes.equals(Buffer.alloc(length, 7))).to.equal(true)
    }
  })

  it('sends nothing behind the close frame of either side', async () => {
    const { port, sessions } = await host()
    const { socket, received } = await rawWebSocket(port, '/chat')
    const { port: sender, told } = sessions[0] as Session
    const push = told.push.bind(told)
    told.push = (...items) => {
      // In the same go in which `ws` has answered the close frame that came with it.
      if (items.includes('last')) sender.send('answer')
      return push(...items)
    }
    const before = received().length
    socket.write(Buffer.concat([rawFrame(1, 'last'), rawFrame(8, Buffer.from([0x03, 0xe8]))]))
    await until('the close', () => told.length === 2)
    const frames = received().slice(before)
    expect(frames.includes('\x88') ? frames.indexOf('\x88') : 0).to.equal(frames.length - 4)
    socket.destroy()
  })

  it('delivers nothing while it is paused, lets the peer wait, and goes on in order', async () => {
    const { ws, port, told } = await opened()
    const texts = Array.from({ length: 3_000 }, (_, index) => `${index}:${'x'.repeat(10_000)}`)
    for (const text of texts) ws.send(text)
    await until('some messages', () => told.length > 10)
    port.pause()
    const seen = told.length
    const waiting = await settled("the peer's buffer", () => ws.bufferedAmount)
    expect(waiting).to.be.above(1_000_000)
    expect(told).to.have.length(seen)
    port.resume()
    await until('all messages', () => told.length === texts.length)
    expect(told).to.deep.equal(texts)
  })

  it('can be paused in the middle of what one read has brought in', async () => {
    const { port, sessions, connections } = await host()
    const { socket } = await rawConnection(port)
    socket.write(upgradeRequest('/chat'))
    await until('the session', () => sessions.length === 1)
    const { port: paused, told } = sessions[0] as Session
    // One packet with ten messages. Whoever hears the third one says stop.
    const push = told.push.bind(told)
    told.push = (...items) => {
      if (items.includes('2') || items.includes('5')) paused.pause()
      return push(...items)
    }
    const read = once(connections[0] as Socket, 'data')
    socket.write(Buffer.concat(Array.from({ length: 10 }, (_, index) => rawFrame(1, String(index)))))
    await read
    expect(told).to.deep.equal(['0', '1', '2'])
    paused.resume()
    // Not within the call.
    expect(told).to.have.length(3)
    await until('the next', () => told.length === 6)
    paused.resume()
    await until('the rest', () => told.length === 10)
    expect(told).to.deep.equal(Array.from({ length: 10 }, (_, index) => String(index)))
    socket.destroy()
  })

  it('tells what had arrived before it tells that the peer has closed', async () => {
    const { port, sessions, sockets, connections } = await host()
    const { socket } = await rawWebSocket(port, '/chat')
    const { port: paused, told } = sessions[0] as Session
    const push = told.push.bind(told)
    told.push = (...items) => {
      if (items.includes('first')) paused.pause()
      return push(...items)
    }
    const read = once(connections[0] as Socket, 'data')
    const close = rawFrame(8, Buffer.from([0x03, 0xe8]))
    socket.write(Buffer.concat([rawFrame(1, 'first'), rawFrame(1, 'second'), close]))
    await read
    socket.end()
    await sockets.closed()
    expect(told).to.deep.equal(['first', 'second', [1000, '']])
  })

  for (const [first, second] of [
    [20_000_000, 5_000_000],
    [5_000_000, 20_000_000],
  ] as const) {
    it(`says when half has left of ${first} bytes and ${second} behind them, and not before`, async () => {
      const { port, sessions } = await host()
      const { socket } = await rawWebSocket(port, '/chat')
      const { port: sender } = sessions[0] as Session
      socket.pause()
      // The network takes the first as a whole; the second waits behind it.
      sender.send('x'.repeat(first))
      await settled('the bytes sent', () => sender.bufferedBytes)
      sender.send('y'.repeat(second))
      const drained: number[] = []
      const held = sender.bufferedBytes
      sender.onDrain(() => drained.push(sender.bufferedBytes))
      await settled('the bytes sent', () => sender.bufferedBytes)
      expect([held > second, drained]).to.deep.equal([true, []])
      socket.resume()
      await until('the call', () => drained.length > 0)
      expect(drained[0]).to.be.at.most(held / 2)
      expect((drained[0] ?? 0) > 0).to.equal(second < first)
      await until('the rest to be sent', () => sender.bufferedBytes === 0)
      expect(drained).to.have.length(1)
      socket.destroy()
    })
  }

  it('says so of a small message that the network takes at once', async () => {
    const { port } = await opened()
    port.send('x')
    const drained = new Promise<void>(resolve => port.onDrain(resolve))
    expect(port.bufferedBytes).to.be.above(0)
    await drained
    expect(port.bufferedBytes).to.equal(0)
  })

  it('says so of the first small message that the network does not take at once', async () => {
    const { port, sessions } = await host()
    const { socket } = await rawWebSocket(port, '/chat')
    const { port: sender } = sessions[0] as Session
    socket.pause()
    const message = 'x'.repeat(10_000)
    while (sender.bufferedBytes === 0) {
      sender.send(message)
      await new Promise(setImmediate)
    }
    expect(sender.bufferedBytes).to.be.at.most(message.length + 10)
    const drained = new Promise<void>(resolve => sender.onDrain(resolve))
    socket.resume()
    await drained
    expect(sender.bufferedBytes).to.equal(0)
    sender.send('y')
    await new Promise<void>(resolve => sender.onDrain(resolve))
    socket.destroy()
  })

  it('says so later in the same turn when nothing is held, and when it closes', async () => {
    const { port, sockets } = await opened()
    const calls: string[] = []
    port.onDrain(() => calls.push('empty'))
    expect(calls).to.deep.equal([])
    await Promise.resolve()
    expect(calls).to.deep.equal(['empty'])
    port.send('x'.repeat(20_000_000))
    port.onDrain(() => calls.push('closed'))
    expect(calls).to.have.length(1)
    port.terminate()
    await sockets.closed()
    expect(calls).to.deep.equal(['empty', 'closed'])
    port.onDrain(() => calls.push('after'))
    await Promise.resolve()
    expect(calls).to.deep.equal(['empty', 'closed', 'after'])
    expect(port.bufferedBytes).to.equal(0)
  })
})
