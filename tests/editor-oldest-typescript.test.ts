// The editor's project, given to tspc and tsserver of TypeScript 5.9 → what those of 6.0 say and write.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { applyChanges, EditorProject, type FileChanges, root } from './support/editor-project.ts'
import { type Location, locate, Tsserver } from './support/tsserver.ts'

const OLD = join(root, 'fixtures/typescript-5.9')
const SERVER = join(OLD, 'node_modules/typescript/lib/tsserver.js')

describe('TypeScript 5.9', function () {
  this.timeout(120_000)
  let projects: EditorProject[]

  beforeEach(() => {
    projects = []
  })
  afterEach(() => {
    for (const project of projects) project.close()
  })

  const create = (compilers?: string) => {
    const project = new EditorProject(compilers)
    projects.push(project)
    return project
  }
  const withOld = async (project: EditorProject, use: (tsserver: Tsserver) => Promise<void>) => {
    const tsserver = new Tsserver([], SERVER)
    try {
      await use(tsserver)
    } finally {
      await tsserver.close()
    }
    return project
  }

  it('compiles the same routes and the same client, as the first and as every other build', () => {
    const outputs = [create(OLD), create()].map(project => {
      project.remove('mistakes.ts')
      const { status, stdout } = project.tspc()
      expect(status, stdout).to.equal(0)
      const emitted = ['dist/routes.js', 'src/generated/client.ts']
      return emitted.map(name => readFileSync(join(project.folder, name), 'utf8'))
    })
    expect(outputs[0]).to.deep.equal(outputs[1])
    const version = spawnSync(process.execPath, [join(OLD, 'node_modules/typescript/bin/tsc'), '-v'])
    expect(String(version.stdout)).to.match(/^Version 5\.9\./)
  })

  it('leaves no validator stale when only an imported type has changed', () => {
    const project = create(OLD)
    project.remove('mistakes.ts', 'caller.ts')
    project.write('user.ts', 'export interface User { name: string }\n')
    project.write(
      'new.ts',
      "import { route } from '@alien-rpc/service'\nimport type { User } from './user.ts'\nexport const put = route.put('/user', (args: User) => args)\n",
    )
    const build = () => {
      const { status, stdout } = project.tspc('--incremental')
      expect(status, stdout).to.equal(0)
      return readFileSync(join(project.folder, 'dist/new.js'), 'utf8')
    }
    expect(build()).not.to.include('age')
    project.write('user.ts', 'export interface User { name: string; age: number }\n')
    expect(build()).to.include('age')
  })

  it('finds the same mistakes in tspc and in the editor as 6.0 does', async () => {
    const [old, current] = [create(OLD), create()]
    const codes = (text: string) =>
      [...text.matchAll(/mistakes\.ts\((\d+),(\d+)\): \w+ TS(\d+)/g)].map(it => it.slice(1).map(Number))
    const found = codes(old.tspc('--pretty', 'false').stdout)
    expect(found).to.deep.equal(codes(current.tspc('--pretty', 'false').stdout))
    expect(found.length).to.be.greaterThan(5)
    await withOld(old, async tsserver => {
      const { file } = old.open(tsserver, 'mistakes.ts')
      const shown = (await tsserver.diagnostics(file)).map(it => [it.start.line, it.start.offset, it.code])
      expect(shown.sort()).to.deep.equal(found.sort())
    })
  })

  it('fixes, hovers, navigates, and gives callers live types', async () => {
    const project = create(OLD)
    project.write(
      'mistakes.ts',
      "import { route } from '@alien-rpc/service'\nconst hidden = route.get('/hidden', () => 1)\n",
    )
    await withOld(project, async tsserver => {
      const [mistakes, routes, caller] = ['mistakes.ts', 'routes.ts', 'caller.ts'].map(it =>
        project.open(tsserver, it),
      )
      const [found] = await tsserver.diagnostics(mistakes!.file)
      const [fix] = await tsserver.request<{ changes: FileChanges[] }[]>('getCodeFixes', {
        ...{ file: mistakes!.file, startLine: found!.start.line, startOffset: found!.start.offset },
        ...{ endLine: found!.end.line, endOffset: found!.end.offset, errorCodes: [found!.code] },
      })
      expect(applyChanges(mistakes!.source, fix!.changes[0]!.textChanges)).to.include('export const hidden')
      for (const { start, end, newText } of fix!.changes[0]!.textChanges) {
        tsserver.edit(mistakes!.file, start, end, newText)
      }

      expect(await tsserver.diagnostics(caller!.file)).to.deep.equal([])
      const place = { file: caller!.file, ...locate(caller!.source, 'conditionalStream') }
      const { documentation } = await tsserver.request<{ documentation: string }>('quickinfo', place)
      expect(documentation).to.include('`GET /stream/:type` → stream of')
      const spans = await tsserver.request<{ file: string; start: Location }[]>('definition', place)
      expect(spans.map(({ file }) => file)).to.deep.equal([routes!.file])
      const { refs } = await tsserver.request<{ refs: { file: string }[] }>('references', place)
      expect(refs.map(({ file }) => file).sort()).to.deep.equal([caller!.file, routes!.file])

      const start = locate(routes!.source, 'index: 0')
      tsserver.edit(routes!.file, start, { ...start, offset: start.offset + 'index'.length }, 'place')
      expect((await tsserver.diagnostics(caller!.file)).map(({ code }) => code)).to.deep.equal([2339])
    })
  })
})
