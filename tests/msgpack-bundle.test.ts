// The client as a bundler splits it → what of MessagePack loads at first: nothing.
import { expect } from 'chai'
import { bundleClient } from './support/client-bundle.ts'

describe('the bundle of a client that speaks JSON', () => {
  for (const names of ['createRpcClient', 'createRpcClient, openSocket']) {
    it(`loads nothing of MessagePack at first: ${names}`, async () => {
      const { first, later } = await bundleClient(names)
      const isPacked = (file: string) => /msgpack|packing|unpacked/.test(file)
      expect(first.files.filter(isPacked)).to.deep.equal([])
      expect(first.code).to.not.match(/maps=pairs|MessagePack/)
      expect(later.files).to.include.members(['client/packing.ts', 'wire/msgpack-scanner.ts'])
      expect(later.files.some(file => /msgpackr\/unpack/.test(file))).to.equal(true)
      expect(later.files.some(file => /^(?:server|adapters)\//.test(file))).to.equal(false)
    })
  }
})
