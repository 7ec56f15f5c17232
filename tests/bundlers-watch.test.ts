// Bundlers that watch, and a page that a development server keeps current → new behaviour after an edit of a route, or of a type that nothing imports at run time.
import { pathToFileURL } from 'node:url'
import { alienRpc as forEsbuild } from '@alien-rpc/transformer/esbuild'
import { alienRpc as forVite } from '@alien-rpc/transformer/vite'
import { expect } from 'chai'
import { context } from 'esbuild'
import { createServer, type InlineConfig, build as viteBuild } from 'vite'
import { startChromium } from './support/chromium.ts'
import { createTspcProject, pluginEntry, type TspcProject, tsconfig } from './support/tspc-project.ts'
import { until } from './support/until.ts'

const BUNDLER = { noEmit: true, module: 'esnext', moduleResolution: 'bundler' }
const TYPES = 'export interface Order { count: number }\n'
const ROUTES = `import { route } from '@alien-rpc/service'
import type { Order } from './types.js'

export const order = route.post('/orders', ({ count }: Order) => ({ ordered: count }))
`
const SERVER = `import { createFetchHandler } from '@alien-rpc/service/fetch'
import * as routes from './routes.js'

const handler = createFetchHandler(routes)

export async function answerTo(args: unknown): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify(args)
  return (await handler(new Request('http://localhost/orders', { method: 'POST', headers, body }))).text()
}
`
const PAGE = `import { createClient } from './generated/client'

const show = (create: typeof createClient) => {
  document.title = Object.keys(create({ prefixUrl: '/' })).sort().join()
}
show(createClient)
;(import.meta as any).hot.accept('./generated/client', (module: any) => show(module.createClient))
`

interface Answering {
  answerTo(args: unknown): Promise<string>
}

describe('bundlers that watch', function () {
  // Each reads TypeScript's libraries, more slowly on a busy machine.
  this.timeout(60_000)
  let project: TspcProject
  let loads = 0

  beforeEach(() => {
    project = createTspcProject({
      'tsconfig.json': tsconfig(BUNDLER),
      'src/types.ts': TYPES,
      'src/routes.ts': ROUTES,
      'src/server.ts': SERVER,
    })
  })
  afterEach(() => project.dispose())

  const answer = async (args: unknown) => {
    const url = `${pathToFileURL(project.path('dist/server.mjs')).href}?${++loads}`
    const { answerTo }: Answering = await import(url)
    return answerTo(args)
  }
  /** A file that is being written may be read half: then it is asked again. */
  const answers = (args: unknown, expected: string) =>
    until(
      expected,
      async () => {
        const text = project.exists('dist/server.mjs') && (await answer(args).catch(String))
        return text === expected
      },
      30_000,
    )

  const viteOptions = (plugin = forVite()): InlineConfig => ({
    root: project.folder,
    configFile: false,
    logLevel: 'silent',
    plugins: [plugin],
    build: {
      ssr: 'src/server.ts',
      outDir: 'dist',
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: 'server.mjs' } },
    },
  })

  it('esbuild compiles a module again when only a type that it knows nothing of has changed', async () => {
    const watching = await context({
      entryPoints: [project.path('src/server.ts')],
      outfile: project.path('dist/server.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      logLevel: 'silent',
      plugins: [forEsbuild({ tsconfig: project.path('tsconfig.json') })],
    })
    try {
      await watching.watch()
      await answers({ count: 1 }, '{"ordered":1}')
      project.edit('src/types.ts', 'count: number', 'count: string')
      await answers({ count: '1' }, '{"ordered":"1"}')
    } finally {
      await watching.dispose()
    }
  })

  it('Vite does too, in a build that watches', async () => {
    const options = viteOptions()
    const watcher = await viteBuild({ ...options, build: { ...options.build, watch: {} } })
    if (!('close' in watcher)) throw new Error('Vite does not watch')
    try {
      await answers({ count: 1 }, '{"ordered":1}')
      project.edit('src/types.ts', 'count: number', 'count: string')
      await answers({ count: '1' }, '{"ordered":"1"}')
    } finally {
      await watcher.close()
    }
  })

  describe('Vite', () => {
    it('looks for the tsconfig in its root, wherever it was started', async () => {
      await viteBuild(viteOptions())
      expect(await answer({ count: '1' })).to.match(/expected number/)
      const elsewhere = {
        ...BUNDLER,
        rootDir: '../src',
        plugins: [pluginEntry({ client: '../src/generated/client.ts' })],
      }
      project.write('server/tsconfig.json', tsconfig(elsewhere, { include: ['../src'] }))
      project.remove('tsconfig.json')
      await viteBuild(viteOptions(forVite({ tsconfig: 'server/tsconfig.json' })))
      expect(await answer({ count: '1' })).to.match(/expected number/)
      expect(String(await viteBuild(viteOptions()).catch(error => error))).to.contain(
        `there is no ${project.path('tsconfig.json')}`,
      )
    })

    it('finds our entry where the tsconfig only has references, as in its own templates', async () => {
      project.write('tsconfig.server.json', project.read('tsconfig.json'))
      project.write('tsconfig.web.json', '{ "include": ["web"] }')
      const references = ['web', 'server'].map(name => ({ path: `./tsconfig.${name}.json` }))
      project.write('tsconfig.json', JSON.stringify({ files: [], references }))
      await viteBuild(viteOptions())
      expect(await answer({ count: '1' })).to.match(/expected number/)
      expect(project.exists('src/generated/client.ts')).to.equal(true)
    })

    it('brings a new route to a page in a browser without loading that again', async () => {
      project.write('index.html', '<script type="module" src="/src/page.ts"></script>')
      project.write('src/page.ts', PAGE)
      const server = await createServer({
        ...viteOptions(),
        // The packages are links to this repository.
        server: { port: 0, host: '127.0.0.1', fs: { strict: false } },
        optimizeDeps: { noDiscovery: true },
      })
      const browser = await startChromium()
      try {
        await server.listen()
        const page = await browser.newPage()
        await page.goto(server.resolvedUrls?.local[0] ?? '')
        await page.waitForFunction(() => document.title === 'order')
        await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }))
        project.write('src/routes.ts', `${ROUTES}export const more = route.get('/more', () => 1)\n`)
        await page.waitForFunction(() => document.title === 'more,order')
        expect(await page.evaluate(() => 'isSamePage' in globalThis)).to.equal(true)
      } finally {
        await browser.close()
        await server.close()
      }
    })
  })
})
