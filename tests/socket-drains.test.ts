// Servers that close one after the other, and connections that break, by a seed → every item once and in order, nothing twice, nothing left.
import { expect } from 'chai'
import { DrainRun } from './support/drain-run.ts'
import { randomSeed } from './support/random.ts'

describe('sockets whose servers come and go', function () {
  this.timeout(60_000)
  const first = randomSeed()

  for (let seed = first; seed < first + 8; seed++) {
    it(`lose no item, run nothing twice and stand still nowhere (seed ${seed})`, async () => {
      const { wrong, drains, items } = await new DrainRun(seed).run()
      expect(wrong).to.deep.equal([])
      expect([drains > 0, items > 0]).to.deep.equal([true, true])
    })
  }
})
