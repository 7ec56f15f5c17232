// The code blocks of docs/testing.md in → the tests they show compile with tspc, run under Node's own runner, and pass.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { codeBlocks } from './support/markdown.ts'
import { createTspcProject, type TspcProject, tsconfig } from './support/tspc-project.ts'

const page = readFileSync(new URL('../docs/testing.md', import.meta.url), 'utf8')
const files = codeBlocks(page).filter(({ info }) => info.startsWith('src/'))

describe('docs/testing.md', function () {
  this.timeout(120_000)
  let project: TspcProject

  before(() => {
    project = createTspcProject({
      'tsconfig.json': tsconfig({
        types: ['node'],
        typeRoots: [fileURLToPath(new URL('../node_modules/@types', import.meta.url))],
      }),
      ...Object.fromEntries(files.map(({ info, text }) => [info, text])),
    })
  })

  after(() => project.dispose())

  it('shows tests that pass, of an emitted client and compiled routes', async () => {
    expect(files.map(({ info }) => info)).to.include.members(['src/routes.test.ts', 'src/faults.test.ts'])
    const compiled = await project.tspc('-p', '.')
    expect(compiled.output).to.equal('')
    const tests = ['dist/routes.test.js', 'dist/faults.test.js']
    const { output, code } = await project.node('--test', '--test-reporter=tap', ...tests)
    expect(output)
      .to.match(/^# pass 5$/m)
      .and.match(/^# fail 0$/m)
    expect(code).to.equal(0)
  })
})
