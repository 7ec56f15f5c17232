// The built client on each runtime that is installed, a real server, and a proxy that cuts the connection → the same on all of them.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { WebSocket } from 'ws'
import { createRpcClient, openSocket, RpcError, type RpcSocket } from '../runtime/src/client.ts'
import { type Server, serve } from '../runtime/src/node.ts'
import { type CuttingProxy, cuttingProxy } from './support/cutting-proxy.ts'
import { findRuntimes } from './support/runtimes.ts'
import { declareSocket } from './support/socket-script.ts'

const CLIENT = fileURLToPath(new URL('./support/socket-runtime-client.mjs', import.meta.url))
const run = promisify(execFile)
const { found, missing } = findRuntimes()

describe('the client of sockets', () => {
  let server: Server
  let proxy: CuttingProxy
  let notes: unknown[]
  let sessions: number
  let ended: number

  const room = declareSocket('/rooms/:room', {
    onConnect: ({ headers }) => {
      if (headers.authorization !== 'secret') throw new RpcError('UNAUTHORIZED')
      sessions++
    },
    onMessage: (message: unknown, { params }) => void notes.push([params.room, message]),
    onRequest({ n, cut }: { n?: number; cut?: true }) {
      if (n !== undefined) return n + 1
      if (!cut) return notes
      proxy.cut()
      proxy.restore()
      return 'was cut'
    },
    async *onSubscribe({ to }: { to: number }) {
      try {
        for (let item = 1; item <= to; item++) yield item
      } finally {
        ended++
      }
    },
  })
  const locked = declareSocket('/locked', {
    onConnect: () => {
      throw new RpcError('FORBIDDEN', { message: 'members only' })
    },
    onMessage: () => undefined,
  })

  beforeEach(async () => {
    notes = []
    sessions = ended = 0
    server = await serve([room, locked])
    proxy = await cuttingProxy(Number(new URL(server.url).port))
  })
  afterEach(async () => {
    await proxy.close()
    await server.close({ deadline: 0 })
  })

  for (const { name, command } of found) {
    it(`opens, talks, is cut, resumes and lets the process end on ${name}`, async () => {
      const [file, ...args] = command as [string, ...string[]]
      const { stdout } = await run(file, [...args, CLIENT, proxy.url], { timeout: 30_000 })
      expect(JSON.parse(stdout)).to.deep.equal({
        answer: 21,
        items: Array.from({ length: 40 }, (_, index) => index + 1).join(),
        left: [1, 2, 3],
        notes: [['café', { text: 'hi' }]],
        events: ['connect false', 'disconnect true', 'connect true', 'was cut', 'disconnect false'],
        refused: ['FORBIDDEN', 'members only'],
      })
      expect({ sessions, ended }).to.deep.equal({ sessions: 1, ended: 2 })
    }).timeout(40_000)
  }

  it('takes the class of a package in place of that of the platform', async () => {
    const { chat } = createRpcClient<{ chat: () => Promise<RpcSocket> }>(
      { prefixUrl: `${server.url}/rooms`, headers: { authorization: 'secret' }, websocket: { WebSocket } },
      { chat: [openSocket, '/x'] },
    )
    const socket = await chat()
    expect(socket.connected).to.equal(true)
    socket.close()
  })

  it('was tested on every runtime that is installed', () => {
    expect(found.length + missing.length).to.equal(5)
    if (missing.length > 0)
      console.log(`        not here: ${missing.join(', ')} ("npm run runtimes" installs them)`)
  })
})
