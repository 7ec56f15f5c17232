// Nothing in → a Socket.IO server over WebSockets only, and its client, out. It has no streams: items are events, as many as there are.
import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { io } from 'socket.io-client'
import { addressOf } from '../../harness/address.ts'
import { driverOf } from '../drive.ts'
import { answerOf, Generators, type Item, type Question } from '../items.ts'
import { publishTurnsOf } from '../publish-turns.ts'
import type { BenchSocket } from '../system.ts'

const ROOM = 'feed'
const generators = new Generators()
let server: Server

export async function start(): Promise<string> {
  const http = createServer()
  server = new Server(http, { transports: ['websocket'] })
  server.on('connection', socket => {
    socket.on('ask', (question: Question, answer: (answer: unknown) => void) => answer(answerOf(question)))
    socket.on('listen', () => void socket.join(ROOM))
    socket.on('items', async (count: number, done: () => void) => {
      let last = performance.now()
      for await (const item of generators.items(count < 0 ? Number.POSITIVE_INFINITY : count)) {
        if (socket.disconnected) return
        socket.emit('item', item)
        if (performance.now() - last < 5) continue
        await new Promise(setImmediate)
        last = performance.now()
      }
      done()
    })
  })
  return addressOf(http)
}

async function connect(url: string): Promise<BenchSocket> {
  const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false })
  await new Promise<void>(resolve => socket.once('connect', resolve))
  const items = async (count: number, onItem: (item: Item) => void) => {
    socket.on('item', onItem)
    await new Promise<void>(resolve => {
      socket.emit('items', count, resolve)
      socket.once('disconnect', () => resolve())
    })
    socket.off('item', onItem)
  }
  return {
    request: question => socket.emitWithAck('ask', question),
    items,
    endless: onItem => items(-1, onItem),
    listen: onItem => {
      socket.on('heard', onItem)
      socket.emit('listen')
    },
    close: () => void socket.disconnect(),
  }
}

export const listeners = () => server.sockets.adapter.rooms.get(ROOM)?.size ?? 0
export const running = () => generators.running
export const publishTurns = publishTurnsOf(item => void server.to(ROOM).emit('heard', item))
export const { open, closeAll, request, subscribe, subscribeEndlessly, listen, takeReceived } =
  driverOf(connect)
