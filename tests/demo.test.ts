// `npm run demo` in, as a child process without a terminal → its output, exit code and what it leaves behind out.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

const root = fileURLToPath(new URL('../', import.meta.url))

describe('the demo', function () {
  this.timeout(150_000)

  before(() => mkdir(join(root, '.build'), { recursive: true }))

  it('runs to its end by itself, shows each part in plain lines and leaves nothing behind', async () => {
    const { child, output, ended } = startDemo()
    expect(await ended, output()).to.deep.equal([0, null])
    const text = output()
    expect(text).not.to.include('\x1b')
    expect(text).not.to.include('\r')

    expect(text, 'the compiled client').to.match(/export interface Client \{[\s\S]*resizePictures\(args: \{/)
    expect(text, 'the server').to.match(/http:\/\/\S+:\d+\S*, with 100,000 orders/)
    expect(text.match(/^ {2}█+░* +\d+ %/gm), 'progress').to.have.length(4)
    expect(text, 'rows').to.match(/^ {2}100,000 rows {2}\([\d,]+ rows\/s\)$/m)
    expect(text, 'the error').to.include('RpcError BAD_REQUEST (HTTP 400)')
    expect(text, 'its first issue').to.match(/args\.express: expected .*boolean.*, received "yes"/)
    expect(text, 'its second issue').to.include('args.lines[0].quantity: expected number, received "two"')
    expect(text, 'leaving a stream').to.match(
      /kitchen: 20\.0 °C\n.*server │ nobody watches the kitchen any more: sensor switched off/,
    )
    expect(text, 'a path parameter that is not declared').to.match(
      /mistakes\/routes\.ts\(\d+,\d+\): error TS72009: /,
    )
    expect(text, 'a function in the arguments').to.match(
      /mistakes\/routes\.ts\(\d+,\d+\): error TS72006: .*onDone/,
    )
    expect(text.trimEnd().split('\n').at(-1)).to.match(/^✓ That was the demo: \d+\.\d s\./)
    expect(leftovers(child)).to.deep.equal([])
  })

  it('says what to run where nothing has been built', async () => {
    const unbuilt = await mkdtemp(join(root, '.build', 'unbuilt-'))
    try {
      await cp(join(root, 'scripts/demo.mjs'), join(unbuilt, 'scripts/demo.mjs'))
      const { output, ended } = startDemo(join(unbuilt, 'scripts/demo.mjs'))
      expect(await ended).to.deep.equal([1, null])
      expect(output().trim()).to.equal(
        'The demo failed: runtime/dist/index.js is missing. Run "npm install" or "npm run build" first.',
      )
    } finally {
      await rm(unbuilt, { recursive: true })
    }
  })

  it('ends its server and says so when it is interrupted', async () => {
    const { child, output, ended } = startDemo()
    const url = await seen(child, output, /(http:\/\/\S+:\d+)\S*, with/)
    expect(leftovers(child), 'its working copy').to.have.length(1)
    child.kill('SIGINT')
    const [code] = await ended
    expect(code).to.equal(1)
    expect(output()).to.include('The demo failed: interrupted')
    expect(await fetch(url).catch(error => error.cause?.code)).to.equal('ECONNREFUSED')
    expect(leftovers(child)).to.deep.equal([])
  })
})

function startDemo(script = 'scripts/demo.mjs') {
  const child = spawn(process.execPath, [script], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', chunk => (text += chunk))
  return { child, output: () => text, ended: once(child, 'close') as Promise<[number | null, string | null]> }
}

/** The first group of `pattern`, once the child has printed it. */
async function seen(child: ChildProcess, output: () => string, pattern: RegExp): Promise<string> {
  while (!pattern.test(output())) await once(child.stdout!, 'data')
  return pattern.exec(output())![1]!
}

/** Working copies that a demo did not remove. Their names start with its process id. */
function leftovers({ pid }: ChildProcess): string[] {
  return readdirSync(join(root, '.build')).filter(name => name.startsWith(`demo-${pid}-`))
}
