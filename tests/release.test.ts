// The packages as they would be published in → nothing that independent judges, budgets or npm could object to; and how their versions grow.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { lintPackage } from '../scripts/lint-package.ts'
import { checkPackages } from '../scripts/release-check.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const PACKAGES = ['runtime', 'transformer', 'tsserver-plugin']
const manifestIn = (folder: string, name: string) =>
  JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8'))

describe('a release', function () {
  // npm packs and the judges read every declaration.
  this.timeout(120_000)
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'alien-rpc-release-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const run = (command: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' })
    expect(status, stdout + stderr).to.equal(0)
    return stdout
  }

  it('has nothing that publint, attw, the budgets or our own fields object to', async () => {
    const lines: string[] = []
    expect(await checkPackages(line => lines.push(line))).to.deep.equal([])
    expect(lines.map(line => line.split(' ')[0])).to.deep.equal(
      PACKAGES.map(name => manifestIn(root, name).name),
    )
  })

  it('would not pass with declarations that are not there, or are of another kind of module', async () => {
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({
        name: 'broken',
        version: '1.0.0',
        type: 'module',
        exports: {
          '.': { types: './index.d.ts', import: './index.js', require: './index.cjs' },
          './none': { types: './none.d.ts', default: './index.js' },
        },
      }),
    )
    writeFileSync(join(folder, 'index.js'), 'export const one = 1\n')
    writeFileSync(join(folder, 'index.d.ts'), 'export declare const one: number\n')
    writeFileSync(join(folder, 'index.cjs'), 'exports.one = 1\n')
    run('npm', 'pack', '--loglevel=error')
    const problems = await lintPackage(readFileSync(join(folder, 'broken-1.0.0.tgz')))
    expect(problems.filter(problem => problem.startsWith('publint: ')).join()).to.match(/none\.d\.ts/)
    expect(problems.filter(problem => problem.startsWith('attw: ')).join()).to.match(/FalseESM/)
  })

  it('of one package is one of all, by the same step', () => {
    for (const name of PACKAGES) {
      mkdirSync(join(folder, name))
      cpSync(join(root, name, 'package.json'), join(folder, name, 'package.json'))
    }
    cpSync(join(root, '.changeset'), join(folder, '.changeset'), { recursive: true })
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ name: 'all', private: true, version: '0.0.0', workspaces: PACKAGES }),
    )
    writeFileSync(join(folder, 'package-lock.json'), '{}')
    writeFileSync(
      join(folder, '.changeset/one.md'),
      '---\n"@alien-rpc/service": minor\n---\n\nSomething new.\n',
    )
    run('git', 'init', '-q', '-b', 'main')
    run('git', 'add', '.')
    run('git', '-c', 'user.name=x', '-c', 'user.email=x@example.com', 'commit', '-qm', 'x')
    const [major, minor] = manifestIn(root, 'runtime').version.split('.').map(Number)
    run(process.execPath, join(root, 'node_modules/@changesets/cli/bin.js'), 'version')
    expect(PACKAGES.map(name => manifestIn(folder, name).version)).to.deep.equal(
      PACKAGES.map(() => `${major}.${minor + 1}.0`),
    )
    const { peerDependencies } = manifestIn(folder, 'transformer')
    expect(peerDependencies).to.deep.equal(manifestIn(root, 'transformer').peerDependencies)
  })
})
