// Half-written routes, given to the real tsserver → what it offers in paths and in the types of arguments.
import { expect } from 'chai'
import { locate } from './support/tsserver.ts'
import { useEditor } from './support/use-editor.ts'

interface Entry {
  readonly name: string
  readonly insertText?: string
  readonly replacementSpan?: { readonly start: { offset: number }; readonly end: { offset: number } }
}

describe('completions in the editor', function () {
  this.timeout(60_000)
  const editor = useEditor(project => project.remove('mistakes.ts'))

  /** At the bar in the text of a module of routes. */
  const entriesAt = async (marked: string): Promise<readonly Entry[]> => {
    const text = `import { route } from '@alien-rpc/service'\n${marked}\n`
    const place = locate(text, '|')
    editor.project.write('new.ts', text.replace('|', ''))
    const { file } = editor.project.open(editor.tsserver, 'new.ts')
    editor.project.open(editor.tsserver, 'routes.ts')
    const answer = editor.tsserver.request<{ entries: Entry[] }>('completionInfo', { file, ...place })
    return answer.then(({ entries }) => entries, offersNothing)
  }
  const offersNothing = (error: Error): Entry[] => {
    if (error.message !== 'No content available.') throw error
    return []
  }
  const namesAt = async (marked: string) => (await entriesAt(marked)).map(({ name }) => name)

  it('offers arguments that the path does not have yet, and how other paths go on', async () => {
    const text = "export const one = route.get('/stream/|', (args: { id: string; page?: number }) => args.id)"
    expect(await namesAt(text)).to.deep.equal([':id', ':page', ':type'])
  })

  it('leaves out what the path has, and replaces only the segment that is being written', async () => {
    const text =
      "export const one = route.get('/a/:i|d/b/:page', (args: { id: string; page: number; x: 1 }) => 1)"
    const [entry, ...more] = await entriesAt(text)
    const start = text.indexOf(':i') + 1
    expect([
      entry?.name,
      entry?.replacementSpan?.start.offset,
      entry?.replacementSpan?.end.offset,
      more,
    ]).to.deep.equal([...[':x', start, start + 3], []])
  })

  it('offers the segments of other paths where there is no handler yet', async () => {
    expect(await namesAt("export const one = route.get('/|')")).to.deep.equal(['chat', 'stream', 'users'])
  })

  it('offers undeclared parameters of the path among the arguments, with a type', async () => {
    const text = "export const one = route.get('/a/:id/b/:page', (args: { page: string; | }) => 1)"
    const [first, second] = await entriesAt(text)
    expect([first?.name, first?.insertText]).to.deep.equal(['id', 'id: string'])
    expect(second?.name).not.to.equal('page')
  })

  it('offers nothing of its own in other strings and in types of properties', async () => {
    expect(
      await namesAt("export const one = [new Map<string, string>()].map(it => it.set('/users/|', ''))"),
    ).to.deep.equal([])
    const text = "export const one = route.get('/a/:id', (args: { other: |  }) => 1)"
    expect((await entriesAt(text)).some(({ insertText }) => insertText === 'id: string')).to.equal(false)
  })
})
