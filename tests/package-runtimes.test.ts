// The package in an empty project, plain JavaScript as an ES module and as CommonJS, on each runtime that is installed → what its calls give.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect } from 'chai'
import type { Server } from '../runtime/src/node.ts'
import { createConsumer, type PackageConsumer } from './support/package-consumer.ts'
import { findRuntimes } from './support/runtimes.ts'

const run = promisify(execFile)
const { found, missing } = findRuntimes()

/** Prints one line of JSON, and ends by itself. */
const USE = `
async function use(prefixUrl) {
  const client = createClient({ prefixUrl, websocket: { reconnect: false } })
  const user = await client.getUser({ id: 3 })
  const created = await client.createUser({ name: 'é', born: new Date(5) }, { framing: 'msgpack' })
  const failed = await client.getUser({ id: -1 }).catch(error => error)
  const items = []
  for await (const { count, at } of client.countTo({ to: 3 })) items.push([count, at.getTime()])
  const stream = client.countTo({ to: 1 }, { framing: 'msgpack' })
  const results = [await stream.next(), await stream.next()]
  const socket = await client.chat()
  socket.notify({ text: 'hi' })
  const [greeting, [first]] = await Promise.all([
    socket.request({ type: 'greet', name: 'Ada' }),
    socket.request({ type: 'users' }),
  ])
  const ticks = []
  for await (const { tick, big } of socket.subscribe({ to: 3 })) ticks.push([tick, typeof big])
  socket.close()
  const few = createClientWith({ prefixUrl }, { getUser })
  console.log(JSON.stringify({
    user: [user.name, user.role === Role.Writer, user.born.getTime()],
    created: [created.name, created.born.getTime()],
    failed: [failed instanceof RpcError, failed.code, failed.message],
    items,
    results: [results[0].value.at.getTime(), results[1]],
    socket: [greeting, first.born.getTime(), ticks],
    few: [Object.keys(few), await few.getUser({ id: 0 })],
  }))
}
use(process.argv[2])
`
const NAMES = '{ createClient, createClientWith, getUser, Role, RpcError }'
const SCRIPTS = {
  'an ES module': ['use.mjs', `import ${NAMES} from '@acme/api-client'\n${USE}`],
  'a CommonJS module': ['use.cjs', `const ${NAMES} = require('@acme/api-client')\n${USE}`],
} as const

describe('the package', () => {
  let consumer: PackageConsumer
  let server: Server
  before(async function () {
    this.timeout(120_000)
    consumer = await createConsumer()
    // What Node 20 has no class of its own for.
    consumer.lend('ws')
    for (const [file, text] of Object.values(SCRIPTS)) consumer.write(file, text)
    server = await consumer.serve()
  })
  after(async () => {
    await server?.close({ deadline: 0 })
    await consumer?.dispose()
  })

  for (const { name, command } of found) {
    for (const [kind, [script]] of Object.entries(SCRIPTS)) {
      it(`makes every kind of call from ${kind} on ${name}`, async () => {
        const [file, ...args] = command as [string, ...string[]]
        const { stdout, stderr } = await run(file, [...args, script, server.url], {
          ...{ cwd: consumer.folder, timeout: 30_000 },
        })
        expect(stderr).to.equal('')
        expect(JSON.parse(stdout)).to.deep.equal({
          user: ['user 3', true, 0],
          created: ['é', 5],
          failed: [true, 'NOT_FOUND', 'no such user'],
          items: [1, 2, 3].map(count => [count, count]),
          results: [1, { value: 'done', done: true }],
          socket: ['hello Ada', 0, [1, 2, 3].map(tick => [tick, 'bigint'])],
          few: [['getUser'], null],
        })
      }).timeout(40_000)
    }
  }

  it('loads MessagePack when it is first asked for, and not before', async () => {
    const script = consumer.write(
      'lazy.cjs',
      `const { createClient } = require('@acme/api-client')
      const loaded = () => Object.keys(require.cache).some(path => path.endsWith('msgpack.cjs'))
      const client = createClient({ prefixUrl: process.argv[2] })
      const before = loaded()
      client.getUser({ id: 3 }).then(() => {
        const between = loaded()
        client.getUser({ id: 3 }, { framing: 'msgpack' }).then(() => console.log(before, between, loaded()))
      })`,
    )
    const { stdout } = await run(process.execPath, [script, server.url], { timeout: 30_000 })
    expect(stdout.trim()).to.equal('false false true')
  }).timeout(40_000)

  it('was tried on every runtime that is installed', () => {
    expect(found.length + missing.length).to.equal(5)
    if (missing.length > 0)
      console.log(`        not here: ${missing.join(', ')} ("npm run runtimes" installs them)`)
  })
})
