// TypeScript modules that nobody built in → `node --import @alien-rpc/transformer/register` runs them, with their routes compiled.
import { execFile } from 'node:child_process'
import * as nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { findRuntimes } from './support/runtimes.ts'
import { createTspcProject, type TspcProject, tsconfig } from './support/tspc-project.ts'

const MOCHA = fileURLToPath(new URL('../node_modules/mocha/bin/mocha.js', import.meta.url))
const REGISTER = ['--import', '@alien-rpc/transformer/register']

const ROUTES = `import { route } from '@alien-rpc/service'
import { type Order, checkCount } from './orders.js'

export const order = route.post('/orders', ({ count }: Order) => {
  checkCount(count)
  return { ordered: count }
})
`
const ORDERS = `export interface Order { count: number }

export function checkCount(count: number): void {
  if (count > 9) throw new Error('too many')
}
`
const MAIN = `import { createTestClient } from '@alien-rpc/service/testing'
import { createClient, RpcError } from './generated/client'
import * as routes from './routes'

const stacks: (string | undefined)[] = []
const client = createTestClient(createClient, routes, { server: { onError: error => stacks.push((error as Error).stack) } })
console.log(await client.order({ count: 2 }))
for (const count of ['2', 10]) {
  await client.order({ count: count as number }).catch((error: RpcError) => console.log(error.code, error.message))
}
console.log(stacks.join())
await client.close()
`
/** What only modules of CommonJS have. */
const LAST = `declare const require: (name: string) => { name: string } & typeof import('node:path'), __dirname: string, __filename: string
const { basename } = require('node:path')
console.log(require('../package.json').name, basename(__dirname), basename(__filename))
}
void main()
`
const TEST = `import { strict as assert } from 'node:assert'
import { createTestClient } from '@alien-rpc/service/testing'
import { createClient } from './generated/client.js'
import * as routes from './routes.js'

describe('routes', () => {
  it('are compiled', async () => {
    const client = createTestClient(createClient, routes)
    assert.deepEqual(await client.order({ count: 2 }), { ordered: 2 })
    await assert.rejects(client.order({ count: '2' as never }), { code: 'BAD_REQUEST' })
    await client.close()
  })
})
`

/** Modules of CommonJS, of which only the second is TypeScript itself. */
const REQUIRING = `const { createFetchHandler } = require('@alien-rpc/service/fetch')
const api = createFetchHandler([require('./src/routes.ts'), require('./src/more.cts')])
const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"count":"2"}' }
const answers = ['/orders', '/more'].map(async path => (await api(new Request('http://x' + path, init))).status)
Promise.all(answers).then(found => console.log(found.join()))
`
const MORE = `import orders = require('./orders')
import service = require('@alien-rpc/service')

export const more = service.route.post('/more', ({ count }: orders.Order) => ({ more: count, at: __filename }))
`
const run = promisify(execFile)
const nodes = findRuntimes().found.filter(({ name }) => name.startsWith('node'))

describe('node --import @alien-rpc/transformer/register', function () {
  // Each process reads TypeScript's libraries, more slowly on a busy machine.
  this.timeout(60_000)
  let project: TspcProject

  beforeEach(() => {
    project = createTspcProject({
      'tsconfig.json': tsconfig({ module: 'esnext', moduleResolution: 'bundler' }),
      'src/orders.ts': ORDERS,
      'src/routes.ts': ROUTES,
      'src/main.ts': MAIN,
    })
  })

  afterEach(() => project.dispose())

  it('runs a server as it is, validated, with its client written and the lines of its sources in stacks', async () => {
    const { code, output } = await project.node(...REGISTER, 'src/main.ts')
    expect(output).to.match(
      /^\{ ordered: 2 \}\nBAD_REQUEST args\.count: expected number, received "2"\nINTERNAL /,
    )
    expect(output).to.match(/at checkCount \(.*\/src\/orders\.ts:4:\d+\)\n.*\/src\/routes\.ts:5:\d+\)/)
    expect(code).to.equal(0)
    expect(project.exists('dist')).to.equal(false)
  })

  it('follows a type that only another file declares', async () => {
    await project.node(...REGISTER, 'src/main.ts')
    project.edit('src/orders.ts', 'count: number }', 'count: string }')
    const { output } = await project.node(...REGISTER, 'src/main.ts')
    expect(output).to.match(/expected string, received 2$/m)
  })

  it('does not run a module with a mistake, and says where that is', async () => {
    project.edit('src/routes.ts', "'/orders'", "'/orders/:id'")
    const { code, output } = await project.node(...REGISTER, 'src/main.ts')
    expect(output).to.match(/src\/routes\.ts\(4,\d+\): error TS72\d+: /)
    expect(output).to.not.contain('ordered')
    expect(code).to.equal(1)
  })

  it('does not run what TypeScript cannot parse', async () => {
    project.edit('src/main.ts', 'await client.close()', 'await client.close())')
    const { code, output } = await project.node(...REGISTER, 'src/main.ts')
    expect(output).to.match(/SyntaxError(?: \[Error\])?: src\/main\.ts\(12,\d+\): error TS1\d+: /)
    expect(output).to.not.contain('ordered')
    expect(code).to.equal(1)
  })

  it('finds modules by the paths of the tsconfig, types and packages apart', async () => {
    const paths = {
      '@/*': ['./src/*'],
      'strip-types': ['./src/types-only.d.ts'],
      '#orders': ['./src/orders.ts'],
    }
    project.write('tsconfig.json', tsconfig({ module: 'esnext', moduleResolution: 'bundler', paths }))
    project.write('src/types-only.d.ts', 'export declare const mode: string\n')
    project.write('node_modules/strip-types/package.json', '{ "exports": "./index.js" }')
    project.write('node_modules/strip-types/index.js', 'exports.mode = "of the package"\n')
    project.edit('src/routes.ts', "'./orders.js'", "'#orders'")
    project.edit('src/main.ts', "'./routes'", "'@/routes'")
    project.edit(
      'src/main.ts',
      'import * as routes',
      "import { mode } from 'strip-types'\nimport * as routes",
    )
    project.edit('src/main.ts', 'await client.close()', 'console.log(mode)\nawait client.close()')
    const { code, output } = await project.node(...REGISTER, 'src/main.ts')
    expect(output).to.match(/^\{ ordered: 2 \}\nBAD_REQUEST args\.count: /)
    expect(output).to.match(/\nof the package$/)
    expect(code).to.equal(0)
  })

  for (const [options, kind] of [
    [{ module: 'nodenext' }, 'its package.json'],
    [{ module: 'commonjs', moduleResolution: 'bundler' }, 'its tsconfig'],
  ] as const) {
    it(`runs a package that is CommonJS by ${kind}, with the names that such modules have`, async () => {
      project.write('tsconfig.json', tsconfig(options))
      project.write('package.json', '{ "name": "of CommonJS" }')
      project.write(
        'src/main.ts',
        MAIN.replace('const stacks', 'async function main() {\nconst stacks') + LAST,
      )
      const { code, output } = await project.node(...REGISTER, 'src/main.ts')
      expect(output)
        .to.match(/^\{ ordered: 2 \}\n/)
        .and.to.match(/\nof CommonJS src main\.ts$/)
      expect(output).to.match(/at checkCount \(.*\/src\/orders\.ts:4:\d+\)/)
      expect(code).to.equal(0)
    })
  }

  for (const { name, command } of nodes) {
    it(`lets require() load TypeScript on ${name}, or says what to do`, async () => {
      project.write('require.cjs', REQUIRING)
      project.write('src/more.cts', MORE)
      const [file = ''] = command
      const options = { cwd: project.folder, timeout: 50_000 }
      const { stdout, stderr } = await run(file, [...REGISTER, 'require.cjs'], options).catch(error => error)
      const takesIt = 'registerHooks' in nodeModule || !name.endsWith(process.version)
      if (takesIt) expect(stdout).to.equal('400,400\n')
      else expect(stderr).to.match(/routes\.ts is TypeScript for require\(\) .* from 22\.15 on/)
    })
  }

  it('says of a module of CommonJS in TypeScript what to do, where Node cannot load it', async () => {
    project.write('src/more.cts', MORE)
    project.write('src/import.mts', `import { more } from './more.cjs'\nconsole.log(typeof more)\n`)
    const { output } = await project.node(...REGISTER, 'src/import.mts')
    if ('registerHooks' in nodeModule) expect(output).to.equal('object')
    else expect(output).to.match(/more\.cts is TypeScript for require\(\) .* Name it "\.ts"/)
  })

  it('runs a script that a build would leave out', async () => {
    project.write(
      'scripts/seed.ts',
      `import * as routes from '../src/routes'\nconsole.log(Object.keys(routes).join())\n`,
    )
    const { output } = await project.node(...REGISTER, 'scripts/seed.ts')
    expect(output).to.equal('order')
  })

  it('lets mocha run tests in TypeScript', async () => {
    project.write('src/routes.test.ts', TEST)
    const { code, output } = await project.node(...REGISTER, MOCHA, 'src/routes.test.ts')
    expect(output).to.contain('1 passing')
    expect(code).to.equal(0)
  })

  it('takes the tsconfig that ALIEN_RPC_TSCONFIG names, and says so when there is none', async () => {
    project.write('other.json', project.read('tsconfig.json'))
    project.remove('tsconfig.json')
    const none = await project.node(...REGISTER, 'src/main.ts')
    expect(none.output).to.match(/tsconfig\.json/)
    expect(none.code).to.equal(1)
    project.write('choose.mjs', `process.env.ALIEN_RPC_TSCONFIG = 'other.json'`)
    const other = await project.node('--import', './choose.mjs', ...REGISTER, 'src/main.ts')
    expect(other.output).to.contain('{ ordered: 2 }')
  })
})
