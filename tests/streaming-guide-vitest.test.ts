// The guide's own tests in → proof that they are in the fixture as printed, and pass under Vitest, whose plugin compiles the routes.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

const root = fileURLToPath(new URL('../', import.meta.url))
const fixture = join(root, 'fixtures/streaming-guide')
const guide = readFileSync(join(root, 'docs/streaming.md'), 'utf8')

const TESTS: Readonly<Record<string, string>> = {
  'Testing JSON Streams': 'testing-json-streams.test.ts',
  'Testing WebSocket Routes': 'testing-websocket-routes.test.ts',
}

describe('the tests of the streaming guide', function () {
  // Vitest's process analyses the routes and fills a database.
  this.timeout(120_000)
  let folder: string

  before(() => {
    // Below the repository, so that packages are found; a copy, because the plugin writes the client.
    mkdirSync(join(root, '.build'), { recursive: true })
    folder = mkdtempSync(join(root, '.build', 'guide-vitest-'))
    cpSync(fixture, folder, {
      recursive: true,
      filter: source => !/^(?:dist|src\/generated)$/.test(relative(fixture, source)),
    })
  })

  after(() => rmSync(folder, { recursive: true, force: true }))

  for (const [heading, file] of Object.entries(TESTS)) {
    it(`"${heading}" is ${file}, character for character`, () => {
      const [, snippet] = guide.split(`### ${heading}\n\n\`\`\`typescript\n`)
      expect(readFileSync(join(fixture, 'src', file), 'utf8')).to.equal(snippet?.split('```')[0])
    })
  }

  it('pass, with nothing built before', () => {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const { stdout, stderr } = spawnSync(process.execPath, [vitest, 'run', '--reporter=json'], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 110_000,
    })
    const report = stdout.slice(stdout.indexOf('{"'))
    expect(report, stderr).to.not.equal('')
    const { numPassedTests, testResults } = JSON.parse(report) as {
      numPassedTests: number
      testResults: { message: string }[]
    }
    expect(testResults.map(({ message }) => message)).to.deep.equal(['', ''])
    expect(numPassedTests).to.equal(3)
    expect(existsSync(join(folder, 'src/generated/client.ts'))).to.equal(true)
  })
})
