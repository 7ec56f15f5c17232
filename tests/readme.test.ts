// README.md's own code blocks, written into an empty folder, in → the program they make compiles with tspc, runs and prints what the page says.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { codeBlocks } from './support/markdown.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const blocks = codeBlocks(readFileSync(join(root, 'README.md'), 'utf8'))
const fileNamed = (name: string) => blocks.find(block => block.info === name)?.text

describe('README.md', function () {
  // Each compile takes some seconds, more on a busy machine.
  this.timeout(120_000)
  let project: string
  let compiled: { output: string; status: number | null }

  before(() => {
    project = createProject()
    compiled = run(project, bin('tspc'), ['-p', '.'])
  })

  after(() => rmSync(project, { recursive: true, force: true }))

  it('names the files of its example, and of its other snippets', () => {
    // Commands have a folder there (tests/newcomer.test.ts).
    const files = blocks
      .filter(block => block.language !== 'sh')
      .map(block => block.info)
      .filter(info => info !== '')
    expect(files).to.include.members([
      'tsconfig.json',
      'src/routes.ts',
      'src/main.ts',
      'output',
      'src/serving.ts',
    ])
    expect(new Set(files).size).to.equal(files.length)
  })

  it('shows an example that compiles at the first try, runs, and prints what it says', () => {
    expect(compiled).to.deep.equal({ output: '', status: 0 })
    expect(existsSync(join(project, 'src/generated/client.ts'))).to.equal(true)
    const expected = { output: fileNamed('output'), status: 0 }
    expect(run(project, process.execPath, ['dist/main.js'])).to.deep.equal(expected)
  })

  it('shows an example whose mistake the compiler sees, once it is not expected', () => {
    const other = createProject()
    try {
      const main = fileNamed('src/main.ts')?.replace(/^.*@ts-expect-error.*\n/m, '') ?? ''
      writeFileSync(join(other, 'src/main.ts'), main)
      const { output } = run(other, bin('tspc'), ['-p', '.', '--noEmit'])
      expect(output).to.match(
        /^src\/main\.ts\(\d+,\d+\): error TS2322: Type 'number' is not assignable to type 'string'/,
      )
    } finally {
      rmSync(other, { recursive: true, force: true })
    }
  })

  it('shows middleware, a resumable stream and handlers that do what it says of them', () => {
    writeFileSync(
      join(project, 'dist/snippets.js'),
      `import { createFetchHandler } from '@alien-rpc/service/fetch'
      import * as feed from './feed.js'
      import * as middleware from './middleware.js'
      import { handler, nodeServer } from './serving.js'
      const handle = createFetchHandler([feed, middleware])
      const get = (path, headers = {}, by = handle) => by(new Request('http://localhost' + path, { headers }))
      console.log((await get('/me')).status)
      console.log(await (await get('/me', { authorization: 'Bearer swordfish' })).text())
      console.log((await (await get('/feed', { 'last-event-id': '99' })).text()).trim())
      console.log((await get('/tasks/1', {}, handler)).status, (await get('/tasks/2', {}, handler)).status)
      console.log(nodeServer.listenerCount('request'))`,
    )
    const { output } = run(project, process.execPath, ['dist/snippets.js'])
    expect(output.trim().split('\n')).to.deep.equal([
      '401',
      '{"user":"ada"}',
      '{"$":"item","id":"100","value":{"n":100}}',
      '{"$":"end"}',
      '200 404',
      '1',
    ])
  })
})

function createProject(): string {
  const project = mkdtempSync(join(tmpdir(), 'alien-rpc-readme-'))
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'))
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  for (const { info, text } of blocks) {
    if (!/^(?:tsconfig\.json|src\/.+\.ts)$/.test(info)) continue
    mkdirSync(dirname(join(project, info)), { recursive: true })
    writeFileSync(join(project, info), text)
  }
  return project
}

function bin(name: string): string {
  return join(root, 'node_modules/.bin', name)
}

function run(cwd: string, command: string, args: readonly string[]) {
  const { stdout, stderr, status } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 100_000 })
  return { output: stdout + stderr, status }
}
