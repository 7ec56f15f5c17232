// Routes that answer once, given to the real tsserver → the same routes as streams, once refactored, which compile.
import { expect } from 'chai'
import { applyChanges, type FileChanges } from './support/editor-project.ts'
import { locate } from './support/tsserver.ts'
import { useEditor } from './support/use-editor.ts'

interface Refactor {
  readonly name: string
  readonly actions: readonly { readonly name: string; readonly kind?: string }[]
}

describe('the refactoring of a handler into a stream', function () {
  this.timeout(60_000)
  const editor = useEditor(project => project.remove('mistakes.ts', 'caller.ts'))

  const IMPORT = "import { route } from '@alien-rpc/service'\n\n"
  const offered = async (text: string, at: string) => {
    editor.project.write('new.ts', (text.includes('\r') ? IMPORT.replaceAll('\n', '\r\n') : IMPORT) + text)
    const { file, source } = editor.project.open(editor.tsserver, 'new.ts')
    const { line, offset } = locate(source, at)
    const range = { file, startLine: line, startOffset: offset, endLine: line, endOffset: offset }
    const all = await editor.tsserver.request<Refactor[]>('getApplicableRefactors', range)
    return { range, refactor: all.find(({ actions }) => actions[0]?.name === 'Convert to a stream') }
  }
  const converted = async (text: string, at: string): Promise<string> => {
    const { range, refactor } = await offered(text, at)
    const action = refactor?.actions[0]?.name
    const { edits } = await editor.tsserver.request<{ edits: FileChanges[] }>('getEditsForRefactor', {
      ...range,
      refactor: refactor?.name,
      action,
    })
    const source = editor.project.read('new.ts')
    const after = applyChanges(source, edits[0]!.textChanges)
    editor.tsserver.edit(
      range.file,
      { line: 1, offset: 1 },
      { line: source.split('\n').length, offset: 1 },
      after,
    )
    expect(await editor.tsserver.diagnostics(range.file)).to.deep.equal([])
    const hover = { file: range.file, ...locate(after, 'one') }
    const { documentation } = await editor.tsserver.request<{ documentation: string }>('quickinfo', hover)
    expect(documentation).to.match(/→ stream of/)
    return after.slice(after.indexOf('export'))
  }

  it('yields the answer of an expression', async () => {
    const text = "export const one = route.get('/one/:id', (args: { id: string }) => ({ id: args.id }))\n"
    expect(await converted(text, 'one')).to.equal(
      "export const one = route.get('/one/:id', async function* (args: { id: string }) {\n  yield { id: args.id }\n})\n",
    )
  })

  it('keeps to tabs and to the line breaks of the file', async () => {
    const text =
      "export const one = route.get('/one/:id',\r\n\t(args: { id: string }) => ({ id: args.id }),\r\n)\r\n"
    expect(await converted(text, 'one')).to.equal(
      "export const one = route.get('/one/:id',\r\n\tasync function* (args: { id: string }) {\r\n\t\tyield { id: args.id }\r\n\t},\r\n)\r\n",
    )
  })

  it('yields the items of a list, and awaits a promise of one', async () => {
    const text =
      "declare function find(): Promise<Date[]>\nexport const one = route.get('/one', () => find())\n"
    expect(await converted(text, "get('/one")).to.include('async function* () {\n  yield* await find()\n}')
  })

  it('leaves middleware of the route alone', async () => {
    const text = `const own = route.use(() => ({ by: 'x' }))
export const one = route.use(() => ({ at: 1 })).get('/one', (_, { at }) => at)
export const two = own.get('/two', () => 2)
`
    const after = await converted(text, 'one')
    expect(after).to.include(
      "route.use(() => ({ at: 1 })).get('/one', async function* (_, { at }) {\n  yield at\n})",
    )
  })

  it('ends the generator where the handler returned early, and keeps what is declared', async () => {
    const text = `export const one = route.get('/one', async (args: { id?: string }): Promise<{ id: string } | null> => {
  if (!args.id) return null
  const ids = ['1'].map(id => { return id })
  if (ids.includes(args.id)) {
    return { id: args.id }
  }
  return { id: '' };
})
`
    expect(
      await converted(text, '/one'),
    ).to.equal(`export const one = route.get('/one', async function* (args: { id?: string }): AsyncGenerator<{ id: string } | null> {
  if (!args.id) { yield null; return }
  const ids = ['1'].map(id => { return id })
  if (ids.includes(args.id)) {
    yield { id: args.id }
    return
  }
  yield { id: '' };
})
`)
  })

  it('is offered neither for streams and responses, nor where "this" would change, nor within the body', async () => {
    for (const handler of [
      'async function* () { yield 1 }',
      "() => new Response('')",
      '() => void 0',
      '() => globalThis.String(this)',
    ]) {
      const { refactor } = await offered(`export const one = route.get('/one', ${handler})\n`, 'one')
      expect(refactor, handler).to.equal(undefined)
    }
    const inside = await offered("export const one = route.get('/one', () => ({ id: 1 }))\n", 'id: 1')
    expect(inside.refactor).to.equal(undefined)
  })
})
