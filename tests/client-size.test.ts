// Small clients, as they are emitted → what their bundles weigh, against a budget. Bytes are counted, nothing is timed.
import { expect } from 'chai'
import { type ClientName, clientSizes, type Size } from './support/client-sizes.ts'

/**
 * Bytes of what loads at first, minified and compressed with brotli: what was reached, and 2 % for brotli's moods. Whoever needs more
 * says why in the commit that raises a number; `node scripts/client-size.mjs` prints the sizes.
 */
const BUDGET: Readonly<Record<ClientName, number>> = {
  'HTTP, unary': 2170,
  'HTTP with streams': 3410,
  'HTTP and sockets': 5850,
  'HTTP with streams and sockets': 6820,
}

describe('the size of a client', function () {
  // It compiles, emits and bundles four programs.
  this.timeout(60_000)
  let sizes: readonly Size[]
  before(async () => {
    sizes = await clientSizes()
  })

  for (const [client, budget] of Object.entries(BUDGET)) {
    it(`stays within its budget: ${client}`, () => {
      const size = sizes.find(it => it.client === client)
      expect(size?.brotli).to.be.within(budget * 0.8, budget)
    })
  }
})
