// The client as a bundler sees it → what of sockets is in a bundle that has none, and what neither has. Nothing is timed.
import { expect } from 'chai'
import { bundleClient } from './support/client-bundle.ts'

/** What a page loads first when its program imports only these names of the client: the files that are left, and the code. */
async function bundle(names: string): Promise<{ files: string[]; code: string }> {
  const { first } = await bundleClient(names)
  return first
}

describe('the bundle of a client', () => {
  it('without sockets holds no code of sockets', async () => {
    const { files, code } = await bundle('createRpcClient')
    expect(files).to.include('client/create-client.ts')
    expect(
      files.filter(file => /socket|frame|json-framing|close-to-status|item-queue/.test(file)),
    ).to.deep.equal([])
    expect(code).to.not.match(/WebSocket|maxOutboxBytes|alien-rpc\.v1/)
  })

  it('with sockets holds what their client needs, and nothing of servers', async () => {
    const { files, code } = await bundle('createRpcClient, openSocket')
    expect(files).to.include.members(['client/open-socket.ts', 'client/socket-outbox.ts'])
    expect(files.filter(file => /socket-methods|item-queue|batches/.test(file))).to.deep.equal([])
    expect(files.filter(file => /^(?:server|adapters)\/|raw-to-frame/.test(file))).to.deep.equal([])
    // The names of limits and frames that only a server heeds.
    expect(code).to.not.match(/maxBodyBytes|maxCallsInFlight|openTimeout/)
  })

  it('asks bundlers for no package: `ws` is found at run time, and only where there is no WebSocket', async () => {
    const { code } = await bundle('createRpcClient, openSocket')
    expect(code.match(/\bimport\((?!["'`]\.)[^;,]{0,40}/g)).to.have.length(1)
    expect(code).to.not.match(/(?:\bfrom|import|import\(|require\() ?["'`][^.]/)
  })
})
