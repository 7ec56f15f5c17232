// The client as a bundler splits it → what of MessagePack loads at first: nothing.
import { expect } from 'chai'
import { bundleProgram } from './support/client-bundle.ts'

describe('the bundle of a client that speaks JSON', () => {
  for (const names of ['createRpcClient', 'createRpcClient, openSocket']) {
    it(`loads nothing of MessagePack at first: ${names}`, async () => {
      const { first, later } = await bundleProgram(`
        export { ${names} } from '@alien-rpc/service/client'
        export const load = () => import('@alien-rpc/service/msgpack')`)
      const isPacked = (file: string) => /msgpack|packing|unpacked/.test(file)
      expect(first.files.filter(isPacked)).to.deep.equal([])
      expect(first.code).to.not.match(/maps=pairs|MessagePack/)
      expect(later.files).to.include.members(['client/packing.ts', 'wire/msgpack-reader.ts'])
      expect(later.files.some(file => /^(?:server|adapters)\//.test(file))).to.equal(false)
    })
  }

  it('is built of one file for itself: what both need would else be a third', async () => {
    const { code } = (await bundleProgram("import('@alien-rpc/service/msgpack')")).later
    expect(code).to.not.match(/\bimport\b|\bfrom ?"/)
  })
})
