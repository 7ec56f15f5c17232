// Requests and sockets to localhost:3000, the address printed in the guide, in → the same to $GUIDE_SERVER out (`node --import`).
import { WebSocket } from 'ws'

const { fetch } = globalThis
const target = process.env.GUIDE_SERVER

globalThis.fetch = (input, init) => {
  const request = new Request(input, init)
  return fetch(new Request(request.url.replace('http://localhost:3000', target), request))
}

// Node 20 has none of its own.
globalThis.WebSocket = class extends WebSocket {
  constructor(url, protocols) {
    super(String(url).replace('ws://localhost:3000', target.replace('http', 'ws')), protocols)
  }
}
