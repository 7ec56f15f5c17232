// A small project with the plugin in its tsconfig, given to the real tsserver over stdio → the plugin loads and changes nothing.
import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

const require = createRequire(import.meta.url)
const root = fileURLToPath(new URL('../', import.meta.url))

const SOURCE = "export const count: number = 'three'\nexport const other = missing\n"

describe('the tsserver plugin', function () {
  this.timeout(60_000)
  let project: string

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'alien-rpc-plugin-'))
    // tsserver searches plugins beside the TypeScript that runs, so this project brings both.
    mkdirSync(join(project, 'node_modules/@alien-rpc'), { recursive: true })
    cpSync(join(root, 'tsserver-plugin'), join(project, 'node_modules/@alien-rpc/tsserver-plugin'), {
      recursive: true,
    })
    cpSync(dirname(require.resolve('typescript/package.json')), join(project, 'node_modules/typescript'), {
      recursive: true,
    })
    symlinkSync(join(root, 'node_modules/@types'), join(project, 'node_modules/@types'))
    writeFileSync(join(project, 'main.ts'), SOURCE)
  })

  afterEach(() => rmSync(project, { recursive: true, force: true }))

  it('is loaded by the real tsserver, whose answers stay what they were', async () => {
    const without = await diagnosticsOf(project, [])
    const withPlugin = await diagnosticsOf(project, [{ name: '@alien-rpc/tsserver-plugin' }])
    expect(without.log).not.to.include('tsserver-plugin')
    expect(withPlugin.log).to.match(/Plugin validation succeeded|Enabling plugin @alien-rpc\/tsserver-plugin/)
    expect(withPlugin.log).not.to.match(/Skipped loading plugin|Couldn't find @alien-rpc|did not expose/)
    expect(without.diagnostics.map(d => d.code)).to.deep.equal([2322, 2304])
    expect(withPlugin.diagnostics).to.deep.equal(without.diagnostics)
  })
})

interface Diagnostic {
  readonly code: number
}

async function diagnosticsOf(project: string, plugins: readonly { readonly name: string }[]) {
  const compilerOptions = { strict: true, module: 'esnext', types: [], plugins }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }))
  const log = join(project, `tsserver-${plugins.length}.log`)
  const server = join(project, 'node_modules/typescript/lib/tsserver.js')
  const options = ['--disableAutomaticTypingAcquisition', '--logVerbosity', 'verbose', '--logFile', log]
  const child = spawn(process.execPath, [server, ...options], { stdio: ['pipe', 'pipe', 'inherit'] })
  const closed = new Promise(resolve => child.once('close', resolve))
  try {
    const file = join(project, 'main.ts')
    send(child, 0, 'open', { file })
    const answer = nextResponse(child, 1)
    send(child, 1, 'semanticDiagnosticsSync', { file })
    const diagnostics = (await answer) as Diagnostic[]
    send(child, 2, 'exit')
    await closed
    return { diagnostics, log: readFileSync(log, 'utf8') }
  } finally {
    child.kill()
  }
}

function send(child: ChildProcess, seq: number, command: string, args?: object): void {
  child.stdin?.write(`${JSON.stringify({ seq, type: 'request', command, arguments: args })}\n`)
}

/** tsserver prefixes each message with headers; its JSON is one line. */
function nextResponse(child: ChildProcess, seq: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.once('close', code => reject(new Error(`tsserver ended with code ${code} before it answered`)))
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      const lines = text.split('\n')
      text = lines.pop() ?? ''
      for (const line of lines) {
        if (!line.startsWith('{')) continue
        const message = JSON.parse(line)
        if (message.type === 'response' && message.request_seq === seq) resolve(message.body)
      }
    })
  })
}
