// A project that has TypeScript 7, and the packed packages in it → everything that does not run inside its compiler works, and the doctor says so.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { PackedPackages, type Ran, runIn } from './support/packed-packages.ts'

const ROUTES = `import { route } from '@alien-rpc/service'

/** Adds two numbers. */
export const add = route.post('/sums', ({ a, b }: { a: number; b: number }) => ({ sum: a + b }))
`
const MAIN = `import { createFetchHandler } from '@alien-rpc/service/fetch'
import { createClient, RpcError } from './generated/client.js'
import * as routes from './routes.js'

const handler = createFetchHandler(routes)
const fetch: typeof globalThis.fetch = (input, init) => handler(new Request(input, init))
const client = createClient({ prefixUrl: 'http://localhost', fetch })
const { sum } = await client.add({ a: 2, b: 3 })
const half: number = sum / 2
// @ts-expect-error the client knows what the route takes
const wrong = await client.add({ a: '2', b: 3 }).catch(error => error)
console.log(half, wrong instanceof RpcError && wrong.message)
`
const PRINTED = '2.5 args.a: expected number, received "2"\n'

describe('a project with TypeScript 7', function () {
  // It is installed by npm, and each command reads TypeScript's libraries.
  this.timeout(120_000)
  let packages: PackedPackages
  let project: string
  let initialised: Ran
  const run = (command: string, ...args: string[]) => runIn(project, command, args)
  const write = (name: string, text: string) => writeFileSync(join(project, name), text)

  before(() => {
    packages = new PackedPackages()
    project = packages.createProject({
      'package.json': '{ "type": "module" }',
      'vite.config.js': `import { alienRpc } from '@alien-rpc/transformer/vite'
export default { plugins: [alienRpc()], logLevel: 'error', build: { ssr: 'src/main.ts', outDir: 'dist' } }`,
    })
    const typescript = packages.pinned('typescript', 'fixtures/typescript-7')
    packages.install(project, ['@alien-rpc/service'])
    const development = ['@alien-rpc/transformer', typescript]
    packages.install(
      project,
      [...development, ...['vite', '@types/node'].map(it => packages.pinned(it))],
      '-D',
    )
    mkdirSync(join(project, 'src'))
    initialised = run('alien-rpc', 'init', '--vscode')
  })

  beforeEach(() => {
    write('src/routes.ts', ROUTES)
    write('src/main.ts', MAIN)
  })
  after(() => packages.dispose())

  it('keeps its compiler, and gets another for the transformer alone', () => {
    expect(run('tsc', '--version').output).to.match(/^Version 7\./)
    const brought = 'node_modules/@alien-rpc/transformer/node_modules/typescript/package.json'
    expect(JSON.parse(readFileSync(join(project, brought), 'utf8')).version).to.match(/^6\./)
  })

  it('is set up by "alien-rpc init", which does not speak of tspc', () => {
    const { code, output } = initialised
    expect(code, output).to.equal(0)
    expect(output)
      .to.include('tsconfig.json: made, with the entry for Alien RPC')
      .and.to.include('TypeScript 7 takes no plugins, so VS Code is left as it is')
      .and.to.include('node --import @alien-rpc/transformer/register')
      .and.not.to.include('tspc')
  })

  it('is told by the doctor what works and what cannot, and that nothing is wrong', () => {
    const { code, output } = run('alien-rpc', 'doctor')
    expect(output)
      .to.match(/✓ TypeScript 7\.\S+; routes are compiled by TypeScript 6\./)
      .and.to.match(/– no "npx tspc", no editor plugin: .*npm install -D typescript@6/)
      .and.not.to.match(/✗|VS Code|shows route errors/)
    expect(code).to.equal(0)
  })

  it('is told by the doctor of a plugin that TypeScript 7 would not run', () => {
    const patch = join(project, 'node_modules/ts-patch')
    mkdirSync(patch)
    writeFileSync(join(patch, 'package.json'), '{ "version": "4.0.1" }')
    const { code, output } = run('alien-rpc', 'doctor')
    rmSync(patch, { recursive: true })
    expect(output).to.match(
      /✗ ts-patch: TypeScript 7 takes no plugins: remove it, or npm install -D typescript@6/,
    )
    expect(code).to.equal(1)
  })

  it('has its routes checked by "alien-rpc check"', () => {
    expect(run('alien-rpc', 'check')).to.deep.equal({
      code: 0,
      output: '1 route without errors, 0 errors, 0 warnings\n',
    })
    write('src/routes.ts', ROUTES.replace('sum: a + b', 'sum: () => a + b'))
    const { code, output } = run('alien-rpc', 'check')
    expect(output).to.match(
      /^src\/routes\.ts\(4,14\): error TS72\d+: result\.sum: \(\) => number is a function/,
    )
    expect(code).to.equal(1)
  })

  it('is built by Vite', () => {
    expect(run('vite', 'build')).to.deep.equal({ code: 0, output: '' })
    expect(run(process.execPath, 'dist/main.js')).to.deep.equal({ code: 0, output: PRINTED })
  })

  it('runs its sources under Node', () => {
    expect(run(process.execPath, '--import', '@alien-rpc/transformer/register', 'src/main.ts')).to.deep.equal(
      {
        code: 0,
        output: PRINTED,
      },
    )
  })

  it('checks the generated client with its own compiler', () => {
    expect(run('vite', 'build').code).to.equal(0)
    expect(run('tsc', '--noEmit')).to.deep.equal({ code: 0, output: '' })
    write('src/main.ts', MAIN.replace(/^.*@ts-expect-error.*\n/m, ''))
    expect(run('tsc', '--noEmit').output).to.match(/^src\/main\.ts\(\d+,\d+\): error TS2322: /)
  })
})
