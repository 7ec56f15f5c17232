// docs/mounting.md's files for Next and the packed packages, where Next is installed → a site whose pages and other clients call routes.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { transform } from 'esbuild'
import { startChromium } from './support/chromium.ts'
import { codeBlocks } from './support/markdown.ts'
import { PackedPackages, runIn } from './support/packed-packages.ts'
import { until } from './support/until.ts'

const INSTALLED = fileURLToPath(new URL('../node_modules/.cache/runtimes/next/', import.meta.url))
const NEXT = 'node_modules/next/dist/bin/next'
const isInstalled = existsSync(join(INSTALLED, NEXT))
const page = readFileSync(fileURLToPath(new URL('../docs/mounting.md', import.meta.url)), 'utf8')
const SHOWN =
  /^(?:next\.config\.ts|tsconfig\.json|src\/routes\.ts|src\/app\/api\/\[\.\.\.path\]\/route\.ts|src\/app\/page\.tsx)$/
const LAYOUT = `import type { ReactNode } from 'react'

export default function Layout({ children }: { children: ReactNode }) {
  return <html lang="en"><body>{children}</body></html>
}
`

interface Client {
  greet(args: object): Promise<string>
  addNote(args: object): Promise<unknown>
  count(args: object): AsyncIterable<number>
}

describe('Next', function () {
  // A build takes half a minute, more on a busy machine.
  this.timeout(300_000)
  let packages: PackedPackages
  let project: string
  let server: ChildProcess | undefined

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(project, file)), { recursive: true })
    writeFileSync(join(project, file), text)
  }

  if (isInstalled) {
    before(() => {
      packages = new PackedPackages()
      // A copy: Turbopack follows no link out of the project, and Next takes what is below a "node_modules" for a package.
      project = packages.createProject({})
      cpSync(INSTALLED, project, { recursive: true, verbatimSymlinks: true })
      write('src/app/layout.tsx', LAYOUT)
      const shown = codeBlocks(page).filter(({ info }) => SHOWN.test(info))
      expect(shown.length).to.equal(5)
      for (const { info, text } of shown) write(info, text)
      packages.install(
        project,
        ['@alien-rpc/service', '@alien-rpc/transformer', packages.pinned('@types/node')],
        '--no-save',
        '--ignore-scripts',
      )
    })
    afterEach(async () => {
      if (server?.exitCode !== null) return
      const ended = once(server, 'exit')
      server.kill()
      await ended
    })
    after(() => {
      rmSync(project, { recursive: true, force: true })
      packages.dispose()
    })
  }

  /** Resolves with its origin. */
  async function start(...args: string[]): Promise<string> {
    const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }
    server = spawn(process.execPath, [NEXT, ...args, '-p', '0', '-H', '127.0.0.1'], { cwd: project, env })
    let text = ''
    server.stdout?.setEncoding('utf8').on('data', chunk => {
      text += chunk
    })
    await until('Next to listen', () => /:\d{4,}/.test(text), 60_000)
    return `http://127.0.0.1:${/:(\d{4,})/.exec(text)?.[1]}`
  }

  async function clientOf(origin: string): Promise<Client> {
    const { code } = await transform(readFileSync(join(project, 'src/generated/client.ts'), 'utf8'), {
      loader: 'ts',
    })
    write('client.mjs', code)
    const { createClient } = await import(pathToFileURL(join(project, 'client.mjs')).href)
    return createClient({ prefixUrl: `${origin}/api`, retry: { attempts: 0 } })
  }

  for (const bundler of isInstalled ? ['--turbopack', '--webpack'] : []) {
    it(`builds and serves routes with ${bundler}, for pages and other clients`, async () => {
      rmSync(join(project, '.next'), { recursive: true, force: true })
      rmSync(join(project, 'src/generated'), { recursive: true, force: true })
      const { code, output } = runIn(project, process.execPath, [NEXT, 'build', bundler], 280_000)
      expect(code, output).to.equal(0)
      const origin = await start('start')
      const client = await clientOf(origin)
      expect(await client.greet({ name: 'ada' })).to.equal('hello ada')
      const items: number[] = []
      for await (const n of client.count({ to: 3 })) items.push(n)
      expect(items).to.deep.equal([1, 2, 3])
      const refused = await client.addNote({ text: 1 }).catch(error => error.code)
      expect(refused).to.equal('BAD_REQUEST')
      const browser = await startChromium()
      try {
        const tab = await browser.newPage()
        await tab.goto(origin)
        await tab.getByText('3', { exact: true }).waitFor()
      } finally {
        await browser.close()
      }
    })
  }

  if (isInstalled) {
    it('follows an edited type, and shows a mistake in a route where it is asked for it', async () => {
      const origin = await start('dev')
      const client = await clientOf(origin)
      const answer = () => client.greet({ name: 'ada' }).catch(error => error.code as string)
      await until('the first answer', async () => (await answer()) === 'hello ada', 60_000)
      const { text = '' } = codeBlocks(page).find(({ info }) => info === 'src/routes.ts') ?? {}
      write('src/routes.ts', text.replace('name: string }', 'name: number }'))
      await until('the new type', async () => (await answer()) === 'BAD_REQUEST', 60_000)
      write('src/routes.ts', text.replace("'/hello/:name'", "'/hello/:other'"))
      let shown = ''
      server?.stderr?.on('data', chunk => {
        shown += chunk
      })
      await until('the mistake', async () => (await answer()) !== '' && shown.includes('TS72'), 60_000)
      write('src/routes.ts', text)
      await until('the routes to work again', async () => (await answer()) === 'hello ada', 60_000)
    })
  }

  it('was tried, if it is installed', () => {
    if (!isInstalled) console.log('      not here: next ("npm run runtimes" installs it)')
  })
})
