// The editor's project, given to typescript-language-server and to Neovim → findings, fixes, hover and navigation, as their users get them.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { documentationOf } from '../transformer/src/model/homepage.ts'
import { findOrInstall } from './support/debian-program.ts'
import { EditorProject, root } from './support/editor-project.ts'
import { LspClient, type LspDiagnostic, type Range } from './support/lsp-client.ts'
import { locate } from './support/tsserver.ts'

const require = createRequire(import.meta.url)
const server = [
  process.execPath,
  require.resolve('typescript-language-server/lib/cli.mjs'),
  '--stdio',
] as const
const tspc = join(root, 'node_modules/ts-patch/bin/tspc.js')

interface TextEdit {
  readonly range: Range
  readonly newText: string
}
interface CodeAction {
  readonly title: string
  readonly edit?: {
    readonly documentChanges?: { edits: TextEdit[] }[]
    readonly changes?: Record<string, TextEdit[]>
  }
}

const ofOurs = (all: readonly LspDiagnostic[]) => all.filter(({ source }) => source === 'alien-rpc')

describe('typescript-language-server', function () {
  this.timeout(120_000)
  let project: EditorProject
  let client: LspClient

  beforeEach(async () => {
    project = new EditorProject()
    client = new LspClient(server)
    // The other one knows no plugins, and answers while the project is being loaded.
    await client.start(project.folder, { tsserver: { useSyntaxServer: 'never' } })
  })
  afterEach(async () => {
    await client.close()
    project.close()
  })

  const at = (name: string, text: string) => {
    const { line, offset } = locate(project.read(name), text)
    const textDocument = { uri: pathToFileURL(project.path(name)).href }
    return { textDocument, position: { line: line - 1, character: offset - 1 } }
  }
  const open = (...names: string[]) => {
    for (const name of names) client.open(project.path(name))
  }

  it('shows what the command line shows, each finding in its place, and fixes it', async () => {
    open('mistakes.ts')
    const cli = [join(root, 'transformer/dist/cli.cjs'), 'check', '--format', 'json']
    const { stdout } = spawnSync(process.execPath, cli, { cwd: project.folder, encoding: 'utf8' })
    const checked = (JSON.parse(stdout) as { file: string; code: number; message: string; line: number }[])
      .filter(({ file }) => file === 'src/mistakes.ts')
      .map(({ code, message, line }) => [code, message, line])
    const diagnostics = ofOurs(
      await client.diagnostics(project.path('mistakes.ts'), all => ofOurs(all).length > 0),
    )
    expect(
      diagnostics.map(it => [it.code, it.message.split('\n')[0], it.range.start.line + 1]),
    ).to.deep.equal(checked)

    // The server has no `codeDescription` for what tsserver says, so a link is text, or is followed from the hover.
    for (const { message } of diagnostics) expect(message).to.match(/\n {2}https:\S+#ts\d+$/)
    const hover = await client.request<{ contents: { value: string } }>(
      'textDocument/hover',
      at('mistakes.ts', ':post'),
    )
    expect(hover.contents.value).to.include(
      `[TS72009 path-parameter-missing](${documentationOf('path-parameter-missing')})`,
    )

    const hidden = diagnostics.find(({ code }) => code === 72012)!
    const { textDocument } = at('mistakes.ts', 'const hidden')
    const context = { diagnostics: [hidden] }
    const actions = await client.request<CodeAction[]>('textDocument/codeAction', {
      ...{ textDocument, range: hidden.range, context },
    })
    const edits = actions.flatMap(
      ({ edit }) => edit?.documentChanges ?? Object.values(edit?.changes ?? {}).map(it => ({ edits: it })),
    )
    expect(edits[0]?.edits.map(it => [it.range.start, it.newText])).to.deep.equal([
      [at('mistakes.ts', 'const hidden').position, 'export '],
    ])
  })

  it('shows routes on hover, in calls of the client too, leads from the call to the route, and follows what is not saved', async () => {
    project.remove('mistakes.ts')
    open('routes.ts', 'caller.ts')
    const hover = async (name: string, text: string) => {
      const { contents } = await client.request<{ contents: { value: string } }>(
        'textDocument/hover',
        at(name, text),
      )
      return contents.value
    }
    expect(await hover('routes.ts', 'conditionalStream')).to.include(
      '`GET /stream/:type` → stream of `{ index: number;',
    )
    const [definition] = await client.request<{ uri: string; range: Range }[]>(
      'textDocument/definition',
      at('caller.ts', 'conditionalStream'),
    )
    expect([definition?.uri, definition?.range.start]).to.deep.equal([
      at('routes.ts', '').textDocument.uri,
      at('routes.ts', 'conditionalStream').position,
    ])
    client.change(project.path('routes.ts'), project.read('routes.ts').replace('index: 0', 'place: 0'))
    const [error] = await client.diagnostics(project.path('caller.ts'), all =>
      all.some(({ code }) => code === 2339),
    )
    expect(error?.message).to.match(/^Property 'index' does not exist on type '\{ place: number/)
  })
})

describe('Neovim', function () {
  this.timeout(400_000)
  const NEOVIM = { title: 'a real Neovim', variable: 'NEOVIM', names: ['nvim'], debianPackage: 'neovim' }
  let project: EditorProject

  beforeEach(() => {
    project = new EditorProject()
  })
  afterEach(() => project.close())

  it('shows the finding on its line, applies the fix, and what it writes compiles', () => {
    const before =
      "import { route } from '@alien-rpc/service'\n\nconst hidden = route.get('/hidden', () => 1)\n"
    project.write('mistakes.ts', before)
    const script = fileURLToPath(new URL('support/neovim.lua', import.meta.url))
    const report = join(project.folder, 'report.json')
    const { status, stderr } = spawnSync(
      findOrInstall(NEOVIM),
      ['--headless', '--clean', '-i', 'NONE', '-n', '-S', script, project.path('mistakes.ts')],
      {
        cwd: project.folder,
        encoding: 'utf8',
        env: { ...process.env, LSP_COMMAND: JSON.stringify(server), REPORT: report },
        timeout: 90_000,
      },
    )
    expect(status, stderr).to.equal(0)
    const { diagnostics, fixes } = JSON.parse(readFileSync(report, 'utf8')) as {
      diagnostics: readonly { code: number; line: number; source: string }[]
      fixes: readonly string[]
    }
    expect(diagnostics).to.deep.equal([{ code: 72012, line: 2, source: 'alien-rpc' }])
    expect(fixes[0]).to.match(/export/i)
    expect(project.read('mistakes.ts')).to.equal(before.replace('const', 'export const'))
    const compiled = spawnSync(process.execPath, [tspc, '-p', project.folder], { encoding: 'utf8' })
    expect(compiled.status, compiled.stdout).to.equal(0)
  })
})
