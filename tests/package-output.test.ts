// Projects with the option "package" → the folder that the real `tspc` writes, in each of its modes, and what it refuses.
import { readdirSync, statSync } from 'node:fs'
import { expect } from 'chai'
import { createPackageProject, packageEntry, ROUTES } from './support/package-project.ts'
import { type TspcProject, tsconfig } from './support/tspc-project.ts'

const FILES = [
  ...['.alien-rpc-package.json', 'README.md', 'index.cjs', 'index.cjs.map', 'index.d.cts', 'index.d.ts'],
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

  const REFUSED: readonly [title: string, option: unknown, where: string, text: RegExp][] = [
    ['an array', [], '"package": []', /takes an object, not an array/],
    ['a text', 'dist/client', 'dist/client', /takes an object, not "dist\/client"/],
    ['nothing', {}, '{}', /needs "name".*needs "outDir"/s],
    ['a misspelt key', { outDir: 'dist/client', name: 'a', outdir: 'x' }, 'outdir', /Did you mean "outDir"/],
    [
      'a name that npm refuses',
      { outDir: 'dist/client', name: 'Acme API' },
      'Acme API',
      /cannot be the name/,
    ],
    ['a version', { outDir: 'dist/client', name: 'a', version: 'v1' }, 'v1', /should look like "1.2.3"/],
    [
      'fields',
      { outDir: 'dist/client', name: 'a', inherit: ['scripts'] },
      'scripts',
      /"scripts": "inherit" takes/,
    ],
    ['the sources', { outDir: 'src/client', name: 'a' }, 'src/client', /"include" would make it a part/],
    ['the folder of the tsconfig', { outDir: '.', name: 'a' }, '"."', /which holds "src\/routes.ts"/],
    ['the output of the compiler', { outDir: 'dist', name: 'a' }, '"dist"', /compiler writes its own output/],
    [
      'a folder of its output',
      { outDir: 'dist/inner', name: 'a' },
      'dist/inner',
      /the compiler writes "more.ts"/,
    ],
    ['files of others', { outDir: 'others', name: 'a' }, 'others', /were not written by @alien-rpc/],
  ]
  for (const [title, option, where, text] of REFUSED) {
    it(`is refused at the option: ${title}`, async () => {
      const config = tsconfig({ plugins: [packageEntry({}, option)] })
      project = createPackageProject({
        'tsconfig.json': config,
        'src/inner/more.ts': 'export {}\n',
        'others/notes.txt': 'mine',
      })
      const { code, output } = await project.tspc('-p', '.')
      expect(code, output).to.not.equal(0)
      expect(output).to.match(text)
      const [, line] = /tsconfig\.json\((\d+),\d+\): error TS72001/.exec(output) ?? []
      expect(
        config
          .split('\n')
          .slice(Number(line) - 1)
          .join('\n'),
      ).to.include(where.replaceAll('"package": ', ''))
      expect(project.read('others/notes.txt')).to.equal('mine')
      expect(project.exists('dist/client')).to.equal(false)
    })
  }

  it('says how to get esbuild where there is none', async () => {
    project = createPackageProject()
    project.remove('node_modules/esbuild')
    const { code, output } = await project.tspc('-p', '.')
    expect(code).to.not.equal(0)
    expect(output).to.match(/tsconfig\.json\(\d+,\d+\): error TS72001: .*npm install --save-dev esbuild/)
  })
})
