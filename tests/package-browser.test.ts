// The package in the project of a web page, built by Vite and by esbuild → what the page gets from a real server, in a real browser.
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { build as esbuild } from 'esbuild'
import type { Browser } from 'playwright-core'
import { build as vite } from 'vite'
import type { NodeHandler } from '../runtime/src/node.ts'
import { startChromium } from './support/chromium.ts'
import { createConsumer, type PackageConsumer } from './support/package-consumer.ts'

const MAIN = `import { createClient, RpcError } from '@acme/api-client'

async function use() {
  const client = createClient({ prefixUrl: location.origin })
  const user = await client.getUser({ id: 3 })
  const failed = await client.getUser({ id: -1 }).catch(error => error)
  const items = []
  for await (const { count, at } of client.countTo({ to: 3 })) items.push([count, at.getTime()])
  const socket = await client.chat()
  const greeting = await socket.request({ type: 'greet', name: 'Ada' })
  const ticks = []
  for await (const { big } of socket.subscribe({ to: 3 })) ticks.push(String(big))
  socket.close()
  const before = performance.getEntriesByType('resource').filter(it => it.initiatorType !== 'fetch').length
  const packed = await client.createUser({ name: 'é', born: new Date(5) }, { framing: 'msgpack' })
  const after = performance.getEntriesByType('resource').filter(it => it.initiatorType !== 'fetch').length
  return {
    user: [user.name, user.born.getTime()],
    failed: [failed instanceof RpcError, failed.code],
    ...{ items, greeting, ticks },
    packed: [packed.name, packed.born.getTime(), 'files loaded for it: ' + (after - before)],
  }
}
use().then(result => { window.result = result }, error => { window.result = String(error.stack) })
`
const PAGE = '<!doctype html><title>page</title><script type="module" src="./main.js"></script>'

const BUILDERS: Readonly<Record<string, (folder: string, out: string) => Promise<void>>> = {
  async Vite(folder, out) {
    await vite({
      ...{ root: folder, configFile: false, logLevel: 'error', base: './' },
      build: { outDir: out, emptyOutDir: false, modulePreload: false },
    })
  },
  async esbuild(folder, out) {
    await esbuild({
      ...{ entryPoints: [join(folder, 'main.js')], outdir: out, bundle: true, splitting: true },
      ...{ format: 'esm', minify: true, logLevel: 'silent', absWorkingDir: folder },
    })
  },
}

describe('the package in a browser', function () {
  this.timeout(120_000)
  let consumer: PackageConsumer
  let handler: NodeHandler
  let server: Server
  let url: string
  let browser: Browser

  before(async function () {
    // Where there is no browser yet, it is installed.
    this.timeout(600_000)
    consumer = await createConsumer()
    consumer.write('main.js', MAIN)
    consumer.write('index.html', PAGE)
    handler = await consumer.handler()
    server = createServer((req, res) => handler(req, res, () => sendFile(consumer.folder, req, res)))
    server.on('upgrade', handler.upgrade)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await startChromium()
  })
  after(async () => {
    await browser?.close()
    await handler?.close({ deadline: 0 })
    server?.close()
    await consumer?.dispose()
  })

  for (const [name, build] of Object.entries(BUILDERS)) {
    it(`makes every kind of call, and loads MessagePack when it is asked for: built by ${name}`, async () => {
      const out = join(consumer.folder, `out-${name}`)
      mkdirSync(out)
      await build(consumer.folder, out)
      if (name === 'esbuild') consumer.write('out-esbuild/index.html', PAGE)
      const page = await browser.newPage()
      const problems: string[] = []
      page.on('pageerror', error => problems.push(String(error)))
      page.on('console', message => message.type() === 'error' && problems.push(message.text()))
      await page.goto(`${url}/out-${name}/index.html`)
      const handle = await page.waitForFunction('window.result').catch(error => {
        throw new Error(`${error.message}\n${problems.join('\n')}`)
      })
      expect(await handle.jsonValue()).to.deep.equal({
        user: ['user 3', 0],
        failed: [true, 'NOT_FOUND'],
        items: [1, 2, 3].map(count => [count, count]),
        greeting: 'hello Ada',
        ticks: ['1', '2', '3'],
        packed: ['é', 5, 'files loaded for it: 1'],
      })
      await page.close()
      // A browser writes each answer that is an error to the console.
      expect(problems.filter(text => !/status of 404/.test(text))).to.deep.equal([])
    })
  }
})

/** From the origin of the server, as where one machine serves both. */
function sendFile(folder: string, { url }: IncomingMessage, res: ServerResponse): void {
  const path = join(folder, url!)
  if (!existsSync(path)) return void res.writeHead(404).end()
  const type = path.endsWith('.html') ? 'text/html' : 'text/javascript'
  res.writeHead(200, { 'content-type': type }).end(readFileSync(path))
}
