// Mistakes in routes and in tsconfig.json in → located errors of the real `tspc` and an exit code that is not zero out.
import { expect } from 'chai'
import { HOMEPAGE } from '../transformer/src/model/homepage.ts'
import { createTspcProject, pluginEntry, type TspcProject, tsconfig } from './support/tspc-project.ts'

const HEAD = "import { route } from '@alien-rpc/service'\n\n"
const GOOD = `${HEAD}export const good = route.get('/good', async () => 1)\n`
/** The second line of a finding, without the code at its end. */
const LINK = `  ${HOMEPAGE}/blob/main/docs/diagnostics.md#ts`

describe('tspc and mistakes', function () {
  this.timeout(60_000)
  let project: TspcProject
  afterEach(() => project.dispose())

  it('points at every mistake of every route in one run', async () => {
    project = createTspcProject({
      'tsconfig.json': tsconfig(),
      'src/hidden.ts': `${HEAD}const hidden = route.get('/hidden', async () => 1)\nexport const other = hidden\n`,
      'src/path.ts': `${HEAD}export const broken = route.get('/users/id:', async () => 1)\n`,
      'src/same.ts': `${HEAD}export const first = route.get('/same/:a', async (args: { a: string }) => args)\nexport const second = route.get('/same/:b', async (args: { b: string }) => args)\n`,
      'src/types.ts': `${HEAD}export const typed = route.post('/typed', async (args: { run: () => void; list: symbol[] }) => args.list.length)\n`,
      'src/good.ts': GOOD,
    })
    const run = await project.tspc('-p', '.')
    expect(run.code).to.be.greaterThan(0)
    expect(places(run.output)).to.deep.include.members([
      'src/hidden.ts(3,16) TS72012',
      'src/path.ts(3,41) TS72002',
      'src/types.ts(3,50) TS72006',
      'src/same.ts(3,14) TS72004',
      'src/same.ts(4,14) TS72004',
    ])
    expect(run.output, 'every path that cannot cross the wire').to.match(/run.*list|list.*run/s)
    expect(run.output).to.not.include('src/good.ts')
    expect(project.exists('src/generated/client.ts'), 'no client of half the routes').to.equal(false)
  })

  it('points at a misspelt option, with the name that was meant', async () => {
    project = createTspcProject({
      'tsconfig.json': tsconfig({ plugins: [pluginEntry({ cleint: 'src/client.ts' })] }),
      'src/good.ts': GOOD,
    })
    const line = lineOf(project.read('tsconfig.json'), '"cleint"')
    const incremental = ['--incremental', '--tsBuildInfoFile', 'dist/incremental.tsbuildinfo']
    for (const mode of [['-p', '.'], ['-p', '.', '--noEmit'], ['-b'], ['-b'], ['-p', '.', ...incremental]]) {
      const run = await project.tspc(...mode)
      expect(run.output, mode.join(' ')).to.equal(
        `tsconfig.json(${line},9): error TS72001: Unknown option "cleint" of @alien-rpc/transformer. Did you mean "client"?\n${LINK}72001`,
      )
      expect(run.code, mode.join(' ')).to.be.greaterThan(0)
    }
  })

  it('points into the tsconfig that holds the entry, though another extends it', async () => {
    project = createTspcProject({
      'base/tsconfig.json': JSON.stringify(
        { compilerOptions: { plugins: [pluginEntry({ client: true })] } },
        null,
        2,
      ),
      'tsconfig.json': tsconfig({ plugins: undefined }, { extends: './base/tsconfig.json' }),
      'src/good.ts': GOOD,
    })
    const line = lineOf(project.read('base/tsconfig.json'), '"client"')
    const run = await project.tspc('-p', '.')
    expect(run.output).to.equal(
      `base/tsconfig.json(${line},19): error TS72001: The option "client" takes a string, not true.\n${LINK}72001`,
    )
    expect(run.code).to.be.greaterThan(0)
  })

  it('refuses a second entry, which would compile each route twice', async () => {
    const plugins = [pluginEntry(), pluginEntry({ client: 'src/other/client.ts' })]
    project = createTspcProject({ 'tsconfig.json': tsconfig({ plugins }), 'src/good.ts': GOOD })
    const line = lineOf(project.read('tsconfig.json'), '"client": "src/other') - 3
    const run = await project.tspc('-p', '.')
    expect(run.output).to.match(
      new RegExp(`^tsconfig\\.json\\(${line},7\\): error TS72001: [^\n]*second entry[^\n]*\n${LINK}72001$`),
    )
    expect(run.code).to.be.greaterThan(0)
    expect(project.read('dist/good.js').match(/compiledRoute/g)).to.have.length(1)
  })

  it('never writes over a file that is not its own', async () => {
    project = createTspcProject({
      'tsconfig.json': tsconfig({ plugins: [pluginEntry({ client: 'src/good.ts' })] }),
      'src/good.ts': GOOD,
    })
    const run = await project.tspc('-p', '.')
    expect(run.output).to.match(/^tsconfig\.json\(\d+,\d+\): error TS72001: .*good\.ts" was not written by/)
    expect(project.read('src/good.ts')).to.equal(GOOD)
  })

  it('prints warnings with their place and ends with 0', async () => {
    const warned = `${HEAD}export const log = route.post('/log', async (args: { entry: any }) => args.entry === 1)\n`
    project = createTspcProject({ 'tsconfig.json': tsconfig(), 'src/warned.ts': warned })
    for (const mode of [
      ['-p', '.'],
      ['-p', '.', '--incremental'],
    ]) {
      const run = await project.tspc(...mode)
      expect(run.output).to.match(
        /^src\/warned\.ts\(3,\d+\): warning TS72011: [^\n]*\n {2}http[^\n]*#ts72011$/,
      )
      expect(run.code).to.equal(0)
    }
  })

  it('reports findings although --noCheck skips the types', async () => {
    project = createTspcProject({ 'tsconfig.json': tsconfig(), 'src/path.ts': GOOD.replace('/good', 'good') })
    for (const mode of [['--noCheck'], ['--noCheck', '--incremental']]) {
      const run = await project.tspc('-p', '.', ...mode)
      expect(places(run.output), mode.join(' ')).to.deep.equal(['src/path.ts(3,32) TS72002'])
      expect(run.code).to.be.greaterThan(0)
    }
  })
})

/** `src/a.ts(3,4): error TS1: …` → `src/a.ts(3,4) TS1`. */
function places(output: string): string[] {
  return [...output.matchAll(/^(\S+\(\d+,\d+\)): error (TS\d+):/gm)].map(
    ([, place, code]) => `${place} ${code}`,
  )
}

function lineOf(text: string, part: string): number {
  return text.slice(0, text.indexOf(part)).split('\n').length
}
