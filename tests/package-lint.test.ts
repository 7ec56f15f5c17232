// The package of a client and our own three, as npm packs them → what two linters of packages say: nothing.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { expect } from 'chai'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { createConsumer, type PackageConsumer } from './support/package-consumer.ts'

const root = fileURLToPath(new URL('../', import.meta.url))

/**
 * Where our packages cannot be clean: ES modules only, which `require` loads on every Node that is supported, and entries that
 * node10 cannot find, because it knows no `exports`.
 */
const KNOWN: Readonly<Record<string, RegExp>> = {
  '@alien-rpc/service': /^(?:NoResolution node10|CJSResolvesToESM node16-cjs) /,
  '@alien-rpc/transformer': /^(?:NoResolution node10|CJSResolvesToESM node16-cjs) (?!\.$)/,
}

describe('packages, as linters of packages see them', function () {
  this.timeout(180_000)
  let consumer: PackageConsumer
  let folder: string
  const tarballs = new Map<string, string>()
  before(async () => {
    consumer = await createConsumer()
    tarballs.set('@acme/api-client', consumer.tarball)
    folder = mkdtempSync(join(tmpdir(), 'alien-rpc-lint-'))
    const workspaces = ['runtime', 'transformer', 'tsserver-plugin'].flatMap(name => ['-w', name])
    const { stdout } = spawnSync(
      'npm',
      ['pack', '--json', '--loglevel=error', '--pack-destination', folder, ...workspaces],
      { cwd: root, encoding: 'utf8' },
    )
    for (const { name, filename } of JSON.parse(stdout)) tarballs.set(name, join(folder, filename))
  })
  after(async () => {
    rmSync(folder, { recursive: true, force: true })
    await consumer?.dispose()
  })

  for (const name of [
    '@acme/api-client',
    '@alien-rpc/service',
    '@alien-rpc/transformer',
    '@alien-rpc/tsserver-plugin',
  ]) {
    it(`publint has nothing to say of ${name}`, async () => {
      const tarball = new Uint8Array(readFileSync(tarballs.get(name)!)).buffer
      const { messages, pkg } = await publint({ pack: { tarball }, strict: true })
      expect(messages.map(message => formatMessage(message, pkg, { color: false }))).to.deep.equal([])
    })

    it(`every resolution finds the right types of ${name}`, async () => {
      const pack = createPackageFromTarballData(new Uint8Array(readFileSync(tarballs.get(name)!)))
      const result = await checkPackage(pack)
      if (!result.types) return expect(name).to.equal('@alien-rpc/tsserver-plugin')
      const problems = result.problems.map(problem => {
        const { kind, resolutionKind = '', entrypoint = '' } = problem as unknown as Record<string, string>
        return `${kind} ${resolutionKind} ${entrypoint}`
      })
      expect(problems.filter(problem => !KNOWN[name]?.test(problem))).to.deep.equal([])
    })
  }
})
