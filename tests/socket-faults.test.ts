// A real client, a real server and a network that cuts, resets, stalls and half-closes → nothing lost, nothing twice, nothing left.
import { expect } from 'chai'
import { type FaultReport, runFaults } from './support/fault-run.ts'
import { randomSeed } from './support/random.ts'

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
})
