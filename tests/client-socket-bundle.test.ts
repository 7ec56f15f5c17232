// The client as a bundler sees it → what of sockets is in a bundle that has none, and what neither has. Nothing is timed.
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../', import.meta.url))

/** The files that are left of the client when a program imports only these names of it, and the code. */
async function bundle(names: string): Promise<{ files: string[]; code: string }> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: `export { ${names} } from './runtime/src/client.ts'`, resolveDir: root, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    metafile: true,
    outdir: 'out',
  })
  const inputs = Object.entries(Object.values(metafile.outputs)[0]!.inputs)
  const files = inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []))
  return { files: files.map(file => file.replace('runtime/src/', '')).sort(), code: outputFiles[0]!.text }
}

describe('the bundle of a client', () => {
  it('without sockets holds no code of sockets', async () => {
    const { files, code } = await bundle('createRpcClient')
    expect(files).to.include('client/create-client.ts')
    expect(
      files.filter(file => /socket|raw-to-frame|json-framing|close-to-code|item-queue/.test(file)),
    ).to.deep.equal([])
    expect(code).to.not.match(/WebSocket|maxOutboxBytes|alien-rpc\.v1/)
  })

  it('with sockets holds what their client needs, and nothing of servers', async () => {
    const { files, code } = await bundle('createRpcClient, openSocket')
    expect(files).to.include.members(['client/open-socket.ts', 'wire/socket-link.ts', 'wire/raw-to-frame.ts'])
    expect(files.filter(file => /^(?:server|adapters)\//.test(file))).to.deep.equal([])
    // The names of limits and frames that only a server heeds.
    expect(code).to.not.match(/maxBodyBytes|maxCallsInFlight|openTimeout/)
  })

  it('asks bundlers for no package: `ws` is found at run time, and only where there is no WebSocket', async () => {
    const { code } = await bundle('createRpcClient, openSocket')
    expect(code.match(/\bimport\b[^;,]{0,40}/g)).to.have.length(1)
    expect(code).to.not.match(/(?:import|require)\(["'`]/)
  })
})
