// The code blocks of docs/mounting.md in → servers of each framework, and of each runtime that is installed, with routes in them, used by the emitted client.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import type { Express } from 'express'
import { GuideProject } from './support/guide-project.ts'
import { send } from './support/http-client.ts'
import { findRuntimes } from './support/runtimes.ts'

interface Mounted {
  readonly server: Server
  close(): Promise<void>
}

interface Client {
  count(args: { to: number }): AsyncIterable<number>
  echo(): Promise<{ request(value: { text: string }): Promise<unknown>; close(): void }>
}

const PRINTED = ['hello ada', 1, 2, 3, 'an empty note is there already']
const HOSTS: Readonly<Record<string, { readonly home?: string }>> = {
  plain: {},
  express: { home: 'home' },
  fastify: { home: 'home' },
  hono: { home: 'home' },
}
const RUNTIME_SERVER = fileURLToPath(new URL('./support/runtime-server.mjs', import.meta.url))
const { found, missing } = findRuntimes()
const run = promisify(execFile)

describe('docs/mounting.md', function () {
  // The compile takes some seconds, more on a busy machine.
  this.timeout(120_000)
  let project: GuideProject
  let complaints: string

  before(() => {
    project = new GuideProject('docs/mounting.md')
    complaints = project.compile()
  })

  after(() => project.dispose())

  it('shows code that compiles, all of it', () => {
    const named = project.blocks.every(({ language, info }) => language !== 'ts' || info !== '')
    expect({ named, complaints }).to.deep.equal({ named: true, complaints: '' })
  })

  for (const [host, { home }] of Object.entries(HOSTS)) {
    describe(host, () => {
      let mounted: Mounted
      let origin: string
      let isClosed: boolean

      before(async () => {
        mounted = await project.load<Mounted>(host)
        isClosed = false
        await once(mounted.server.listen(0, '127.0.0.1'), 'listening')
        origin = `http://127.0.0.1:${(mounted.server.address() as AddressInfo).port}`
      })

      after(async () => {
        if (!isClosed) await mounted.close()
        mounted.server.closeAllConnections()
      })

      const client = async (): Promise<Client> => {
        const { createClient } = await project.load<{ createClient(options: object): Client }>(
          'generated/client',
        )
        return createClient({ prefixUrl: `${origin}/api`, websocket: { reconnect: false } })
      }

      it('answers calls, streams and errors below its prefix', async () => {
        const lines: unknown[] = []
        const { use } = await project.load<{
          use(origin: string, log: (line: unknown) => void): Promise<void>
        }>('use')
        await use(origin, line => lines.push(line))
        expect(lines).to.deep.equal(PRINTED)
      })

      it('leaves the rest of the site to its owner', async () => {
        const answer = await send(`${origin}/`)
        expect(home === undefined ? answer.status : answer.text).to.equal(home ?? 404)
        expect((await send(`${origin}/other`)).status).to.equal(404)
        expect((await send(`${origin}/api/other`)).status).to.equal(404)
        expect((await send(`${origin}/api/notes`)).status).to.equal(405)
      })

      it('opens sockets below its prefix', async () => {
        const socket = await (await client()).echo()
        expect(await socket.request({ text: 'hi' })).to.deep.equal({ text: 'hi' })
        socket.close()
      })

      it('closes while a stream runs and a socket is open', async () => {
        const { count, echo } = await client()
        const socket = await echo()
        const items = count({ to: 20 })[Symbol.asyncIterator]()
        expect((await items.next()).value).to.equal(1)
        isClosed = true
        const closed = mounted.close()
        for (let step = await items.next(); !step.done; ) step = await items.next()
        await closed
        await socket.request({ text: 'late' }).then(
          () => expect.fail('the socket was still open'),
          error => expect(error.code).to.equal('UNAVAILABLE'),
        )
      })
    })
  }

  it('shows how a route learns what middleware in front knows', async () => {
    const { app } = await project.load<{ app: Express }>('signed-in')
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/me`
    try {
      const answers = await Promise.all(
        ['ada', 'grace'].map(user => send(url, { headers: { 'x-user': user } })),
      )
      expect(answers.map(({ text }) => text)).to.deep.equal(['{"user":"ada"}', '{"user":"grace"}'])
      expect((await send(url)).status).to.equal(401)
    } finally {
      server.close()
    }
  })

  for (const { name, command } of found) {
    it(`serves the fetch handler on ${name}`, async () => {
      const [file, ...args] = command as [string, ...string[]]
      const { stdout } = await run(file, [...args, RUNTIME_SERVER, project.path('dist')], { timeout: 60_000 })
      expect(JSON.parse(stdout)).to.deep.equal({ lines: PRINTED, status: 404 })
    })
  }

  it('was tried on every runtime that is installed', () => {
    expect(found.length + missing.length).to.equal(5)
    if (missing.length > 0)
      console.log(`      not here: ${missing.join(', ')} ("npm run runtimes" installs them)`)
  })
})
