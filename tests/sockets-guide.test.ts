// The code blocks of docs/sockets.md, written into an empty folder, in → a program that compiles with tspc, runs and prints what the page says.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { SERVER_LIMITS, SOCKET_CLIENT_LIMITS, TOPIC_LIMITS } from '../runtime/src/wire/limits.ts'
import { TSCONFIG } from './support/guide-project.ts'
import { codeBlocks } from './support/markdown.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const page = readFileSync(join(root, 'docs/sockets.md'), 'utf8')
const blocks = codeBlocks(page)

describe('docs/sockets.md', function () {
  // The compile takes some seconds, more on a busy machine.
  this.timeout(120_000)
  let project: string
  let compiled: { output: string; status: number | null }

  before(() => {
    project = createProject()
    compiled = run([join(root, 'node_modules/.bin/tspc'), '-p', '.'])
  })

  after(() => rmSync(project, { recursive: true, force: true }))

  it('shows code that compiles, all of it', () => {
    expect(blocks.filter(({ language }) => language === 'ts').every(({ info }) => info !== '')).to.equal(true)
    expect(compiled).to.deep.equal({ output: '', status: 0 })
  })

  it('shows a chat room that prints what it says', () => {
    const expected = blocks.find(({ info }) => info === 'output')?.text
    expect(runModule(readFileSync(join(project, 'dist/main.js'), 'utf8'))).to.equal(expected)
  })

  it('shows events of a socket that middleware lets in, and one that it does not', () => {
    const output = runModule(`
      import { serve } from '@alien-rpc/service/node'
      import * as account from './account.js'
      import { watch } from './events.js'
      import { createClient } from './generated/client.js'
      const server = await serve(account)
      await watch(server.url, line => console.log(line))
      const client = createClient({ prefixUrl: server.url })
      await client.account({ number: '7' }).catch(error => console.log(error.code))
      await server.close()`)
    expect(output.trim().split('\n')).to.deep.equal([
      'is new',
      'ada of 7, connected: true',
      'closed with 1000, reconnects: false',
      'UNAUTHORIZED',
    ])
  })

  it('shows a subscription that can start after an item', () => {
    const output = runModule(`
      import { serve } from '@alien-rpc/service/node'
      import { createClient } from './generated/client.js'
      import * as ticker from './ticker.js'
      const server = await serve(ticker)
      const socket = await createClient({ prefixUrl: server.url }).ticker()
      const items = socket.subscribe({ upTo: 4 }, { lastEventId: '2' })
      for (let step; !step?.done; ) {
        step = await items.next()
        console.log(JSON.stringify(step.value))
      }
      socket.close()
      await server.close()`)
    expect(output.trim().split('\n')).to.deep.equal(['{"n":3}', '{"n":4}', '"that was all"'])
  })

  it('shows a mounted handler that opens sockets below its prefix, and closes', () => {
    const output = runModule(`
      import { createClient } from './generated/client.js'
      import { close, server } from './mounted.js'
      await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
      const url = 'http://127.0.0.1:' + server.address().port
      const socket = await createClient({ prefixUrl: url + '/api', websocket: { reconnect: false } }).room()
      console.log(await socket.request({ type: 'count' }))
      console.log((await fetch(url + '/api/room')).status, (await fetch(url)).status)
      await close()`)
    expect(output.trim().split('\n')).to.deep.equal(['{ members: 0 }', '400 404'])
  })

  it('gives the limits that there are', () => {
    const { maxMessageBytes, maxUnacknowledgedBytes, resumeWindow } = SERVER_LIMITS
    const { maxCallsInFlight, maxSubscriptions, maxSockets, heartbeatInterval, heartbeatTimeout } =
      SERVER_LIMITS
    const rows = [
      `| \`maxMessageBytes\` | ${maxMessageBytes / 2 ** 20} MiB |`,
      `| \`maxCallsInFlight\` | ${maxCallsInFlight} |`,
      `| \`maxSubscriptions\` | ${maxSubscriptions} |`,
      `| \`maxUnacknowledgedBytes\` | ${maxUnacknowledgedBytes / 2 ** 20} MiB |`,
      `| \`heartbeatInterval\`, \`heartbeatTimeout\` | ${heartbeatInterval / 1000} s, ${heartbeatTimeout / 1000} s |`,
      `| \`resumeWindow\` | ${resumeWindow / 1000} s |`,
      `\`maxSockets\`, ${maxSockets.toLocaleString('en')}, beyond`,
      `\`credit\` (${SOCKET_CLIENT_LIMITS.credit.toLocaleString('en')} by default`,
      `\`buffer\` (${TOPIC_LIMITS.buffer.toLocaleString('en')}) values`,
    ]
    expect(rows.filter(row => !page.includes(row))).to.deep.equal([])
  })

  function createProject(): string {
    const folder = mkdtempSync(join(tmpdir(), 'alien-rpc-sockets-'))
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG))
    for (const { info, text } of blocks) {
      if (!info.endsWith('.ts')) continue
      mkdirSync(dirname(join(folder, info)), { recursive: true })
      writeFileSync(join(folder, info), text)
    }
    return folder
  }

  function run(args: readonly string[]) {
    const { stdout, stderr, status } = spawnSync(process.execPath, args, {
      cwd: project,
      encoding: 'utf8',
      timeout: 60_000,
    })
    return { output: stdout + stderr, status }
  }

  /** In the folder of the compiled program, to its own end. */
  function runModule(code: string): string {
    const file = join(project, 'dist', `snippet-${blocks.length}.js`)
    writeFileSync(file, code)
    const { output, status } = run([file])
    expect(status, output).to.equal(0)
    return output
  }
})
