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

describe('README.md', () => {
  let project: string

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'alien-rpc-readme-'))
    symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'))
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
    for (const { info, text } of blocks) {
      if (!/^(?:tsconfig\.json|src\/.+\.ts)$/.test(info)) continue
      mkdirSync(dirname(join(project, info)), { recursive: true })
      writeFileSync(join(project, info), text)
    }
  })

  afterEach(() => rmSync(project, { recursive: true, force: true }))

  it('names the files of its example, and of its other snippets', () => {
    const files = blocks.map(block => block.info).filter(info => info !== '')
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
    const compiled = run('tspc', ['-p', '.'])
    expect(compiled.output).to.equal('')
    expect(compiled.status).to.equal(0)
    expect(existsSync(join(project, 'src/generated/client.ts'))).to.equal(true)
    const ran = spawnSync(process.execPath, ['dist/main.js'], {
      cwd: project,
      encoding: 'utf8',
      timeout: 20_000,
    })
    expect(ran.stderr).to.equal('')
    expect(ran.stdout).to.equal(fileNamed('output'))
    expect(ran.status).to.equal(0)
  })

  it('shows an example whose mistake the compiler sees, once it is not expected', () => {
    const main = fileNamed('src/main.ts')?.replace(/^.*@ts-expect-error.*\n/m, '') ?? ''
    writeFileSync(join(project, 'src/main.ts'), main)
    const compiled = run('tspc', ['-p', '.', '--noEmit'])
    expect(compiled.output).to.match(
      /^src\/main\.ts\(\d+,\d+\): error TS2322: Type 'number' is not assignable to type 'string'/,
    )
  })

  function run(bin: string, args: readonly string[]) {
    const options = { cwd: project, encoding: 'utf8', timeout: 60_000 } as const
    const { stdout, stderr, status } = spawnSync(join(root, 'node_modules/.bin', bin), args, options)
    return { output: stdout + stderr, status }
  }
})
