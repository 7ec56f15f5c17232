// A real client, a real server and a network that cuts, resets, stalls and half-closes → nothing lost, nothing twice, nothing left.
import { expect } from 'chai'
import { WebSocket } from 'ws'
import type { RpcStream } from '../runtime/src/client.ts'
import { type FaultReport, runFaults } from './support/fault-run.ts'
import { randomSeed } from './support/random.ts'
import { declareSocket } from './support/socket-script.ts'
import { connectSocket, socketServer } from './support/socket-server.ts'
import { until } from './support/until.ts'
import { openSocket } from './support/web-socket.ts'

function expectAllRight(report: FaultReport): void {
  expect(report.wrong).to.deep.equal([])
  expect(Object.values(report.left).every(count => count === 0)).to.equal(true)
  const { cut, reset, halfClose, stall } = report.faults
  expect(Math.min(cut, reset, halfClose, stall), 'each fault has happened').to.be.above(0)
}

describe('sockets over a bad network', function () {
  this.timeout(120_000)
  const seed = randomSeed()

  it(`lose nothing and repeat nothing in 200 reconnects of one session (seed ${seed})`, async () => {
    const report = await runFaults({
      seed,
      reconnects: 200,
      resumeWindow: 5_000,
      subscriptions: 4,
      requesters: 3,
    })
    expectAllRight(report)
    expect(report.renewed).to.equal(0)
    expect(report.resumed).to.be.at.least(200)
    expect(report.requests.failed).to.equal(0)
    expect(report.notifications.arrived).to.equal(report.notifications.sent)
  })

  it(`lose no item and repeat nothing when sessions are lost as well (seed ${seed})`, async () => {
    const report = await runFaults({
      seed,
      reconnects: 100,
      resumeWindow: 4,
      subscriptions: 4,
      requesters: 3,
    })
    expectAllRight(report)
    expect(report.renewed).to.be.above(0)
    expect(report.items).to.be.above(0)
  })

  it('survive a "hello" of an attempt that was given up and arrives after the next one', async () => {
    const route = declareSocket('/count', {
      async *onSubscribe(count: number) {
        for (let n = 0; n < count; n++) yield n
      },
    })
    const server = await socketServer([route])
    let token = ''
    class Overheard extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols)
        this.on('message', text => {
          token ||= /"session":"(\w+)"/.exec(text.toString())?.[1] ?? ''
        })
      }
    }
    const socket = await connectSocket<{ subscribe(n: number, options: object): RpcStream<number> }>(
      server.url,
      '/count',
      { WebSocket: Overheard, reconnectDelay: 1 },
    )
    const resumed: boolean[] = []
    socket.on('connect', detail => resumed.push(detail.resumed))
    const stream = socket.subscribe(5, { credit: 1 })
    expect((await stream.next()).value).to.equal(0)

    const late = await openSocket(`${server.url}/count`)
    late.ws.send(`[0,0,["hello",{"session":"${token}"}]]`)
    await until('the session to be taken over', () => late.messages.length > 0)
    late.ws.close(4408)
    for (const n of [1, 2, 3, 4]) expect((await stream.next()).value).to.equal(n)
    expect(resumed).to.deep.equal([false, true])

    socket.close()
    await until('the server to forget', () => Object.values(server.left()).every(count => count === 0))
    await server.close()
  })
})
