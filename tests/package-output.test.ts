// Projects with the option "package" → the folder that the real `tspc` writes, in each of its modes, and what it refuses.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { expect } from 'chai'
import {
  INHERITABLE,
  outDirProblem,
  PACKAGE_KEYS,
  toPackageOptions,
} from '../transformer/src/hosts/package/package-options.ts'
import { createPackageProject, packageEntry, ROUTES } from './support/package-project.ts'
import { type TspcProject, tsconfig } from './support/tspc-project.ts'

const FILES = [
  ...[
    '.alien-rpc-package.json',
    'README.md',
    'THIRD-PARTY-LICENSES.md',
    'index.cjs',
    'index.cjs.map',
    'index.d.cts',
    'index.d.ts',
  ],
  ...['index.js', 'index.js.map', 'msgpack.cjs', 'msgpack.cjs.map', 'msgpack.js', 'msgpack.js.map'],
  'package.json',
]

describe('the package', function () {
  // Each build is a compiler's, from its start.
  this.timeout(120_000)
  let project: TspcProject
  const others: TspcProject[] = []
  afterEach(() => Promise.all([project, ...others.splice(0)].map(it => it.dispose())))

  const build = async (...args: string[]) => {
    const { code, output } = await project.tspc(...args)
    expect(`${code} ${output}`).to.equal('0 ')
  }
  const files = () => readdirSync(project.path('dist/client')).sort()
  const identities = () => files().map(file => statSync(project.path(`dist/client/${file}`)).ino)
  const bytes = (it = project) =>
    readdirSync(it.path('dist/client')).map(file => [file, it.read(`dist/client/${file}`)])

  it('is written by a build, and not touched by the next', async () => {
    project = createPackageProject()
    await build('-p', '.')
    expect(files()).to.deep.equal(FILES)
    const before = identities()
    await build('-p', '.')
    expect(identities()).to.deep.equal(before)
  })

  it('is the same bytes in another folder, whatever the order of the files', async () => {
    project = createPackageProject()
    const [first, ...rest] = ROUTES.split('\n\n')
    const other = createPackageProject({
      'src/z.ts': `${first}\n${rest.at(-1)}`,
      'src/routes.ts': [first, ...rest.slice(0, -1)].join('\n\n'),
    })
    others.push(other)
    await build('-p', '.')
    await other.tspc('-p', '.')
    expect(bytes(other)).to.deep.equal(bytes())
  })

  it('holds no path, no code of the server, nothing internal and no type that no call reaches', async () => {
    project = createPackageProject({
      'src/routes.ts': `${ROUTES}
/** @internal Of the back office. */
export interface Audit { secretColumn: string }
/** What is published. */
export interface Entry {
  id: number
  /** @internal Not for the eyes of others. */
  note?: string
}
/** @internal Only for us. */
export const hiddenRoute = route.get('/hidden', (): Audit => ({ secretColumn: '' }))
export const entry = route.get('/entry', (): Entry => ({ id: process.pid }))
declare const process: { pid: number }
`,
    })
    await build('-p', '.')
    for (const [file, text] of bytes()) {
      expect(text, file).to.not.include(project.folder)
      expect(text, file).to.not.match(/routes\.ts|\/work\/|node_modules|\bfile:|\/home\/|\/tmp\//)
      expect(text, file).to.not.match(
        /process\.pid|connectionString|Unreached|['"]node:|\bserver\/|from 'ws'/,
      )
      expect(text, file).to.not.match(/@internal|secretColumn|hiddenRoute|eyes of others|back office/)
    }
    expect(project.read('dist/client/index.d.ts')).to.match(/interface Entry \{\n {2}id: number\n\}/)
  })

  it('follows an edit, under every mode of the compiler', async () => {
    project = createPackageProject()
    const modes = [['-p', '.'], ['-p', '.', '--incremental'], ['-b']]
    for (const [index, mode] of modes.entries()) {
      await build(...mode)
      project.edit(
        'src/routes.ts',
        `'/users${index || ''}/:id', ({ id }: { id: number }): User`,
        `'/users${index + 1}/:id', ({ id }: { id: number }): User`,
      )
      await build(...mode)
      expect(project.read('dist/client/index.js'), mode.join(' ')).to.include(`/users${index + 1}/`)
    }
  })

  it('follows edits while the compiler watches', async () => {
    project = createPackageProject()
    const watch = project.watch('-w')
    await watch.until(() => true)
    const before = identities()
    project.edit('src/routes.ts', "'/users/", "'/people/")
    await watch.until(output => output.includes('Found 0 errors'))
    expect(project.read('dist/client/index.js')).to.include('/people/')
    expect(identities()).to.not.deep.equal(before)
  })

  it('is not written without emit, and stays as it is while anything has an error', async () => {
    project = createPackageProject()
    await build('-p', '.', '--noEmit')
    expect(project.exists('dist/client')).to.equal(false)
    await build('-p', '.')
    const before = bytes()
    project.write('src/other.ts', 'export const wrong: number = "text"\n')
    project.edit('src/routes.ts', "'/users/", "'/people/")
    expect((await project.tspc('-p', '.')).code).to.not.equal(0)
    expect(bytes(), 'an error of types').to.deep.equal(before)
    project.remove('src/other.ts')
    project.edit('src/routes.ts', "'/people/", "'people/")
    expect((await project.tspc('-p', '.')).output).to.include('TS72002')
    expect(bytes(), 'an error of routes').to.deep.equal(before)
  })

  it('is made whole again, and leaves nothing of an earlier one', async () => {
    project = createPackageProject()
    await build('-p', '.')
    const before = bytes()
    project.remove('dist/client/msgpack.js')
    project.write('dist/client/index.js', 'edited')
    await build('-p', '.')
    expect(bytes()).to.deep.equal(before)
  })

  it('takes its name and version from the options, and what is asked for from package.json', async () => {
    const license = { license: 'MIT', repository: { type: 'git', url: 'https://example.com/acme.git' } }
    const own = {
      name: 'acme-server',
      type: 'module',
      version: '1.2.3',
      ...license,
      dependencies: { pg: '1' },
    }
    const entry = packageEntry({ inherit: ['license', 'repository'] })
    project = createPackageProject({
      'package.json': JSON.stringify(own),
      'tsconfig.json': tsconfig({ plugins: [entry] }),
    })
    await build('-p', '.')
    const manifest = JSON.parse(project.read('dist/client/package.json'))
    expect(manifest).to.deep.include({
      name: '@acme/api-client',
      version: '1.2.3',
      sideEffects: false,
      ...license,
    })
    expect(Object.keys(manifest)).to.not.include.members(['dependencies'])
    expect(manifest.files).to.have.members(FILES.filter(file => !/^\.|package\.json/.test(file)))
    for (const target of Object.values<Record<string, string>>(manifest.exports['.']))
      expect(Object.keys(target)).to.deep.equal(['types', 'default'])
  })

  it('is refused where an option is wrong, each at its place in the tsconfig', async () => {
    const wrong = { outdir: 'x', outDir: 7, name: 'Acme API', version: 'v1', inherit: ['license', 'scripts'] }
    const config = tsconfig({ plugins: [packageEntry({}, wrong)] })
    project = createPackageProject({ 'tsconfig.json': config })
    const { code, output } = await project.tspc('-p', '.')
    expect(code, output).to.not.equal(0)
    const found = [...output.matchAll(/^tsconfig\.json\((\d+),(\d+)\): error TS72001: (.+)$/gm)].map(
      ([, line, column, text]) => [config.split('\n')[Number(line) - 1]!.slice(Number(column) - 1), text],
    )
    const expected: [string, RegExp][] = [
      ['"outdir": "x",', /^Unknown option "outdir" of "package"\. Did you mean "outDir"\?$/],
      ['7,', /^"package" needs "outDir", a text with the folder that is written; not 7\./],
      ['"Acme API",', /^"Acme API" cannot be the name of a package: npm takes/],
      ['"v1",', /^"version" of the package should look like "1\.2\.3", not "v1"\.$/],
      ['[', /^"scripts": "inherit" takes an array of fields of package\.json: author, /],
    ]
    expect(found.map(([place]) => place)).to.deep.equal(expected.map(([place]) => place))
    for (const [index, [, text]] of expected.entries()) expect(found[index]![1]).to.match(text)
    expect(project.exists('dist/client')).to.equal(false)
  })

  it('is refused where the option as a whole is wrong', () => {
    const problemsOf = (value: unknown) => toPackageOptions(value, '/app').problems.map(it => it.message)
    expect(problemsOf([]).join()).to.match(/takes an object, not an array/)
    expect(problemsOf({}).join()).to.match(/needs "outDir".*it is missing.*needs "name".*it is missing/)
    expect(problemsOf({ outDir: 'x', name: 'node_modules' }).join()).to.match(/cannot be the name/)
    for (const name of ['a', '@acme/api', '~x', 'a.b_c-1'])
      expect(problemsOf({ outDir: 'x', name }), name).to.deep.equal([])
    for (const version of ['1.2.3', '0.0.0-alpha.1', '1.0.0+build.7'])
      expect(problemsOf({ outDir: 'x', name: 'a', version }), version).to.deep.equal([])
  })

  it('is refused in a folder that is not its own', () => {
    const folders = {
      configPath: '/app/tsconfig.json',
      outputs: ['/app/dist', '/app/src'],
      sources: ['/app/src/routes.ts'],
      emitted: ['/app/dist/inner/more.ts'],
      includes: (path: string) => path.startsWith('/app/src/'),
    }
    const problemOf = (outDir: string) => outDirProblem(outDir, folders)
    expect(problemOf('/app/dist')).to.match(/to "dist": the compiler writes its own output there/)
    expect(problemOf('/app/dist/inner')).to.match(/to "dist\/inner": the compiler writes "more.ts" there/)
    expect(problemOf('/app')).to.match(/to ".", which holds "src\/routes.ts"/)
    expect(problemOf('/app/src/client')).to.match(/because "include" would make it a part of this project/)
    expect(problemOf('/app/dist/client')).to.equal(undefined)
    expect(problemOf('/other')).to.equal(undefined)
  })

  it('is refused by the build there, and where somebody has files', async () => {
    for (const [outDir, text] of [
      ['dist', /writes its own output there/],
      ['src/client', /"include" would make it a part/],
      ['others', /were not written by @alien-rpc\/transformer/],
    ] as const) {
      const entry = packageEntry({}, { outDir, name: 'a' })
      await project?.dispose()
      project = createPackageProject({
        'tsconfig.json': tsconfig({ plugins: [entry] }),
        'others/notes.txt': 'mine',
      })
      const { code, output } = await project.tspc('-p', '.')
      expect(code, outDir).to.not.equal(0)
      expect(output).to.match(text)
      expect(project.read('others/notes.txt')).to.equal('mine')
      expect(project.exists(`${outDir}/index.js`)).to.equal(false)
    }
  })

  it('has options that its page lists', () => {
    const page = readFileSync(new URL('../docs/package.md', import.meta.url), 'utf8')
    const [, table = ''] = /## Options\n([\s\S]+?)\n\n[^|]/.exec(page) ?? []
    expect([...table.matchAll(/^\| `(\w+)` \|/gm)].map(match => match[1])).to.deep.equal(PACKAGE_KEYS)
    const fields = /^\| `inherit` \|.*:(.+)\. Default/m.exec(table)?.[1] ?? ''
    expect([...fields.matchAll(/`(\w+)`/g)].map(match => match[1])).to.deep.equal(INHERITABLE)
  })

  it('says how to get esbuild where there is none', async () => {
    project = createPackageProject()
    project.remove('node_modules/esbuild')
    const { code, output } = await project.tspc('-p', '.')
    expect(code).to.not.equal(0)
    expect(output).to.match(/tsconfig\.json\(\d+,\d+\): error TS72001: .*npm install --save-dev esbuild/)
  })
})
