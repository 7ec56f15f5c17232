// The URL of tests/client-socket-runtimes.test.ts in → what the built client makes of it on this runtime, as JSON, out.
import {
  createRpcClient,
  openSocket,
  socketNotify,
  socketRequest,
  socketSubscribe,
} from '@alien-rpc/service/client'

const client = createRpcClient(
  {
    prefixUrl: globalThis.process.argv[2],
    headers: { authorization: 'secret' },
    websocket: { reconnectDelay: 20, maxReconnectDelay: 100 },
  },
  {
    room: [
      openSocket,
      '/rooms/:room',
      { methods: { notify: [socketNotify], request: [socketRequest], subscribe: [socketSubscribe] } },
    ],
    locked: [openSocket, '/locked'],
  },
)

const room = await client.room({ room: 'café' })
const events = []
room.on('connect', ({ resumed }) => events.push(`connect ${resumed}`))
room.on('disconnect', ({ willReconnect }) => events.push(`disconnect ${willReconnect}`))

room.notify({ text: 'hi' })
const answer = await room.request({ n: 20 })

const items = []
const stream = room.subscribe({ to: 40 }, { credit: 4 })
for await (const item of stream) {
  items.push(item)
  if (item === 10) room.request({ cut: true }).then(value => events.push(value))
}

const left = []
for await (const item of room.subscribe({ to: 1_000_000 })) {
  left.push(item)
  if (item === 3) break
}

const notes = await room.request({ notes: true })
room.close()

const refused = await client.locked().then(
  () => 'opened',
  ({ code, message }) => [code, message],
)
console.log(JSON.stringify({ answer, items: items.join(), left, notes, events, refused }))
// Nothing is left that would keep the process alive: it ends by itself.
