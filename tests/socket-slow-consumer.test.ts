// Endless subscriptions and consumers that are slower → generators that wait, neighbours that do not, and memory that stays flat.
import { setImmediate } from 'node:timers/promises'
import { expect } from 'chai'
import type { RpcSocket, RpcStream } from '../runtime/src/client.ts'
import { declareSocket } from './support/socket-script.ts'
import { connectSocket, type SocketServer, socketServer } from './support/socket-server.ts'
import { settled, until } from './support/until.ts'

interface Methods {
  request(value: string): Promise<string>
  subscribe(name: string, options?: { credit?: number }): RpcStream<{ n: number; payload: string }>
}

const PAYLOAD = 'x'.repeat(1_000)

describe('a slow consumer', () => {
  let server: SocketServer
  let socket: RpcSocket & Methods
  /** Items that each subscription's generator was asked for, and its `finally` blocks that ran. */
  let produced: Map<string, number>
  let ended: number

  beforeEach(async () => {
    produced = new Map()
    ended = 0
    const endless = declareSocket('/endless', {
      onRequest: async (value: string) => value,
      async *onSubscribe(name: string) {
        try {
          for (let n = 0; ; n++) {
            produced.set(name, n + 1)
            yield { n, payload: `${PAYLOAD}${n}` }
          }
        } finally {
          ended++
        }
      },
    })
    server = await socketServer([endless])
    socket = await connectSocket<Methods>(server.url, '/endless')
  })

  afterEach(async () => {
    socket.close()
    await until('the server to forget', () => Object.values(server.left()).every(count => count === 0))
    expect(ended).to.equal(produced.size)
    await server.close()
  })

  it('is never further behind the generator than its credit', async () => {
    const credit = 32
    const stream = socket.subscribe('slow', { credit })
    let taken = 0
    let furthest = 0
    // Each item is taken when everything else has come to rest: as slow as a consumer can be.
    for (; taken < 100; taken++) {
      expect((await stream.next()).value).to.deep.equal({ n: taken, payload: `${PAYLOAD}${taken}` })
      const ahead = (await settled('the generator', () => produced.get('slow')!, 3)) - (taken + 1)
      furthest = Math.max(furthest, ahead)
      expect(ahead).to.be.at.most(credit)
    }
    // It was allowed to run, and did.
    expect(furthest).to.be.above(credit / 2)
    await stream.return()
  })

  it('holds up neither its neighbours nor requests over the same socket', async () => {
    const idle = socket.subscribe('idle', { credit: 8 })
    await idle.next()
    const quick = socket.subscribe('quick', { credit: 64 })
    for (let n = 0; n < 2_000; n++) expect((await quick.next()).value).to.have.property('n', n)
    expect(await socket.request('still here')).to.equal('still here')
    expect(produced.get('idle')).to.be.at.most(9)
    await Promise.all([idle.return(), quick.return()])
  })

  it('takes endless items in flat memory at both ends', async () => {
    const stream = socket.subscribe('endless', { credit: 64 })
    const takeBatches = async (batches: number) => {
      for (let batch = 0; batch < batches; batch++) {
        for (let index = 0; index < 10; index++) await stream.next()
        await setImmediate()
      }
      globalThis.gc!()
      return process.memoryUsage().heapUsed
    }
    const before = await takeBatches(200)
    const after = await takeBatches(1_500)
    // 15,000 items of 1 kB went by: a tenth of them kept would be 1.5 MB.
    expect(after - before).to.be.below(1_000_000)
    expect(produced.get('endless')).to.be.at.most(17_000 + 65)
    await stream.return()
  })
})
