// The editor's project, given to the real tsserver → route errors, their fixes, hover, navigation and live types, as an editor gets them.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { FileChanges } from './support/editor-project.ts'
import { type EditorDiagnostic, type Location, locate } from './support/tsserver.ts'
import { useEditor } from './support/use-editor.ts'

interface CodeFix {
  readonly description: string
  readonly fixId?: string
  readonly changes: readonly FileChanges[]
}

describe('the editor', function () {
  this.timeout(60_000)
  const editor = useEditor()

  const open = (name: string) => editor.project.open(editor.tsserver, name)
  const own = async (file: string) =>
    (await editor.tsserver.diagnostics(file)).filter(({ source }) => source === 'alien-rpc')
  const fixesOf = (file: string, { code, start, end }: EditorDiagnostic) =>
    editor.tsserver.request<CodeFix[]>('getCodeFixes', {
      ...{ file, startLine: start.line, startOffset: start.offset, endLine: end.line, endOffset: end.offset },
      errorCodes: [code],
    })

  it('shows what the command line shows, each finding in its place, with a link', async () => {
    const { file } = open('mistakes.ts')
    const { stdout } = editor.project.alienRpc('check', '--format', 'json')
    const shown = (await own(file)).map(({ code, text, category, start, end }) => [
      ...[code, text, category, start.line, start.offset, end.line, end.offset],
    ])
    const checked = JSON.parse(stdout)
      .filter((it: { file: string }) => it.file === 'src/mistakes.ts')
      .map((it: Record<string, unknown>) => [
        ...[it.code, `${it.message}\n  ${it.documentation}`, it.severity],
        ...[it.line, it.column, it.endLine, it.endColumn],
      ])
    expect(shown).to.deep.equal(checked)
    expect(shown.length).to.be.greaterThan(5)
  })

  it('shows TypeScript its own errors too', async () => {
    editor.project.write('mistakes.ts', "export const count: number = 'three'\n")
    const { file } = open('mistakes.ts')
    expect((await editor.tsserver.diagnostics(file)).map(({ code }) => code)).to.deep.equal([2322])
  })

  it('marks both ends of a duplicate, and takes the mark off one file when the other is edited', async () => {
    const mistakes = open('mistakes.ts')
    const routes = open('routes.ts')
    const [duplicate, ...more] = await own(routes.file)
    expect([duplicate?.code, more]).to.deep.equal([72004, []])
    expect(duplicate?.relatedInformation?.[0]?.span?.file).to.equal(mistakes.file)
    const start = locate(mistakes.source, '/stream/:kind')
    editor.tsserver.edit(
      mistakes.file,
      start,
      { ...start, offset: start.offset + '/stream/:kind'.length },
      '/other/:kind',
    )
    expect(await own(routes.file)).to.deep.equal([])
  })

  it('offers a fix for what has an obvious one, and nothing is left once they are made', async () => {
    const { file } = open('mistakes.ts')
    const fixable = new Set([72008, 72009, 72011, 72012])
    for (let rest = await own(file); ; rest = await own(file)) {
      const next = rest.find(({ code }) => fixable.has(code))
      if (!next) break
      const [fix] = await fixesOf(file, next)
      expect(fix, next.text).to.not.equal(undefined)
      for (const change of fix!.changes.flatMap(({ textChanges }) => textChanges).toReversed()) {
        editor.tsserver.edit(file, change.start, change.end, change.newText)
      }
    }
    const left = await editor.tsserver.diagnostics(file)
    expect(left.map(({ code }) => code)).to.deep.equal([72006, 72004])
  })

  it('fixes all of one kind in a file at once', async () => {
    const text = ['a', 'b'].map(name => `const ${name} = route.get('/${name}', () => 1)\n`).join('')
    editor.project.write('mistakes.ts', `import { route } from '@alien-rpc/service'\n${text}`)
    const { file } = open('mistakes.ts')
    const [first] = await own(file)
    const [fix] = await fixesOf(file, first!)
    const scope = { type: 'file', args: { file } }
    const all = await editor.tsserver.request<{ changes: FileChanges[] }>('getCombinedCodeFix', {
      scope,
      fixId: fix?.fixId,
    })
    expect(
      all.changes[0]?.textChanges.map(({ start, newText }) => [start.line, start.offset, newText]),
    ).to.deep.equal([
      [2, 1, 'export '],
      [3, 1, 'export '],
    ])
  })

  it('leads from a call of the client to the route', async () => {
    editor.project.remove('mistakes.ts')
    const routes = open('routes.ts')
    const { file, source } = open('caller.ts')
    const place = { file, ...locate(source, 'conditionalStream') }
    const definitions = await editor.tsserver.request<{ file: string; start: Location }[]>(
      'definition',
      place,
    )
    expect(definitions.map(it => [it.file, it.start])).to.deep.equal([
      [routes.file, locate(routes.source, 'conditionalStream')],
    ])
  })

  it('gives callers the types of routes that were never compiled, follows edits that were never saved, and writes nothing', async () => {
    editor.project.remove('mistakes.ts')
    const routes = open('routes.ts')
    const caller = open('caller.ts')
    expect(await editor.tsserver.diagnostics(caller.file)).to.deep.equal([])
    const start = locate(routes.source, 'index: 0')
    editor.tsserver.edit(routes.file, start, { ...start, offset: start.offset + 'index'.length }, 'place')
    const [error] = await editor.tsserver.diagnostics(caller.file)
    expect(error?.text).to.match(/^Property 'index' does not exist on type '\{ place: number/)
    editor.tsserver.edit(routes.file, start, { ...start, offset: start.offset + 'place'.length }, 'index')
    expect(await editor.tsserver.diagnostics(caller.file)).to.deep.equal([])
    expect(existsSync(editor.project.path('generated'))).to.equal(false)
  })

  it('follows edits where the client is on disk too', async () => {
    editor.project.remove('mistakes.ts')
    const { status, stdout } = editor.project.tspc()
    expect(status, stdout).to.equal(0)
    const written = editor.project.read('generated/client.ts')
    const routes = open('routes.ts')
    const caller = open('caller.ts')
    expect(await editor.tsserver.diagnostics(caller.file)).to.deep.equal([])
    const start = locate(routes.source, 'index: 0')
    editor.tsserver.edit(routes.file, start, { ...start, offset: start.offset + 'index'.length }, 'place')
    expect((await editor.tsserver.diagnostics(caller.file)).map(({ code }) => code)).to.deep.equal([2339])
    expect(editor.project.read('generated/client.ts')).to.equal(written)
  })

  it('keeps working, once and not twice, after the tsconfig has changed', async () => {
    const { file } = open('mistakes.ts')
    const before = await own(file)
    const tsconfig = join(editor.project.folder, 'tsconfig.json')
    writeFileSync(
      tsconfig,
      readFileSync(tsconfig, 'utf8').replace('"strict": true', '"strict": true, "noImplicitReturns": true'),
    )
    await editor.tsserver.request('reloadProjects', {})
    expect(await own(file)).to.deep.equal(before)
  })

  it('says in the first file of routes that the transformer is not set up', async () => {
    editor.project.remove('mistakes.ts')
    const tsconfig = join(editor.project.folder, 'tsconfig.json')
    writeFileSync(
      tsconfig,
      readFileSync(tsconfig, 'utf8').replace('"transform": "@alien-rpc/transformer",', ''),
    )
    const { file } = open('routes.ts')
    expect((await own(file)).map(({ code, text }) => [code, text.split('\n')[0]])).to.deep.equal([
      [
        72001,
        'The tsconfig entry has no "transform": "@alien-rpc/transformer", "transformProgram": true, so "tspc" would compile no route.',
      ],
    ])
  })
})
