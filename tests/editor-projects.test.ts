// Several projects, odd files and edits across files, given to the real tsserver → findings where they belong, and nothing left behind.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { EditorProject } from './support/editor-project.ts'
import { locate, Tsserver } from './support/tsserver.ts'

const IMPORT = "import { route } from '@alien-rpc/service'\n"
const HIDDEN = "const hidden = route.get('/hidden', () => 1)\n"

describe('projects in the editor', function () {
  this.timeout(60_000)
  let projects: EditorProject[]
  let tsserver: Tsserver

  beforeEach(() => {
    projects = []
    tsserver = new Tsserver()
  })
  afterEach(async () => {
    await tsserver.close()
    for (const project of projects) project.close()
  })

  const create = () => {
    const project = new EditorProject()
    project.remove('mistakes.ts')
    projects.push(project)
    return project
  }
  const own = async (file: string) =>
    (await tsserver.diagnostics(file)).filter(({ source }) => source === 'alien-rpc')
  const codes = async (file: string) => (await tsserver.diagnostics(file)).map(({ code }) => code)
  const edit = (file: string, source: string, old: string, text: string) => {
    const start = locate(source, old)
    tsserver.edit(file, start, { ...start, offset: start.offset + old.length }, text)
    return source.replace(old, text)
  }

  it('mark both ends of duplicate routes and names, and take the marks off and put them on as either file is edited', async () => {
    const project = create()
    const clash = {
      route: [72004, "export const one = route.get('/same', () => 1)\n", '/same', '/else'],
      name: [72005, "export const sameName = route.get('/one', () => 1)\n", 'sameName', 'otherName'],
    } as const
    for (const [kind, [code, first, part, other]] of Object.entries(clash)) {
      const second = kind === 'route' ? first.replace('one', 'two') : first.replace('/one', '/two')
      project.write(`${kind}-a.ts`, IMPORT + first)
      project.write(`${kind}-b.ts`, IMPORT + second)
      const files = [`${kind}-a.ts`, `${kind}-b.ts`].map(name => project.open(tsserver, name))
      const shown = () => Promise.all(files.map(({ file }) => codes(file)))
      expect(await shown(), kind).to.deep.equal([[code], [code]])
      for (const { file, source } of files) {
        const apart = edit(file, source, part, other)
        expect(await shown(), `${kind} apart`).to.deep.equal([[], []])
        edit(file, apart, other, part)
        expect(await shown(), `${kind} again`).to.deep.equal([[code], [code]])
      }
      const [{ relatedInformation = [] } = expect.fail()] = await own(files[0]!.file)
      expect(relatedInformation.map(({ span }) => span?.file)).to.deep.equal([files[1]!.file])
      for (const { file } of files) tsserver.closeFile(file)
      project.remove(`${kind}-a.ts`, `${kind}-b.ts`)
    }
  })

  it('count columns as editors do, behind a byte order mark, other planes, tabs and CRLF', async () => {
    const project = create()
    const line = `\tconst a = '𝒜👩‍🚀é'; ${HIDDEN.trim()}`
    const text = `${IMPORT.trim()}\r\n\r\n{\r\n${line}\r\n}\r\n`
    project.write('odd.ts', `\uFEFF${text}`)
    const { file } = project.open(tsserver, 'odd.ts')
    const [found] = await own(file)
    expect([found?.code, found?.start]).to.deep.equal([
      72012,
      { line: 4, offset: line.indexOf('route.') + 1 },
    ])
    const [checked] = JSON.parse(project.alienRpc('check', '--format', 'json').stdout)
    expect([checked.line, checked.column]).to.deep.equal([found?.start.line, found?.start.offset])
  })

  it('leave a file alone that belongs to no project', async () => {
    const project = create()
    const file = join(project.folder, 'loose.ts')
    writeFileSync(file, IMPORT + HIDDEN)
    tsserver.open(file)
    expect(await own(file)).to.deep.equal([])
  })

  it('find in JavaScript what check finds there', async () => {
    const project = create()
    project.editConfig('"strict": true', '"strict": true, "allowJs": true, "checkJs": true')
    project.write('plain.js', IMPORT + HIDDEN)
    const { file } = project.open(tsserver, 'plain.js')
    const checked: { code: number }[] = JSON.parse(project.alienRpc('check', '--format', 'json').stdout)
    expect((await own(file)).map(({ code }) => code)).to.deep.equal(checked.map(({ code }) => code))
  })

  it('know nothing of each other, with the same files and names in both', async () => {
    const [one, two] = [create(), create()]
    two.write('routes.ts', two.read('routes.ts').replace('index: 0', 'place: 0'))
    const callers = [one, two].map(project => project.open(tsserver, 'caller.ts').file)
    expect(await Promise.all(callers.map(codes))).to.deep.equal([[], [2339]])
    const routes = one.open(tsserver, 'routes.ts')
    edit(routes.file, routes.source, 'index: 0', 'place: 0')
    expect(await Promise.all(callers.map(codes))).to.deep.equal([[2339], [2339]])
  })

  it('are as new when they are opened again, and leave no file of theirs in memory', async () => {
    const [one, two] = [create(), create()]
    for (let turn = 0; turn < 3; turn++) {
      for (const project of [one, two]) {
        const { file } = project.open(tsserver, 'caller.ts')
        expect(await codes(file), `turn ${turn}`).to.deep.equal([])
        const { file: routes, source } = project.open(tsserver, 'routes.ts')
        edit(routes, source, 'index: 0', 'place: 0')
        expect(await codes(file), `turn ${turn}, edited`).to.deep.equal([2339])
        for (const opened of [file, routes]) tsserver.closeFile(opened)
      }
    }
  })

  it('rename a route in the projects that refer to it, and change nothing else there', async () => {
    const project = create()
    project.editConfig('"strict": true', '"strict": true, "composite": true')
    const consumer = join(project.folder, 'consumer')
    mkdirSync(consumer)
    const user = `import { createClient } from '../src/generated/client.ts'
export const use = () => createClient({ prefixUrl: '' }).addUser({ name: 'Ada', born: new Date() })
export const addUser = 'mine'
`
    writeFileSync(join(consumer, 'use.ts'), user)
    const options = {
      ...{ target: 'es2022', module: 'nodenext', strict: true, noEmit: true, types: [] },
      ...{ allowImportingTsExtensions: true },
    }
    const tsconfig = { compilerOptions: options, references: [{ path: '..' }], include: ['*.ts'] }
    writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify(tsconfig))
    project.tspc('-b')
    const { file, source } = project.open(tsserver, 'routes.ts')
    tsserver.open(join(consumer, 'use.ts'))
    expect(await codes(join(consumer, 'use.ts'))).to.deep.equal([])
    const spots = [
      [file, [locate(source, 'addUser')]],
      [join(consumer, 'use.ts'), [locate(user, 'addUser')]],
    ]
    const rename = async (place: object) => {
      type Renamed = { locs: { file: string; locs: { start: object }[] }[] }
      const { locs } = await tsserver.request<Renamed>('rename', place)
      return locs.map(it => [it.file, it.locs.map(({ start }) => start)])
    }
    const place = { file, ...locate(source, 'addUser') }
    expect(await rename(place)).to.deep.equal(spots)
    const { refs } = await tsserver.request<{ refs: { file: string }[] }>('references', place)
    expect(refs.map(it => it.file)).to.deep.equal(spots.map(([name]) => name))
    // The consumer knows no routes, so from there the client is renamed too, as it will be generated.
    const back = await rename({ file: join(consumer, 'use.ts'), ...locate(user, 'addUser') })
    expect(back.filter(([name]) => name !== project.path('generated/client.ts'))).to.have.deep.members(spots)
  })
})
