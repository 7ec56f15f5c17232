// Nothing in → a server of crossws on Node out, speaking JSON by hand: it has no calls of its own. Its client is the raw one.
import { createServer } from 'node:http'
import type { Peer } from 'crossws'
import crossws from 'crossws/adapters/node'
import { addressOf } from '../../harness/address.ts'
import { driverOf } from '../drive.ts'
import { answerOf, Generators, type Item } from '../items.ts'
import { publishTurnsOf } from '../publish-turns.ts'
import { type Ask, connectRaw, type Tell } from '../systems/raw-client.ts'

const FEED = 'feed'
const generators = new Generators()
const listening = new Set<Peer>()

const tell = (peer: Peer, message: Tell) => peer.send(JSON.stringify(message))

const sockets = crossws({
  hooks: {
    message(peer, message) {
      const ask = JSON.parse(message.text()) as Ask
      if (ask[0] === 'request') tell(peer, ['answer', answerOf(ask[1])])
      else if (ask[0] === 'listen') {
        peer.subscribe(FEED)
        listening.add(peer)
      } else push(peer, ask[0] === 'items' ? ask[1] : Number.POSITIVE_INFINITY).catch(() => peer.terminate())
    },
    close: peer => void listening.delete(peer),
  },
})

async function push(peer: Peer, count: number): Promise<void> {
  let last = performance.now()
  for await (const item of generators.items(count)) {
    if (peer.websocket.readyState !== 1) return
    tell(peer, ['item', item])
    if (performance.now() - last < 5) continue
    await new Promise(setImmediate)
    last = performance.now()
  }
  tell(peer, ['end'])
}

export async function start(): Promise<string> {
  const http = createServer()
  http.on('upgrade', sockets.handleUpgrade)
  return (await addressOf(http)).replace('http', 'ws')
}

export const listeners = () => listening.size
export const running = () => generators.running
export const publishTurns = publishTurnsOf((item: Item) =>
  sockets.publish(FEED, JSON.stringify(['item', item] satisfies Tell)),
)
export const { open, closeAll, request, subscribe, subscribeEndlessly, listen, takeReceived } =
  driverOf(connectRaw)
