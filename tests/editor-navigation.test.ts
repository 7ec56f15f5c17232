// The editor's project, given to the real tsserver → definitions, references and renames between routes and calls of the client.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'chai'
import { applyChanges, type FileChanges, root } from './support/editor-project.ts'
import { type Location, locate } from './support/tsserver.ts'
import { useEditor } from './support/use-editor.ts'

interface Span {
  readonly file: string
  readonly start: Location
}
interface RenameGroup {
  readonly file: string
  readonly locs: readonly { start: Location; end: Location; prefixText?: string; suffixText?: string }[]
}

describe('navigation in the editor', function () {
  this.timeout(60_000)
  const editor = useEditor(project => {
    project.remove('mistakes.ts')
    project.write('other-caller.ts', OTHER_CALLER)
  })

  const OTHER_CALLER = `import { createClient } from './generated/client.ts'
import { conditionalStream } from './routes.ts'

const { addUser } = createClient({ prefixUrl: 'http://localhost:3000' })
export const used = [addUser, conditionalStream]

export async function talk() {
  const socket = await createClient({ prefixUrl: 'http://localhost:3000' }).chat()
  socket.notify({ text: 'hello' })
}
`
  const open = (name: string) => editor.project.open(editor.tsserver, name)
  const at = (name: string, text: string, shift = 0, nth = 1) => ({
    file: editor.project.path(name),
    ...locate(editor.project.read(name), text, shift, nth),
  })
  const compileClient = () => {
    const tspc = join(root, 'node_modules/ts-patch/bin/tspc.js')
    const { status, stdout } = spawnSync(process.execPath, [tspc, '-p', editor.project.folder], {
      encoding: 'utf8',
    })
    expect(status, stdout).to.equal(0)
  }
  const named = (spans: readonly Span[]) =>
    spans.map(({ file, start }) => `${file.split('/').at(-1)}:${start.line}:${start.offset}`).sort()
  const navigate = async (command: string, place: object) =>
    named(await editor.tsserver.request<Span[]>(command, place))
  const references = async (place: object) =>
    named((await editor.tsserver.request<{ refs: Span[] }>('references', place)).refs)
  const rename = async (place: object) => {
    const { info, locs } = await editor.tsserver.request<{
      info: { canRename: boolean }
      locs: readonly RenameGroup[]
    }>('rename', place)
    expect(info.canRename).to.equal(true)
    return locs
  }
  const openAll = () => {
    for (const name of ['routes.ts', 'caller.ts', 'other-caller.ts']) open(name)
  }

  for (const where of ['only in memory', 'on disk too']) {
    describe(`with the client ${where}`, () => {
      beforeEach(() => {
        if (where === 'on disk too') compileClient()
        openAll()
      })

      it('finds the uses of a route and of its method from either end', async () => {
        const all = ['caller.ts:6:35', 'other-caller.ts:2:10', 'other-caller.ts:5:31', 'routes.ts:4:14']
        expect(await references(at('routes.ts', 'conditionalStream'))).to.deep.equal(all)
        expect(await references(at('caller.ts', 'conditionalStream'))).to.deep.equal(all)
        expect(await references(at('other-caller.ts', 'conditionalStream'))).to.deep.equal(all)
      })

      it('renames the route and every use of it from either end, and what is renamed compiles', async () => {
        const places = [at('routes.ts', 'conditionalStream'), at('caller.ts', 'conditionalStream')]
        const [fromRoute, fromCall] = [await rename(places[0]!), await rename(places[1]!)]
        const names = (groups: readonly RenameGroup[]) => groups.map(({ file }) => file).sort()
        expect(names(fromRoute)).to.deep.equal(
          ['caller.ts', 'other-caller.ts', 'routes.ts'].map(it => editor.project.path(it)),
        )
        expect(names(fromCall)).to.deep.equal(names(fromRoute))
        applyRename(fromCall, 'items')
        compileClient()
        expect(editor.project.read('caller.ts')).to.include("client.items({ type: 'fast' })")
        expect(editor.project.read('routes.ts')).to.include('export const items = route.get(')
      })

      it('keeps the local name of a method that is taken out of the client', async () => {
        editor.tsserver.request('configure', { preferences: { providePrefixAndSuffixTextForRename: true } })
        applyRename(await rename(at('routes.ts', 'addUser')), 'createUser')
        compileClient()
        expect(editor.project.read('other-caller.ts')).to.include('const { createUser: addUser } =')
      })

      it('leads from a call to the route: by its definition and its implementation', async () => {
        const call = at('caller.ts', 'conditionalStream')
        for (const command of ['definition', 'implementation']) {
          expect(await navigate(command, call), command).to.deep.equal(['routes.ts:4:14'])
        }
        expect(await navigate('definition', at('other-caller.ts', 'notify'))).to.deep.equal([
          'routes.ts:16:14',
        ])
      })
    })
  }

  it('renames what a module exports under another name, and leaves the name inside alone', async () => {
    const text = editor.project.read('routes.ts').replace('export const addUser', 'const inner')
    editor.project.write('routes.ts', `${text}\nexport { inner as addUser }\n`)
    openAll()
    applyRename(await rename(at('other-caller.ts', 'addUser')), 'createUser')
    compileClient()
    expect(editor.project.read('routes.ts')).to.match(
      /^const inner = [\s\S]*export \{ inner as createUser \}/m,
    )
    const inside = await rename(at('routes.ts', 'inner'))
    expect(inside.map(({ file }) => file)).to.deep.equal([editor.project.path('routes.ts')])
  })

  it('never leads into a client that no editor could open', async () => {
    openAll()
    const create = at('caller.ts', 'createClient')
    expect(await navigate('definition', create)).to.deep.equal([])
    expect(await references(create)).to.deep.equal([
      'caller.ts:1:10',
      'caller.ts:3:16',
      'other-caller.ts:1:10',
      'other-caller.ts:4:21',
      'other-caller.ts:8:24',
    ])
  })

  it('offers no edit of the generated client, nor finds its symbols', async () => {
    editor.project.write(
      'caller.ts',
      editor.project.read('caller.ts').replace('conditionalStream', 'streamed'),
    )
    openAll()
    const { file, line, offset } = at('caller.ts', 'streamed')
    await editor.tsserver.diagnostics(file)
    const fixes = await editor.tsserver.request<{ description: string; changes: FileChanges[] }[]>(
      'getCodeFixes',
      {
        ...{
          file,
          startLine: line,
          startOffset: offset,
          endLine: line,
          endOffset: offset + 8,
          errorCodes: [2339],
        },
      },
    )
    expect(fixes.flatMap(({ changes }) => changes.map(({ fileName }) => fileName))).not.to.include(
      editor.project.path('generated/client.ts'),
    )
    const symbols = await editor.tsserver.request<Span[]>('navto', { file, searchValue: 'createClient' })
    expect(symbols.map(it => it.file)).not.to.include(editor.project.path('generated/client.ts'))
  })

  it('leaves references and renames of everything else to TypeScript', async () => {
    openAll()
    expect(await references(at('caller.ts', 'client ='))).to.deep.equal(['caller.ts:3:7', 'caller.ts:6:28'])
    const [group, ...more] = await rename(at('caller.ts', 'client ='))
    expect([group?.locs.length, more]).to.deep.equal([2, []])
  })

  function applyRename(groups: readonly RenameGroup[], name: string): void {
    for (const { file, locs } of groups) {
      const short = file.slice(editor.project.path('').length)
      const changes = locs.map(({ start, end, prefixText = '', suffixText = '' }) => ({
        start,
        end,
        newText: `${prefixText}${name}${suffixText}`,
      }))
      editor.project.write(short, applyChanges(editor.project.read(short), changes))
    }
  }
})
