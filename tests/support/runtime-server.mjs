// The compiled snippets of docs/mounting.md → the default export of `fetch.js` served by whatever runtime this is, used by the client; JSON of what came.
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'

const load = name => import(pathToFileURL(`${process.argv[2]}/${name}.js`).href)
const { default: site, api } = await load('fetch')
const { use } = await load('use')
const { createClient } = await load('generated/client')

const { url, stop } = await serve(site)
const lines = []
await use(url, line => lines.push(line))
const { status } = await fetch(`${url}/api/none`)

// A stream that its reader leaves, and a server that is told to stop: neither may hold the process.
const endless = createClient({ prefixUrl: `${url}/api` }).count({ to: Number.MAX_SAFE_INTEGER })
for await (const n of endless) if (n > 10) break
await stop()
await api.close({ deadline: 1_000 })
process.stdout.write(JSON.stringify({ lines, status }))

async function serve({ fetch: handle, ...options }) {
  if (globalThis.Bun !== undefined) {
    const server = Bun.serve({ ...options, port: 0, hostname: '127.0.0.1', fetch: handle })
    return { url: `http://127.0.0.1:${server.port}`, stop: () => server.stop() }
  }
  if (globalThis.Deno !== undefined) {
    let listening
    const address = new Promise(resolve => {
      listening = resolve
    })
    const server = Deno.serve({ port: 0, hostname: '127.0.0.1', onListen: listening }, handle)
    const { port } = await address
    return { url: `http://127.0.0.1:${port}`, stop: () => server.shutdown() }
  }
  return serveOnNode(handle)
}

/** Node has no server for `fetch` handlers of its own. */
async function serveOnNode(handle) {
  const { getRequestListener } = await import('@hono/node-server')
  const server = createServer(getRequestListener(handle))
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  const stop = () => {
    const closed = new Promise(resolve => server.close(resolve))
    server.closeAllConnections()
    return closed
  }
  return { url: `http://127.0.0.1:${server.address().port}`, stop }
}
