// The three packages as npm would publish them in → proof that an installed copy loads, by import and by require, with its types.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

const root = fileURLToPath(new URL('../', import.meta.url))
const PACKAGES = ['runtime', 'transformer', 'tsserver-plugin']
const manifestOf = (folder: string) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))

interface Packed {
  readonly name: string
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

describe('the packages', function () {
  // npm and full checks of declarations take some seconds, more on a busy machine.
  this.timeout(120_000)
  let project: string
  let packed: readonly Packed[]

  before(() => {
    project = mkdtempSync(join(tmpdir(), 'alien-rpc-packages-'))
    const workspaces = PACKAGES.flatMap(folder => ['-w', folder])
    const listing = run(
      'npm',
      ['pack', '--json', '--loglevel=error', '--pack-destination', project, ...workspaces],
      root,
    )
    packed = JSON.parse(listing)
    for (const { name, filename } of packed) {
      const folder = join(project, 'node_modules', name)
      mkdirSync(folder, { recursive: true })
      run('tar', ['-xzf', join(project, filename), '--strip-components=1', '-C', folder], project)
    }
    const needed = PACKAGES.flatMap(folder => Object.keys(manifestOf(folder).dependencies ?? {}))
    // As in a project of somebody else: declarations of what the packages use themselves are not there.
    for (const name of new Set([...needed, 'typescript', '@types/node', 'undici-types'])) {
      const link = join(project, 'node_modules', name)
      mkdirSync(dirname(link), { recursive: true })
      if (!existsSync(link)) symlinkSync(join(root, 'node_modules', name), link)
    }
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  })

  after(() => rmSync(project, { recursive: true, force: true }))

  it('hold the built code, the licence and nothing of the workshop', () => {
    expect(packed).to.have.length(PACKAGES.length)
    for (const { name, files } of packed) {
      const paths = files.map(file => file.path)
      expect(paths, name).to.include('LICENSE')
      expect(
        paths.filter(path => !/^(?:dist|src)\/|^(?:package\.json|LICENSE|README\.md)$/.test(path)),
        name,
      ).to.deep.equal([])
      expect(
        paths.filter(path => /tsbuildinfo|\.test\./.test(path)),
        name,
      ).to.deep.equal([])
    }
  })

  it('carry the licence of the project', () => {
    for (const folder of PACKAGES) {
      expect(readFileSync(join(root, folder, 'LICENSE'), 'utf8')).to.equal(
        readFileSync(join(root, 'LICENSE'), 'utf8'),
      )
    }
  })

  it('hold every file that their exports name, each with a default condition', () => {
    for (const folder of PACKAGES) {
      const { name, exports = {}, main } = manifestOf(folder)
      const targets = Object.entries<Record<string, string>>(exports).filter(
        ([entry]) => entry !== './package.json',
      )
      for (const [entry, target] of targets) expect(Object.keys(target), entry).to.include('default')
      for (const file of [main, ...targets.flatMap(([, target]) => Object.values(target))].filter(Boolean)) {
        expect(existsSync(join(project, 'node_modules', name, file)), `${name} ${file}`).to.equal(true)
      }
    }
  })

  it('load by import and by require, and give the same names', () => {
    const script = `
      const { createRequire } = await import('node:module')
      const require = createRequire(${JSON.stringify(join(project, 'main.js'))})
      for (const entry of ${JSON.stringify(serviceEntries())}) {
        const imported = Object.keys(await import(entry)).sort().join()
        const required = Object.keys(require(entry)).filter(key => key !== '__esModule').sort().join()
        if (imported === '' || imported !== required) throw new Error(entry + ': ' + imported + ' / ' + required)
      }
      for (const host of ['@alien-rpc/transformer', '@alien-rpc/tsserver-plugin']) {
        if (typeof require(host) !== 'function') throw new Error(host + ' is no function')
      }
      process.stdout.write('loaded')`
    writeFileSync(join(project, 'load.mjs'), script)
    expect(run(process.execPath, ['--disable-warning=ExperimentalWarning', 'load.mjs'], project)).to.equal(
      'loaded',
    )
  })

  for (const module of ['nodenext', 'bundler']) {
    it(`bring declarations that check in full, resolved as ${module}`, () => {
      const imports = serviceEntries().map((entry, index) => `export * as entry${index} from '${entry}'`)
      const plugin = `import transformer = require('@alien-rpc/transformer')\nexport const entry = transformer`
      writeFileSync(join(project, 'entries.ts'), imports.join('\n'))
      writeFileSync(join(project, 'transformer.cts'), plugin)
      const resolution =
        module === 'bundler'
          ? ['--module', 'preserve', '--moduleResolution', 'bundler']
          : ['--module', 'nodenext']
      const options = [
        '--noEmit',
        '--strict',
        '--skipLibCheck',
        'false',
        '--types',
        'node',
        '--target',
        'es2023',
      ]
      const compiler = join(root, 'node_modules/typescript/bin/tsc')
      expect(
        run(
          process.execPath,
          [compiler, ...options, ...resolution, 'entries.ts', 'transformer.cts'],
          project,
        ),
      ).to.equal('')
    })
  }
})

function serviceEntries(): string[] {
  const entries = Object.keys(manifestOf('runtime').exports).filter(entry => entry !== './package.json')
  return entries.map(entry => `@alien-rpc/service${entry.slice(1)}`)
}

/** The standard output of a command that must succeed. */
function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  expect(status, `${command} ${args.join(' ')}\n${stdout}${stderr}`).to.equal(0)
  return stdout
}
