// Nothing in → the least server by hand out: `ws` and JSON, one message each, what is pushed bounded by the socket's buffer.
import { createServer } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import { addressOf } from '../../harness/address.ts'
import { driverOf } from '../drive.ts'
import { answerOf, Generators, type Item } from '../items.ts'
import { publishTurnsOf } from '../publish-turns.ts'
import { type Ask, connectRaw, type Tell } from './raw-client.ts'

/** Bytes that may wait in a socket. */
const MOST_BUFFERED = 1_048_576

const generators = new Generators()
const listening = new Set<WebSocket>()

export async function start(): Promise<string> {
  const http = createServer()
  const server = new WebSocketServer({ server: http, perMessageDeflate: false, clientTracking: false })
  server.on('connection', ws => {
    ws.on('message', data => take(ws, JSON.parse(String(data)) as Ask))
    ws.on('close', () => listening.delete(ws))
  })
  return (await addressOf(http)).replace('http', 'ws')
}

function take(ws: WebSocket, message: Ask): void {
  const [kind] = message
  if (kind === 'request') tell(ws, ['answer', answerOf(message[1])])
  else if (kind === 'listen') listening.add(ws)
  else push(ws, kind === 'items' ? message[1] : Number.POSITIVE_INFINITY).catch(() => ws.terminate())
}

async function push(ws: WebSocket, count: number): Promise<void> {
  let last = performance.now()
  for await (const item of generators.items(count)) {
    if (ws.readyState !== ws.OPEN) return
    tell(ws, ['item', item])
    // Others run too: after 5 ms, and while the network has not taken what it was given.
    while (ws.bufferedAmount > MOST_BUFFERED && ws.readyState === ws.OPEN) await new Promise(setImmediate)
    if (performance.now() - last < 5) continue
    await new Promise(setImmediate)
    last = performance.now()
  }
  tell(ws, ['end'])
}

function tell(ws: WebSocket, message: Tell): void {
  ws.send(JSON.stringify(message))
}

/** The text is made once. */
function publish(item: Item): void {
  const text = JSON.stringify(['item', item] satisfies Tell)
  for (const ws of listening) ws.send(text)
}

export const listeners = () => listening.size
export const running = () => generators.running
export const publishTurns = publishTurnsOf(publish)
export const { open, closeAll, request, subscribe, subscribeEndlessly, listen, takeReceived } =
  driverOf(connectRaw)
