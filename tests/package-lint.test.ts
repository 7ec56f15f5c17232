// The package of a client, as npm packs it → what two linters of packages say: nothing.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { lintPackage } from '../scripts/lint-package.ts'
import { createConsumer, type PackageConsumer } from './support/package-consumer.ts'

describe('linters of packages', function () {
  this.timeout(120_000)
  let folder: string
  let consumer: PackageConsumer | undefined
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'alien-rpc-lint-'))
  })
  after(async () => {
    rmSync(folder, { recursive: true, force: true })
    await consumer?.dispose()
  })

  const lint = (file: string) => lintPackage(readFileSync(file), true)

  it('have nothing to say of a client, whatever imports it', async () => {
    consumer = await createConsumer()
    expect(await lint(consumer.tarball)).to.deep.equal([])
  })

  it('do complain, both of them', async () => {
    const exports = { '.': { default: './index.js', types: './index.d.ts' } }
    const manifest = { name: 'wrong', version: '1.0.0', exports, files: ['index.*'] }
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
    writeFileSync(join(folder, 'index.js'), 'export const one = 1\n')
    writeFileSync(join(folder, 'index.d.ts'), 'declare const one: number\nexport default one\n')
    spawnSync('npm', ['pack', '--loglevel=error'], { cwd: folder })
    const found = await lint(join(folder, 'wrong-1.0.0.tgz'))
    expect(found.filter(it => it.startsWith('publint: '))).to.not.be.empty
    expect(found.filter(it => it.startsWith('attw: '))).to.not.be.empty
  })
})
